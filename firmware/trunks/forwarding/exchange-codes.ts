/**
 * Dials codes on a line, one after the other, each as a call of its own: the exchange answers a code that it takes, with a tone or a voice, and
 * refuses another (3GPP TS 22.030 for how codes are built; which ones there are is its operator's affair). It yields to callers.
 */
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { WaitEnded, Waits } from '@branchline/runtime/wait';
import type { Engine, EngineEvent } from '../../engine/port.ts';
import { placed, type OwnCall } from '../own-call.ts';
import type { Dialled } from './standing.ts';

export interface CodeOrder extends Omit<OwnCall, 'channel' | 'number'> {
  readonly trunk: string;
  readonly codes: readonly string[];
}

/** An exchange that takes a code answers at once. */
const ANSWER_MS = 15_000;
/** It may be cut short by one who hangs up before it has said that it took the code, ms. */
const LISTEN_MS = 4_000;
/** So that the line is on the hook before it is dialled on again, ms. */
const BETWEEN_MS = 1_000;

export class ExchangeCodes {
  readonly #deps: { readonly clock: Clock; readonly log: Log };
  readonly #heard: Waits<EngineEvent>;
  readonly #running = new Map<string, AbortController>();
  #engine: Engine | undefined;

  constructor(deps: { readonly clock: Clock; readonly log: Log }) {
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

  /** Never rejects. Ends with the first code that is not taken. */
  async dial(order: CodeOrder): Promise<Dialled> {
    const running = new AbortController();
    this.#running.set(order.trunk, running);
    try {
      for (const [index, code] of order.codes.entries()) {
        if (index > 0) await this.#pause(running.signal);
        const dialled = await this.#dialOne(order, code, running.signal);
        if (dialled.outcome !== 'taken') return { ...dialled, code };
      }
      return { outcome: 'taken' };
    } catch (error) {
      this.#deps.log.debug({ err: error, trunk: order.trunk }, 'codes were not dialled to their end');
      return { outcome: 'unjudged' };
    } finally {
      this.#running.delete(order.trunk);
    }
  }

  async #dialOne(order: CodeOrder, code: string, signal: AbortSignal): Promise<Dialled> {
    const { clock, log } = this.#deps;
    const engine = this.#engine;
    if (!engine) return { outcome: 'unjudged' };
    const channel = `code-${order.trunk}-${clock.now()}-leg-1`;
    const onFault = (error: unknown): void =>
      log.debug({ err: error, trunk: order.trunk }, 'a code could not be dialled');
    try {
      const call = { ...order, channel, number: code };
      const event = await placed(engine, this.#heard, call, { answerMs: ANSWER_MS, signal, onFault });
      if (event.type === 'channel-gone') return { outcome: 'refused', cause: event.cause.code };
      await this.#listened(channel, signal);
      return { outcome: 'taken' };
    } catch (error) {
      if (error instanceof WaitEnded && error.why === 'timeout') return { outcome: 'not-answered' };
      throw error;
    } finally {
      engine.hangup(channel).catch(() => undefined);
    }
  }

  /** Until it hangs up, or has had the time to say what it has to say. */
  async #listened(channel: string, signal: AbortSignal): Promise<void> {
    const gone = (event: EngineEvent): boolean => event.type === 'channel-gone' && event.channel === channel;
    await this.#heard.until('its end', gone, LISTEN_MS, signal).catch((error: unknown) => {
      if (!(error instanceof WaitEnded && error.why === 'timeout')) throw error;
    });
  }

  async #pause(signal: AbortSignal): Promise<void> {
    await this.#heard
      .until('the next code', () => false, BETWEEN_MS, signal)
      .catch((error: unknown) => {
        if (!(error instanceof WaitEnded && error.why === 'timeout')) throw error;
      });
  }
}
