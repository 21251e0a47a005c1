/**
 * A box of the load generator, by the real contract and as light as can be: presence with its last will, report, health, documents tried and
 * confirmed, the ledger in frames by headquarters' word alone, and the digest of what it sent. Its history is computed from its number, so
 * that ten thousand of them remember nothing but how far they are.
 */
import { createHash } from 'node:crypto';
import type { SecureContext } from 'node:tls';
import type { DesiredState } from '@branchline/contracts/fleet/documents';
import { canonicalLine, piecesOf } from '@branchline/contracts/ledger-digest';
import { leaves, topicOf, topics, type Leaf, type Payload } from '@branchline/contracts/topics';
import { cutFrame, FRAME_EVENTS } from '@branchline/firmware/uplink/frames';
import { DRAIN_TUNING } from '@branchline/firmware/uplink/drain-core';
import { SESSION_TUNING } from '@branchline/firmware/uplink/session';
import { backoff, type Backoff } from '@branchline/runtime/backoff';
import { EPOCH, eventOf } from '../../bench/ingest/story.ts';
import { text } from '../../bench/ingest/wire.ts';
import { healthText, parsedText } from './sayings.ts';
import { WireLink } from './wire-link.ts';

export interface LoadBoxOrder {
  readonly tenant: string;
  readonly name: string;
  /** Tells its history from all others'. */
  readonly index: number;
  readonly port: () => number;
  /** Absent where the line is not encrypted. */
  readonly context?: () => SecureContext;
  /** `bare`: it connects, subscribes and confirms what comes, as much as any broker can measure. */
  readonly speaks: 'contract' | 'bare';
  /** The document in force at first, as a person wrote it; not asked for from a bare one. */
  readonly source?: string;
  /** 0 to 1, as Math.random. */
  readonly random: () => number;
}

const DOWN = leaves.filter((leaf) => topics[leaf].direction === 'down');
const VERSION = '0.3.0';
/** Of a line that stays; a box tells how it is so often, ms. */
const HEALTH_MS = 300_000;
const decoder = new TextDecoder();

export class LoadBox {
  readonly name: string;
  /** Milliseconds, as performance.now(): subscribed; report taken in by headquarters. NaN while it is not so. */
  readyAt = NaN;
  takenInAt = NaN;
  /** Of the ledger: the newest event, and headquarters' own word. */
  newest = 0;
  acked = 0;
  /** Of the broker, which is no promise. */
  confirmedByBroker = 0;
  source: string;
  /** When the newest document came, and when headquarters had heard that it stays; performance.now(). */
  documentAt = NaN;
  confirmedAt = NaN;
  version = 0;
  /** Of the newest document on the wire. */
  documentBytes = NaN;
  messages = 0;
  lost = 0;
  lastFault = '';
  onChange: () => void = () => undefined;
  readonly #order: LoadBoxOrder;
  readonly #backoff: Backoff;
  readonly #topics = new Map<Leaf, Buffer>();
  #link: WireLink | undefined;
  #desired: DesiredState = { seen: null, common: 0, state: 'none', at: null };
  #revision = '';
  #next = 1;
  #flying: number[] = [];
  #again: NodeJS.Timeout | undefined;
  #health: NodeJS.Timeout | undefined;
  #wanted = false;

  constructor(order: LoadBoxOrder) {
    this.#order = order;
    this.name = order.name;
    this.source = order.source ?? '';
    const { firstRetryMs: firstMs, longestRetryMs: longestMs } = SESSION_TUNING;
    this.#backoff = backoff({ firstMs, longestMs, random: order.random });
  }

  /** From now on it is there, or tries to be, with the waits of a real one between tries. */
  start(): void {
    this.#wanted = true;
    this.#open();
  }

