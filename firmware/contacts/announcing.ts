/** A text said to whoever answers first of some telephones: a call that the box itself begins. It leaves nothing behind. */
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { WaitEnded, Waits } from '@branchline/runtime/wait';
import type { Engine, EngineEvent, Media } from '../engine/port.ts';

export type Announced =
  /** Said to the end, at that telephone. */
  | { readonly result: 'heard'; readonly phone: string }
  /** Nobody answered in time, or hung up before the end. */
  | { readonly result: 'nobody' }
  /** There is no voice, or no engine to ring with. */
  | { readonly result: 'cannot' };

export interface AnnouncerDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Undefined where it cannot be spoken. */
  readonly speak: (text: string) => Promise<Media | undefined>;
}

const RING_MS = 30_000;
/** Twice a sentence with an address. */
const SAY_MS = 60_000;
const TIMES = 2;

export class Announcer {
  readonly #deps: AnnouncerDeps;
  readonly #heard: Waits<EngineEvent>;
  #engine: Engine | undefined;
  #running = false;
  #made = 0;

  constructor(deps: AnnouncerDeps) {
    this.#deps = deps;
    this.#heard = new Waits(deps.clock);
  }

  /** Undefined when it is lost: what is under way ends. */
  engineIs(engine: Engine | undefined): void {
    this.#engine = engine;
    if (!engine) this.#heard.endAll();
  }

  hear(event: EngineEvent): void {
    if (this.#heard.size > 0) this.#heard.offer(event);
  }

  /** Never rejects. One at a time: undefined while another is under way. */
  async announce(phones: readonly string[], text: string, from: string): Promise<Announced | undefined> {
    if (this.#running) return undefined;
    this.#running = true;
    try {
      return await this.#announce(phones, text, from);
    } catch (error) {
      if (!(error instanceof WaitEnded)) this.#deps.log.warn({ err: error }, 'an announcement was not made');
      return { result: 'nobody' };
    } finally {
      this.#running = false;
    }
  }

  async #announce(phones: readonly string[], text: string, from: string): Promise<Announced> {
    const engine = this.#engine;
    const media = engine && (await this.#deps.speak(text));
    if (!engine || !media) return { result: 'cannot' };
    if (phones.length === 0) return { result: 'nobody' };
    const at = this.#deps.clock.now();
    // Named as legs: what a crash leaves behind is let go with those that nobody knows.
    const channels = new Map(phones.map((phone) => [`announce-${at}-${this.#made++}-leg-1`, phone]));
    try {
      const channel = await this.#rung(engine, channels, from);
      const phone = channels.get(channel);
      if (phone === undefined) return { result: 'nobody' };
      for (const other of channels.keys()) if (other !== channel) engine.hangup(other).catch(() => undefined);
      return (await this.#said(engine, channel, media)) ? { result: 'heard', phone } : { result: 'nobody' };
    } finally {
      for (const channel of channels.keys()) engine.hangup(channel).catch(() => undefined);
    }
  }

  /** The channel that answered first; '' when none can any more. Rejects in the end. */
  async #rung(engine: Engine, channels: ReadonlyMap<string, string>, from: string): Promise<string> {
    const open = new Set(channels.keys());
    let first = '';
    const settles = (event: EngineEvent): boolean => {
      if (event.type === 'channel-gone') open.delete(event.channel);
      if (event.type === 'channel-state' && event.state === 'up' && open.has(event.channel))
        first = event.channel;
      return first !== '' || open.size === 0;
    };
    const answered = this.#heard.until('an answer', settles, RING_MS + 1_000);
    answered.catch(() => undefined);
    for (const [channel, name] of channels) {
      const leg = { channel, to: { kind: 'phone', name }, callerNumber: '', callerName: from } as const;
      engine.call(leg, RING_MS).catch(() => {
        this.#heard.offer({ type: 'channel-gone', channel, cause: { code: 27, text: 'not made' } });
      });
    }
    await answered;
    return first;
  }

  async #said(engine: Engine, channel: string, media: Media): Promise<boolean> {
    const playback = `${channel}-says`;
    const ends = (event: EngineEvent): boolean =>
      (event.type === 'playback-finished' && event.playback === playback) ||
      (event.type === 'channel-gone' && event.channel === channel);
    const over = this.#heard.until('the end of an announcement', ends, SAY_MS);
    over.catch(() => undefined);
    await engine.play(channel, playback, Array<Media>(TIMES).fill(media));
    const event = await over;
    return event.type === 'playback-finished' && !event.failed;
  }
}
