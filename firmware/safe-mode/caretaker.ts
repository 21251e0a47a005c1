/**
 * In safe mode nobody decides about calls: the engine takes new ones by itself. What the run before has left in the service's hands is
 * given back, so that nobody waits for somebody who is not there; two who talk are left to talk.
 */
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Engine, Snapshot } from '../engine/port.ts';

const LOOK_MS = 5_000;

/** Callers who wait: the engine treats each as a call that nobody took. Nobody else is touched, so that no talk is cut. */
export function waiting({ channels, bridges }: Snapshot): readonly string[] {
  const joined = new Set(bridges.flatMap((bridge) => bridge.channels));
  return channels
    .filter(({ ours, channel, peer, dialled }) => ours && !joined.has(channel) && peer && dialled !== '')
    .map(({ channel }) => channel);
}

export class Caretaker {
  readonly #clock: Clock;
  readonly #log: Log;
  #timer: Timer | undefined;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** From now on, with the engine that is connected; undefined when it is lost. */
  engineIs(engine: Engine | undefined): void {
    this.#timer?.cancel();
    if (engine) void this.#look(engine);
  }

  async #look(engine: Engine): Promise<void> {
    try {
      const callers = waiting(await engine.snapshot());
      if (callers.length > 0) this.#log.warn({ callers }, 'callers are given back to the engine');
      await Promise.allSettled(callers.map((channel) => engine.giveUp(channel)));
    } catch (error) {
      this.#log.warn({ err: error }, 'the engine could not be asked for its calls');
    }
    this.#timer = this.#clock.after(LOOK_MS, () => void this.#look(engine));
  }
}
