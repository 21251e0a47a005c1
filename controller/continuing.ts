/** Puts together who answers for a branch that cannot: what is seen, what is decided, the lease, the carriers, and what is handed over. */
import { otherParty, type Party } from '@branchline/contracts/continuity';
import type { CallSummary } from '@branchline/contracts/call-story';
import type { FleetChange } from '@branchline/contracts/http/controller';
import { cloudLineOf } from '@branchline/contracts/stand-in-name';
import type { Payload } from '@branchline/contracts/topics';
import type { LineForwarding } from '@branchline/contracts/trunks';
import type { InBackground } from '@branchline/runtime/background';
import type { Clock } from '@branchline/runtime/clock';
import { roomLog, type Log } from '@branchline/runtime/log';
import type { BrokerPort } from './broker/port.ts';
import { together, type CarrierWord } from './carriers/carrier.ts';
import type { Carriers } from './carriers/carriers.ts';
import { starCodeCarrier } from './carriers/star-code-carrier.ts';
import { BranchCalls, type Called } from './continuity/branch-calls.ts';
import type { ContinuityState } from './continuity/decide.ts';
import { Deciding, type DecidingDeps } from './continuity/deciding.ts';
import { handedOverOf } from './continuity/newest-history.ts';
import { ledHome, mayBeLedHome } from './continuity/led-home.ts';
import { theirNow } from './continuity/their-clock.ts';
import { planOf, type ContinuityPlan, type ForwardedNumber } from './continuity/plan.ts';
import { Rerouting, type ReroutingDeps } from './continuity/rerouting.ts';
import { LeaseRunner, type LeaseRunnerDeps, type ShownLease } from './continuity/runner.ts';
import type { StandIns } from './continuity/stand-ins-port.ts';
import { isNews, isOfCarrier, storyOfLease, type CarrierTold } from './continuity/story.ts';
import type { FleetBoard } from './fleet/board.ts';
import type { KeptContinuity } from './store/continuity.ts';
import type { LedgerReader } from './store/ledger-reader.ts';
import type { Stream } from './store/streams.ts';

export interface ContinuingParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly carriers: Carriers;
  readonly background: InBackground;
  readonly board: FleetBoard;
  readonly reader: LedgerReader;
  readonly leases: LeaseRunnerDeps['store'];
  readonly continuityStore: DecidingDeps['store'] & ReroutingDeps['store'];
  /** Whether it may still give rights: of several controllers one does. */
  readonly leads: () => Promise<void>;
  readonly standIns: StandIns;
  /** Known once headquarters has been put together. */
  readonly broker: () => BrokerPort;
}

/** A call belongs to what is going on now when it stands among the newest events of its ledger. */
const LATELY = 100;
/** Calls that are remembered, so that each counts once. */
const MOST_HEARD = 2_000;
/** By then what has just happened at a box that is connected is here, ms. */
const HISTORY_COMES_MS = 3_000;

/** The rooms of continuity, tied together: from one start to its stop. Whoever leads anew makes a new one. */
export class Continuing {
  readonly calls: BranchCalls;
  readonly deciding: Deciding;
  readonly runner: LeaseRunner;
  readonly rerouting: Rerouting;
  readonly #parts: ContinuingParts;
  readonly #plans = new Map<
    string,
    { readonly revision: string; readonly plan: ContinuityPlan | undefined }
  >();
  /** By the name of its stand-in. */
  readonly #boxOf = new Map<string, string>();
  /** Of each branch, what its story says of its carrier last. */
  readonly #carrierTold = new Map<string, CarrierTold>();
  /** What is shown while all is read from the store is no news. */
  #loaded = false;
  readonly #heardOf = new Set<string>();
  /** When a call of the network reached a box last. */
  readonly #reached = new Map<string, number>();

