/** What must be true of a box's ledger and of headquarters' after whatever happened: nothing lost, nothing twice, one story. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { BranchBed } from '../bed/branch.ts';

export interface LedgerFaults {
  readonly faults: string[];
  readonly events: readonly LedgerEvent[];
}

interface Row {
  seq: number;
  at: number;
  call: string | null;
  type: string;
  body: string;
}

/** The box's events as they lie on disk. */
export function eventsOf(bed: BranchBed): LedgerEvent[] {
  const db = new DatabaseSync(join(bed.boxDir, 'ledger.db'), { readOnly: true });
  try {
    const rows = db.prepare('select * from events order by seq').all() as unknown as Row[];
    return rows.map(({ seq, at, call, type, body }) => ({
      seq,
      at: new Date(at).toISOString(),
      ...(call === null ? {} : { call }),
      type,
      body: JSON.parse(body) as Record<string, unknown>,
    }));
  } finally {
    db.close();
  }
}

/** The same, once the box has written what it had still in its step log: it does so before anybody reads its history. */
export async function settledEventsOf(bed: BranchBed): Promise<LedgerEvent[]> {
  await bed.box().calls();
  return eventsOf(bed);
}

/** Where the calls in progress are, by what the box has on disk. */
export function stagesOf(bed: BranchBed): string[] {
  const db = new DatabaseSync(join(bed.boxDir, 'ledger.db'), { readOnly: true });
  try {
    const rows = db.prepare('select state from open_calls').all() as unknown as { state: string }[];
    return rows.map(({ state }) => {
      const { stage, held, legs } = JSON.parse(state) as {
        stage: { at: string };
        held?: object;
        legs: object;
      };
      if (held) return 'held';
      return stage.at === 'queue' && Object.keys(legs).length > 0 ? 'queue, ringing' : stage.at;
    });
  } finally {
    db.close();
  }
}

/** Faults of a ledger at rest, in words: every call begun once and ended once, numbers without a gap, no event twice. */
export function ledgerFaults(events: readonly LedgerEvent[]): string[] {
  const faults: string[] = [];
  events.forEach(({ seq }, index) => {
    if (seq !== index + 1) faults.push(`event ${index + 1} of the ledger has the number ${seq}`);
  });
  for (const [call, its] of byCall(events)) {
    const types = its.map(({ type }) => type);
    const many = (type: string): number => types.filter((each) => each === type).length;
    if (!types.some((type) => type.startsWith('call.'))) {
      faults.push(`${call} has ${types.join(', ')} and never began`);
      continue;
    }
    const began = many('call.offered') + many('call.survived');
    if (began !== (wasLeftToEngine(its) ? 2 : 1) || many('call.ended') !== many('call.offered'))
      faults.push(`${call} did not begin once and end once: ${types.join(', ')}`);
    if (many('recording.ended') + many('recording.missing') > 1)
      faults.push(`${call} says of its recording: ${types.join(', ')}`);
    for (const twice of repeated(its)) faults.push(`${call} has twice: ${twice}`);
  }
  return faults;
}

/** As ledgerFaults, of a box whose last words may be some milliseconds from its disk. */
export async function restingFaults(bed: BranchBed, withinMs = 3_000): Promise<string[]> {
  const until = performance.now() + withinMs;
  for (;;) {
    const faults = ledgerFaults(eventsOf(bed));
    if (faults.length === 0 || performance.now() > until) return faults;
    await pause(50);
  }
}

/** One that the service had begun when it died, and the engine took itself: both tell of it, in one story. */
const wasLeftToEngine = (its: readonly LedgerEvent[]): boolean =>
  its.some(({ type, body }) => type === 'call.ended' && body.outcome === 'survived');

function repeated(events: readonly LedgerEvent[]): string[] {
  const seen = new Set<string>();
  return events.flatMap(({ type, at, body }) => {
    const once = [
      'call.leg-offered',
      'call.leg-ended',
      'call.leg-refused',
      'recording.started',
      'recording.ended',
    ];
    const what = once.includes(type)
      ? `${type} ${String(body.leg ?? body.recording)}`
      : `${type} ${at} ${JSON.stringify(body)}`;
    if (seen.has(what)) return [what];
    seen.add(what);
    return [];
  });
}

export function byCall(events: readonly LedgerEvent[]): Map<string, LedgerEvent[]> {
  const calls = new Map<string, LedgerEvent[]>();
  for (const event of events) {
    if (event.call === undefined) continue;
    const known = calls.get(event.call);
    if (known) known.push(event);
    else calls.set(event.call, [event]);
  }
  return calls;
}

