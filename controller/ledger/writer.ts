/** Writes frames of the ledger: events, the calls they tell of, alarms and the streams' state, in one transaction. */
import { isDeepStrictEqual } from 'node:util';
import { tell, type CallSummary } from '@branchline/contracts/call-story';
import { knownEvent, type LedgerEvent } from '@branchline/contracts/ledger';
import { blockOf } from '@branchline/contracts/ledger-digest';
import type { Payload } from '@branchline/contracts/topics';
import { Turns } from '@branchline/runtime/turns';
import type { Alarms } from '../store/alarms.ts';
import type { BlockDigests } from '../store/block-digests.ts';
import type { Boxes } from '../store/boxes.ts';
import { startsAt } from '../store/call-ids.ts';
import type { Calls, CallPlace, KeptCall } from '../store/calls.ts';
import type { Database } from '../store/database.ts';
import type { Events, Owner } from '../store/events.ts';
import type { LedgerReader } from '../store/ledger-reader.ts';
import type { Stream, Streams } from '../store/streams.ts';
import { CallCache } from './call-cache.ts';
import { has, highest, keep, without, type Stretch } from './stretches.ts';

export interface Arrival {
  readonly box: string;
  readonly frame: Payload<'ledger'>;
}

export interface Written {
  /** Every stream that the frames belonged to, as it is now. */
  readonly streams: readonly Stream[];
  /** Every call that changed, told anew. */
  readonly calls: readonly { readonly stream: Stream; readonly summary: CallSummary }[];
  /** Streams in which an alarm was raised or cleared. */
  readonly alarmed: ReadonlySet<number>;
}

export interface LedgerStore {
  readonly db: Database;
  readonly boxes: Boxes;
  readonly streams: Streams;
  readonly events: Events;
  readonly calls: Calls;
  readonly alarms: Alarms;
  readonly blocks: BlockDigests;
  readonly reader: LedgerReader;
  /** What others at this database are to read anew, told in the transaction that changes it. */
  readonly changed?: (streams: readonly Stream[]) => Promise<void>;
}

/** A stream in more pieces than this keeps no further piece: the box is asked for the gaps first. */
const MOST_STRETCHES = 1_000;

/** What one transaction has gathered so far. */
interface Batch {
  readonly streams: Map<string, Stream>;
  readonly ofCalls: Map<string, Group>;
  readonly ofNone: { owner: Owner; event: LedgerEvent }[];
  readonly ofAlarms: { stream: Stream; event: LedgerEvent }[];
}

/** The fresh events of one call. */
interface Group {
  readonly stream: Stream;
  readonly name: string;
  readonly events: LedgerEvent[];
}

/** A call told anew. */
interface Told {
  readonly place: CallPlace;
  readonly known: KeptCall | undefined;
  readonly summary: CallSummary | undefined;
  readonly startedMs: number;
  readonly fresh: readonly LedgerEvent[];
}

/**
 * Reads what it needs of the database in few questions, decides, and writes in few statements: between this process and its
 * database there may be a line.
 */
export class LedgerWriter {
  readonly #store: LedgerStore;
  /** As they were when they were written here last, by box and epoch. */
  readonly #streams = new Map<string, Stream>();
  readonly #cache = new CallCache();
  readonly #turns = new Turns();

  constructor(store: LedgerStore) {
    this.#store = store;
  }

  /** @throws what the database throws; nothing of these arrivals is stored then */
  write(arrivals: readonly Arrival[]): Promise<Written> {
    return this.#inOne(() => this.#writeAll(arrivals));
  }

