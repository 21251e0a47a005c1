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

export class Carriers {
  readonly #all: readonly NamedCarrier[];

  constructor(all: readonly NamedCarrier[]) {
    this.#all = all;
  }

  /** The one that serves the number, by the longest beginning; undefined where none does. */
  of(number: string): NamedCarrier | undefined {
    const fitting = this.#all.flatMap((each) =>
      each.serves.filter((prefix) => number.startsWith(prefix)).map((prefix) => ({ each, prefix })),
    );
    return fitting.toSorted((a, b) => b.prefix.length - a.prefix.length)[0]?.each;
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
    return numbers.some((number) => this.of(number)?.kind === 'hunting');
  }

  /** Refused where one of the numbers has no carrier. */
  async route(numbers: readonly string[], target: string): Promise<CarrierWord> {
    const words = numbers.map(async (number): Promise<CarrierWord> => {
      const found = this.of(number);
      return found ? found.carrier.route(number, target) : 'refused';
    });
    return together(await Promise.all(words));
  }
}
