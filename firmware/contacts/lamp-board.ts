/** The outputs that signal: each is opened, shown its pattern, and left off when it is no longer in the document. */
import type { Signal } from '@branchline/contracts/branch/contacts';
import type { LampPattern } from '@branchline/contracts/contacts';
import { buzzerPattern, lampPattern, PHASES, type Lit } from './lamps.ts';
import type { LineBook } from './line-book.ts';

export interface ShownOutput {
  show(shown: { readonly on: boolean; readonly phases: readonly number[] }): void;
  stop(): Promise<void>;
}

export type OpenOutput = (
  signal: Pick<Signal, 'name' | 'at' | 'activeLow'>,
  listener: { lost(line: string, because: string): void; found(line: string): void },
) => ShownOutput;

export interface LampBoardDeps {
  readonly open: OpenOutput;
  readonly lines: LineBook;
  readonly lost: (line: string, because: string) => void;
}

interface Lamp {
  readonly signal: Signal;
  readonly output: ShownOutput;
  pattern?: LampPattern;
}

export class LampBoard {
  readonly #deps: LampBoardDeps;
  readonly #lamps = new Map<string, Lamp>();

  constructor(deps: LampBoardDeps) {
    this.#deps = deps;
  }

  follow(signals: readonly Signal[]): void {
    const { open, lines, lost } = this.#deps;
    for (const [name, { signal, output }] of this.#lamps) {
      if (signals.some((one) => JSON.stringify(one) === JSON.stringify(signal))) continue;
      this.#lamps.delete(name);
      void output.stop();
    }
    for (const signal of signals) {
      if (this.#lamps.has(signal.name)) continue;
      const output = open(signal, { lost, found: (line) => this.#found(line, lines) });
      this.#lamps.set(signal.name, { signal, output });
    }
  }

  show(lit: Lit): void {
    for (const lamp of this.#lamps.values()) {
      const { signal, output } = lamp;
      const pattern = signal.role === 'lamp' ? lampPattern(signal.shows, lit) : buzzerPattern(lit);
      lamp.pattern = pattern;
      output.show({ on: pattern !== 'off', phases: PHASES[pattern] });
      if (!this.#deps.lines.isLost(signal.name)) this.#deps.lines.set(signal.name, pattern);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#lamps.values()].map(({ output }) => output.stop()));
    this.#lamps.clear();
  }

  #found(line: string, lines: LineBook): void {
    lines.found(line);
    const pattern = this.#lamps.get(line)?.pattern;
    if (pattern) lines.set(line, pattern);
  }
}
