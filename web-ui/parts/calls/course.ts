/**
 * The course of a call as bars over time: what the caller went through, whose phone rang and who talked, and where the
 * recording lies. Made from the call's events and nothing else. Pure.
 */
import { knownEvent, type KnownEvent, type LedgerEvent, type Party } from '@branchline/contracts/ledger';

export type BarKind = 'flow' | 'queue' | 'ringing' | 'talking' | 'held';
export interface Bar {
  readonly kind: BarKind;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}
export interface Lane {
  readonly party: Party;
  readonly bars: readonly Bar[];
}
export interface Course {
  readonly from: number;
  readonly to: number;
  readonly caller: readonly Bar[];
  readonly lanes: readonly Lane[];
  /** Undefined where there is none, or where it never began. */
  readonly recording: { readonly from: number; readonly to: number } | undefined;
}

/** `now` in ms since 1970 closes what still goes on. Undefined for a call without events. */
export function course(events: readonly LedgerEvent[], now: number): Course | undefined {
  const known = events.flatMap((event) => knownEvent(event) ?? []).sort((a, b) => a.seq - b.seq);
  const [first] = known;
  if (!first) return undefined;
  const from = Date.parse(first.at);
  const ended = known.find((event) => event.type === 'call.ended' || event.type === 'call.survived');
  const last = Math.max(...known.map((event) => Date.parse(event.at)));
  const to = Math.max(from + 1, ended ? Date.parse(ended.at) : Math.max(now, last));
  return {
    from,
    to,
    caller: callerBars(known, to),
    lanes: legLanes(known, to),
    recording: recordingSpan(known, to),
  };
}

function callerBars(events: readonly KnownEvent[], end: number): Bar[] {
  const bars: Bar[] = [];
  let open: { kind: BarKind; from: number } | undefined;
  const turn = (kind: BarKind | undefined, at: number): void => {
    if (open?.kind === kind) return;
    if (open && at > open.from) bars.push({ ...open, to: at });
    open = kind && { kind, from: at };
  };
  for (const event of events) {
    const kind = phaseAfter(event, open?.kind);
    if (kind !== 'same') turn(kind, Date.parse(event.at));
  }
  turn(undefined, end);
  return bars;
}

function phaseAfter(event: KnownEvent, now: BarKind | undefined): BarKind | 'same' | undefined {
  switch (event.type) {
    case 'call.offered':
      return event.body.direction === 'in' ? 'flow' : 'ringing';
    case 'call.queued':
      return 'queue';
    case 'call.leg-offered':
      // A caller in a queue goes on waiting while a phone rings; one who talks goes on talking (attended transfer).
      return now === 'flow' ? 'ringing' : 'same';
    case 'call.answered':
    case 'call.resumed':
      return 'talking';
    case 'call.held':
      return 'held';
    case 'call.transferred':
      return event.body.kind === 'blind' ? 'ringing' : 'same';
    case 'call.ended':
      return undefined;
    default:
      return 'same';
  }
}

function legLanes(events: readonly KnownEvent[], end: number): Lane[] {
  const lanes = new Map<string, { party: Party; bars: Bar[] }>();
  const open = new Map<string, { party: Party; kind: BarKind; from: number }>();
  const close = (leg: string, at: number): void => {
    const bar = open.get(leg);
    if (!bar) return;
    open.delete(leg);
    const key = `${bar.party.kind} ${bar.party.id}`;
    const lane = lanes.get(key) ?? { party: bar.party, bars: [] };
    lanes.set(key, lane);
    if (at > bar.from) lane.bars.push({ kind: bar.kind, from: bar.from, to: at });
  };
  for (const event of events) {
    const at = Date.parse(event.at);
    if (event.type === 'call.leg-offered') {
      open.set(event.body.leg, { party: event.body.to, kind: 'ringing', from: at });
    } else if (event.type === 'call.answered') {
      const party = open.get(event.body.leg)?.party ?? event.body.by;
      close(event.body.leg, at);
      open.set(event.body.leg, { party, kind: 'talking', from: at });
    } else if (event.type === 'call.leg-refused' || event.type === 'call.leg-ended') {
      close(event.body.leg, at);
    } else if (event.type === 'call.ended') {
      for (const leg of [...open.keys()]) close(leg, at);
    }
  }
  for (const leg of [...open.keys()]) close(leg, end);
  return [...lanes.values()];
}

function recordingSpan(events: readonly KnownEvent[], end: number): Course['recording'] {
  const started = events.find((event) => event.type === 'recording.started');
  if (!started) return undefined;
  const from = Date.parse(started.at);
  const ended = events.find((event) => event.type === 'recording.ended');
  const to = ended?.type === 'recording.ended' ? from + ended.body.durationMs : end;
  return { from, to: Math.max(from + 1, to) };
}

/** Where marks stand on the time axis: at most `most` of them, at round steps; ms from the start. */
export function ticks(totalMs: number, most: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600].map((s) => s * 1000);
  const step = steps.find((one) => totalMs / one <= most) ?? 86_400_000;
  return Array.from({ length: Math.floor(totalMs / step) + 1 }, (_, i) => i * step);
}
