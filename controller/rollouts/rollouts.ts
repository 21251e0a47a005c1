/**
 * The rollouts of headquarters: looks at the fleet, asks the planner, writes what it decides. A version and the state that knows of it are
 * written in one transaction, so that a start goes on exactly where the last word on disk is.
 */
import type { RolloutPlan } from '@branchline/contracts/fleet/rollouts';
import type { FleetChange } from '@branchline/contracts/http/controller';
import type { RolloutDetail, RolloutPreview, RolloutSummary } from '@branchline/contracts/http/rollouts';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { Turns } from '@branchline/runtime/turns';
import { HttpProblem, notFound } from '@branchline/runtime/web/problem';
import type { FleetBoard } from '../fleet/board.ts';
import type { BranchDocuments } from '../fleet/documents.ts';
import type { DocumentVersions } from '../store/document-versions.ts';
import type { RolloutHead } from '../store/rollouts.ts';
import { hinders, step } from './core.ts';
import { mayGoBack } from './going-back.ts';
import type { Moving } from './moving.ts';
import { isOk, previewOf } from './preview.ts';
import { detailOf, summaryOf } from './show.ts';
import { untouched, type Effect, type Event, type Order, type RolloutState } from './state.ts';
import type { Releasing } from './releasing.ts';
import { hoursByZone, type Seen, type World } from './world.ts';
import { Writing, type Rollout, type Store } from './writing.ts';

export interface RolloutsParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly board: FleetBoard;
  readonly documents: BranchDocuments;
  readonly moving: Moving;
  readonly releasing: Releasing;
  /** A version of a template has proved itself; within the transaction that says so. */
  readonly inForce: (template: string, version: number) => Promise<void>;
  readonly versions: DocumentVersions;
  readonly store: Store;
  readonly world: World;
  readonly known: (box: string) => Promise<boolean>;
  /** Of several controllers one carries the rollouts on. */
  readonly leads: { fence(): Promise<void>; must(): void };
}

export interface Person {
  readonly author: string;
  readonly reason: string;
  readonly address: string;
}

/** Quiet hours come and watches end without anybody saying so. */
const LOOK_EVERY_MS = 5_000;
/** What boxes say is looked at together: for so long, and longer by this for each box, as a look at many takes its time. */
const GATHER_MS = 200;
const GATHER_MS_PER_BOX = 0.1;
/** Others who write wait for so many: a tenth of a second. */
const WRITTEN_TOGETHER = 16;

export class Rollouts {
  readonly #parts: RolloutsParts;
  readonly #writing: Writing;
  readonly #all = new Map<number, Rollout>();
  /** What happens to one rollout, one after the other. */
  readonly #turns = new Turns();
  #timer: Timer | undefined;
  #soon: Timer | undefined;
  #stopped = false;

  constructor(parts: RolloutsParts) {
    this.#parts = parts;
    this.#writing = new Writing(parts);
  }

  /** After a start: goes on with those that are not over. */
  async start(): Promise<void> {
    for (const { head, state } of await this.#parts.store.all()) this.#enter(head, state);
    this.#arm();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.rest();
  }

  /** Another controller carries them on; `start` goes on with what it has written. */
  async rest(): Promise<void> {
    this.#letGo();
    await this.#turns.idle();
    // One that was being begun has come in meanwhile.
    this.#letGo();
  }

  #letGo(): void {
    this.#all.clear();
    this.#timer?.cancel();
    this.#soon?.cancel();
    this.#timer = this.#soon = undefined;
  }

