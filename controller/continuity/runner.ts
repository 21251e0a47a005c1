/**
 * The leases of all branches, kept and told: `lease.ts` says what is to be done, here it is done. One event of a branch after the other,
 * and nothing is told or asked of anybody before what it stands on is stored: an event whose outcome cannot be stored waits, and those
 * behind it wait too.
 */
import {
  CLOCK_DRIFT,
  LEASE_TERM_MS,
  otherParty,
  PARTIES,
  type Party,
} from '@branchline/contracts/continuity';
import type { LeaseAsk, LeaseRenewed, LeaseSays, LeaseTold } from '@branchline/contracts/continuity-wire';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import {
  NEW_LEASE,
  restored,
  step,
  type LeaseEffect,
  type LeaseEvent,
  type LeaseNote,
  type LeaseRules,
  type LeaseState,
} from './lease.ts';

/** `otherwise`: it said that it was done, and it is not. */
export type CarrierAnswer = 'confirmed' | 'refused' | 'nothing' | 'otherwise';
export type CarrierNote = 'carrier-asked' | 'carrier-silent' | 'carrier-otherwise';

/** What outlives a restart of a branch's lease. */
export interface KeptLease extends Pick<LeaseState, 'lease' | 'wants' | 'move'> {
  /** The box has been told of a lease. One that has not does everything, for as long as it likes: its right to act has no end. */
  readonly boxHeard: boolean;
}

export interface BranchLease {
  readonly box: string;
  /** The name under which its stand-in speaks. */
  readonly standIn: string;
  readonly kept: KeptLease;
}

export interface LeaseRunnerDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: { all(): Promise<BranchLease[]>; put(lease: BranchLease): Promise<void> };
  /**
   * Asked before a right is renewed or a carrier is asked, where nothing is stored for it: fails where another headquarters may
   * have taken over the leases since the event came. That one counts every right as given at its own start at the latest.
   */
  readonly leads?: () => Promise<void>;
  /** To one party, by the name under which it speaks; what is lost is said again when it is heard. */
  readonly tell: (name: string, told: LeaseTold) => void;
  readonly renew: (name: string, answer: LeaseRenewed) => void;
  /** Brings the calls of a branch to one of the two; comes back within the driver's own time. */
  readonly route: (box: string, to: Party) => Promise<CarrierAnswer>;
  readonly rulesOf: (box: string) => LeaseRules;
  /** Whether its carrier tries the one after the other by itself. */
  readonly hunts?: (box: string) => boolean;
  /** What has come about, once it is stored. */
  readonly noted?: (box: string, what: LeaseNote | CarrierNote, to: Party) => void;
}

export interface ShownLease extends Pick<LeaseState, 'lease' | 'wants' | 'move' | 'knows' | 'ready'> {
  readonly box: string;
  readonly standIn: string;
  readonly boxHeard: boolean;
  /** To whom the carrier brings calls; null while that is not certain. */
  readonly routed: Party | null;
}

interface Branch {
  readonly names: Readonly<Record<Party, string>>;
  rules: LeaseRules;
  boxHeard: boolean;
  state: LeaseState;
  readonly waiting: LeaseEvent[];
  working: Promise<void> | undefined;
}

/** By headquarters' clock, of a right that was asked for no later than now. */
const LONGEST_RIGHT_MS = LEASE_TERM_MS * (1 + CLOCK_DRIFT);
/** How often a branch is looked at that is not at rest, ms. */
const LOOK_EVERY_MS = 500;

export class LeaseRunner {
  readonly #deps: LeaseRunnerDeps;
  readonly #branches = new Map<string, Branch>();
  readonly #byName = new Map<string, { branch: Branch; party: Party }>();
  #look: Timer | undefined;
  #loaded = false;
  #stopped = false;

