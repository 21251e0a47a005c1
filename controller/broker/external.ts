/**
 * A broker outside this process (Mosquitto, EMQX), with headquarters as one of its clients: one line speaks and hears what
 * every controller is to know, some more take in what is dealt out among the controllers. What the broker cannot judge, that a
 * box was revoked or says too much, is judged here before anything is taken in.
 */
import { randomBytes } from 'node:crypto';
import { decode, parseTopic, topicOf, topics, type Leaf, type Payload } from '@branchline/contracts/topics';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { isTakenIn } from './access-rules.ts';
import { Allowance, type Rate } from './allowance.ts';
import { Attendance } from './attendance.ts';
import { Believed, type NameStanding } from './believed.ts';
import type { Intake } from './intake.ts';
import { Line, visit, type Credentials, type Heard, type LineTuning } from './line.ts';
import type { BrokerAway, BrokerPort } from './port.ts';
import { subscriptionsOf } from './sharing.ts';
import { Tally } from './tally.ts';

export interface ExternalBrokerOptions {
  /** mqtts://host:port, for controllers. */
  readonly url: string;
  /** Where boxes reach it. */
  readonly forBoxes: { readonly host: string; readonly port: number };
  /** The group that what is dealt out is dealt to: a secret. */
  readonly group: string;
  readonly tenant: string;
  readonly credentials: () => Promise<Credentials>;
  /** Whether what bears this name is believed. */
  readonly standing: (box: string) => Promise<NameStanding>;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly rate?: Rate;
  readonly tuning?: LineTuning;
}

/**
 * Lines that are dealt to: each has one frame under way, and all of them together fill one commit, which takes some 10 ms. A frame
 * of a busy hour carries two events or three: with eight lines a controller took in a thousand events a second and was idle.
 */
const DEALT_LINES = 32;
/** Of a box: above it messages are dropped, and its history comes again by itself. */
const RATE: Rate = { messagesPerS: 1_000, bytesPerS: 32 * 1024 * 1024 };
const STOP_MS = 2_000;
const SWEEP_MS = 60_000;
/** Within so long the broker reads headquarters' list of revoked certificates again (docs/external-broker.md). */
const LIST_READ_MS = 60_000;
/** What could not be judged because the store was away, and is not said again by itself. */
const JUDGE_AGAIN_MS = 2_000;

export class ExternalBroker implements BrokerPort {
  readonly #options: ExternalBrokerOptions;
  readonly #tally = new Tally();
  readonly #attendance = new Attendance();
  readonly #believed: Believed;
  readonly #allowances = new Map<string, Allowance>();
  /** The newest word on a topic that could not be judged yet. */
  readonly #unjudged = new Map<string, Buffer>();
  readonly #cutAgain = new Map<string, Timer>();
  readonly #voice: Line;
  readonly #lines: readonly Line[];
  readonly #down = new Map<number, string>();
  #away: BrokerAway | undefined;
  #sweep: Timer | undefined;
  #stopping = false;

  constructor(options: ExternalBrokerOptions) {
    this.#options = options;
    this.#believed = new Believed(options.clock, options.standing);
    const { one, each } = subscriptionsOf(options.tenant, options.group);
    const name = `@hq-${randomBytes(6).toString('hex')}`;
    const line = (index: number): Line =>
      new Line(
        { ...options, clientId: `${name}-${index}`, subscriptions: index === 0 ? each : one },
        {
          up: () => this.#lineUp(index),
          down: (why) => this.#lineDown(index, why),
          heard: (said, done) => void this.#hear(said, done),
        },
      );
    this.#voice = line(0);
    this.#lines = [this.#voice, ...Array.from({ length: DEALT_LINES }, (_, index) => line(index + 1))];
  }

  get connections(): number {
    return this.#attendance.size;
  }

  get port(): number {
    return this.#options.forBoxes.port;
  }

  get host(): string {
    return this.#options.forBoxes.host;
  }

  get away(): BrokerAway | undefined {
    return this.#away;
  }

  isConnected(box: string): boolean {
    return this.#attendance.has(box);
  }

  counted(kind: string, sender: string): number {
    return this.#tally.of(kind, sender);
  }

