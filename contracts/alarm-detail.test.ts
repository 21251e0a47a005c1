import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { both, coded, CodedError, detailText, saidOf } from './alarm-detail.ts';
import { detailWords } from './alarm-detail-words.ts';
import { groundWords } from './ground-words.ts';

const HAN = /\p{Script=Han}/u;
const places = (text: string): string[] => [...text.matchAll(/\{\d\}/g)].map(([place]) => place).sort();

test('each code has words in both languages, with the same places in them', () => {
  for (const [code, { zh, en }] of [...Object.entries(detailWords), ...Object.entries(groundWords)]) {
    expect(zh, code).toMatch(HAN);
    expect(en, code).not.toMatch(HAN);
    expect(places(zh), code).toEqual(places(en));
  }
});

test('names and figures stand as they are, codes become words', () => {
  const detail = `${coded('trunk.line-down')} e1-0: LOS; ${coded('no-answer-within', 15_000)}`;
  expect(detailText(detail, 'en')).toBe('no carrier e1-0: LOS; no answer within 15000 ms');
  expect(detailText(detail, 'zh')).toBe('线路无信号 e1-0: LOS; 15000 ms 内没有应答');
  expect(detailText('∉ {outlet.1.load.off}', 'zh')).toBe('∉ {outlet.1.load.off}');
  expect(detailText('{of-a-newer-box|3}', 'zh')).toBe('{of-a-newer-box|3}');
});

test('the language is all that differs, whatever stands in a place', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (zh, en) => {
      const said = both({ zh, en });
      const signs = (text: string): string =>
        text.replace(/[{}|]/g, (sign) => ({ '{': '(', '}': ')' })[sign] ?? '/');
      expect(detailText(said, 'zh')).toBe(signs(zh));
      expect(detailText(said, 'en')).toBe(signs(en));
      expect(detailText(coded('says-status', en), 'en')).toBe(`answered with ${signs(en)}`);
    }),
    { numRuns: 200 },
  );
});

test('an error says in the log what its code means, and keeps the code for people', () => {
  const error = new CodedError(coded('nut-silent'));
  expect([error.message, saidOf(error)]).toEqual(['upsd does not answer', '{nut-silent}']);
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
  expect(saidOf(refused)).toBe('connect ECONNREFUSED 127.0.0.1:1');
  const dated = Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' });
  expect(saidOf(dated)).toBe('CERT_HAS_EXPIRED');
  expect(saidOf(new DOMException('The operation was aborted', 'AbortError'))).toBe('{timed-out}');
});