  /**
   * Takes out a stretch that is not what the box has, so that it counts as missing and is asked for again. `first` is done in the same
   * transaction, before anything else.
   * @throws what the database throws; nothing is taken out then
   */
  forget(
    { box, epoch }: Pick<Stream, 'box' | 'epoch'>,
    [from, to]: Stretch,
    first?: () => Promise<void>,
  ): Promise<Stream> {
    return this.#inOne(async () => {
      await first?.();
      const { streams, events, blocks, reader } = this.#store;
      const before = (await this.#held([{ box, epoch }])).get(keyOf(box, epoch));
      if (!before) throw new Error(`stream ${epoch} of box '${box}' is not there`);
      for (const owner of await reader.owners(before, [from, to], 'all'))
        if ((await events.remove(owner, from, to)) && 'call' in owner) await this.#tellLess(before, owner);
      await blocks.drop(before.id, blockOf(from), blockOf(to));
      const stream = { ...before, kept: without(before.kept, [from, to]) };
      await streams.save([stream]);
      await this.#store.changed?.([stream]);
      this.#streams.set(keyOf(box, epoch), stream);
      return stream;
    });
  }

  #inOne<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take('ledger', async () => {
      try {
        return await this.#store.db.together(work);
      } catch (error) {
        // What is remembered may be of the transaction that was undone.
        this.#streams.clear();
        this.#cache.clear();
        throw error;
      }
    });
  }

  async #writeAll(arrivals: readonly Arrival[]): Promise<Written> {
    const streams = await this.#held(arrivals.map(({ box, frame }) => ({ box, epoch: frame.epoch })));
    const batch: Batch = { streams, ofCalls: new Map(), ofNone: [], ofAlarms: [] };
    for (const arrival of arrivals) sort(arrival, batch);
    for (const { stream, event } of batch.ofAlarms) await this.#noteAlarm(stream, event);
    const calls = await this.#writeEvents(batch);
    await this.#store.streams.save([...streams.values()]);
    await this.#store.changed?.([...streams.values()]);
    for (const [key, stream] of streams) this.#streams.set(key, stream);
    const alarmed = new Set(batch.ofAlarms.map(({ stream }) => stream.id));
    return { streams: [...streams.values()], calls, alarmed };
  }

  /** The streams as the database has them, and nobody else's until all is written. */
  async #held(wanted: readonly { box: string; epoch: string }[]): Promise<Map<string, Stream>> {
    const { boxes, streams } = this.#store;
    const ids: number[] = [];
    for (const { box, epoch } of new Map(
      wanted.map((each) => [keyOf(each.box, each.epoch), each]),
    ).values()) {
      const known = this.#streams.get(keyOf(box, epoch));
      ids.push(known?.id ?? (await streams.open(await boxes.idOf(box), box, epoch)).id);
    }
    const held = new Map<string, Stream>();
    for (const stream of await streams.hold(ids)) {
      const key = keyOf(stream.box, stream.epoch);
      const known = this.#streams.get(key);
      // Somebody else has written to it: what is remembered of its calls may be old.
      if (known && !isDeepStrictEqual(known, stream)) this.#cache.clear();
      held.set(key, stream);
    }
    return held;
  }

  async #noteAlarm(stream: Stream, raw: LedgerEvent): Promise<void> {
    const { alarms } = this.#store;
    const event = knownEvent(raw);
    if (event?.type === 'alarm.raised')
      await alarms.raised(stream.id, event.seq, Date.parse(event.at), event.body);
    if (event?.type === 'alarm.placed') await alarms.placed(stream.id, event.seq, event.body);
    if (event?.type === 'alarm.acknowledged')
      await alarms.acknowledged(stream.id, event.seq, Date.parse(event.at), event.body);
    if (event?.type === 'alarm.cleared') await alarms.cleared(stream.id, event.seq, event.body);
  }

  /** The calls that changed. */
  async #writeEvents({ ofCalls, ofNone }: Batch): Promise<Written['calls']> {
    const { calls, events } = this.#store;
    const known = await this.#knownCalls([...ofCalls.values()]);
    const told: Told[] = [];
    for (const [key, group] of ofCalls) told.push(await this.#tell(group, known.get(key)));
    const ids = await this.#placed(told);
    const saved = told.map((call, index) => {
      const lastSeq = Math.max(call.known?.lastSeq ?? 0, call.fresh.at(-1)?.seq ?? 0);
      const kept: KeptCall = { id: ids[index] ?? 0, summary: call.summary, lastSeq };
      return { place: call.place, call: kept, isNew: call.known === undefined, fresh: call.fresh };
    });
    const ofThese = saved.flatMap(({ place, call, fresh }) =>
      fresh.map((event) => ({ owner: { call: call.id, name: place.name }, event })),
    );
    await events.add([...ofNone, ...ofThese]);
    await calls.save(saved);
    for (const { place, call } of saved) this.#cache.set(callKey(place.stream, place.name), call);
    const groups = [...ofCalls.values()];
    return told.flatMap(({ summary }, index) => {
      const stream = groups[index]?.stream;
      return summary && stream ? [{ stream, summary }] : [];
    });
  }

  async #knownCalls(groups: readonly Group[]): Promise<ReadonlyMap<string, KeptCall>> {
    const known = new Map<string, KeptCall>();
    const asked: CallPlace[] = [];
    for (const { stream, name } of groups) {
      const key = callKey(stream.id, name);
      const call = this.#cache.get(key);
      if (call) known.set(key, call);
      else asked.push({ box: stream.boxId, stream: stream.id, name });
    }
    if (asked.length === 0) return known;
    for (const { place, call } of await this.#store.calls.find(asked))
      known.set(callKey(place.stream, place.name), call);
    return known;
  }

  /** Events of a call were taken out: it is told by those that are left, and was none if there are none. */
  async #tellLess(stream: Stream, owner: { readonly call: number; readonly name: string }): Promise<void> {
    const { calls, events } = this.#store;
    const { call: id, name } = owner;
    this.#cache.forget(callKey(stream.id, name));
    const left = [...(await events.of(owner))].sort((a, b) => a.seq - b.seq);
    if (left.length === 0) return calls.remove(id);
    const place = { box: stream.boxId, stream: stream.id, name };
    const call = { id, summary: left.reduce(tell, undefined), lastSeq: left.at(-1)?.seq ?? 0 };
    await calls.save([{ place, call, isNew: false }]);
  }

  /** An event that comes late is put in its place by telling the whole call again from its events. */
  async #tell({ stream, name, events }: Group, known: KeptCall | undefined): Promise<Told> {
    const fresh = events.sort((a, b) => a.seq - b.seq);
    const first = fresh[0];
    const inOrder = !known || (first !== undefined && first.seq > known.lastSeq);
    const summary = inOrder
      ? fresh.reduce(tell, known?.summary)
      : [...(await this.#store.events.of({ call: known.id, name })), ...fresh]
          .sort((a, b) => a.seq - b.seq)
          .reduce(tell, undefined);
    const startedMs = Date.parse(summary?.startedAt ?? first?.at ?? '');
    return { place: { box: stream.boxId, stream: stream.id, name }, known, summary, startedMs, fresh };
  }

  /** The id says when the call started: learning that anew moves the call and its events. */
  async #placed(told: readonly Told[]): Promise<number[]> {
    const { calls, events } = this.#store;
    const stays = ({ known, summary, startedMs }: Told): boolean =>
      known !== undefined && (!summary || startsAt(known.id, startedMs));
    const free = await calls.freeIdsAt(told.flatMap((call) => (stays(call) ? [] : [call.startedMs])));
    const ids: number[] = [];
    for (const call of told) {
      const id = stays(call) ? (call.known?.id ?? 0) : (free.shift() ?? 0);
      if (call.known && call.known.id !== id) {
        await calls.move(call.known.id, id);
        await events.move(call.known.id, id);
      }
      ids.push(id);
    }
    return ids;
  }
}

