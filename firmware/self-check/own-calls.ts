/**
 * Calls of the box to itself, on lines of the engine's own: they come in as a caller's do and are answered here, so that no telephone
 * rings, no agent is asked, and no figure counts them. Each leaves nothing behind.
 */
import { readFile, rm } from 'node:fs/promises';
import type { Clock } from '@branchline/runtime/clock';
import { WaitEnded, Waits } from '@branchline/runtime/wait';
import type { ChannelId, Engine, EngineEvent, Media } from '../engine/port.ts';
import type { SelfCheckReason } from '@branchline/contracts/self-check';

export interface OwnCall {
  /** What a caller would hear is heard here. */
  readonly caller: ChannelId;
  /** What a caller is to hear is played here. */
  readonly inside: ChannelId;
}

/** Why a check has failed, where it is the engine that did not do its part. */
export class NotAsExpected extends Error {
  readonly because: SelfCheckReason;
  readonly detail: string | undefined;
  constructor(because: SelfCheckReason, detail?: string) {
    super(because);
    this.name = 'NotAsExpected';
    this.because = because;
    this.detail = detail;
  }
}

export interface OwnCallDeps {
  readonly clock: Clock;
  /** Where the engine's recording of that name lies, on this side. */
  readonly soundFile: (recording: string) => string;
}

const TAKEN_MS = 3_000;
/** Of each prompt no more is listened to. */
export const LISTEN_MS = 3_000;
/** Where no packet comes at all the engine does not end a recording by its length. */
const LISTENED_MS = LISTEN_MS + 2_000;
const LARGEST_SOUND = 400_000;

export class OwnCalls {
  readonly #deps: OwnCallDeps;
  readonly #heard: Waits<EngineEvent>;
  #engine: Engine | undefined;
  #made = 0;

  constructor(deps: OwnCallDeps) {
    this.#deps = deps;
    this.#heard = new Waits(deps.clock);
  }

  /** Undefined when it is lost: whatever is under way ends. */
  engineIs(engine: Engine | undefined): void {
    this.#engine = engine;
    if (!engine) this.#heard.endAll();
  }

  get engine(): Engine {
    if (!this.#engine) throw new WaitEnded('the engine', 'peer-gone');
    return this.#engine;
  }

  hear(event: EngineEvent): void {
    if (this.#heard.size > 0) this.#heard.offer(event);
  }

  /** Makes a call, does something with it, and ends it whatever comes. */
  async during<T>(number: string, signal: AbortSignal, work: (call: OwnCall) => Promise<T>): Promise<T> {
    const call = this.#name();
    const { engine } = this;
    try {
      await this.#open(engine, call, number, signal);
      return await work(call);
    } finally {
      for (const channel of [call.caller, call.inside]) engine.hangup(channel).catch(() => undefined);
    }
  }

  /** Plays, and gives what the caller hears of the first seconds: 16-bit little-endian at 8 kHz. */
  async hearing(call: OwnCall, media: readonly Media[], signal: AbortSignal): Promise<Buffer> {
    const { engine } = this;
    this.#made += 1;
    const name = `${call.caller}-${this.#made}`;
    const [ear, playback, recording] = [`${name}-ear`, `${name}-play`, `${name}-heard`];
    const file = this.#deps.soundFile(recording);
    try {
      const recorded = this.#until('what is heard', isRecorded(ear, recording), LISTENED_MS, signal);
      await engine.overhear(call.caller, ear, recording, LISTEN_MS);
      const played = this.#until('the end of the prompt', isPlayed(playback), LISTENED_MS, signal);
      await engine.play(call.inside, playback, media);
      const first = await unlessLate(Promise.race([recorded, played]));
      if (first?.type === 'playback-finished') {
        if (first.failed) throw new NotAsExpected('not-played', media.join(' '));
        await engine.hangup(ear);
        await unlessLate(recorded);
      } else await engine.stopPlay(playback).catch(() => undefined);
      return (await readFile(file).catch(() => Buffer.alloc(0))).subarray(0, LARGEST_SOUND);
    } finally {
      engine.hangup(ear).catch(() => undefined);
      await rm(file, { force: true });
    }
  }

  async #open(engine: Engine, call: OwnCall, number: string, signal: AbortSignal): Promise<void> {
    const { caller, inside } = call;
    const taken = this.#until('the call', arrivesOrGoes(call), TAKEN_MS, signal);
    const there = engine.callIn({ caller, inside, number });
    there.catch(() => undefined);
    const event = await Promise.race([taken, there.then(() => taken)]).catch((error: unknown) => {
      if (error instanceof WaitEnded && error.why !== 'timeout') throw error;
      throw new NotAsExpected('not-taken', error instanceof WaitEnded ? undefined : String(error));
    });
    if (event.type !== 'channel-arrived') throw new NotAsExpected('not-taken');
    await engine.answer(inside);
    await there;
  }

  #until(
    what: string,
    matches: (event: EngineEvent) => boolean,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<EngineEvent> {
    const waited = this.#heard.until(what, matches, timeoutMs, signal);
    waited.catch(() => undefined);
    return waited;
  }

  /** Named as legs: what a crash leaves behind is let go with the others that nobody knows. */
  #name(): OwnCall {
    this.#made += 1;
    const name = `self-check-${this.#deps.clock.now()}-${this.#made}`;
    return { caller: `${name}-leg-1`, inside: `${name}-leg-2` };
  }
}

const arrivesOrGoes =
  ({ caller, inside }: OwnCall) =>
  (event: EngineEvent): boolean =>
    (event.type === 'channel-arrived' && event.channel === inside) ||
    (event.type === 'channel-gone' && (event.channel === inside || event.channel === caller));

const isRecorded = (ear: string, recording: string) => (event: EngineEvent) =>
  (event.type === 'message-recorded' && event.recording === recording) ||
  (event.type === 'channel-gone' && event.channel === ear);

const isPlayed = (playback: string) => (event: EngineEvent) =>
  event.type === 'playback-finished' && event.playback === playback;

/** What has not come by then has not come: the sound that is there says whether anything was heard. */
async function unlessLate(wait: Promise<EngineEvent>): Promise<EngineEvent | undefined> {
  try {
    return await wait;
  } catch (error) {
    if (error instanceof WaitEnded && error.why === 'timeout') return undefined;
    throw error;
  }
}
