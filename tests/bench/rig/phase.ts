/** One thing that is measured round by round, every arm in turn, and the rounds of it that count. */
import { inTurn } from './context.ts';
import type { Programs } from './programs.ts';
import { faultsOf, witnessed } from './witness.ts';

export interface Kept {
  readonly taken: number;
  /** Why, for each arm of a round that does not count. */
  readonly dropped: readonly string[];
}

export interface Compared {
  /** One figure for each round that counts. */
  readonly ours: readonly number[];
  readonly peer?: readonly number[];
  readonly kept: Kept;
  /** The same of the rounds that do not count: kept to be looked at, and shown nowhere. */
  readonly disturbed: Pick<Compared, 'ours' | 'peer'>;
}

/** Does it under the eyes of the witness; the programs must run throughout. */
export type Watch = <T>(programs: Programs, during: () => Promise<T>) => Promise<T>;

interface Taken<F> {
  readonly figures: F;
  readonly faults: readonly string[];
}

export class Phase<A extends string, F> {
  readonly #name: string;
  readonly #arms: readonly A[];
  readonly #witness: typeof witnessed;
  readonly #rounds: ReadonlyMap<A, Taken<F>>[] = [];
  #busiestLoad = 0;

  constructor(name: string, arms: readonly A[], witness: typeof witnessed = witnessed) {
    this.#name = name;
    this.#arms = arms;
    this.#witness = witness;
  }

  async round(round: number, measure: (arm: A, watch: Watch) => Promise<F>): Promise<void> {
    const taken = new Map<A, Taken<F>>();
    for (const arm of inTurn(this.#arms, round)) {
      const faults: string[] = [];
      const watch: Watch = async (programs, during) => {
        const { value, use } = await this.#witness(programs, during);
        this.#busiestLoad = Math.max(this.#busiestLoad, use.load.busy);
        faults.push(...faultsOf(use));
        return value;
      };
      taken.set(arm, { figures: await measure(arm, watch), faults });
    }
    this.#rounds.push(taken);
  }

  /** Of each round in which this arm counts. */
  of(arm: A): F[] {
    return this.#counting([arm]).map((taken) => figuresOf(taken, arm));
  }

  /** Of every round: what must never happen must not happen in a disturbed one either. */
  all(arm: A): F[] {
    return this.#rounds.map((taken) => figuresOf(taken, arm));
  }

  /** A figure of one arm, beside another's: a round counts when it does for both. */
  compare(of: (figures: F) => number, ours: A, peer?: A): Compared {
    const arms = peer === undefined ? [ours] : [ours, peer];
    const counting = this.#counting(arms);
    const others = this.#rounds.filter((taken) => !counting.includes(taken));
    const columns = (rounds: readonly ReadonlyMap<A, Taken<F>>[]): Pick<Compared, 'ours' | 'peer'> => {
      const column = (arm: A): number[] => rounds.map((taken) => of(figuresOf(taken, arm)));
      return { ours: column(ours), ...(peer === undefined ? {} : { peer: column(peer) }) };
    };
    const kept = { taken: this.#rounds.length, dropped: this.#dropped(arms) };
    return { ...columns(counting), kept, disturbed: columns(others) };
  }

  #counting(arms: readonly A[]): ReadonlyMap<A, Taken<F>>[] {
    return this.#rounds.filter((taken) => arms.every((arm) => taken.get(arm)?.faults.length === 0));
  }

  #dropped(arms: readonly A[]): string[] {
    return this.#rounds.flatMap((taken, round) =>
      arms.flatMap((arm) => {
        const faults = taken.get(arm)?.faults ?? [];
        return faults.length > 0 ? [`${this.#name}, round ${round + 1}, ${arm}: ${faults.join('; ')}`] : [];
      }),
    );
  }

  /** How busy the generator's core was in the worst arm of any round, counted or not. */
  get loadAtMost(): string {
    return `${(100 * this.#busiestLoad).toFixed(0)} %`;
  }
}

function figuresOf<A, F>(taken: ReadonlyMap<A, Taken<F>>, arm: A): F {
  const found = taken.get(arm);
  if (!found) throw new Error(`${String(arm)} is no arm of this phase`);
  return found.figures;
}
