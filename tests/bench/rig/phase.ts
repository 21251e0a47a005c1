/** One thing that is measured round by round, every arm in turn, and the rounds of it that count. */
import { inTurn } from './context.ts';
import { median } from './numbers.ts';
import { faultsOf, MOST_STOLEN_APART, percent, witnessed } from './witness.ts';

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

/** Does it under the eyes of the witness. */
export type Watch = <T>(during: () => Promise<T>) => Promise<T>;

interface Taken<F> {
  readonly figures: F;
  readonly faults: readonly string[];
  /** Share of the measured core that the host gave to others: of several looks the largest. */
  readonly stolen: number;
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
      let stolen = 0;
      const watch: Watch = async (during) => {
        const { value, use } = await this.#witness(during);
        this.#busiestLoad = Math.max(this.#busiestLoad, use.load.busy);
        faults.push(...faultsOf(use));
        stolen = Math.max(stolen, use.measured.stolen);
        return value;
      };
      const figures = await measure(arm, watch);
      taken.set(arm, { figures, faults, stolen });
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
    return this.#rounds.filter((taken) => faultsOfRound(taken, arms).length === 0);
  }

  #dropped(arms: readonly A[]): string[] {
    return this.#rounds.flatMap((taken, round) =>
      faultsOfRound(taken, arms).map((fault) => `${this.#name}, round ${round + 1}, ${fault}`),
    );
  }

  /** What the host gave to others, of the measured core: the median of all rounds for each arm. */
  get hostTook(): string {
    const of = (arm: A): number => median(this.#rounds.map((taken) => taken.get(arm)?.stolen ?? NaN));
    return this.#arms.map((arm) => `${percent(of(arm))} (${this.#name}, ${arm})`).join(', ');
  }

  /** How busy the generator's core was in the worst arm of any round, counted or not. */
  get loadAtMost(): string {
    return `${(100 * this.#busiestLoad).toFixed(0)} %`;
  }
}

/** Why a round does not count for these arms. */
function faultsOfRound<A extends string, F>(taken: ReadonlyMap<A, Taken<F>>, arms: readonly A[]): string[] {
  const own = arms.flatMap((arm) => {
    const faults = taken.get(arm)?.faults ?? [];
    return faults.length > 0 ? [`${arm}: ${faults.join('; ')}`] : [];
  });
  const stolen = arms.map((arm) => taken.get(arm)?.stolen ?? 0);
  const isApart = Math.max(...stolen) - Math.min(...stolen) > MOST_STOLEN_APART;
  if (own.length > 0 || !isApart) return own;
  return [`the host took ${arms.map((arm, index) => `${percent(stolen[index] ?? 0)} (${arm})`).join(', ')}`];
}

function figuresOf<A, F>(taken: ReadonlyMap<A, Taken<F>>, arm: A): F {
  const found = taken.get(arm);
  if (!found) throw new Error(`${String(arm)} is no arm of this phase`);
  return found.figures;
}
