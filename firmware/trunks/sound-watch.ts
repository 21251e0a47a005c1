/** Looks once, some seconds into each talk over a trunk, whether sound comes: who hears nothing often just hangs up. */
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { SoundPackets } from '../engine/port.ts';

export interface SoundWatchDeps {
  readonly clock: Clock;
  /** Rejects when the channel is gone. */
  readonly packets: (channel: string) => Promise<SoundPackets>;
  readonly onSilence: (trunk: string, id: string) => void;
}

/** Later than any gateway takes to open its sound path, and before people give up. */
const LOOK_MS = 4_000;
/** Two seconds of sound that we have sent, at 20 ms a packet: then some should have come as well. */
const SENT = 100;

export class SoundWatch {
  readonly #deps: SoundWatchDeps;
  readonly #waiting = new Map<string, Timer>();

  constructor(deps: SoundWatchDeps) {
    this.#deps = deps;
  }

  /** `id`: of the call's result. */
  answered(trunk: string, channel: string, id: string): void {
    const { clock } = this.#deps;
    this.#waiting.get(channel)?.cancel();
    const timer = clock.after(LOOK_MS, () => {
      this.#waiting.delete(channel);
      this.#look(trunk, channel, id);
    });
    this.#waiting.set(channel, timer);
  }

  ended(channel: string): void {
    this.#waiting.get(channel)?.cancel();
    this.#waiting.delete(channel);
  }

  stop(): void {
    for (const timer of this.#waiting.values()) timer.cancel();
    this.#waiting.clear();
  }

  #look(trunk: string, channel: string, id: string): void {
    this.#deps.packets(channel).then(
      ({ received, sent }) => {
        if (received === 0 && sent >= SENT) this.#deps.onSilence(trunk, id);
      },
      () => undefined,
    );
  }
}
