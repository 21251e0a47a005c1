import type { NewEvent } from '@branchline/contracts/ledger';
import { expect, test } from 'vitest';
import { resultsOf, type OpenLegs, type Taken } from './call-results.ts';

const to = { kind: 'number', id: '057187770001', via: 'pstn' } as const;
const leg = 'c1-leg-1';

/** What the events say of trunks, each one a second after the one before. */
function told(events: readonly Omit<NewEvent, 'at'>[], taken: Taken = 'some', apartMs = 1_000): string[] {
  let open: OpenLegs = {};
  const all: string[] = [];
  events.forEach((event, index) => {
    const step = resultsOf(open, { ...event, at: index * apartMs } as NewEvent, () => taken);
    open = step.open;
    all.push(...step.results.map(({ trunk, result }) => `${trunk} ${result.fared}`));
  });
  return all;
}

const offered = { type: 'call.leg-offered', call: 'c1', body: { leg, to, attempt: 1 } } as const;
const ringing = { type: 'call.leg-ringing', call: 'c1', body: { leg } } as const;
const answered = { type: 'call.answered', call: 'c1', body: { leg, by: to, waitedMs: 0 } } as const;
const ended = (talkMs: number) =>
  ({ type: 'call.leg-ended', call: 'c1', body: { leg, who: to, talkMs } }) as const;
const refused = (reason: 'busy' | 'failed' | 'congestion' | 'no-answer' | 'caller-gone', cause: number) =>
  ({ type: 'call.leg-refused', call: 'c1', body: { leg, to, reason, cause } }) as const;

test.each([
  ['network out of order', 38, 'failed'],
  ['no route', 3, 'failed'],
  ['silence at the gateway', 18, 'failed'],
  ['busy', 17, 'reached'],
  ['number does not exist', 1, 'reached'],
  ['rejected', 21, 'reached'],
] as const)('%s (cause %i) is: %s', (_, cause, fared) => {
  expect(told([offered, refused('failed', cause)])).toEqual([`pstn ${fared}`]);
});

test.each([
  ['all', 'full'],
  ['some', 'full-early'],
  ['nothing', 'failed'],
] as const)('no circuit with %s of it taken is: %s', (taken, fared) => {
  expect(told([offered, refused('congestion', 34)], taken)).toEqual([`pstn ${fared}`]);
});

test('a gateway that says nothing has failed; a telephone that nobody answers has been reached', () => {
  expect(told([offered, refused('no-answer', 16)], 'some', 3_000)).toEqual(['pstn failed']);
  expect(told([offered, ringing, refused('no-answer', 16)])).toEqual(['pstn reached']);
  expect(told([offered, refused('no-answer', 16)], 'some', 90_000)).toEqual(['pstn reached']);
});

test('a caller who hangs up says nothing of the trunk', () => {
  expect(told([offered, refused('caller-gone', 16)])).toEqual([]);
});

test('a talk is answered, and short when it is over at once', () => {
  expect(told([offered, answered, ended(60_000)])).toEqual(['pstn answered']);
  expect(told([offered, answered, ended(1_500)])).toEqual(['pstn answered', 'pstn short']);
});

test('a call that comes in speaks for its trunk; telephones of the branch do not', () => {
  const from = { kind: 'caller', id: '13900000001' } as const;
  const body = { direction: 'in', from, dialled: '86001000', trunk: 'pstn' } as const;
  expect(told([{ type: 'call.offered', call: 'c1', body }])).toEqual(['pstn came']);
  const phone = { kind: 'extension', id: '8001', via: 'desk-1' } as const;
  const inside = { ...offered, body: { ...offered.body, to: phone } };
  expect(
    told([inside, { ...refused('failed', 38), body: { leg, to: phone, reason: 'failed', cause: 38 } }]),
  ).toEqual([]);
});

test('nothing is kept of a call that is over', () => {
  const end = { type: 'call.ended', call: 'c1', at: 5, body: {} } as unknown as NewEvent;
  const { open } = resultsOf({ [leg]: { trunk: 'pstn', at: 0 } }, end, () => 'some');
  expect(open).toEqual({});
});