  constructor(deps: LeaseRunnerDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    for (const lease of await this.#deps.store.all()) this.#enter(lease);
    this.#loaded = true;
    this.#lookAgain();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#look?.cancel();
    await this.settled();
  }

  /** A branch that has a stand-in from now on; its box does what it did. A branch that has one already keeps its lease. */
  async keep(box: string, standIn: string): Promise<void> {
    if (!this.#loaded) throw new Error('the leases have not been read: one that is kept would be begun anew');
    if (this.#branches.has(box)) return;
    const lease = { box, standIn, kept: { ...NEW_LEASE, boxHeard: false } };
    await this.#deps.store.put(lease);
    const branch = this.#enter(lease);
    for (const party of PARTIES) this.#tell(branch, party);
    this.#lookAgain();
  }

  /** @returns whether the branch has a stand-in at all */
  want(box: string, party: Party): boolean {
    const branch = this.#branches.get(box);
    if (branch) this.#happen(branch, { is: 'wants', party });
    return branch !== undefined;
  }

  /** A call from outside to a line of the branch's own. `begunAt` is by the clock's `monotonic`. */
  tested(box: string, answered: boolean, begunAt: number): void {
    const branch = this.#branches.get(box);
    if (branch) this.#happen(branch, { is: 'tested', answered, begunAt });
  }

  /** Has connected: it may have heard nothing yet, and the broker may have forgotten what it kept for it. */
  online(name: string): void {
    const place = this.#byName.get(name);
    if (place) this.#tell(place.branch, place.party);
  }

  gone(name: string): void {
    const place = this.#byName.get(name);
    if (place) this.#happen(place.branch, { is: 'gone', party: place.party });
  }

  asks(name: string, { nonce }: LeaseAsk): void {
    const place = this.#byName.get(name);
    if (place) this.#happen(place.branch, { is: 'asks', party: place.party, nonce });
  }

  says(name: string, { knows, ready }: LeaseSays): void {
    const place = this.#byName.get(name);
    if (!place) return;
    const { branch, party } = place;
    // Nobody can know what was never given: it is of another headquarters, or of a store that was put back.
    if (knows > branch.state.lease.n) {
      this.#deps.log.warn(
        { name, knows, given: branch.state.lease.n },
        'a lease is known that was not given',
      );
      return;
    }
    if (knows < branch.state.lease.n) this.#tell(branch, party);
    this.#happen(branch, { is: 'says', party, knows, ready });
  }

  all(): ShownLease[] {
    return [...this.#branches.values()].map(shown);
  }

  of(box: string): ShownLease | undefined {
    const branch = this.#branches.get(box);
    return branch && shown(branch);
  }

  /** Its document says something else of its lines or its carrier. */
  rulesChanged(box: string): void {
    const branch = this.#branches.get(box);
    if (branch) branch.rules = this.#deps.rulesOf(box);
  }

  /** Everything that has happened so far is stored and told, or waits for the store. */
  async settled(): Promise<void> {
    for (;;) {
      const working = [...this.#branches.values()].flatMap(({ working }) => working ?? []);
      if (working.length === 0) return;
      await Promise.all(working);
    }
  }

  #enter({ box, standIn, kept }: BranchLease): Branch {
    const rules = this.#deps.rulesOf(box);
    const fresh = restored(rules, kept, this.#deps.clock.monotonic());
    const state = kept.boxHeard ? fresh : { ...fresh, actsUntil: { ...fresh.actsUntil, box: Infinity } };
    const names = { box, 'stand-in': standIn };
    const { boxHeard } = kept;
    const branch: Branch = { names, rules, boxHeard, state, waiting: [], working: undefined };
    this.#branches.set(box, branch);
    for (const party of PARTIES) this.#byName.set(names[party], { branch, party });
    return branch;
  }

  #happen(branch: Branch, event: LeaseEvent): void {
    if (this.#stopped) return;
    branch.waiting.push(event);
    this.#begin(branch);
  }

  #begin(branch: Branch): void {
    branch.working ??= this.#work(branch);
  }

  async #work(branch: Branch): Promise<void> {
    try {
      await this.#workOff(branch);
    } finally {
      branch.working = undefined;
      this.#lookAgain();
    }
  }

  async #workOff(branch: Branch): Promise<void> {
    for (let event = branch.waiting[0]; event && !this.#stopped; event = branch.waiting[0]) {
      const now = this.#deps.clock.monotonic();
      const boxHeard = branch.boxHeard || (event.is === 'says' && event.party === 'box' && event.knows > 0);
      const before = boxHeard && !branch.boxHeard ? nowBound(branch.state, now) : branch.state;
      const { state, effects } = step(branch.rules, before, event, now);
      try {
        const stored = await this.#store(branch, state, boxHeard);
        if (!stored && effects.some(binds)) await this.#deps.leads?.();
      } catch (error) {
        this.#deps.log.error({ err: error, box: branch.names.box }, 'a lease cannot be stored: it waits');
        return;
      }
      branch.state = state;
      branch.boxHeard = boxHeard;
      branch.waiting.shift();
      for (const effect of effects) this.#perform(branch, effect);
    }
  }

  /** @returns whether it had to be */
  async #store(branch: Branch, state: LeaseState, boxHeard: boolean): Promise<boolean> {
    const { names, state: before } = branch;
    const { lease, wants, move } = state;
    const same = lease === before.lease && wants === before.wants && move === before.move;
    if (same && boxHeard === branch.boxHeard) return false;
    const kept = { lease, wants, move, boxHeard };
    await this.#deps.store.put({ box: names.box, standIn: names['stand-in'], kept });
    return true;
  }