  constructor(parts: ContinuingParts) {
    const { clock, log, board, broker, standIns } = parts;
    this.#parts = parts;
    const room = roomLog(log, 'continuity');
    this.calls = new BranchCalls({
      clock,
      isConnected: (name) => broker().isConnected(name),
      send: (name, call) => broker().send(name, 'branch-call', call),
    });
    this.runner = new LeaseRunner({
      ...{ clock, log: room, store: parts.leases, leads: parts.leads },
      tell: (name, told) => broker().send(name, 'lease', told),
      renew: (name, answer) => broker().send(name, 'lease-renewed', answer),
      route: (box, to) => this.#route(box, to),
      rulesOf: (box) => this.#rulesOf(box),
      hunts: (box) => this.carriersOf(box).hunts(this.planOf(box)?.numbers ?? []),
      noted: (box, what, to) => {
        const step = this.#isNews(box, { what, to }) ? storyOfLease(what, to) : undefined;
        if (step) parts.background('continuity', this.deciding.tell(box, step, { party: to }));
        if (what === 'answers') parts.background('continuity', this.handOver(box, otherParty(to)));
        this.deciding.look(box);
        standIns.changed(box);
      },
    });
    this.deciding = new Deciding({
      ...{ clock, log: room, store: parts.continuityStore },
      boxSeen: (box) => board.of(box),
      standInThere: (box) => this.runner.of(box)?.ready['stand-in'] ?? false,
      answers: (box) => this.runner.of(box)?.lease.answers ?? null,
      want: (box, party) => void this.runner.want(box, party),
      probe: (box, plan) => this.#probe(box, plan),
      warm: (box) => {
        standIns.warm(box);
        // So that whoever calls again at once has his place there already.
        parts.background('continuity', this.handOver(box, 'box'));
      },
      isDeaf: () => broker().away !== undefined,
      left: (box) => this.#letGo(box),
    });
    this.rerouting = new Rerouting({
      ...{ clock, log: room, store: parts.continuityStore },
      planOf: (box) => this.planOf(box),
      healthOf: (box) => board.of(box)?.health ?? null,
      serves: (box) => this.#serves(box),
      isTold: (number) => parts.carriers.of(number)?.kind === 'http',
      route: (numbers, target) => parts.carriers.route(numbers, target),
      tell: (box, what, more) => this.deciding.tell(box, what, more),
    });
  }

  async load(): Promise<void> {
    const boxes = this.#parts.board.summaries().map(({ box }) => box);
    const kept = await this.#parts.continuityStore.all();
    for (const box of boxes) this.#plan(box, kept.get(box));
    // Before any branch is kept: one that is known already keeps its lease.
    await this.runner.load();
    this.#loaded = true;
    for (const box of boxes) await this.#keep(box);
    await this.deciding.start();
    await this.rerouting.start();
  }

  async stop(): Promise<void> {
    this.calls.stop();
    this.rerouting.rest();
    await this.deciding.rest();
    await this.runner.stop();
  }

  /** All branches and their leases are known. */
  get isLoaded(): boolean {
    return this.#loaded;
  }

  planOf(box: string): ContinuityPlan | undefined {
    return this.#plans.get(box)?.plan;
  }

  /** Those that headquarters knows, and the branch's own lines whose exchange forwards. */
  carriersOf(box: string): Carriers {
    const { carriers } = this.#parts;
    const plan = this.planOf(box);
    if (!plan?.forwarded?.length) return carriers;
    return carriers.with(
      plan.forwarded.map((line) =>
        starCodeCarrier(line, plan.standIn, () => this.forwardingOf(box, line)?.state === 'set'),
      ),
    );
  }

  /** From outside, by its stand-in; see BranchCalls. */
  callFrom(standIn: string, box: string, number: string): Promise<Called> {
    const line = this.planOf(box)?.forwarded?.find((each) => each.number === number);
    return this.calls.call(standIn, number, line?.to);
  }

  /** As its box has told last. */
  forwardingOf(box: string, { trunk, to }: ForwardedNumber): LineForwarding | undefined {
    const line = this.#parts.board.of(box)?.health?.trunks.find(({ name }) => name === trunk)?.forwarding;
    return line?.to === to ? line : undefined;
  }

  /** It answers, or a move to it is under way. */
  isAtStandIn(box: string): boolean {
    const lease = this.runner.of(box);
    return lease !== undefined && (lease.lease.answers !== 'box' || isUnderWay(lease.move));
  }

