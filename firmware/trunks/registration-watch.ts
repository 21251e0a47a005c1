/**
 * Asks the engine in a rhythm how the lines stand that register, and says of each whether it is registered. The engine tells nobody when a
 * registration is refused; that it has not come about yet is no refusal, until it has taken too long.
 */
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Registration } from '../engine/port.ts';

export interface RegistrationWatchDeps {
  readonly clock: Clock;
  /** The trunks that register now. */
  readonly registering: () => readonly string[];
  /** Rejects while the engine is away. */
  readonly ask: () => Promise<readonly Registration[]>;
  readonly tell: (trunk: string, registered: boolean | undefined) => void;
}

export const ASK_EVERY_MS = 5_000;
/** What the engine may need for it: its own first pause, and a far end that is asked again and again. */
export const TRYING_MS = 15_000;

export class RegistrationWatch {
  readonly #deps: RegistrationWatchDeps;
  /** Since when each is neither registered nor refused, by the monotonic clock. */
  readonly #trying = new Map<string, number>();
  readonly #told = new Set<string>();
  #timer: Timer | undefined;
  #stopped = false;

  constructor(deps: RegistrationWatchDeps) {
    this.#deps = deps;
  }

  start(): void {
    void this.#round();
  }

  /** An engine that is new has not registered anything yet. */
  engineIsNew(): void {
    this.#trying.clear();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** Asks out of turn. */
  async look(): Promise<void> {
    const { registering, ask, tell } = this.#deps;
    const wanted = registering();
    for (const trunk of [...this.#told].filter((each) => !wanted.includes(each))) {
      this.#told.delete(trunk);
      tell(trunk, undefined);
    }
    if (wanted.length === 0) return;
    const found = await ask().catch(() => undefined);
    // What an engine that is away was last heard to say stays in force; that it is away is told elsewhere.
    if (!found || this.#stopped) return;
    for (const trunk of wanted) this.#judge(trunk, found.find(({ line }) => line === trunk)?.state);
  }

  /** One that the engine does not know at all has no password on this box, and is as good as never registered. */
  #judge(trunk: string, state: Registration['state'] = 'trying'): void {
    const now = this.#deps.clock.monotonic();
    if (state !== 'trying') this.#trying.delete(trunk);
    else if (!this.#trying.has(trunk)) this.#trying.set(trunk, now);
    const isLate = state === 'trying' && now - (this.#trying.get(trunk) ?? now) >= TRYING_MS;
    if (state === 'trying' && !isLate) return;
    this.#told.add(trunk);
    this.#deps.tell(trunk, state === 'registered');
  }

  async #round(): Promise<void> {
    await this.look();
    if (this.#stopped) return;
    this.#timer = this.#deps.clock.after(ASK_EVERY_MS, () => void this.#round());
  }
}
