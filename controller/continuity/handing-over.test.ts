import { expect, test } from 'vitest';
import { handedOver } from '@branchline/contracts/stand-in-wire';
import { CUT_OFF_LATELY_MS, Handing } from './handing-over.ts';

const T0 = Date.UTC(2026, 0, 5, 2);
const NOW_MS = T0 + 600_000;
const iso = (s: number): string => new Date(T0 + s * 1_000).toISOString();
const LEASE = { n: 3, answers: null, acts: null };

type Said = readonly [s: number, type: string, body: Record<string, unknown>, call?: string];

function handed(...said: readonly Said[]) {
  const handing = new Handing();
  said.forEach(([s, type, body, call], index) =>
    handing.take({
      seq: index + 1,
      at: iso(s),
      type,
      body,
      ...(call !== undefined && { call }),
    }),
  );
  return handedOver.parse(handing.told('box', LEASE, NOW_MS));
}

const from = (id: string, kind = 'caller') => ({ direction: 'in', from: { kind, id }, dialled: '1000' });
const offered = (s: number, call: string, id: string, kind?: string): Said => [
  s,
  'call.offered',
  from(id, kind),
  call,
];
const queued = (s: number, call: string, queue = 'service', more: object = {}): Said => [
  s,
  'call.queued',
  { queue, priority: 0, position: 1, ...more },
  call,
];
const moved: Said = [9, 'call.moved', { from: 'service', to: '8002', waitedMs: 1, by: 'anna' }, 'a'];
const over = (s: number, endedBy: string, cause?: number): Said => [
  s,
  'call.ended',
  {
    ...{ outcome: 'abandoned', endedBy, phase: 'queue', talkMs: 0, totalMs: 9_000, cause },
    recorded: { kept: false },
  },
  'a',
];
const ENDS: readonly Said[] = [
  [9, 'call.answered', { leg: 'l', by: { kind: 'agent', id: 'li' }, waitedMs: 1 }, 'a'],
  [9, 'call.overflowed', { queue: 'service', because: 'waiting', waitedMs: 1 }, 'a'],
  moved,
  over(9, 'caller', 16),
];

test('who waits goes with his number, his queue and since when; the longest waiting first', () => {
  const { waiting } = handed(
    offered(1, 'a', '013900000001'),
    offered(2, 'b', '013900000002'),
    queued(8, 'a'),
    queued(5, 'b', 'sales'),
  );
  expect(waiting).toEqual([
    { call: 'b', number: '013900000002', queue: 'sales', since: iso(5) },
    { call: 'a', number: '013900000001', queue: 'service', since: iso(8) },
  ]);
});

test('a place that was kept counts from where it began', () => {
  const { waiting } = handed(offered(60, 'a', '1'), queued(61, 'a', 'service', { keptWaitMs: 50_000 }));
  expect(waiting).toMatchObject([{ since: iso(11) }]);
});

test.each(ENDS.map((end) => [end[1], end] as const))('%s: he waits no longer', (_, end) => {
  expect(handed(offered(1, 'a', '1'), queued(2, 'a'), end).waiting).toEqual([]);
});

test('who was cut off still has his place, for as long as he may be calling again', () => {
  const cut = over(300, 'engine', 27);
  expect(handed(offered(1, 'a', '1'), queued(2, 'a'), cut).waiting).toMatchObject([{ number: '1' }]);
  expect(handed(offered(1, 'a', '1'), queued(2, 'a'), over(300, 'caller', 41)).waiting).toHaveLength(1);
  const longAgo = over((NOW_MS - CUT_OFF_LATELY_MS - T0) / 1_000 - 1, 'engine', 27);
  expect(handed(offered(-99, 'a', '1'), queued(-98, 'a'), longAgo).waiting).toEqual([]);
});