  /** Its box answers, and no move is under way; false for one whose lease is not known. */
  isHome(box: string): boolean {
    const lease = this.runner.of(box);
    return lease?.lease.answers === 'box' && lease.wants === 'box' && lease.move === null;
  }

  changed({ in: where, id }: Pick<FleetChange, 'in' | 'id'>): void {
    if (where !== 'boxes' || !this.#loaded) return;
    this.#parts.background('continuity', this.#follow(id));
    this.deciding.look(id);
    this.rerouting.look(id);
  }

  online(name: string): void {
    this.runner.online(name);
    const box = this.#boxOf.get(name);
    // A stand-in that was away hears again what may have been handed over meanwhile.
    if (box !== undefined && this.deciding.of(box)?.state.name !== 'serving')
      this.#parts.background('continuity', this.handOver(box, 'box'));
  }

  gone(name: string): void {
    if (this.#parts.broker().away === undefined) this.runner.gone(name);
  }

  says(name: string, said: Payload<'lease-says'>): void {
    this.runner.says(name, said);
    const box = this.#boxOf.get(name);
    if (box !== undefined) this.deciding.look(box);
  }

  asks(name: string, asked: Payload<'lease-ask'>): void {
    this.runner.asks(name, asked);
  }

  /** Who waits where calls went so far, to the other. */
  async handOver(box: string, from: Party): Promise<void> {
    const { board, reader, clock, broker } = this.#parts;
    const lease = this.runner.of(box);
    if (!lease) return;
    const names = { box: lease.box, 'stand-in': lease.standIn };
    const to = otherParty(from);
    if (!broker().isConnected(names[to])) return;
    const now = () => theirNow(board.of(names[from]), clock.now());
    const stream = board.of(names[from])?.stream ?? null;
    const handed = await handedOverOf(reader, stream, { from, lease: lease.lease, now });
    broker().send(names[to], 'handed-over', handed);
    const count = handed.waiting.length;
    await this.deciding.tell(box, 'places-handed-over', { party: to, count });
  }

  /**
   * A call of the network has come to one of the two just now. At a stand-in while its box was to answer: the carrier found nobody at the
   * box. At the box: its line, engine and service are there.
   */
  called({ box: name, newest }: Stream, { id, direction, lastSeq }: CallSummary): void {
    const isNews = direction === 'in' && lastSeq > newest - LATELY;
    if (!isNews || this.#heardOf.has(id)) return;
    this.#heardOf.add(id);
    const [oldest] = this.#heardOf;
    if (this.#heardOf.size > MOST_HEARD && oldest !== undefined) this.#heardOf.delete(oldest);
    const box = this.#boxOf.get(name);
    if (box === undefined) return void this.#reached.set(name, this.#parts.clock.now());
    if (this.runner.of(box)?.lease.answers === 'box') this.deciding.broughtElsewhere(box);
  }

  #isNews(box: string, told: CarrierTold): boolean {
    const news = isNews(told, this.#carrierTold.get(box));
    if (news && isOfCarrier(told)) this.#carrierTold.set(box, told);
    return news;
  }

  async #follow(box: string): Promise<void> {
    if (this.#plan(box)) await this.#keep(box);
  }

  /**
   * A branch that is not home is followed as before when its document has no stand-in any more: until it is.
   * @param kept of it, at the start
   * @returns whether its document says something else now
   */
  #plan(box: string, kept?: KeptContinuity): boolean {
    const reported = this.#parts.board.of(box)?.reported;
    const known = this.#plans.get(box);
    if (!reported || known?.revision === reported.revision) return false;
    const said = planOf(box, reported.document);
    const before = known?.plan ?? kept?.plan;
    const dropped = !said && before !== undefined && !isHome((this.deciding.of(box) ?? kept)?.state);
    const plan = dropped ? before : said;
    this.#plans.set(box, { revision: reported.revision, plan });
    this.deciding.follow(box, plan, dropped);
    if (known?.plan && known.plan.host !== plan?.host) this.#lost(box, known.plan);
    if (plan) this.#boxOf.set(plan.standIn, box);
    return true;
  }

  /** Home, and its document has no stand-in. */
  #letGo(box: string): void {
    const known = this.#plans.get(box);
    if (!known?.plan) return;
    this.#plans.set(box, { ...known, plan: undefined });
    this.deciding.follow(box, undefined);
    this.#lost(box, known.plan);
  }

  #lost(box: string, plan: ContinuityPlan): void {
    this.#boxOf.delete(plan.standIn);
    this.#parts.log.info({ box, host: plan.host }, 'a host does not stand in for a branch any more');
    this.#parts.standIns.lost(plan.host);
  }

  async #keep(box: string): Promise<void> {
    const plan = this.planOf(box);
    if (!plan) return;
    await this.runner.keep(box, plan.standIn);
    this.runner.rulesChanged(box);
  }