  /** Does not fail when the broker is away: the pages are there, and it is tried again. */
  async start(): Promise<void> {
    this.#sweepLater();
    await Promise.all(this.#lines.map((line) => line.start()));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#sweep?.cancel();
    for (const timer of this.#cutAgain.values()) timer.cancel();
    await Promise.all(this.#lines.map((line) => line.stop(STOP_MS)));
  }

  send<L extends Leaf>(box: string, leaf: L, payload: Payload<L>): void {
    if (!this.#attendance.has(box)) return;
    const fault = this.#voice.publish(topicOf(this.#options.tenant, box, leaf), JSON.stringify(payload));
    if (fault !== undefined) this.#say('not-sent', box, fault);
  }

  /**
   * A client that comes with the name of another ends that one's session (MQTT 3.1.1, 3.1.4-2), at any broker. Whether the
   * box is let in when it comes again is the broker's list of revoked certificates to say: once more, when it must have read it.
   */
  cut(box: string): void {
    this.#believed.forget(box);
    void this.#takeOver(box);
    // Its will may not be taken in any more.
    this.#wentBy(box);
    this.#cutAgain.get(box)?.cancel();
    this.#cutAgain.set(
      box,
      this.#options.clock.after(LIST_READ_MS, () => {
        this.#cutAgain.delete(box);
        void this.#takeOver(box);
      }),
    );
  }

  async #takeOver(box: string): Promise<void> {
    try {
      const { url, tuning } = this.#options;
      await visit({ url, clientId: box }, await this.#options.credentials(), tuning);
    } catch (error) {
      this.#say('not-cut', box, error instanceof Error ? error.message : String(error));
    }
  }

  async #hear({ topic, payload, retained }: Heard, done: () => void): Promise<void> {
    const parsed = parseTopic(topic);
    if (parsed?.tenant !== this.#options.tenant || topics[parsed.leaf].direction !== 'up' || this.#stopping)
      return void done();
    const { box, leaf } = parsed;
    const { clock } = this.#options;
    if (!retained) this.#attendance.heard(box, clock.monotonic());
    if (this.#isOverAllowance(box, payload.length)) {
      this.#say('over its allowance', box, leaf);
      return void done();
    }
    const standing = await this.#standing(box);
    if (standing === undefined) {
      this.#judgeAgain(topic, { leaf, payload });
      return void done();
    }
    this.#unjudged.delete(topic);
    const restriction = standing === 'quarantined' ? standing : undefined;
    if (standing === 'revoked' || !isTakenIn(leaf, restriction)) {
      this.#say(`not taken in: ${standing}`, box, leaf);
      return void done();
    }
    this.#take({ box, leaf }, payload, done);
  }

  #take({ box, leaf }: { box: string; leaf: Leaf }, payload: Buffer, done: () => void): void {
    const now = this.#options.clock.monotonic();
    const state = leaf === 'presence' ? stateOf(payload) : undefined;
    if (state === 'online') this.#attendance.came(box, now);
    const fault = this.#guarded(box, leaf, () => this.#options.intake.take(box, leaf, payload, done));
    if (state === 'offline') this.#wentBy(box);
    if (fault === undefined) return;
    this.#say(`malformed ${leaf}`, box, fault);
    done();
  }

  /** A fault of ours while taking a message in costs that message, never the line. */
  #guarded(box: string, leaf: Leaf, take: () => string | undefined): string | undefined {
    try {
      return take();
    } catch (error) {
      this.#options.log.error({ err: error, box, leaf }, 'a message could not be taken in');
      return 'a fault of headquarters';
    }
  }

  async #standing(box: string): Promise<NameStanding | undefined> {
    try {
      return await this.#believed.of(box);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#say('not judged', box, why);
      return undefined;
    }
  }

  /** What the broker keeps is not said again by its box; all else is. */
  #judgeAgain(topic: string, { leaf, payload }: { leaf: Leaf; payload: Buffer }): void {
    if (!topics[leaf].retain) return;
    this.#unjudged.set(topic, payload);
    this.#options.clock.after(JUDGE_AGAIN_MS, () => {
      if (this.#unjudged.get(topic) === payload)
        void this.#hear({ topic, payload, retained: true }, () => undefined);
    });
  }

  #isOverAllowance(box: string, bytes: number): boolean {
    const now = this.#options.clock.monotonic();
    let allowance = this.#allowances.get(box);
    if (!allowance) {
      allowance = new Allowance(this.#options.rate ?? RATE, now);
      this.#allowances.set(box, allowance);
    }
    if (allowance.take(bytes, now) === 0) return false;
    allowance.giveBack(bytes);
    return true;
  }

  #lineUp(index: number): void {
    this.#down.delete(index);
    if (this.#down.size > 0 || this.#away === undefined) return;
    this.#away = undefined;
    this.#options.log.info({ url: this.#options.url }, 'the broker is reached');
  }

  #lineDown(index: number, why: string): void {
    this.#down.set(index, why);
    // What is connected is known by this line alone.
    if (index === 0) for (const box of this.#attendance.all()) this.#gone(box);
    if (this.#away !== undefined || this.#stopping) return;
    this.#away = { since: this.#options.clock.now(), why };
    this.#options.log.error(
      { url: this.#options.url, why },
      'the broker cannot be reached: boxes keep what they have to report',
    );
  }

  #sweepLater(): void {
    const { clock } = this.#options;
    this.#sweep = clock.after(SWEEP_MS, () => {
      for (const box of this.#attendance.silent(clock.monotonic())) this.#gone(box);
      this.#sweepLater();
    });
  }

  #wentBy(box: string): void {
    if (this.#attendance.went(box)) this.#gone(box);
  }

  #gone(box: string): void {
    this.#believed.forget(box);
    this.#allowances.delete(box);
    if (!this.#stopping) this.#options.intake.gone(box);
  }

  #say(kind: string, sender: string, detail: string): void {
    const count = this.#tally.add(kind, sender);
    if (count !== undefined)
      this.#options.log.warn(
        { kind, sender, count, detail },
        'headquarters refused or dropped at the broker outside',
      );
  }
}

/** The intake says what is wrong with it, if anything is. */
function stateOf(payload: Buffer): 'online' | 'offline' | undefined {
  const presence = decode('presence', payload);
  return presence.ok ? presence.payload.state : undefined;
}