  /** The line is cut, and it does not come back by itself. */
  stop(): void {
    this.#wanted = false;
    clearTimeout(this.#again);
    this.#link?.cut();
  }

  /** The line is cut, and it comes back by itself. */
  cut(): void {
    this.#link?.cut();
  }

  get isReady(): boolean {
    return !Number.isNaN(this.readyAt);
  }

  /** So many more events have happened. */
  grow(events: number): void {
    this.newest += events;
    this.#refill();
  }

  /** Publishes its health; calls back once the broker has it. */
  tellHealth(confirmed?: () => void): void {
    this.#publish('health', Buffer.from(healthText(now())), confirmed);
  }

  #open(): void {
    const { port, context, tenant, name, speaks } = this.#order;
    const will = {
      topic: topicOf(tenant, name, 'presence'),
      payload: Buffer.from(`{"v":1,"state":"offline","version":"${VERSION}","at":"${now()}"}`),
    };
    this.#link = new WireLink(
      {
        port: port(),
        context: context?.(),
        clientId: name,
        topics: DOWN.map((leaf) => topicOf(tenant, name, leaf)),
        ...(speaks === 'contract' ? { will } : {}),
      },
      {
        ready: () => this.#ready(),
        message: (topic, body) => this.#message(topic, body),
        ended: (why) => this.#ended(why),
      },
    );
  }

  #ready(): void {
    this.readyAt = performance.now();
    this.#backoff.reset();
    if (this.#order.speaks === 'contract') {
      const run = createHash('sha256').update(this.name).digest('hex').slice(0, 16);
      const presence = `{"v":1,"state":"online","version":"${VERSION}","at":"${now()}","run":"${run}"}`;
      this.#publish('presence', Buffer.from(presence));
      this.#report();
      this.tellHealth();
      this.#health = setInterval(() => this.tellHealth(), HEALTH_MS * (0.9 + 0.2 * this.#order.random()));
      this.#next = this.acked + 1;
      this.#flying = [];
      this.#refill();
    }
    this.onChange();
  }

  #ended(why: string): void {
    if (this.isReady) this.lost += 1;
    this.lastFault = why;
    this.readyAt = this.takenInAt = NaN;
    clearInterval(this.#health);
    if (this.#wanted) this.#again = setTimeout(() => this.#open(), this.#backoff.next());
    this.onChange();
  }

  #message(topic: string, body: Buffer): void {
    this.messages += 1;
    const leaf = topic.slice(topic.lastIndexOf('/') + 1) as Leaf;
    if (this.#order.speaks === 'bare') {
      if (leaf === 'desired') this.documentAt = performance.now();
      return this.onChange();
    }
    const said = JSON.parse(decoder.decode(body)) as never;
    if (leaf === 'ledger-ack') this.#acked(said);
    else if (leaf === 'desired') this.#take(said, body.length);
    else if (leaf === 'reported-ack') this.#heardOf(said);
    else if (leaf === 'ledger-resend') this.#resend(said);
    else if (leaf === 'ledger-compare') this.#compare(said);
  }

  #acked({ upto }: Payload<'ledger-ack'>): void {
    if (upto <= this.acked) return;
    this.acked = upto;
    this.#flying = this.#flying.filter((last) => last > upto);
    this.#refill();
    this.onChange();
  }

  #refill(): void {
    while (this.isReady && this.#flying.length < DRAIN_TUNING.window && this.#next <= this.newest) {
      const upto = this.#send(this.#next, Math.min(this.newest, this.#next + FRAME_EVENTS - 1));
      this.#flying.push(upto);
      this.#next = upto + 1;
    }
  }

  /** As many as fit one frame; the last of them. */
  #send(from: number, to: number): number {
    const events = Array.from({ length: to - from + 1 }, (_, at) => eventOf(this.#order.index, from + at));
    const frame = cutFrame(EPOCH, this.newest, events);
    if (!frame) throw new Error('a frame of no events');
    this.#publish('ledger', frame.bytes, () => {
      this.confirmedByBroker += frame.events;
      this.onChange();
    });
    return frame.upto;
  }

  #resend({ epoch, from, to }: Payload<'ledger-resend'>): void {
    if (epoch !== EPOCH) return;
    const last = Math.min(to, this.newest);
    for (let at = from; at <= last;) at = this.#send(at, Math.min(last, at + FRAME_EVENTS - 1)) + 1;
  }

  #compare({ id, epoch, from, to }: Payload<'ledger-compare'>): void {
    const known = epoch === EPOCH && from <= to && to <= this.newest;
    const sha256 = known ? digestOf(this.#order.index, from, to) : null;
    const answer = { v: 1, id, epoch: EPOCH, from, to, newest: this.newest, sha256 };
    this.#publish('ledger-digest', Buffer.from(JSON.stringify(answer)));
  }

  /** Tried until headquarters has heard that it is tried, as a box does. */
  #take({ version, revision, source }: Payload<'desired'>, bytes: number): void {
    const { seen, common } = this.#desired;
    if (seen?.version === version && seen.revision === revision) return this.#report();
    this.source = source;
    this.version = version;
    this.documentBytes = bytes;
    this.#desired = { seen: { version, revision }, common, state: 'trying', at: now() };
    this.documentAt = performance.now();
    this.confirmedAt = NaN;
    this.#report();
    this.onChange();
  }

  #heardOf({ revision }: Payload<'reported-ack'>): void {
    if (Number.isNaN(this.takenInAt)) this.takenInAt = performance.now();
    if (revision !== this.#revision) return;
    const { seen, state } = this.#desired;
    if (state === 'trying') {
      this.#desired = { seen, common: seen?.version ?? 0, state: 'confirmed', at: now() };
      this.#report();
    } else if (state === 'confirmed' && Number.isNaN(this.confirmedAt)) {
      this.confirmedAt = performance.now();
    }
    this.onChange();
  }

  #report(): void {
    this.#revision = createHash('sha256').update(this.source).digest('hex');
    const head = JSON.stringify({ v: 1, version: VERSION, revision: this.#revision, warnings: 0, at: now() });
    const hardware = `{"vendor":"Acme","product":"${this.#order.index % 2 === 0 ? 'One' : 'Two'}"}`;
    const rest = `"desired":${JSON.stringify(this.#desired)},"hardware":${hardware}`;
    const document = parsedText(this.name, this.source);
    this.#publish('reported', Buffer.from(`${head.slice(0, -1)},${rest},"document":${document}}`));
  }

  #publish(leaf: Leaf, payload: Buffer, confirmed?: () => void): void {
    let topic = this.#topics.get(leaf);
    if (!topic) {
      topic = text(topicOf(this.#order.tenant, this.name, leaf));
      this.#topics.set(leaf, topic);
    }
    this.#link?.publish(topic, payload, confirmed, topics[leaf].retain);
  }
}

const now = (): string => new Date().toISOString();

/** Of what the box of this number has told, as it would answer. */
export function digestOf(box: number, from: number, to: number): string {
  const whole = createHash('sha256');
  for (const piece of piecesOf(from, to)) {
    const hash = createHash('sha256');
    for (let seq = piece.from; seq <= piece.to; seq += 1) hash.update(canonicalLine(eventOf(box, seq)));
    whole.update(hash.digest());
  }
  return whole.digest('hex');
}
