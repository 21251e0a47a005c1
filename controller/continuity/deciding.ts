/**
 * Decides for all branches who should answer: `decide.ts` says it, here it is looked, asked and stored. One thing of a branch after the other; what
 * is wanted is stored before the lease hears of it.
 */
import type { Party } from '@branchline/contracts/continuity';
import type { HealthReport } from '@branchline/contracts/health';
import type { ContinuityStepShown } from '@branchline/contracts/http/continuity';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { KeptContinuity, Order, StoryStep } from '../store/continuity.ts';
import {
  atFirst,
  decide,
  wantedBy,
  type ContinuityEffect,
  type ContinuityState,
  type Probe,
} from './decide.ts';
import type { ContinuityPlan } from './plan.ts';
import { hasNow, seenOf } from './seen.ts';

export interface BoxSeen {
  readonly online: boolean;
  /** Ms since 1970. */
  readonly since: number | null;
  readonly health: HealthReport | null;
}

export interface DecidingDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: {
    all(): Promise<Map<string, KeptContinuity>>;
    put(box: string, kept: KeptContinuity): Promise<void>;
    told(box: string, step: StoryStep): Promise<void>;
  };
  readonly boxSeen: (box: string) => BoxSeen | undefined;
  readonly answers: (box: string) => Party | null;
  /** Its stand-in could take a call now. */
  readonly standInThere: (box: string) => boolean;
  readonly want: (box: string, party: Party) => void;
  /** Somebody outside calls the branch now: whether its box answered. Throws where no call could be placed. */
  readonly probe: (box: string, plan: ContinuityPlan) => Promise<boolean>;
  /** The stand-in is to be ready within moments. */
  readonly warm: (box: string) => void;
  /** Nothing is heard of any box: what is silent then is headquarters. */
  readonly isDeaf: () => boolean;
  /** Whose document has no stand-in any more has come home. */
  readonly left: (box: string) => void;
}

/** Of nobody: headquarters decides by itself again. */
type WantedOrder = Omit<Order, 'to' | 'at'> & { readonly to: Party | null };

export interface ShownContinuity extends KeptContinuity {
  readonly plan: ContinuityPlan;
}

interface Branch {
  readonly box: string;
  plan: ContinuityPlan;
  kept: KeptContinuity;
  /** Newest of each kind of source. */
  probes: { asked?: Probe; brought?: Probe };
  probing: boolean;
  /** Its document has no stand-in any more, and it is not home yet. */
  dropped: boolean;
  /** It has been heard since nothing was heard of anybody: its silence is its own. */
  heard: boolean;
  /** So has its stand-in been. */
  standInHeard: boolean;
  /** Whether it was there, as long as it answers. */
  standInWas: boolean | undefined;
  online: boolean | undefined;
  line: Promise<void>;
}

/** After a start, and after it was deaf, boxes come back at random within a minute: none is silent before that, ms. */
export const BOXES_COME_BACK_MS = 90_000;
const LOOK_EVERY_MS = 1_000;
const NONE: Omit<ContinuityStepShown, 'at' | 'what'> = { party: null, because: null, who: null, count: null };

export class Deciding {
  readonly #deps: DecidingDeps;
  readonly #branches = new Map<string, Branch>();
  #known = new Map<string, KeptContinuity>();
  #blindUntil = 0;
  #look: Timer | undefined;
  #works = false;

  constructor(deps: DecidingDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    this.#works = true;
    this.#known = await this.#deps.store.all();
    this.#blindUntil = this.#deps.clock.now() + BOXES_COME_BACK_MS;
    for (const branch of this.#branches.values()) {
      branch.kept = this.#known.get(branch.box) ?? branch.kept;
      this.#wantAgain(branch);
    }
    this.#lookAgain();
  }

  async rest(): Promise<void> {
    this.#works = false;
    this.#look?.cancel();
    await Promise.all([...this.#branches.values()].map(({ line }) => line));
  }

  /** What the branch's document says now; undefined ends it. `dropped`: this is what it said while it had a stand-in. */
  follow(box: string, plan: ContinuityPlan | undefined, dropped = false): void {
    const known = this.#branches.get(box);
    if (!plan) return void this.#branches.delete(box);
    if (known) {
      const isNews = dropped && !known.dropped;
      Object.assign(known, { plan, dropped });
      if (isNews) void this.tell(box, 'dropped', { party: 'stand-in' });
      return;
    }
    const fresh: KeptContinuity = {
      state: atFirst(this.#deps.clock.now()),
      order: null,
      had: { phones: 0, trunks: 0 },
    };
    this.#branches.set(box, {
      ...{
        box,
        plan,
        dropped,
        kept: this.#known.get(box) ?? fresh,
        probes: {},
        probing: false,
        heard: false,
      },
      ...{ standInHeard: false, standInWas: undefined, online: undefined },
      line: Promise.resolve(),
    });
  }

  /** The lease may not have heard of what was stored last. */
  #wantAgain({ box, kept }: Branch): void {
    if (kept.state.name !== 'serving') this.#deps.want(box, wantedBy(kept.state));
  }