test('an event that is later than what is known of its clock: nobody is handed over as of the future', () => {
  const { at, waiting } = handed(
    offered(1, 'a', '1'),
    queued(2, 'a'),
    offered(900, 'b', '2'),
    queued(901, 'b'),
  );
  expect(at).toBe(iso(901));
  expect(waiting.map(({ since }) => since)).toEqual([iso(2), iso(901)]);
});

test('sent on to another queue, he waits there', () => {
  const { waiting } = handed(offered(1, 'a', '1'), queued(2, 'a'), moved, queued(9, 'a', 'sales'));
  expect(waiting).toMatchObject([{ call: 'a', queue: 'sales' }]);
});

test('who has called again waits once, by his last call', () => {
  const { waiting } = handed(offered(1, 'a', '1'), queued(2, 'a'), offered(5, 'b', '1'), queued(6, 'b'));
  expect(waiting).toMatchObject([{ call: 'b', number: '1' }]);
});

test('who has no number to be known by, and who did not come from outside, has no place to keep', () => {
  const inside: Said = [1, 'call.offered', { ...from('8002', 'agent'), direction: 'internal' }, 'c'];
  expect(handed(offered(1, 'a', 'anonymous'), queued(2, 'a'), inside, queued(3, 'c')).waiting).toEqual([]);
});

const asked = (s: number, callback: string, again = false): Said => [
  s,
  'callback.asked',
  { callback, queue: 'service', number: '013900000001', by: 'digit', since: iso(s - 30), again },
];
const tried = (s: number, attempt: number): Said => [
  s,
  'callback.tried',
  { callback: 'cb-1', queue: 'service', attempt, because: 'busy' },
];

test('who is to be called back, with the tries there were; asked again, he keeps his place', () => {
  expect(handed(asked(30, 'cb-1'), tried(40, 1), asked(50, 'cb-1', true), tried(60, 2)).callbacks).toEqual([
    { id: 'cb-1', number: '013900000001', queue: 'service', since: iso(0), askedAt: iso(30), attempts: 2 },
  ]);
});

test('a callback that has ended is named as ended, so that nobody calls twice', () => {
  const body = { callback: 'cb-1', queue: 'service', outcome: 'reached', attempts: 1, waitedMs: 9 };
  const { callbacks, ended } = handed(asked(30, 'cb-1'), [50, 'callback.ended', body]);
  expect([callbacks, ended]).toEqual([[], ['cb-1']]);
});

test('each agent as he was last', () => {
  const state = (s: number, agent: string, now: string, more: object = {}): Said => [
    s,
    'agent.state',
    { agent, state: now, by: 'self', ...more },
  ];
  const { agents } = handed(
    state(1, 'li.lei', 'available'),
    state(2, 'han.mei', 'available'),
    state(3, 'li.lei', 'paused', { reason: 'lunch' }),
  );
  expect(agents).toEqual([
    { agent: 'li.lei', state: 'paused', reason: 'lunch' },
    { agent: 'han.mei', state: 'available' },
  ]);
});

test('an event of a newer release is passed over', () => {
  expect(
    handed([1, 'call.beamed', { to: 'moon' }, 'a'], offered(2, 'a', '1'), queued(3, 'a')).waiting,
  ).toHaveLength(1);
});

test('never more than a message may hold: of those who wait the longest waiting, of what ended the newest', () => {
  const many = Array.from({ length: 1_100 }, (_, n) => n);
  const { waiting, ended } = handed(
    ...many.flatMap((n) => [offered(n, `c${n}`, `1${n}`), queued(n, `c${n}`)]),
    ...many.map((n): Said => [
      2_000 + n,
      'callback.ended',
      { callback: `cb-${n}`, queue: 'service', outcome: 'reached', attempts: 1, waitedMs: 1 },
    ]),
  );
  expect([waiting.length, waiting[0]?.call, ended.length, ended.at(-1)]).toEqual([
    1_000,
    'c0',
    1_000,
    'cb-1099',
  ]);
});
