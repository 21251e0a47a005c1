import { expect, test } from 'vitest';
import { tellWhy } from './call-why.ts';
import { peopleOfDocument } from './branch/people.ts';
import type { LedgerEvent } from './ledger.ts';
import { outgoingBodies } from './outgoing-events.ts';
import { outgoingEn, outgoingZh } from './outgoing-words.ts';

const to = (via: string) => ({ kind: 'number', id: '+8613912345678', via });
const story: readonly (readonly [string, object])[] = [
  ['call.offered', { direction: 'out', from: { kind: 'extension', id: '8002' }, dialled: '013912345678' }],
  [
    'call.routed',
    { class: 'mobile', number: '+8613912345678', route: 2, trunks: ['pstn', 'cloud', 'copper'] },
  ],
  ['call.leg-offered', { leg: 'a', to: to('pstn'), attempt: 1 }],
  ['call.leg-refused', { leg: 'a', to: to('pstn'), reason: 'congestion', cause: 34, sip: 503, afterMs: 40 }],
  ['call.line-full', { trunk: 'cloud', channels: 1 }],
  ['call.leg-offered', { leg: 'b', to: to('copper'), attempt: 3 }],
  ['call.leg-refused', { leg: 'b', to: to('copper'), reason: 'unreachable', cause: 18, afterMs: 2_010 }],
];
const events = story.map(([type, body], index): LedgerEvent => ({
  seq: index + 1,
  at: '2026-11-22T01:00:00.000Z',
  call: 'x',
  type,
  body: body as Record<string, unknown>,
}));
const told = (language: 'zh' | 'en'): string[] =>
  tellWhy('x', events, { language, timezone: 'Asia/Shanghai', people: peopleOfDocument({}) }).lines.map(
    ({ says, outcome }) => [says, outcome ?? ''].join(' ').trim(),
  );

test('why tells the way out, each line that was tried, and what it said', () => {
  expect(told('en').slice(1)).toEqual([
    'A call to a mobile to +8613912345678, by route 2: lines pstn, then cloud, then copper.',
    'Dialled +8613912345678 by line pstn. After 40 ms: no circuit free (SIP 503, Q.850 34).',
    'Line cloud was passed over: all of its 1 channel was taken.',
    'Dialled +8613912345678 by line copper (line 3 tried). After 2.0 s: no answer to the call at all (Q.850 18).',
  ]);
  expect(told('zh').slice(1)).toEqual([
    '手机号码 +8613912345678，走第 2 条路由：线路 pstn，其次 cloud，其次 copper。',
    '外呼 +8613912345678，经线路 pstn。 40 毫秒后：没有空闲电路（SIP 503，Q.850 34）。',
    '跳过线路 cloud：1 个通道全占。',
    '外呼 +8613912345678，经线路 copper（试到第 3 条）。 2.0 秒后：对端对呼叫毫无响应（Q.850 18）。',
  ]);
});

test('why a call in was turned away is told by its reason', () => {
  const away = (because: 'line-limit' | 'busied-out' | 'power') =>
    [outgoingEn, outgoingZh].map((words) => words.turnedAway({ trunk: 'pstn', because, cause: 42 }));
  expect(away('busied-out')).toEqual([
    'Refused: line pstn is busied out. Its network was told to try elsewhere.',
    '拒绝：线路 pstn 已示忙，已请对方网络改走别处。',
  ]);
  expect(away('line-limit')[0]).toContain('as many calls in as it may');
  expect(away('power')[1]).toContain('电池将尽');
});

test('every reason for denying a call has words in both languages', () => {
  for (const because of outgoingBodies['call.denied'].shape.because.options) {
    for (const words of [outgoingEn, outgoingZh]) {
      const said = words.denied({ class: 'premium', number: '+1', because, detail: '+44' });
      expect(said).not.toMatch(/undefined/);
    }
  }
});
