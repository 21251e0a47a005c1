/**
 * Whether the service's own loops go on: what the watchdog asks. Nothing that a restart cannot cure is among them: no engine, no
 * network, no disk that refuses.
 */
import type { Clock } from '@branchline/runtime/clock';

/** A loop that has not come round for so long never will. Many times what any takes. */
export const STUCK_MS = 90_000;

export interface LedgerLoop {
  /** Events that are not on disk yet. */
  readonly waiting: number;
  /** Of the last that is. */
  readonly newest: number;
  readonly refused: boolean;
}

export class Progress {
  readonly #clock: Clock;
  readonly #last: Record<'health' | 'ledger', number>;
  #newest = -1;

  constructor(clock: Clock) {
    this.#clock = clock;
    const now = clock.monotonic();
    this.#last = { health: now, ledger: now };
  }

  /** The loop of health has come round, and has seen how far the ledger's is. */
  round({ waiting, newest, refused }: LedgerLoop): void {
    const now = this.#clock.monotonic();
    this.#last.health = now;
    if (waiting === 0 || refused || newest !== this.#newest) this.#last.ledger = now;
    this.#newest = newest;
  }

  stuck(): ('health' | 'ledger')[] {
    const now = this.#clock.monotonic();
    return (['health', 'ledger'] as const).filter((loop) => now - this.#last[loop] > STUCK_MS);
  }
}
