/** Writes frames of the ledger: events, the calls they tell of, alarms and the streams' state, in one transaction. */
import { tell, type CallSummary } from '@branchline/contracts/call-story';
import { knownEvent, type LedgerEvent } from '@branchline/contracts/ledger';
import { blockOf } from '@branchline/contracts/ledger-digest';
import type { Payload } from '@branchline/contracts/topics';
import type { Db } from '@branchline/runtime/sqlite';
import type { Alarms } from '../store/alarms.ts';
import type { BlockDigests } from '../store/block-digests.ts';
import type { Boxes } from '../store/boxes.ts';
import { startsAt } from '../store/call-ids.ts';
import type { Calls, KeptCall } from '../store/calls.ts';
import type { Events } from '../store/events.ts';
import type { LedgerReader } from '../store/ledger-reader.ts';
import type { Stream, Streams } from '../store/streams.ts';
import { CallCache } from './call-cache.ts';
import { has, highest, keep, without } from './stretches.ts';

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
  readonly db: Db;
  readonly boxes: Boxes;
  readonly streams: Streams;
  readonly events: Events;
  readonly calls: Calls;
  readonly alarms: Alarms;
  readonly blocks: BlockDigests;
  readonly reader: LedgerReader;
}

/** A stream in more pieces than this keeps no further piece: the box is asked for the gaps first. */
const MOST_STRETCHES = 1_000;

/** What one transaction has gathered so far. */
interface Batch {
  readonly streams: Map<string, Stream>;
  readonly ofCalls: Map<string, { stream: Stream; name: string; events: LedgerEvent[] }>;
  readonly ofNone: { stream: Stream; event: LedgerEvent }[];
  readonly alarmed: Set<number>;
}

export class LedgerWriter {
  readonly #store: LedgerStore;
  readonly #streams = new Map<string, Stream>();
  readonly #cache = new CallCache();

  constructor(store: LedgerStore) {
    this.#store = store;
  }

  /** @throws what SQLite throws; nothing of these arrivals is stored then. */
  write(arrivals: readonly Arrival[]): Written {
    return this.#inOne(() => this.#writeAll(arrivals));
  }

