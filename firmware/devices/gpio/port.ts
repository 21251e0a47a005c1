/** GPIO lines as the rest of the firmware sees them: levels that are seen, and levels that are shown. No meaning is known here. */
import type { Bias, LineAt } from '@branchline/contracts/branch/contacts';

export interface InputLine {
  readonly name: string;
  readonly at: LineAt;
  readonly bias?: Bias;
}

export interface OutputLine {
  readonly name: string;
  readonly at: LineAt;
  /** The level at which it is on. */
  readonly on: boolean;
}

export interface GpioListener {
  /** High or not, as the pin is. Told once for each line at first, and whenever it was seen to change; the same may be told again. */
  level(line: string, high: boolean): void;
  /** It cannot be reached, in words that say what to do; tried again until told otherwise. */
  lost(line: string, because: string): void;
  /** It is reached, also for the first time; of an output, with each level or pattern that it shows. */
  found(line: string): void;
}

/** What is shown: steady, or on and off for so many ms in turn, again and again. */
export interface Shown {
  readonly on: boolean;
  /** Even in number; empty for a steady level. */
  readonly phases: readonly number[];
}

export interface Output {
  /** The last one counts. */
  show(shown: Shown): void;
  /** Leaves it off. */
  stop(): Promise<void>;
}

export interface Inputs {
  stop(): Promise<void>;
}

export interface Gpio {
  inputs(lines: readonly InputLine[], listener: GpioListener): Inputs;
  output(line: OutputLine, listener: Pick<GpioListener, 'lost' | 'found'>): Output;
}