  #isHeld(rollout: Rollout): boolean {
    return this.#all.get(rollout.head.id) === rollout;
  }

  /** Something is known of a box that was not. */
  nudge(change: FleetChange): void {
    if (this.#soon || change.in !== 'boxes') return;
    const rollout = this.#all.get(this.#takenBy(change.id) ?? 0);
    if (!rollout) return;
    this.#soon = this.#parts.clock.after(GATHER_MS + rollout.state.boxes.size * GATHER_MS_PER_BOX, () => {
      this.#soon = undefined;
      this.#lookAll();
    });
  }

  /** '1' for each hour of the branch's week with few calls, by four weeks of them; any controller may say. */
  quietHours(box: string): Promise<string> {
    return this.#parts.world.quietHours(box, this.#parts.clock.now(), hoursByZone());
  }

  /** @throws HttpProblem where another controller leads, as do all that follow */
  list(): RolloutSummary[] {
    this.#parts.leads.must();
    return [...this.#all.values()]
      .map(({ head, state }) => summaryOf(head, state))
      .sort((one, other) => other.id - one.id);
  }

  /** @throws HttpProblem where there is no such rollout */
  detail(id: number): RolloutDetail {
    const { head, state } = this.#called(id);
    return detailOf(head, state, (box) => this.#parts.board.of(box)?.online ?? false);
  }

  async check(plan: RolloutPlan): Promise<RolloutPreview> {
    const preview = await this.#preview(plan, this.#parts.clock.now());
    const boxes = preview.boxes.map(({ quiet: _, ...box }) => box);
    return { ok: isOk(preview), problems: preview.problems, boxes };
  }

  /** @throws HttpProblem where something hinders it */
  begin(plan: RolloutPlan, person: Person): Promise<RolloutDetail> {
    return this.#turns.take('begin', () => this.#begin(plan, person));
  }

  async #begin(plan: RolloutPlan, { author, reason, address }: Person): Promise<RolloutDetail> {
    const { clock, store, versions } = this.#parts;
    this.#parts.leads.must();
    const now = clock.now();
    const preview = await this.#preview(plan, now);
    if (!isOk(preview)) throw hindered(preview);
    const taken = plan.boxes.find((box) => this.#takenBy(box) !== undefined);
    if (taken !== undefined) throw inAnother(taken, this.#takenBy(taken));
    const fit = preview.boxes.filter(({ touched }) => touched);
    const boxes = new Map(fit.map(({ box, wave, quiet }) => [box, untouched(wave ?? 0, quiet)]));
    const state: RolloutState = { status: 'running', wave: 0, stop: null, boxes };
    const asked = { author, reason, address, at: now, plan };
    const detail = `'${plan.name}' begun over ${boxes.size} boxes in ${plan.waves.length} waves: ${reason}`;
    const id = await store.together(async () => {
      await this.#parts.leads.fence();
      const fresh = await store.begin(asked, state);
      await versions.note({
        at: now,
        who: author,
        address,
        action: 'rollout',
        box: null,
        detail: `rollout ${fresh} ${detail}`,
      });
      return fresh;
    });
    this.#enter({ ...asked, id }, state);
    this.#arm();
    void this.#look(this.#called(id));
    return this.detail(id);
  }

  /** @throws HttpProblem where it cannot be followed now */
  async order(id: number, order: Order, { author, reason, address }: Person): Promise<RolloutDetail> {
    const rollout = this.#called(id);
    const effects = await this.#inTurn(rollout, async () => {
      const because = hinders(rollout.state, order);
      if (because !== undefined) throw notNow(id, order, because);
      const by = { who: author, address };
      return this.#happen(rollout, { is: 'order', order, who: author, reason }, by);
    });
    void this.#perform(rollout, effects);
    this.#arm();
    return this.detail(id);
  }

  #preview(plan: RolloutPlan, now: number) {
    const parts = { ...this.#parts, takenBy: (box: string) => this.#takenBy(box) };
    return previewOf(plan, parts, plan.name, now);
  }

  #enter(head: RolloutHead, state: RolloutState): void {
    const { waves, gates, atOnce } = head.plan;
    const rules = { enoughPercent: waves.map(({ enoughPercent }) => enoughPercent), gates, atOnce };
    this.#all.set(head.id, { head, rules, state, busy: false, stale: false });
  }

  #called(id: number): Rollout {
    this.#parts.leads.must();
    const rollout = this.#all.get(id);
    if (!rollout) throw notFound(`rollout ${id}`, 'GET /api/rollouts lists them.');
    return rollout;
  }

  #takenBy(box: string): number | undefined {
    for (const { head, state } of this.#all.values())
      if (isOpen(state) && state.boxes.has(box)) return head.id;
    return undefined;
  }

  #arm(): void {
    if (this.#timer || this.#stopped || ![...this.#all.values()].some(({ state }) => isOpen(state))) return;
    this.#timer = this.#parts.clock.after(LOOK_EVERY_MS, () => {
      this.#timer = undefined;
      this.#lookAll();
      this.#arm();
    });
  }

  #lookAll(): void {
    for (const rollout of this.#all.values()) if (isOpen(rollout.state)) void this.#look(rollout);
  }

  async #look(rollout: Rollout): Promise<void> {
    if (rollout.busy || !this.#isHeld(rollout)) return;
    rollout.busy = true;
    try {
      const { clock, world, releasing } = this.#parts;
      const effects = await this.#inTurn(rollout, async () => {
        const { head, state } = rollout;
        const ofRelease: Seen = (box, known) => releasing.seen(head, box, known);
        const seen = head.plan.change.kind === 'release' ? ofRelease : undefined;
        const views = await world.views(head.plan, state.boxes, clock.now(), seen);
        return this.#happen(rollout, { is: 'look', views });
      });
      await this.#perform(rollout, effects);
    } catch (err) {
      this.#parts.log.error(
        { err, rollout: rollout.head.id },
        'a look at a rollout failed; the next one follows',
      );
    } finally {
      rollout.busy = false;
    }
  }

  /** The state and its lines in the log, both or neither; the versions that are to be written. */
  async #happen(rollout: Rollout, event: Event, by?: { who: string; address: string }): Promise<Effect[]> {
    const { clock } = this.#parts;
    const { state, effects } = step(rollout.rules, rollout.state, event, clock.now());
    if (state !== rollout.state || effects.length > 0) await this.#writing.keep(rollout, state, effects, by);
    return effects.filter((effect) => effect.do === 'put');
  }

  /** Some versions in one transaction, with a pause for others after it; what the state has outrun meanwhile is left. */
  async #perform(rollout: Rollout, effects: readonly Effect[]): Promise<void> {
    const wanted = effects.filter((effect) => effect.do === 'put');
    for (let at = 0; at < wanted.length; at += WRITTEN_TOGETHER) {
      const some = wanted.slice(at, at + WRITTEN_TOGETHER);
      // One that cannot be written does not hinder the others.
      if (!(await this.#written(rollout, some)) && some.length > 1)
        for (const one of some) await this.#written(rollout, [one]);
    }
  }

  async #written(rollout: Rollout, some: readonly (Effect & { do: 'put' })[]): Promise<boolean> {
    if (!this.#isHeld(rollout)) return true;
    try {
      await this.#inTurn(rollout, () => this.#put(rollout, some));
      return true;
    } catch (err) {
      const boxes = some.map(({ box }) => box);
      this.#parts.log.error({ err, rollout: rollout.head.id, boxes }, 'versions could not be written');
      return false;
    } finally {
      await new Promise((resolve) => void setImmediate(resolve));
    }
  }

  /** After a fault it is not known what of it is on disk: the disk says so, before anything is decided on it. */
  #inTurn<T>(rollout: Rollout, work: () => Promise<T>): Promise<T> {
    return this.#turns.take(rollout.head.id, async () => {
      if (!this.#isHeld(rollout)) throw new Error('it has been let go meanwhile');
      if (rollout.stale) rollout.state = (await this.#parts.store.one(rollout.head.id)) ?? rollout.state;
      rollout.stale = true;
      const result = await work();
      rollout.stale = false;
      return result;
    });
  }

  async #put(rollout: Rollout, some: readonly (Effect & { do: 'put' })[]): Promise<void> {
    const { status, boxes } = rollout.state;
    const now = this.#parts.clock.now();
    const wanted = some.flatMap(({ box: name, way }) => {
      const box = boxes.get(name);
      if (!box) return [];
      const holds =
        way === 'forward'
          ? status === 'running' && box.step === 'waiting'
          : status === 'going-back' && mayGoBack(box, now);
      return holds ? [{ name, box, way }] : [];
    });
    if (wanted.length === 0) return;
    for (const unfit of await this.#writing.put(rollout, wanted)) await this.#happen(rollout, unfit);
  }
}

