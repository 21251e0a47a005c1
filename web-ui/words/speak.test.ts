import i18next from 'i18next';
import { expect, test } from 'vitest';
import { en } from './en.ts';
import { say } from './say.ts';
import { speaker, type Speaker } from './speak.ts';
import type { Language } from './words.ts';
import { zh } from './zh.ts';

const now = Date.parse('2026-11-22T01:12:05Z');

async function speaking(language: Language): Promise<Speaker> {
  const i18n = i18next.createInstance();
  await i18n.init({
    lng: language,
    resources: { en: { translation: en }, zh: { translation: zh } },
    interpolation: { escapeValue: false },
  });
  return speaker(i18n, language, 'Asia/Shanghai', () => now);
}

test('holes of every kind, in English', async () => {
  const { say: speak } = await speaking('en');
  const calls = { say: say('sentence.calls', { count: 3 }) };
  const waiting = { say: say('sentence.waiting', { count: 0 }) };
  expect(speak(say('sentence.good', { calls, waiting }))).toBe('All lines are up. 3 calls, nobody waiting.');
  const lost = { line: 'E1', at: { at: '2026-11-22T01:00:00Z' }, others: { list: ['a', 'b'] }, free: 8 };
  expect(speak(say('sentence.lineLost', lost))).toBe('E1 lost at 09:00: calls leave by a, b, 8 lines left.');
});

test('and in Chinese', async () => {
  const { say: speak } = await speaking('zh');
  const calls = { say: say('sentence.calls', { count: 1 }) };
  const waiting = { say: say('sentence.waiting', { count: 2 }) };
  expect(speak(say('sentence.good', { calls, waiting }))).toBe(
    '线路全部正常。1 通电话进行中\uff0c2 人排队。',
  );
  const holes = {
    title: { text: { zh: '甲', en: 'A' } },
    subject: '<b>',
    at: { at: '2026-11-21T01:00:00Z' },
  };
  expect(speak(say('sentence.alarm', holes))).toBe('甲\uff1a<b>\uff0c自 11-21 09:00。');
});
