/** The carriers that headquarters knows, by the numbers that they serve. */
import type { BranchContinuity } from '@branchline/contracts/http/continuity';
import { together, type Carrier, type CarrierWord } from './carrier.ts';

export type CarrierKind = BranchContinuity['carrier']['kind'];

export interface NamedCarrier {
  readonly name: string;
  readonly kind: Exclude<CarrierKind, 'none'>;
  /** Beginnings of numbers, E.164 without blanks. */
  readonly serves: readonly string[];
  readonly carrier: Carrier;
}

const HUNTS: readonly CarrierKind[] = ['hunting', 'star-code'];

export class Carriers {
  readonly #all: readonly NamedCarrier[];
  readonly #lines: readonly NamedCarrier[];

  /** @param lines of one branch, each for one number; asked where no other serves that */
  constructor(all: readonly NamedCarrier[], lines: readonly NamedCarrier[] = []) {
    this.#all = all;
    this.#lines = lines;
  }

  /** Beside these, what the lines of one branch can. */
  with(lines: readonly NamedCarrier[]): Carriers {
    return new Carriers(this.#all, lines);
  }

  /** The one that serves the number, by the longest beginning; undefined where none does. */
  of(number: string): NamedCarrier | undefined {
    const fitting = this.#all.flatMap((each) =>
      each.serves.filter((prefix) => number.startsWith(prefix)).map((prefix) => ({ each, prefix })),
    );
    const [longest] = fitting.toSorted((a, b) => b.prefix.length - a.prefix.length);
    return longest?.each ?? this.#lines.find(({ serves }) => serves.includes(number));
  }

  /** Of a branch: what is shown of it, by its first number. */
  shown(numbers: readonly string[]): BranchContinuity['carrier'] {
    const found = this.of(numbers[0] ?? '');
    if (!found) return { kind: 'none', name: null, promiseS: null };
    return { kind: found.kind, name: found.name, promiseS: found.carrier.promiseS };
  }

  /** How late one of them may still do what it was asked, ms. */
  settlesMs(numbers: readonly string[]): number {
    return Math.max(0, ...numbers.map((number) => this.of(number)?.carrier.settlesMs ?? 0));
  }

  /** Whether a number is brought to one place after the other by the carrier itself, call by call. */
  hunts(numbers: readonly string[]): boolean {
    return numbers.some((number) => HUNTS.includes(this.of(number)?.kind ?? 'none'));
  }

  /** Refused where one of the numbers has no carrier, and where all are of lines that forward nothing. */
  async route(numbers: readonly string[], target: string): Promise<CarrierWord> {
    const words = numbers.map(async (number) => {
      const found = this.of(number);
      const word: CarrierWord = found ? await found.carrier.route(number, target) : 'refused';
      return { kind: found?.kind, word };
    });
    const heard = await Promise.all(words);
    // What its exchange does not forward can be moved by nobody: it does not keep the others.
    const movable = heard.filter(({ kind, word }) => kind !== 'star-code' || word !== 'refused');
    return together((movable.length > 0 ? movable : heard).map(({ word }) => word));
  }
}