const isOpen = ({ status }: RolloutState): boolean =>
  status === 'running' || status === 'paused' || status === 'going-back';

function hindered({ problems, boxes }: Awaited<ReturnType<typeof previewOf>>): HttpProblem {
  const first = problems[0];
  const box = boxes.find(({ hinders }) => hinders !== null);
  const message = first
    ? `${first.message}.`
    : box
      ? `The change cannot be made at '${box.box}': ${box.faults[0] ? `${box.faults[0].path}: ${box.faults[0].expected}` : String(box.hinders)}.`
      : 'Every box has these values already.';
  return new HttpProblem(409, {
    code: 'rollout-hindered',
    message,
    field: `body.${first?.field ?? (box ? 'boxes' : 'change')}`,
    ...(box && !first && { value: box.box }),
    remedy: 'POST /api/rollouts/check tells all that hinders it.',
  });
}

const inAnother = (box: string, id: number | undefined): HttpProblem =>
  new HttpProblem(409, {
    code: 'rollout-hindered',
    message: `Box '${box}' is in rollout ${id ?? ''}, which is not over.`,
    field: 'body.boxes',
    value: box,
    remedy: 'Wait for its end, or end it.',
  });

const notNow = (id: number, order: Order, because: string): HttpProblem =>
  new HttpProblem(409, {
    code: 'not-now',
    message: `Rollout ${id} cannot take '${order}': ${because}.`,
    remedy: `GET /api/rollouts/${id} tells what it is at.`,
  });