  #rulesOf(box: string) {
    const plan = this.planOf(box);
    return {
      ownLine: plan?.ownLine ?? true,
      carrierSettlesMs: plan ? this.carriersOf(box).settlesMs(plan.numbers) : 0,
    };
  }

  async #route(box: string, to: Party): Promise<CarrierWord> {
    const plan = this.planOf(box);
    // One without a stand-in is let go of once its calls are at its box, and they stay there.
    if (!plan) return to === 'box' ? 'confirmed' : 'refused';
    const carriers = this.carriersOf(box);
    if (to === 'stand-in') return carriers.route(plan.numbers, plan.standIn);
    const moved = this.rerouting.movedOf(box);
    const isOwn = (number: string): boolean =>
      !moved.has(number) && plan.own.some((each) => each.number === number);
    const [own, cloud] = [true, false].map((is) => plan.numbers.filter((number) => isOwn(number) === is));
    const words = [
      { numbers: cloud ?? [], target: cloudLineOf(box) },
      { numbers: own ?? [], target: box },
    ].flatMap(({ numbers, target }) => (numbers.length > 0 ? [carriers.route(numbers, target)] : []));
    return together(await Promise.all(words));
  }

  #serves(box: string): boolean {
    return this.isHome(box) && this.#parts.board.of(box)?.online === true;
  }

  /** By its number, which is led to the box for the time of the call where it would not reach it. */
  #callAtBox(box: string, number: string, standIn: string): Promise<Called> {
    const call = (): Promise<Called> => this.callFrom(standIn, box, number);
    const decided = this.deciding.of(box);
    const isElsewhere = this.runner.of(box)?.lease.answers === 'stand-in';
    const { carriers } = this.#parts;
    if (!isElsewhere || !decided || carriers.of(number)?.kind !== 'http') return call();
    if (!mayBeLedHome(decided.plan.rules, decided.state, this.#parts.clock.now()))
      throw new Error(`${box} has not proved itself in all else yet: none of its numbers is led to it`);
    const home = decided.plan.own.some((each) => each.number === number) ? box : cloudLineOf(box);
    return ledHome(
      {
        toBox: () => carriers.route([number], home),
        toStandIn: () => carriers.route([number], standIn),
      },
      call,
    );
  }

  async #probe(box: string, { standIn, numbers, ownLine }: ContinuityPlan): Promise<boolean> {
    const { clock } = this.#parts;
    const [number] = numbers;
    if (number === undefined) throw new Error(`${box} has no number that could be called`);
    const [begun, at] = [clock.monotonic(), clock.now()];
    const { by } = await this.#callAtBox(box, number, standIn);
    // A box whose calls are another's now passes them on: that it did so comes with its history.
    const passes = this.carriersOf(box).hunts(numbers) && this.runner.of(box)?.lease.answers === 'stand-in';
    if (passes) await new Promise<void>((resolve) => clock.after(HISTORY_COMES_MS, resolve));
    const reached = by === 'box' || (passes && (this.#reached.get(box) ?? 0) >= at);
    if (ownLine) this.runner.tested(box, reached, begun);
    return reached;
  }
}

/** Beyond its preparation: the carrier may bring calls to where it goes. */
const isUnderWay = (move: ShownLease['move']): boolean =>
  move?.to === 'stand-in' && move.step !== 'preparing';

const isHome = (state: ContinuityState | undefined): boolean =>
  state === undefined || state.name === 'serving' || state.name === 'suspect';