  /**
   * Takes out a stretch that is not what the box has, so that it counts as missing and is asked for again.
   * @throws what SQLite throws; nothing is taken out then.
   */
  forget({ box, epoch }: Pick<Stream, 'box' | 'epoch'>, from: number, to: number): Stream {
    return this.#inOne(() => {
      const { streams, events, blocks, reader } = this.#store;
      const key = `${box}/${epoch}`;
      const before = this.#open(key, box, epoch);
      for (const owner of reader.owners(before, [from, to], 'all'))
        if (events.remove(owner, from, to) && 'call' in owner) this.#tellLess(before, owner);
      blocks.drop(before.id, blockOf(from), blockOf(to));
      const stream = { ...before, kept: without(before.kept, [from, to]) };
      streams.save(stream);
      this.#streams.set(key, stream);
      return stream;
    });
  }

  #inOne<T>(work: () => T): T {
    try {
      return this.#store.db.transaction(work).immediate();
    } catch (error) {
      // What is remembered may be of the transaction that was undone.
      this.#streams.clear();
      this.#cache.clear();
      this.#store.events.forget();
      this.#store.boxes.forget();
      throw error;
    }
  }

  #writeAll(arrivals: readonly Arrival[]): Written {
    const batch: Batch = { streams: new Map(), ofCalls: new Map(), ofNone: [], alarmed: new Set() };
    for (const arrival of arrivals) this.#sort(arrival, batch);
    for (const { stream, event } of batch.ofNone) this.#store.events.add({ stream: stream.id }, event);
    const calls = [];
    for (const group of batch.ofCalls.values()) {
      const summary = this.#writeCall(group.stream, group.name, group.events);
      if (summary) calls.push({ stream: group.stream, summary });
    }
    for (const [key, stream] of batch.streams) {
      this.#store.streams.save(stream);
      this.#streams.set(key, stream);
    }
    return { streams: [...batch.streams.values()], calls, alarmed: batch.alarmed };
  }

  /** Leaves out what is kept already, and puts the rest where it belongs. */
  #sort({ box, frame }: Arrival, batch: Batch): void {
    const key = `${box}/${frame.epoch}`;
    const stream = batch.streams.get(key) ?? this.#open(key, box, frame.epoch);
    let { kept } = stream;
    for (const event of frame.events) {
      if (has(kept, event.seq)) continue;
      const next = keep(kept, event.seq);
      if (next.beyond.length > MOST_STRETCHES) continue;
      kept = next;
      this.#noteAlarm(stream, event, batch);
      if (event.call === undefined) batch.ofNone.push({ stream, event });
      else this.#groupOf(stream, event.call, batch).push(event);
    }
    const newest = Math.max(stream.newest, frame.newest, highest(kept));
    batch.streams.set(key, { ...stream, kept, newest });
  }

  #open(key: string, box: string, epoch: string): Stream {
    return this.#streams.get(key) ?? this.#store.streams.open(this.#store.boxes.idOf(box), box, epoch);
  }

  #groupOf(stream: Stream, name: string, batch: Batch): LedgerEvent[] {
    const key = `${stream.id}/${name}`;
    const group = batch.ofCalls.get(key) ?? { stream, name, events: [] };
    batch.ofCalls.set(key, group);
    return group.events;
  }

  #noteAlarm(stream: Stream, raw: LedgerEvent, batch: Batch): void {
    if (!raw.type.startsWith('alarm.')) return;
    const event = knownEvent(raw);
    if (event?.type === 'alarm.raised')
      this.#store.alarms.raised(stream.id, event.seq, Date.parse(event.at), event.body);
    if (event?.type === 'alarm.placed') this.#store.alarms.placed(stream.id, event.seq, event.body);
    if (event?.type === 'alarm.acknowledged')
      this.#store.alarms.acknowledged(stream.id, event.seq, Date.parse(event.at), event.body);
    if (event?.type === 'alarm.cleared') this.#store.alarms.cleared(stream.id, event.seq, event.body);
    batch.alarmed.add(stream.id);
  }

  /** Events of a call were taken out: it is told by those that are left, and was none if there are none. */
  #tellLess(stream: Stream, { call: id, name }: { readonly call: number; readonly name: string }): void {
    const { calls, events } = this.#store;
    this.#cache.forget(`${stream.id}/${name}`);
    const left = events.of({ call: id, name }).sort((a, b) => a.seq - b.seq);
    if (left.length === 0) return calls.remove(id);
    const place = { box: stream.boxId, stream: stream.id, name };
    calls.save(place, { id, summary: left.reduce(tell, undefined), lastSeq: left.at(-1)?.seq ?? 0 }, false);
  }

  /** An event that comes late is put in its place by telling the whole call again from its events. */
  #writeCall(stream: Stream, name: string, fresh: LedgerEvent[]): CallSummary | undefined {
    const { calls, events } = this.#store;
    const place = { box: stream.boxId, stream: stream.id, name };
    const key = `${stream.id}/${name}`;
    const known = this.#cache.get(key) ?? calls.find(place);
    fresh.sort((a, b) => a.seq - b.seq);
    const [first] = fresh;
    if (!first) return undefined;
    const inOrder = !known || first.seq > known.lastSeq;
    const summary = inOrder
      ? fresh.reduce(tell, known?.summary)
      : [...events.of({ call: known.id, name }), ...fresh]
          .sort((a, b) => a.seq - b.seq)
          .reduce(tell, undefined);
    const startedMs = Date.parse(summary?.startedAt ?? first.at);
    const id = known ? this.#placed(known, summary, startedMs) : calls.freeIdAt(startedMs);
    for (const event of fresh) events.add({ call: id, name }, event);
    const lastSeq = Math.max(known?.lastSeq ?? 0, fresh.at(-1)?.seq ?? 0);
    const kept: KeptCall = { id, summary, lastSeq };
    calls.save(place, kept, !known);
    this.#cache.set(key, kept);
    return summary;
  }

  /** The id says when the call started: learning that anew moves the call and its events. */
  #placed(known: KeptCall, summary: CallSummary | undefined, startedMs: number): number {
    if (!summary || startsAt(known.id, startedMs)) return known.id;
    const id = this.#store.calls.move(known.id, startedMs);
    this.#store.events.move(known.id, id);
    return id;
  }
}