const keyOf = (box: string, epoch: string): string => `${box}/${epoch}`;
const callKey = (stream: number, name: string): string => `${stream}/${name}`;

/** Leaves out what is kept already, and puts the rest where it belongs. */
function sort({ box, frame }: Arrival, batch: Batch): void {
  const key = keyOf(box, frame.epoch);
  const stream = batch.streams.get(key);
  if (!stream) throw new Error(`stream ${frame.epoch} of box '${box}' is not there`);
  let { kept } = stream;
  for (const event of frame.events) {
    if (has(kept, event.seq)) continue;
    const next = keep(kept, event.seq);
    if (next.beyond.length > MOST_STRETCHES) continue;
    kept = next;
    if (event.type.startsWith('alarm.')) batch.ofAlarms.push({ stream, event });
    if (event.call === undefined) batch.ofNone.push({ owner: { stream: stream.id }, event });
    else groupOf(stream, event.call, batch).push(event);
  }
  const newest = Math.max(stream.newest, frame.newest, highest(kept));
  batch.streams.set(key, { ...stream, kept, newest });
}

function groupOf(stream: Stream, name: string, batch: Batch): LedgerEvent[] {
  const key = callKey(stream.id, name);
  const group = batch.ofCalls.get(key) ?? { stream, name, events: [] };
  batch.ofCalls.set(key, group);
  return group.events;
}
