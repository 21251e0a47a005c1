/**
 * Moves single numbers to the line that the box itself has in the cloud, and back: those whose own lines are dead. The box goes on answering;
 * no lease is touched. A carrier that hunts does it by itself, call by call.
 */
import type { HealthReport } from '@branchline/contracts/health';
import type { ContinuityStepShown } from '@branchline/contracts/http/continuity';
import { cloudLineOf } from '@branchline/contracts/stand-in-name';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { CarrierWord } from '../carriers/carrier.ts';
import { numbersToMove, type LineSeen } from './dead-lines.ts';
import type { ContinuityPlan } from './plan.ts';

export interface ReroutingDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: {
    rerouted(): Promise<Map<string, readonly string[]>>;
    /** An empty list forgets the branch. */
    putRerouted(box: string, numbers: readonly string[]): Promise<void>;
  };
  readonly planOf: (box: string) => ContinuityPlan | undefined;
  readonly healthOf: (box: string) => HealthReport | null;
  /** The box is there, answers for its branch, and nothing of that is about to change. */
  readonly serves: (box: string) => boolean;
  /** Its carrier brings it where it is told to. */
  readonly isTold: (number: string) => boolean;
  readonly route: (numbers: readonly string[], target: string) => Promise<CarrierWord>;
  readonly tell: (
    box: string,
    what: ContinuityStepShown['what'],
    more: { party: 'box'; count?: number },
  ) => Promise<void>;
}

interface Branch {
  /** Come by the cloud, or may do so. */
  moved: ReadonlySet<string>;
  working: boolean;
  /** The carrier did not do it: not again before then, by the clock's `monotonic`. */
  notBefore: number;
}

const LOOK_EVERY_MS = 1_000;
const AGAIN_AFTER_MS = 15_000;

export class Rerouting {
  readonly #deps: ReroutingDeps;
  readonly #branches = new Map<string, Branch>();
  /** Something may be due there by time alone. */
  readonly #watched = new Set<string>();
  #look: Timer | undefined;
  #works = false;

  constructor(deps: ReroutingDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    for (const [box, numbers] of await this.#deps.store.rerouted()) {
      this.#branches.set(box, { moved: new Set(numbers), working: false, notBefore: 0 });
      this.#watched.add(box);
    }
    this.#works = true;
    this.#lookAgain();
  }

  rest(): void {
    this.#works = false;
    this.#look?.cancel();
  }

  /** Numbers of the branch that come by the cloud. */
  movedOf(box: string): ReadonlySet<string> {
    return this.#branches.get(box)?.moved ?? new Set();
  }

  /** Something of its box has changed. */
  look(box: string): void {
    if (!this.#works) return;
    const plan = this.#deps.planOf(box);
    const moved = this.movedOf(box);
    const isAtRest = moved.size === 0 && this.#downOf(box, plan) === 0;
    if (isAtRest) this.#watched.delete(box);
    else this.#watched.add(box);
    if (!isAtRest && this.#deps.serves(box)) void this.#reconcile(box, plan);
  }

  async #reconcile(box: string, plan: ContinuityPlan | undefined): Promise<void> {
    const branch = this.#branches.get(box) ?? { moved: new Set(), working: false, notBefore: 0 };
    this.#branches.set(box, branch);
    const { clock, log } = this.#deps;
    if (branch.working || clock.monotonic() < branch.notBefore) return;
    branch.working = true;
    try {
      const isDone = await this.#carryOut(box, branch, this.#wanted(box, plan, branch.moved));
      if (!isDone) branch.notBefore = clock.monotonic() + AGAIN_AFTER_MS;
    } catch (error) {
      log.error({ err: error, box }, 'numbers of a dead line could not be moved: it is tried again');
      branch.notBefore = clock.monotonic() + AGAIN_AFTER_MS;
    } finally {
      branch.working = false;
    }
  }

  /** @returns false where the carrier did not do all of it */
  async #carryOut(box: string, branch: Branch, wanted: ReadonlySet<string>): Promise<boolean> {
    const goes = [...wanted].filter((number) => !branch.moved.has(number));
    const comes = [...branch.moved].filter((number) => !wanted.has(number));
    if (goes.length > 0) {
      // Stored before it is asked: what may have been moved is never forgotten.
      await this.#keep(box, branch, new Set([...branch.moved, ...goes]));
      if (!(await this.#ask(box, goes, cloudLineOf(box), 'numbers-moved'))) return false;
    }
    if (comes.length > 0) {
      if (!(await this.#ask(box, comes, box, 'numbers-back'))) return false;
      await this.#keep(box, branch, wanted);
    }
    return true;
  }

  async #ask(
    box: string,
    numbers: readonly string[],
    target: string,
    done: 'numbers-moved' | 'numbers-back',
  ): Promise<boolean> {
    const word = await this.#deps.route(numbers, target);
    const what = word === 'confirmed' ? done : word === 'refused' ? 'carrier-refused' : 'carrier-silent';
    await this.#deps.tell(box, what, { party: 'box', count: numbers.length });
    return word === 'confirmed';
  }

  async #keep(box: string, branch: Branch, moved: ReadonlySet<string>): Promise<void> {
    await this.#deps.store.putRerouted(box, [...moved]);
    branch.moved = moved;
  }

  #wanted(box: string, plan: ContinuityPlan | undefined, moved: ReadonlySet<string>): ReadonlySet<string> {
    // Without a plan, or of a number that is no longer the branch's, nothing is kept elsewhere.
    if (!plan) return new Set();
    const numbers = plan.own.filter(({ number }) => this.#deps.isTold(number));
    const seen = { lines: linesOf(this.#deps.healthOf(box)), cloud: plan.cloudLine };
    const rules = { holdMs: plan.rules.moveAfterMs, now: this.#deps.clock.now() };
    return numbersToMove(numbers, moved, seen, rules);
  }

  #downOf(box: string, plan: ContinuityPlan | undefined): number {
    const own = new Set(plan?.own.flatMap(({ trunks }) => trunks));
    const health = this.#deps.healthOf(box);
    return health?.trunks.filter(({ name, state }) => own.has(name) && state === 'down').length ?? 0;
  }

  #lookAgain(): void {
    if (!this.#works) return;
    this.#look = this.#deps.clock.after(LOOK_EVERY_MS, () => {
      for (const box of this.#watched) this.look(box);
      this.#lookAgain();
    });
  }
}

const linesOf = (health: HealthReport | null): Map<string, LineSeen> =>
  new Map(
    health?.trunks.map(({ name, state, since }) => [
      name,
      { state, since: since === null ? null : Date.parse(since) },
    ]),
  );
