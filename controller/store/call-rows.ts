/** A call's summary as a row and back. Times are ms since 1970; what is a list or a party is JSON. Pure. */
import type { CallSummary } from '@branchline/contracts/call-story';
import type { Party } from '@branchline/contracts/ledger';

export interface CallRow {
  readonly name: string;
  readonly last_seq: number;
  readonly direction: string;
  readonly from_party: string;
  readonly dialled: string;
  readonly trunk: string | null;
  readonly queue: string | null;
  readonly answered_by: string;
  readonly started_at: number;
  readonly answered_at: number | null;
  readonly ended_at: number | null;
  readonly wait_ms: number | null;
  readonly talk_ms: number;
  readonly outcome: string;
  readonly recording: string | null;
  readonly not_recorded: string | null;
  readonly flags: number;
  readonly transfers: number;
}

const HELD = 1;
const EMERGENCY = 2;
const RECOVERED = 4;

export function toRow(summary: CallSummary): CallRow {
  return {
    name: summary.id,
    last_seq: summary.lastSeq,
    direction: summary.direction,
    from_party: JSON.stringify(summary.from),
    dialled: summary.dialled,
    trunk: summary.trunk,
    queue: summary.queue,
    answered_by: JSON.stringify(summary.answeredBy),
    started_at: Date.parse(summary.startedAt),
    answered_at: ms(summary.answeredAt),
    ended_at: ms(summary.endedAt),
    wait_ms: summary.waitMs,
    talk_ms: summary.talkMs,
    outcome: summary.outcome,
    recording: summary.recording,
    not_recorded: summary.notRecordedBecause,
    flags:
      (summary.held ? HELD : 0) | (summary.emergency ? EMERGENCY : 0) | (summary.recovered ? RECOVERED : 0),
    transfers: summary.transfers,
  };
}

export function fromRow(row: CallRow): CallSummary {
  return {
    id: row.name,
    direction: row.direction as CallSummary['direction'],
    from: JSON.parse(row.from_party) as Party,
    dialled: row.dialled,
    trunk: row.trunk,
    queue: row.queue,
    answeredBy: JSON.parse(row.answered_by) as Party[],
    startedAt: iso(row.started_at),
    answeredAt: row.answered_at === null ? null : iso(row.answered_at),
    endedAt: row.ended_at === null ? null : iso(row.ended_at),
    waitMs: row.wait_ms,
    talkMs: row.talk_ms,
    outcome: row.outcome as CallSummary['outcome'],
    recording: row.recording,
    notRecordedBecause: row.not_recorded,
    held: (row.flags & HELD) !== 0,
    transfers: row.transfers,
    emergency: (row.flags & EMERGENCY) !== 0,
    recovered: (row.flags & RECOVERED) !== 0,
    lastSeq: row.last_seq,
  };
}

const ms = (time: string | null): number | null => (time === null ? null : Date.parse(time));
const iso = (time: number): string => new Date(time).toISOString();
