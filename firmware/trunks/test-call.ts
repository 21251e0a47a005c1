/**
 * One test call: out by a trunk to a number that answers, a tone sent, and what comes back judged by its content. It yields
 * to callers, and leaves nothing behind.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { TestVerdict } from '@branchline/contracts/trunks';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { WaitEnded, Waits } from '@branchline/runtime/wait';
import type { Engine, EngineEvent, Media } from '../engine/port.ts';
import { placed } from './own-call.ts';
import { judgeSound, samplesOf, testTone } from './tone.ts';

export interface TestOrder {
  readonly trunk: string;
  readonly gateway: string;
  /** The gateway's address: asked for the test although it is thought not to be there, which is what a test is to show. */
  readonly at?: { readonly host: string; readonly port: number };
  readonly to: string;
  /** The number gives back what it hears. */
  readonly returns: boolean;
  /** Shown to the called side. */
  readonly callerNumber: string;
}

export interface TestOutcome {
  readonly verdict: TestVerdict;
  readonly tookMs: number;
  readonly answerMs?: number;
  readonly cause?: number;
  readonly packets?: number;
}

export interface TestCallDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Where the engine's recording of that name lies, on this side. */
  readonly soundFile: (recording: string) => string;
  /**
   * Where the tone is put, and how the engine calls that. A file, as the engine throws away what it hears while it plays a
   * tone of its own making (seen with Asterisk 22.10).
   */
  readonly tone: { readonly file: string; readonly media: Media };
}

const ANSWER_MS = 20_000;
/** Long enough for 0.4 s of tone to go there and back over any network, short enough that a test is cheap. */
const LISTEN_MS = 3_000;
/** Where no packet comes at all the engine does not end the recording by its length. */
const LISTENED_MS = LISTEN_MS + 2_000;
/** 3 s of 16-bit samples at 8 kHz are 48 000 bytes. */
const LARGEST = 400_000;
/** ITU-T Q.850. */
const BUSY = 17;

type Outcome = Omit<TestOutcome, 'tookMs'>;

export class TestCalls {
  readonly #deps: TestCallDeps;
  readonly #heard: Waits<EngineEvent>;
  readonly #running = new Map<string, AbortController>();
  #engine: Engine | undefined;
  #toneMade: Promise<void> | undefined;

  constructor(deps: TestCallDeps) {
    this.#deps = deps;
    this.#heard = new Waits(deps.clock);
  }

  /** Undefined when it is lost: whatever is under way ends without a verdict. */
  engineIs(engine: Engine | undefined): void {
    this.#engine = engine;
    if (!engine) this.#heard.endAll();
  }

  hear(event: EngineEvent): void {
    if (this.#heard.size > 0) this.#heard.offer(event);
  }

  /** Its channel is needed. */
  giveUp(trunk: string): void {
    this.#running.get(trunk)?.abort();
  }

  stop(): void {
    for (const running of this.#running.values()) running.abort();
  }

  /** Never rejects. */
  async make(order: TestOrder): Promise<TestOutcome> {
    const { clock, log } = this.#deps;
    const began = clock.monotonic();
    const running = new AbortController();
    this.#running.set(order.trunk, running);
    const outcome = await this.#run(order, began, running.signal).catch((error: unknown): Outcome => {
      const why = error instanceof WaitEnded ? error.why : undefined;
      if (why === 'timeout') return { verdict: 'not-answered' };
      log.debug({ err: error, trunk: order.trunk }, 'a test call gave no verdict');
      return { verdict: 'unjudged' };
    });
    this.#running.delete(order.trunk);
    return { ...outcome, tookMs: Math.round(clock.monotonic() - began) };
  }

  async #run(order: TestOrder, began: number, signal: AbortSignal): Promise<Outcome> {
    const engine = this.#engine;
    if (!engine) return { verdict: 'unjudged' };
    await this.#tone();
    const { clock, log } = this.#deps;
    const channel = `test-${order.trunk}-${clock.now()}-leg-1`;
    try {
      const onFault = (error: unknown): void =>
        log.debug({ err: error, trunk: order.trunk }, 'a test call could not be made');
      const call = { ...order, channel, number: order.to };
      const event = await placed(engine, this.#heard, call, { answerMs: ANSWER_MS, signal, onFault });
      if (event.type === 'channel-gone') return refusal(event.cause.code);
      const answerMs = Math.round(clock.monotonic() - began);
      return { ...(await this.#listen(engine, order, channel, signal)), answerMs };
    } finally {
      engine.hangup(channel).catch(() => undefined);
    }
  }

  /** Made once; where it could not be, tried again with the next test. */
  #tone(): Promise<void> {
    this.#toneMade ??= this.#makeTone().catch((error: unknown) => {
      this.#toneMade = undefined;
      throw error;
    });
    return this.#toneMade;
  }

  async #makeTone(): Promise<void> {
    const { file } = this.#deps.tone;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, testTone(LISTENED_MS), { mode: 0o644 });
  }

  async #listen(engine: Engine, order: TestOrder, channel: string, signal: AbortSignal): Promise<Outcome> {
    const recording = `${channel}-heard`;
    const file = this.#deps.soundFile(recording);
    try {
      const over = this.#heard.until('what is heard', ends(channel, recording), LISTENED_MS, signal);
      over.catch(() => undefined);
      await engine.overhear(channel, `${channel}-ear`, recording, LISTEN_MS);
      await engine.play(channel, `${channel}-tone`, [this.#deps.tone.media]);
      await over.catch((error: unknown) => {
        if (!(error instanceof WaitEnded && error.why === 'timeout')) throw error;
      });
      const packets = await engine.soundFigures(channel).then(
        ({ received }) => ({ packets: received }),
        () => ({}),
      );
      const sound = await readFile(file).catch(() => Buffer.alloc(0));
      this.#deps.log.debug(
        { trunk: order.trunk, bytes: sound.length, ...packets },
        'a test call was listened to',
      );
      return { verdict: judgeSound(samplesOf(sound.subarray(0, LARGEST)), order.returns), ...packets };
    } finally {
      await rm(file, { force: true });
    }
  }
}

const ends =
  (channel: string, recording: string) =>
  (event: EngineEvent): boolean =>
    (event.type === 'message-recorded' && event.recording === recording) ||
    (event.type === 'channel-gone' && event.channel === channel);

/** A number that is busy has been reached. */
const refusal = (cause: number): Outcome => ({ verdict: cause === BUSY ? 'unjudged' : 'refused', cause });
