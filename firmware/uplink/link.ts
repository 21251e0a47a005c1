/**
 * One connection to headquarters' broker, from its opening to its end: MQTT 3.1.1 over TLS with the box's certificate.
 * It never comes back by itself; the session opens the next one.
 */
import { MqttClient, type IPublishPacket } from 'mqtt';
import { coded, CodedError, saidOf } from '@branchline/contracts/alarm-detail';
import { leaves, topicOf, topics, type Leaf } from '@branchline/contracts/topics';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Identity } from './identity.ts';
import { secureLine } from './secure-line.ts';

export interface LinkAddress {
  readonly host: string;
  readonly port: number;
  readonly tenant: string;
  readonly box: string;
}

export interface LinkEvents {
  /** Connected, and subscribed to every leaf that headquarters may send on. */
  up(): void;
  message(topic: string, bytes: Uint8Array): void;
  /** The end, for whatever reason; once, and nothing comes after it. */
  down(why: string): void;
}

export interface Link {
  /**
   * For QoS 1, resolves when the broker has taken the message (which is no promise that it keeps it); for QoS 0, when it
   * has left. Rejects when the connection ends first; a silent broker ends the connection.
   */
  publish(leaf: Leaf, payload: object | Buffer): Promise<void>;
  /** Ends the connection in order, without a last will; resolves within `withinMs`. */
  close(withinMs: number): Promise<void>;
}

export interface LinkTuning {
  /** A dead line is found within one and a half of these. */
  readonly keepaliveS: number;
  /** From opening to subscribed. */
  readonly openMs: number;
  /** From a message to the broker's word on it. */
  readonly answerMs: number;
}

export const LINK_TUNING: LinkTuning = { keepaliveS: 30, openMs: 15_000, answerMs: 30_000 };

export interface LinkOptions {
  readonly address: LinkAddress;
  readonly identity: Identity;
  /** Published by the broker on the presence leaf when the connection dies. */
  readonly will: object;
  readonly clock: Clock;
  readonly tuning?: LinkTuning;
}

export function openLink(options: LinkOptions, events: LinkEvents): Link {
  const { address, clock } = options;
  const tuning = options.tuning ?? LINK_TUNING;
  const topic = (leaf: Leaf): string => topicOf(address.tenant, address.box, leaf);
  const client = dial(options, tuning, topic('presence'));
  const broken = new Set<(error: Error) => void>();
  let ended = false;

  const end = (why: string): void => {
    if (ended) return;
    ended = true;
    opening.cancel();
    client.end(true);
    for (const reject of broken) reject(new CodedError(why));
    events.down(why);
  };
  const opening: Timer = clock.after(tuning.openMs, () => end(coded('no-connection-within', tuning.openMs)));

  client.on('connect', () => void subscribe());
  client.on('message', (at: string, bytes: Buffer, _packet: IPublishPacket) => {
    if (!ended) events.message(at, bytes);
  });
  client.on('error', (error) => end(reasonOf(error)));
  client.on('close', () => end(coded('broker-closed')));

  const ask = (down: readonly Leaf[]): Promise<unknown> =>
    client.subscribeAsync(Object.fromEntries(down.map((leaf) => [topic(leaf), { qos: topics[leaf].qos }])));

  async function subscribe(): Promise<void> {
    const down = leaves.filter((leaf) => topics[leaf].direction === 'down');
    try {
      await ask(down.filter((leaf) => !topics[leaf].mayBeRefused));
    } catch (error) {
      return void end(`${coded('broker-refused')}${reasonOf(error)}`);
    }
    // Those that are granted are ours even where another of them is refused.
    await ask(down.filter((leaf) => topics[leaf].mayBeRefused)).catch(() => undefined);
    if (ended) return;
    opening.cancel();
    events.up();
  }

  function publish(leaf: Leaf, payload: object | Buffer): Promise<void> {
    const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
    return new Promise<void>((resolve, reject) => {
      if (ended) return reject(new CodedError(coded('connection-ended')));
      const late = clock.after(tuning.answerMs, () => end(coded('no-word', leaf, tuning.answerMs)));
      const settle = (error?: Error | null): void => {
        late.cancel();
        broken.delete(settle);
        if (error) reject(error);
        else resolve();
      };
      broken.add(settle);
      const { qos, retain } = topics[leaf];
      client.publish(topic(leaf), bytes, { qos, retain }, (error) => settle(error ?? null));
    });
  }

  function close(withinMs: number): Promise<void> {
    return new Promise<void>((resolve) => {
      if (ended) return resolve();
      const late = clock.after(withinMs, () => {
        end(coded('closed-in-haste'));
        resolve();
      });
      client.end(false, {}, () => {
        late.cancel();
        end(coded('closed-by-us'));
        resolve();
      });
    });
  }

  return { publish, close };
}

function dial(options: LinkOptions, tuning: LinkTuning, presence: string): MqttClient {
  const { address, identity } = options;
  const line = (client: MqttClient) =>
    secureLine(address, identity, (error) => void client.emit('error', error));
  return new MqttClient(line, {
    protocolVersion: 4,
    clientId: address.box,
    /** Nothing waits at the broker for a box that is away: what counts is asked for again, by either side. */
    clean: true,
    keepalive: tuning.keepaliveS,
    /** Pings go out however much is published: messages into a dead line must not put off its discovery. */
    reschedulePings: false,
    connectTimeout: tuning.openMs,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    /** The cache holds every packet number there may be, 65536 buffers. */
    writeCache: false,
    will: { topic: presence, payload: Buffer.from(JSON.stringify(options.will)), qos: 1, retain: true },
  });
}

/** A connection refused on several addresses at once has its reasons inside, and no words of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error && error.message === '' ? error.name : saidOf(error);
}