  of(box: string): ShownContinuity | undefined {
    const branch = this.#branches.get(box);
    return branch && { ...branch.kept, plan: branch.plan };
  }

  all(): (ShownContinuity & { readonly box: string })[] {
    return [...this.#branches.values()].map(({ box, kept, plan }) => ({ box, ...kept, plan }));
  }

  /** Something of its box has changed. */
  look(box: string): void {
    const branch = this.#branches.get(box);
    if (branch) void this.#inLine(branch, () => this.#looked(branch));
  }

  /** The carrier brought a call to the stand-in while the box was to answer: the box did not. */
  broughtElsewhere(box: string): void {
    const branch = this.#branches.get(box);
    if (!branch) return;
    branch.probes = {
      ...branch.probes,
      brought: { answered: false, brought: true, begunAt: this.#deps.clock.now() },
    };
    this.look(box);
  }

  /**
   * A person's; when it is stored.
   * @throws what the store says: then nothing is ordered, or it is not in the story
   */
  async order(box: string, to: Party | null, who: string, note: string | null): Promise<void> {
    await this.#order(box, () => true, { to, who, note });
  }

  /** As `order`, for a drill: what a person has ordered stays as it is. */
  async orderOfDrill(box: string, to: Party | null, who: string, drill: number): Promise<void> {
    await this.#order(box, () => !this.isOrderedByPerson(box), { to, who, note: null, drill });
  }

  isOrderedByPerson(box: string): boolean {
    const order = this.#branches.get(box)?.kept.order ?? null;
    return order !== null && order.drill === undefined;
  }

  async #order(box: string, may: () => boolean, wanted: WantedOrder): Promise<void> {
    const branch = this.#branches.get(box);
    if (!branch) return;
    const { to, who } = wanted;
    const order = to === null ? null : { ...wanted, to, at: this.#deps.clock.now() };
    await this.#next(branch, async () => {
      if (!this.#works) throw new Error(`headquarters is ending: what is ordered of ${box} is not taken`);
      if (!may()) return;
      await this.#keep(branch, { ...branch.kept, order });
      await this.#tell(box, to === null ? 'order-ended' : 'ordered', { party: to, who });
    });
    await this.#inLine(branch, () => this.#looked(branch));
  }

  /** Into the branch's story. */
  async tell(box: string, what: ContinuityStepShown['what'], more: Partial<typeof NONE> = {}): Promise<void> {
    const branch = this.#branches.get(box);
    if (branch) await this.#inLine(branch, () => this.#tell(box, what, more));
  }

  /** One that cannot be stored is taken again with the next look. */
  async #inLine(branch: Branch, work: () => Promise<void>): Promise<void> {
    try {
      await this.#next(branch, async () => {
        if (this.#works) await work();
      });
    } catch (error) {
      const { box } = branch;
      this.#deps.log.error({ err: error, box }, 'a decision on who answers could not be stored');
    }
  }

  #next(branch: Branch, work: () => Promise<void>): Promise<void> {
    const done = branch.line.then(work);
    branch.line = done.catch(() => undefined);
    return done;
  }

  async #looked(branch: Branch): Promise<void> {
    const { clock } = this.#deps;
    const now = clock.now();
    const { kept, box } = branch;
    const relieved = kept.state.name === 'standing-in' || kept.state.name === 'returning';
    const seen = this.#deps.boxSeen(box) ?? { online: false, since: null, health: null };
    if (this.#deps.isDeaf()) this.#deafAt(now);
    else if (seen.online) branch.heard = true;
    const blind = !relieved && !branch.heard && now < this.#blindUntil;
    const online = blind || seen.online;
    if (!blind) await this.#presence(branch, online);
    const standInThere = this.#standInThere(branch, now);
    await this.#standInPresence(branch, standInThere);
    const since = Math.max(seen.since ?? 0, relieved || branch.heard ? 0 : this.#blindUntil);
    const { state, effects } = decide(
      branch.plan.rules,
      kept.state,
      seenOf({
        ...{ online, since, health: seen.health, had: kept.had },
        probes: Object.values(branch.probes),
        order: kept.order?.to ?? null,
        answers: this.#deps.answers(box),
        ...{ standInThere, dropped: branch.dropped },
      }),
      now,
    );
    await this.#became(branch, kept.state, state, seen);
    for (const effect of effects) this.#perform(branch, effect);
    if (branch.dropped && state.name === 'serving') this.#deps.left(box);
  }

  #deafAt(now: number): void {
    this.#blindUntil = now + BOXES_COME_BACK_MS;
    for (const branch of this.#branches.values())
      Object.assign(branch, { heard: false, standInHeard: false });
  }

  /** One that comes back a moment after its box is not gone: nothing comes home for that. */
  #standInThere(branch: Branch, now: number): boolean {
    const there = this.#deps.standInThere(branch.box);
    if (there && !this.#deps.isDeaf()) branch.standInHeard = true;
    return there || (!branch.standInHeard && now < this.#blindUntil);
  }

  async #presence(branch: Branch, online: boolean): Promise<void> {
    const before = branch.online;
    branch.online = online;
    if (before !== undefined && before !== online)
      await this.#tell(branch.box, online ? 'back' : 'silent', { party: 'box' });
  }

  /** Whether the one that answers is there; of one that does not it matters to nobody. */
  async #standInPresence(branch: Branch, there: boolean): Promise<void> {
    const before = branch.standInWas;
    branch.standInWas = this.#deps.answers(branch.box) === 'stand-in' ? there : undefined;
    if (before === undefined || branch.standInWas === undefined || before === there) return;
    await this.#tell(branch.box, there ? 'stand-in-back' : 'stand-in-gone', { party: 'stand-in' });
  }

  async #became(
    branch: Branch,
    before: ContinuityState,
    state: ContinuityState,
    seen: BoxSeen,
  ): Promise<void> {
    const well = state.name === 'serving' && state.because === 'well' && seen.online;
    const had = well && seen.health ? hasNow(seen.health) : branch.kept.had;
    const same =
      had.phones === branch.kept.had.phones &&
      had.trunks === branch.kept.had.trunks &&
      (wantedBy(state) === 'box' || branch.kept.plan === branch.plan);
    const { wellSince: _, ...was } = before;
    const { wellSince: __, ...is } = state;
    const moved = JSON.stringify(was) !== JSON.stringify(is);
    const next = { ...branch.kept, state, had, plan: branch.plan };
    if (!moved && same) branch.kept = next;
    else await this.#keep(branch, next);
    if (state.name === before.name) return;
    const { because } = state;
    if (state.name === 'suspect') await this.#tell(branch.box, 'suspected', { because });
    if (state.name === 'serving' && before.name === 'suspect') await this.#tell(branch.box, 'well');
    if (state.name === 'returning') await this.#tell(branch.box, 'comes-home', { because });
  }

  async #keep(branch: Branch, kept: KeptContinuity): Promise<void> {
    await this.#deps.store.put(branch.box, kept);
    branch.kept = kept;
    this.#known.set(branch.box, kept);
  }

  #perform(branch: Branch, effect: ContinuityEffect): void {
    switch (effect.do) {
      case 'want':
        return this.#deps.want(branch.box, effect.party);
      case 'warm':
        return this.#deps.warm(branch.box);
      case 'probe':
        return void this.#probe(branch);
    }
  }

  async #probe(branch: Branch): Promise<void> {
    if (branch.probing) return;
    branch.probing = true;
    const begunAt = this.#deps.clock.now();
    try {
      const answered = await this.#deps.probe(branch.box, branch.plan);
      const before = branch.probes.asked;
      branch.probes = { ...branch.probes, asked: { answered, begunAt } };
      // While nothing changes a call every few seconds would push all else out of the story.
      const isNews = before?.answered !== answered || before.begunAt < branch.kept.state.since;
      if (isNews)
        await this.tell(branch.box, answered ? 'test-call-answered' : 'test-call-unanswered', {
          party: 'box',
        });
      this.look(branch.box);
    } catch (error) {
      // Nothing is known of the branch by it.
      this.#deps.log.debug({ err: error, box: branch.box }, 'a call to a branch could not be placed');
    } finally {
      branch.probing = false;
    }
  }

  async #tell(
    box: string,
    what: ContinuityStepShown['what'],
    more: Partial<typeof NONE> = {},
  ): Promise<void> {
    await this.#deps.store.told(box, { ...NONE, ...more, what, at: this.#deps.clock.now() });
  }

  #lookAgain(): void {
    if (!this.#works) return;
    this.#look = this.#deps.clock.after(LOOK_EVERY_MS, () => {
      for (const { box, kept } of this.#branches.values())
        if (kept.state.name !== 'serving' || kept.order !== null || this.#deps.boxSeen(box)?.online !== true)
          this.look(box);
      this.#lookAgain();
    });
  }
}