  #perform(branch: Branch, effect: LeaseEffect): void {
    if (this.#stopped) return;
    const { names } = branch;
    switch (effect.do) {
      case 'tell':
        for (const party of PARTIES) this.#tell(branch, party);
        return;
      case 'prepare':
        return this.#tell(branch, effect.party);
      case 'renew':
        return this.#deps.renew(names[effect.party], { v: 1, nonce: effect.nonce, lease: effect.lease });
      case 'route':
        return this.#route(branch, effect.to);
      case 'note':
        this.#deps.log.info({ box: names.box, to: effect.to }, `lease: ${effect.what}`);
        this.#deps.noted?.(names.box, effect.what, effect.to);
        // It need not hold itself ready any more.
        if (effect.what === 'move-given-up') this.#tell(branch, effect.to);
    }
  }

  #tell({ names, state }: Branch, party: Party): void {
    const { lease, move } = state;
    const prepare = move?.to === party || (lease.answers === party && move?.to !== otherParty(party));
    const hunts = this.#deps.hunts?.(names.box) ?? false;
    this.#deps.tell(names[party], { v: 1, lease, as: party, prepare, ...(hunts && { hunts }) });
  }

  #route(branch: Branch, to: Party): void {
    const { box } = branch.names;
    const heard = (said: CarrierAnswer): void => {
      if (said === 'nothing') this.#deps.noted?.(box, 'carrier-silent', to);
      if (said === 'otherwise') this.#deps.noted?.(box, 'carrier-otherwise', to);
      // What it said that it had done it may still do.
      this.#happen(branch, { is: 'carrier', to, said: said === 'otherwise' ? 'nothing' : said });
    };
    this.#deps.noted?.(box, 'carrier-asked', to);
    this.#deps.route(branch.names.box, to).then(heard, (error: unknown) => {
      this.#deps.log.warn({ err: error, box: branch.names.box, to }, 'the carrier gave no answer');
      heard('nothing');
    });
  }

  #lookAgain(): void {
    this.#look?.cancel();
    const restless = [...this.#branches.values()].filter((branch) => !isAtRest(branch));
    if (this.#stopped || restless.length === 0) return;
    this.#look = this.#deps.clock.after(LOOK_EVERY_MS, () => {
      for (const branch of restless)
        if (branch.waiting.length > 0) this.#begin(branch);
        else this.#happen(branch, { is: 'tick' });
      this.#lookAgain();
    });
  }
}

function shown({ names, state, boxHeard }: Branch): ShownLease {
  const { lease, wants, move, knows, ready, carrier } = state;
  const standIn = names['stand-in'];
  return { box: names.box, standIn, lease, wants, move, knows, ready, boxHeard, routed: carrier.to };
}

/** The box knows of the lease from now on: whatever it did before ends within a term. */
const nowBound = (state: LeaseState, now: number): LeaseState => ({
  ...state,
  actsUntil: { ...state.actsUntil, box: now + LONGEST_RIGHT_MS },
});

/** What one must not do who does not lead any more. */
const binds = (effect: LeaseEffect): boolean => effect.do === 'renew' || effect.do === 'route';

/** Time alone changes nothing about it. */
function isAtRest({ state, waiting }: Branch): boolean {
  const { lease, wants, move, carrier } = state;
  const settled = lease.answers === wants && lease.acts === wants && carrier.to === wants;
  return settled && move === null && waiting.length === 0;
}
