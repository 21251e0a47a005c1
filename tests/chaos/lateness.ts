/** How late this very process ran, moment by moment: what a measurement made here must not blame on anybody else. */
const EVERY_MS = 10;
const KEEP_MS = 60_000;

export class Lateness {
  #late: { atMs: number; ms: number }[] = [];
  #due = performance.now() + EVERY_MS;
  readonly #timer = setInterval(() => this.#look(), EVERY_MS);

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The latest it ran since then. */
  sinceMs(atMs: number): number {
    const now = Math.max(0, performance.now() - this.#due);
    return this.#late.filter((each) => each.atMs >= atMs).reduce((worst, { ms }) => Math.max(worst, ms), now);
  }

  #look(): void {
    const now = performance.now();
    const ms = now - this.#due;
    if (ms > EVERY_MS) this.#late.push({ atMs: now, ms });
    this.#due = now + EVERY_MS;
    if (this.#late.length > 5_000) this.#late = this.#late.filter(({ atMs }) => now - atMs < KEEP_MS);
  }
}