/** How often each number called, by the ledger. */
export function placedBy(events: readonly LedgerEvent[]): Map<string, number> {
  const counts = new Map<string, number>();
  const counted = new Set<string>();
  for (const { type, call = '', body } of events) {
    const from =
      type === 'call.offered'
        ? (body.from as { id: string }).id
        : type === 'call.survived'
          ? body.from
          : undefined;
    if (typeof from !== 'string' || counted.has(call)) continue;
    counted.add(call);
    counts.set(from, (counts.get(from) ?? 0) + 1);
  }
  return counts;
}

interface BoxAtHq {
  box: string;
  ledger: { contiguous: number; newest: number; missing: number };
}

/** Waits until headquarters has as many events as the box, then compares what the two tell of each call. */
export async function headquartersFaults(bed: BranchBed, withinMs: number): Promise<string[]> {
  const until = performance.now() + withinMs;
  const hq = bed.hq();
  let at: BoxAtHq | undefined;
  do {
    const { boxes } = await hq.get<{ boxes: BoxAtHq[] }>('/api/boxes');
    at = boxes.find(({ box }) => box === bed.branch.site.id);
    if (at && at.ledger.contiguous === eventsOf(bed).length) break;
    await pause(100);
  } while (performance.now() < until);
  const newest = eventsOf(bed).length;
  if (!at || at.ledger.contiguous !== newest || at.ledger.newest !== newest || at.ledger.missing !== 0)
    return [`headquarters has ${JSON.stringify(at?.ledger)} of ${newest} events after ${withinMs} ms`];
  const faults: string[] = [];
  for (const [call, events] of byCall(eventsOf(bed))) {
    if (!events.some(({ type }) => type === 'call.offered' || type === 'call.survived')) continue;
    const there = await hq
      .get<{ events: LedgerEvent[] }>(`/api/boxes/${bed.branch.site.id}/calls/${encodeURIComponent(call)}`)
      .catch((error: unknown) => ({ events: String(error) }));
    if (JSON.stringify(there.events) !== JSON.stringify(events))
      faults.push(
        `headquarters tells another story of ${call}: ${JSON.stringify(there.events).slice(0, 300)}`,
      );
  }
  return faults;
}

/** Callers of one queue are first offered to an agent in the order in which they came; who was cut off and calls again came when he came first. */
export function placesLost(events: readonly LedgerEvent[]): string[] {
  const waits = new Map<string, { readonly since: number; readonly entered: string }>();
  const offered = new Set<string>();
  const faults: string[] = [];
  for (const { type, call = '', at, body } of events) {
    if (type === 'call.queued' && !waits.has(call))
      waits.set(call, { since: Date.parse(at) - Number(body.keptWaitMs ?? 0), entered: at });
    if (type === 'call.ended') offered.add(call);
    if (type !== 'call.leg-offered' || body.queue === undefined || offered.has(call)) continue;
    // In the order of their since, those of the same millisecond in that of the ledger.
    const order = [...waits].toSorted(([, one], [, other]) => one.since - other.since);
    const ahead = order.slice(
      0,
      order.findIndex(([waiting]) => waiting === call),
    );
    // Whom a step took in may be written before whom it had chosen: of one moment nothing is said.
    const before = ahead.flatMap(([other, { entered }]) =>
      offered.has(other) || entered === at ? [] : [other],
    );
    if (before.length > 0) faults.push(`${call} was offered before ${before.join(', ')}, who came first`);
    offered.add(call);
  }
  return faults;
}

/** Waits until the ledger counts as many calls as were placed and says nothing more; what was lost stays lost then. */
export async function untilSettled(
  bed: BranchBed,
  placed: ReadonlyMap<string, number>,
  withinMs: number,
): Promise<readonly LedgerEvent[]> {
  const until = performance.now() + withinMs;
  let events = eventsOf(bed);
  for (;;) {
    await pause(1_500);
    const before = events.length;
    events = eventsOf(bed);
    const counts = placedBy(events);
    const complete = [...placed].every(([who, calls]) => counts.get(who) === calls);
    const running = recordingsUnderWay(events);
    if ((complete && running === 0 && events.length === before) || performance.now() > until) return events;
  }
}

function recordingsUnderWay(events: readonly LedgerEvent[]): number {
  const many = (type: string): number => events.filter((event) => event.type === type).length;
  return many('recording.started') - many('recording.ended') - many('recording.missing');
}

/** The stories of one party's calls, short enough to be read beside a fault. */
export function storiesOf(events: readonly LedgerEvent[], party: string): string {
  const its = [...byCall(events)].filter(([, [first]]) => JSON.stringify(first?.body).includes(party));
  const line = ({ at, type, body }: LedgerEvent): string =>
    `    ${at.slice(11, 23)} ${type} ${JSON.stringify(body).slice(0, 220)}`;
  return its.map(([call, told]) => [`  ${call}`, ...told.map(line)].join('\n')).join('\n');
}
