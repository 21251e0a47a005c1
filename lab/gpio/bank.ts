/** A chip with lines, and who holds them: what a kernel would keep. Levels are of the pins; nothing is known here of active or not. */

export interface BankLine {
  readonly offset: number;
  readonly name?: string;
}

export interface Hold {
  readonly consumer: string;
  readonly direction: 'input' | 'output';
  readonly bias?: string;
}

/** High or low from `since` on, or toggled after each of these, again and again. */
export interface Drive {
  readonly high: boolean;
  readonly since: number;
  readonly periodsMs: readonly number[];
}

interface State {
  readonly line: BankLine;
  held?: Hold;
  drive?: Drive;
  /** What is wired to it pulls it so; undefined: nothing is. */
  pulled?: boolean;
}

export type EdgeListener = (offset: number, high: boolean) => void;

export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

export class GpioBank {
  readonly chip: string;
  readonly label: string;
  readonly #now: () => number;
  readonly #lines: State[];
  readonly #watching = new Set<EdgeListener>();
  readonly #ends = new Set<() => void>();
  #missing = false;

  constructor(options: {
    readonly chip: string;
    readonly label: string;
    readonly lines: number;
    readonly names?: Readonly<Record<number, string>>;
    readonly now?: () => number;
  }) {
    const { chip, label, lines, names = {}, now = Date.now } = options;
    this.chip = chip;
    this.label = label;
    this.#now = now;
    this.#lines = Array.from({ length: lines }, (_, offset) => {
      const name = names[offset];
      return { line: { offset, ...(name === undefined ? {} : { name }) } };
    });
  }

  get missing(): boolean {
    return this.#missing;
  }

  /** The chip is pulled out: whoever holds a line of it loses it. */
  setMissing(missing: boolean): void {
    this.#missing = missing;
    if (missing) for (const end of [...this.#ends]) end();
  }

  get lines(): readonly { readonly line: BankLine; readonly held?: Hold }[] {
    return this.#lines;
  }

  /** @throws BadRequest where there is no such line */
  at(id: string): number {
    const byOffset = /^\d+$/.test(id) ? Number(id) : -1;
    const found = this.#lines.findIndex(({ line }) => line.offset === byOffset || line.name === id);
    if (found >= 0) return found;
    throw new BadRequest(
      byOffset >= 0 ? `offset ${id} is out of range on chip '${this.chip}'` : `cannot find line '${id}'`,
    );
  }

  level(offset: number): boolean {
    const state = this.#state(offset);
    if (state.drive) return driven(state.drive, this.#now());
    return state.pulled ?? state.held?.bias === 'pull-up';
  }

  /** Whoever wires it does this: a door that opens, a button that is pressed. */
  pull(offset: number, high: boolean): void {
    const before = this.level(offset);
    this.#state(offset).pulled = high;
    if (this.level(offset) === before || this.#state(offset).held?.direction !== 'input') return;
    for (const tell of this.#watching) tell(offset, high);
  }

  /** Returns what lets go of them. @throws BadRequest when one is held already */
  request(offsets: readonly number[], hold: Hold, onEnd: () => void): () => void {
    if (offsets.some((offset) => this.#state(offset).held)) throw new BadRequest('Device or resource busy');
    for (const offset of offsets) this.#state(offset).held = hold;
    this.#ends.add(onEnd);
    return () => {
      this.#ends.delete(onEnd);
      for (const offset of offsets) {
        const state = this.#state(offset);
        delete state.held;
        delete state.drive;
      }
    };
  }

  drive(offset: number, high: boolean, periodsMs: readonly number[]): void {
    this.#state(offset).drive = { high, since: this.#now(), periodsMs };
  }

  watch(listener: EdgeListener): () => void {
    this.#watching.add(listener);
    return () => this.#watching.delete(listener);
  }

  driveOf(offset: number): Drive | undefined {
    return this.#state(offset).drive;
  }

  #state(offset: number): State {
    const state = this.#lines[offset];
    if (!state) throw new BadRequest(`offset ${offset} is out of range on chip '${this.chip}'`);
    return state;
  }
}

function driven({ high, since, periodsMs }: Drive, now: number): boolean {
  const whole = periodsMs.reduce((sum, ms) => sum + ms, 0);
  if (whole <= 0) return high;
  // An odd number of toggles is the other way round in every second turn.
  const turns = Math.floor((now - since) / whole);
  let level = periodsMs.length % 2 === 1 && turns % 2 === 1 ? !high : high;
  let rest = (now - since) % whole;
  for (const ms of periodsMs) {
    if (rest < ms) return level;
    rest -= ms;
    level = !level;
  }
  return level;
}
