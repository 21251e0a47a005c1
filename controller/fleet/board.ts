/** The fleet as it is now, in memory: what the pages are shown, and what changes on them. */
import type { CallSummary } from '@branchline/contracts/call-story';
import { standingOf, type Version } from '@branchline/contracts/fleet/documents';
import type { HealthReport } from '@branchline/contracts/health';
import type { BoxSummary, FleetCall, FleetChange, FleetState } from '@branchline/contracts/http/controller';
import { localText } from '@branchline/contracts/live';
import { isStandIn } from '@branchline/contracts/stand-in-name';
import type { LedgerProof } from '@branchline/contracts/http/proof';
import type { Payload } from '@branchline/contracts/topics';
import type { Clock, Timer } from '@branchline/runtime/clock';
import { alarmsOfProof } from '../ledger/proof-alarm.ts';
import { missingCount } from '../ledger/stretches.ts';
import type { OpenAlarm } from '../store/alarms.ts';
import type { Stream } from '../store/streams.ts';
import { ownAlarms } from './own-alarms.ts';

export type Reported = Payload<'reported'>;

/** What is known of one box. */
export interface BoxNow {
  online: boolean;
  /** Ms since 1970, by headquarters' clock. */
  since: number | null;
  version: string | null;
  health: HealthReport | null;
  /** By how much the box's clock was ahead of headquarters' when it told of its health last, ms; null since the start. */
  aheadMs: number | null;
  reported: Reported | null;
  reportedAt: number | null;
  /** Of its document, at headquarters. */
  newest: Version | null;
  stream: Stream | null;
  proof: LedgerProof | null;
  alarms: readonly OpenAlarm[];
  /** Ms since 1970, of a box that another one uses the identity of. */
  quarantinedAt: number | null;
  readonly calls: Map<string, CallSummary>;
}

/** Changes of a box that come by the second (its ledger's numbers) are shown together, ms. */
const GATHER_MS = 500;

export class FleetBoard {
  readonly #clock: Clock;
  readonly #changed: (change: FleetChange) => void;
  readonly #boxes = new Map<string, BoxNow>();
  readonly #dirty = new Set<string>();
  #timer: Timer | undefined;

  constructor(clock: Clock, changed: (change: FleetChange) => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** What is known of the box, to be changed only through `change`. */
  of(box: string): Readonly<BoxNow> | undefined {
    return this.#boxes.get(box);
  }

  /** Sets what has changed; shown at once, or with the next changes when `soon` is enough. */
  change(box: string, part: Partial<Omit<BoxNow, 'calls'>>, when: 'now' | 'soon' = 'now'): void {
    const now = this.#open(box);
    if (part.stream && now.stream && part.stream.id !== now.stream.id) this.#dropCalls(box, now);
    Object.assign(now, part);
    this.#dirty.add(box);
    if (when === 'now') this.#show(box);
    else this.#timer ??= this.#clock.after(GATHER_MS, () => this.#showAll());
  }

  /** A call of the box's present ledger, as it is told now. */
  call(box: string, summary: CallSummary): void {
    const { calls } = this.#open(box);
    const live = summary.outcome === 'live';
    const was = calls.has(summary.id);
    if (!live && !was) return;
    if (live) calls.set(summary.id, summary);
    else calls.delete(summary.id);
    this.#tellCall(box, summary.id, live ? callOf(box, summary) : null);
    if (live !== was) this.change(box, {}, 'soon');
  }

  /** All calls that go on in the box's present ledger: any other has ended. */
  liveCalls(box: string, live: readonly CallSummary[]): void {
    const { calls } = this.#open(box);
    const names = new Set(live.map(({ id }) => id));
    for (const [id, known] of [...calls]) if (!names.has(id)) this.#ended(box, known);
    for (const call of live) if (calls.get(call.id)?.lastSeq !== call.lastSeq) this.call(box, call);
  }

  #ended(box: string, { id }: CallSummary): void {
    this.#open(box).calls.delete(id);
    this.#tellCall(box, id, null);
    this.change(box, {}, 'soon');
  }

  state(): FleetState {
    const calls: Record<string, FleetCall> = {};
    for (const [box, now] of this.#boxes)
      for (const [id, summary] of now.calls) calls[`${box}/${id}`] = callOf(box, summary);
    const boxes = Object.fromEntries(this.summaries().map((summary) => [summary.box, summary]));
    return { at: this.#at(), boxes, calls };
  }

  summaries(): BoxSummary[] {
    return [...this.#boxes].map(([box, now]) => summaryOf(box, now));
  }

  summary(box: string): BoxSummary | undefined {
    const now = this.#boxes.get(box);
    return now && summaryOf(box, now);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #open(box: string): BoxNow {
    const known = this.#boxes.get(box);
    if (known) return known;
    const fresh: BoxNow = { ...UNKNOWN, calls: new Map() };
    this.#boxes.set(box, fresh);
    return fresh;
  }

  /** The box's database began anew: whatever went on in the old one is not going on there any more. */
  #dropCalls(box: string, now: BoxNow): void {
    for (const id of [...now.calls.keys()]) this.#tellCall(box, id, null);
    now.calls.clear();
  }

  #showAll(): void {
    this.#timer = undefined;
    for (const box of [...this.#dirty]) this.#show(box);
  }

  #show(box: string): void {
    this.#dirty.delete(box);
    this.#changed({ at: this.#at(), in: 'boxes', id: box, value: this.summary(box) ?? null });
  }

  #tellCall(box: string, id: string, value: FleetCall | null): void {
    this.#changed({ at: this.#at(), in: 'calls', id: `${box}/${id}`, value });
  }

  #at(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

/** A call, with whose it is. */
export const callOf = (box: string, summary: CallSummary): FleetCall => ({
  ...summary,
  box,
  ...(isStandIn(box) && { standIn: true }),
});

const UNKNOWN = {
  online: false,
  since: null,
  version: null,
  health: null,
  aheadMs: null,
  reported: null,
  reportedAt: null,
  newest: null,
  stream: null,
  proof: null,
  alarms: [],
  quarantinedAt: null,
} as const;

function summaryOf(box: string, now: BoxNow): BoxSummary {
  const { stream } = now;
  return {
    box,
    name: siteName(now.reported),
    timezone: siteZone(now.reported),
    online: now.online,
    since: now.since === null ? null : new Date(now.since).toISOString(),
    version: now.version,
    revision: now.reported?.revision ?? null,
    documents: {
      version: now.newest?.version ?? null,
      standing: standingOf(now.newest ?? undefined, now.reported),
    },
    health: now.health,
    liveCalls: now.calls.size,
    alarms: [...ownAlarms(box, now), ...now.alarms, ...alarmsOfProof(now.proof)],
    ledger: {
      epoch: stream?.epoch ?? null,
      contiguous: stream?.kept.upto ?? 0,
      newest: stream?.newest ?? 0,
      missing: stream ? missingCount(stream.kept, stream.newest) : 0,
      ...(now.proof && { proof: now.proof }),
    },
  };
}

function siteZone(reported: Reported | null): string | null {
  const site = reported?.document['site'] as { timezone?: unknown } | undefined;
  return typeof site?.timezone === 'string' ? site.timezone : null;
}

/** The branch's name as its own document gives it; a document of a newer form may have none that is understood. */
function siteName(reported: Reported | null): BoxSummary['name'] {
  const site = reported?.document['site'] as { name?: unknown } | undefined;
  const name = localText.safeParse(site?.name);
  return name.success ? name.data : null;
}
