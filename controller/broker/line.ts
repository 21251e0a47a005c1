/**
 * One connection to a broker outside this process, opened again for as long as it runs: with full jitter, so that several
 * controllers do not come back in step.
 *
 * A message is confirmed to the broker (PUBACK) when whoever heard it says that he is done, and the next is read after that:
 * a line has one message under way, the rest waits at the broker and in the socket.
 */
import { backoff, type Backoff } from '@branchline/runtime/backoff';
import type { Clock, Timer } from '@branchline/runtime/clock';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { Subscription } from './sharing.ts';

export interface Heard {
  readonly topic: string;
  readonly payload: Buffer;
  /** Said before this line was there, and kept by the broker. */
  readonly retained: boolean;
}

export interface LineEvents {
  up(): void;
  /** After every failed attempt and every loss. */
  down(why: string): void;
  /** `done` once, when it has been dealt with. */
  heard(said: Heard, done: () => void): void;
}

export interface Credentials {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

export interface LineOptions {
  /** mqtts://host:port */
  readonly url: string;
  /** Asked before each attempt: a certificate may have been renewed. */
  readonly credentials: () => Promise<Credentials>;
  readonly clientId: string;
  readonly subscriptions: readonly Subscription[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly tuning?: LineTuning;
}

export interface LineTuning {
  readonly openMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** A line that stood this long was a good one: the next wait is a short one. */
  readonly provenMs: number;
  readonly keepaliveS: number;
}

export const LINE_TUNING: LineTuning = {
  openMs: 10_000,
  firstRetryMs: 500,
  longestRetryMs: 15_000,
  provenMs: 30_000,
  keepaliveS: 20,
};

/** What the broker has not confirmed yet, at most: a fleet's documents fit, a broker that stands still does not fill the memory. */
const MOST_UNCONFIRMED = 30_000;
const MOST_UNCONFIRMED_BYTES = 128 * 1024 * 1024;

export class Line {
  readonly #options: LineOptions;
  readonly #events: LineEvents;
  readonly #tuning: LineTuning;
  readonly #backoff: Backoff;
  #running = false;
  #up = false;
  #client: MqttClient | undefined;
  #timer: Timer | undefined;
  #unconfirmed = { messages: 0, bytes: 0 };

  constructor(options: LineOptions, events: LineEvents) {
    this.#options = options;
    this.#events = events;
    this.#tuning = options.tuning ?? LINE_TUNING;
    const { firstRetryMs: firstMs, longestRetryMs: longestMs } = this.#tuning;
    this.#backoff = backoff({ firstMs, longestMs, random: options.random });
  }

  get isUp(): boolean {
    return this.#up;
  }

  /** Resolves when the first attempt is over, however it ended. */
  start(): Promise<void> {
    this.#running = true;
    return this.#attempt();
  }

  /** What has been published goes out first, within `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.#running = false;
    this.#timer?.cancel();
    const client = this.#client;
    if (!client) return;
    await new Promise<void>((resolve) => {
      const late = this.#options.clock.after(withinMs, () => {
        client.end(true);
        resolve();
      });
      client.end(!client.connected, {}, () => {
        late.cancel();
        resolve();
      });
    });
  }

  /** Undefined when it is on its way; else why it was dropped. */
  publish(topic: string, text: string): string | undefined {
    const client = this.#client;
    if (!client || !this.#up) return 'the broker is away';
    const bytes = Buffer.byteLength(text);
    const under = this.#unconfirmed;
    if (under.messages >= MOST_UNCONFIRMED || under.bytes + bytes > MOST_UNCONFIRMED_BYTES)
      return `the broker has ${under.messages} messages unconfirmed`;
    under.messages += 1;
    under.bytes += bytes;
    client.publish(topic, text, { qos: 1 }, () => {
      under.messages -= 1;
      under.bytes -= bytes;
    });
    return undefined;
  }

  async #attempt(): Promise<void> {
    let client: MqttClient;
    try {
      client = dial(this.#options, await this.#options.credentials(), this.#tuning);
    } catch (error) {
      return void this.#wait(reasonOf(error));
    }
    if (!this.#running) return void client.end(true);
    this.#client = client;
    this.#unconfirmed = { messages: 0, bytes: 0 };
    client.handleMessage = ({ topic, payload, retain }, done) =>
      this.#events.heard({ topic, payload: Buffer.from(payload), retained: retain }, () => done());
    await new Promise<void>((resolve) => {
      const opening = this.#options.clock.after(this.#tuning.openMs, () =>
        end(`no connection within ${this.#tuning.openMs} ms`),
      );
      let proven: Timer | undefined;
      let ended = false;
      const end = (why: string): void => {
        if (ended) return;
        ended = true;
        opening.cancel();
        proven?.cancel();
        client.end(true);
        if (this.#client === client) this.#client = undefined;
        this.#up = false;
        this.#wait(why);
        resolve();
      };
      client.on('error', (error) => end(reasonOf(error)));
      client.on('close', () => end('the broker closed the connection'));
      client.on('connect', () => {
        void subscribe(client, this.#options.subscriptions).then((fault) => {
          if (ended) return;
          if (fault !== undefined) return end(fault);
          opening.cancel();
          proven = this.#options.clock.after(this.#tuning.provenMs, () => this.#backoff.reset());
          this.#up = true;
          this.#events.up();
          resolve();
        });
      });
    });
  }

  #wait(why: string): void {
    if (!this.#running) return;
    this.#events.down(why);
    this.#timer = this.#options.clock.after(this.#backoff.next(), () => void this.#attempt());
  }
}

/** Undefined, or why the broker did not grant all of them. */
async function subscribe(
  client: MqttClient,
  subscriptions: readonly Subscription[],
): Promise<string | undefined> {
  try {
    await client.subscribeAsync(
      Object.fromEntries(subscriptions.map(({ filter, qos }) => [filter, { qos }])),
    );
    return undefined;
  } catch (error) {
    return `the broker refused a subscription: ${reasonOf(error)}`;
  }
}

/**
 * Comes under a name, and goes.
 * @throws when it did not come
 */
export async function visit(
  place: Pick<LineOptions, 'url' | 'clientId'>,
  credentials: Credentials,
  tuning: LineTuning = LINE_TUNING,
): Promise<void> {
  const client = dial(place, credentials, tuning);
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.on('error', reject);
      client.once('close', () => reject(new Error('the broker closed the connection')));
    });
    await client.endAsync();
  } finally {
    client.end(true);
  }
}

function dial(
  { url, clientId }: Pick<LineOptions, 'url' | 'clientId'>,
  credentials: Credentials,
  tuning: LineTuning,
): MqttClient {
  const options: IClientOptions = {
    ...credentials,
    protocolVersion: 4,
    clientId,
    /** Nothing waits at the broker for a controller that is away: boxes say again what was not acknowledged. */
    clean: true,
    keepalive: tuning.keepaliveS,
    reschedulePings: false,
    connectTimeout: tuning.openMs,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    writeCache: false,
  };
  return mqtt.connect(url, options);
}

/** A connection refused on several addresses at once has its reasons inside, and no words of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message || error.name : String(error);
}
