/** Events of small calls, for tests of what is kept of them. Moments are in ms after T0. */
import type { EventBody, NewEvent, Party } from '@branchline/contracts/ledger';
import type { LedgerBatch } from '../ledger.ts';

export const T0 = Date.UTC(2026, 0, 5, 2);

const caller: Party = { kind: 'caller', id: '+8613900000001', via: 'pstn' };
const agent: Party = { kind: 'agent', id: 'li.lei', via: 'desk-2' };

export const batch = (events: readonly NewEvent[], more: Partial<LedgerBatch> = {}): LedgerBatch => ({
  events,
  openCalls: {},
  about: {},
  ...more,
});

export const offered = (
  call: string,
  after = 0,
  body: Partial<EventBody<'call.offered'>> = {},
): NewEvent => ({
  type: 'call.offered',
  call,
  at: T0 + after,
  body: { direction: 'in', from: caller, dialled: '+8657186001001', trunk: 'pstn', ...body },
});

export const queued = (call: string, after: number, queue = 'service'): NewEvent => ({
  type: 'call.queued',
  call,
  at: T0 + after,
  body: { queue, priority: 0, position: 1 },
});

export const answered = (call: string, after: number, by: Party = agent): NewEvent => ({
  type: 'call.answered',
  call,
  at: T0 + after,
  body: { leg: `${call}-1`, by, waitedMs: after },
});

export const ended = (
  call: string,
  after: number,
  {
    outcome = 'answered',
    recording,
  }: { outcome?: EventBody<'call.ended'>['outcome']; recording?: string } = {},
): NewEvent => ({
  type: 'call.ended',
  call,
  at: T0 + after,
  body: {
    outcome,
    endedBy: 'caller',
    phase: 'talking',
    talkMs: 1_000,
    totalMs: after,
    recorded: recording === undefined ? { kept: false, because: 'never' } : { kept: true, recording },
  },
});

export const recordingEnded = (call: string, after: number): NewEvent => ({
  type: 'recording.ended',
  call,
  at: T0 + after,
  body: { recording: call, durationMs: 1_000, bytes: 32_044, sha256: '0'.repeat(64), salvaged: false },
});

export const survived = (call: string): NewEvent => ({
  type: 'call.survived',
  call,
  at: T0 + 60_000,
  body: {
    direction: 'in',
    from: '+8613900000002',
    dialled: '+8657186001000',
    answeredBy: '8001',
    status: 'ANSWER',
    startedAt: new Date(T0 + 10_000).toISOString(),
    answeredAt: new Date(T0 + 15_000).toISOString(),
    endedAt: new Date(T0 + 45_000).toISOString(),
  },
});
