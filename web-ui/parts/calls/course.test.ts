import type { LedgerEvent } from '@branchline/contracts/ledger';
import { expect, test } from 'vitest';
import { course, ticks } from './course.ts';

const start = Date.parse('2026-11-22T01:00:00.000Z');
const log = (...steps: [s: number, type: string, body: object][]): LedgerEvent[] =>
  steps.map(([s, type, body], index) => ({
    seq: index + 1,
    at: new Date(start + s * 1000).toISOString(),
    call: 'c1',
    type,
    body: body as Record<string, unknown>,
  }));
const caller = { kind: 'caller', id: '+8613812345678' };
const lei = { kind: 'agent', id: 'li.lei' };
const mei = { kind: 'agent', id: 'han.mei' };
const seconds = (bars: readonly { kind: string; from: number; to: number }[]) =>
  bars.map((bar) => [bar.kind, (bar.from - start) / 1000, (bar.to - start) / 1000]);

const offered = [0, 'call.offered', { direction: 'in', from: caller, dialled: '1' }] as const;
const ended = {
  outcome: 'answered',
  endedBy: 'caller',
  phase: 'talking',
  talkMs: 1,
  totalMs: 1,
  recorded: { kept: true },
};

test('menu, queue, one who does not answer, one who does, on hold, over', () => {
  const told = course(
    log(
      [...offered],
      [6, 'call.queued', { queue: 'service', priority: 0, position: 1 }],
      [7, 'call.leg-offered', { leg: 'l1', to: lei, queue: 'service', attempt: 1 }],
      [22, 'call.leg-refused', { leg: 'l1', to: lei, reason: 'no-answer' }],
      [22, 'call.leg-offered', { leg: 'l2', to: mei, queue: 'service', attempt: 2 }],
      [25, 'call.answered', { leg: 'l2', by: mei, waitedMs: 19_000 }],
      [25, 'recording.started', { recording: 'r', channels: [caller, mei] }],
      [40, 'call.held', { by: mei }],
      [50, 'call.resumed', { by: mei, heldMs: 10_000 }],
      [60, 'call.ended', ended],
      [61, 'recording.ended', { recording: 'r', durationMs: 34_900, bytes: 1, sha256: '', salvaged: false }],
    ),
    0,
  );
  expect(seconds(told?.caller ?? [])).toEqual([
    ['flow', 0, 6],
    ['queue', 6, 25],
    ['talking', 25, 40],
    ['held', 40, 50],
    ['talking', 50, 60],
  ]);
  expect(told?.lanes.map((lane) => [lane.party.id, seconds(lane.bars)])).toEqual([
    ['li.lei', [['ringing', 7, 22]]],
    [
      'han.mei',
      [
        ['ringing', 22, 25],
        ['talking', 25, 60],
      ],
    ],
  ]);
  expect(told?.recording).toEqual({ from: start + 25_000, to: start + 59_900 });
  expect([told?.from, told?.to]).toEqual([start, start + 60_000]);
});

test('a call that goes on reaches to now', () => {
  const told = course(
    log([...offered], [3, 'call.leg-offered', { leg: 'l', to: lei, attempt: 1 }]),
    start + 9_000,
  );
  expect(seconds(told?.caller ?? [])).toEqual([
    ['flow', 0, 3],
    ['ringing', 3, 9],
  ]);
  expect(seconds(told?.lanes[0]?.bars ?? [])).toEqual([['ringing', 3, 9]]);
});

test('events in any order, of unknown types, or none at all', () => {
  expect(course([], 0)).toBeUndefined();
  expect(course(log([0, 'call.dreamt', {}]), 0)).toBeUndefined();
  const mixed = log([...offered], [4, 'call.ended', ended]).reverse();
  expect(seconds(course(mixed, 0)?.caller ?? [])).toEqual([['flow', 0, 4]]);
});

test('marks on the axis', () => {
  expect(ticks(60_000, 6)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
  expect(ticks(3_000, 6)).toEqual([0, 1_000, 2_000, 3_000]);
});
