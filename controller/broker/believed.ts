/**
 * Whether a box is believed, behind a broker that knows certificates by their names alone: by its name, kept for some seconds,
 * since it is asked for each message.
 */
import type { Clock } from '@branchline/runtime/clock';

/** revoked: it was let in once, and is no more. */
export type NameStanding = 'in-force' | 'revoked' | 'quarantined';

/** For so long another controller's word on a box may go unheard, ms. */
const FRESH_MS = 5_000;

interface Known {
  readonly until: number;
  readonly standing: Promise<NameStanding>;
}

export class Believed {
  readonly #clock: Clock;
  readonly #ask: (box: string) => Promise<NameStanding>;
  readonly #known = new Map<string, Known>();

  constructor(clock: Clock, ask: (box: string) => Promise<NameStanding>) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** @throws what the store throws while it cannot be read */
  of(box: string): Promise<NameStanding> {
    const now = this.#clock.monotonic();
    const known = this.#known.get(box);
    if (known && known.until > now) return known.standing;
    const standing = this.#ask(box);
    const fresh = { until: now + FRESH_MS, standing };
    this.#known.set(box, fresh);
    standing.catch(() => {
      if (this.#known.get(box) === fresh) this.#known.delete(box);
    });
    return standing;
  }

  /** Its standing has changed, or the box has gone. */
  forget(box: string): void {
    this.#known.delete(box);
  }
}
