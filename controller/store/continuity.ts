/** What outlives a restart of the decisions on who answers, and the story of each branch. */
import type { ContinuityStepShown } from '@branchline/contracts/http/continuity';
import type { Party } from '@branchline/contracts/continuity';
import type { ContinuityState } from '../continuity/decide.ts';
import type { ContinuityPlan } from '../continuity/plan.ts';
import type { Had } from '../continuity/seen.ts';
import type { Boxes } from './boxes.ts';
import type { Database } from './database.ts';

export interface Order {
  readonly to: Party;
  readonly who: string;
  /** Ms since 1970. */
  readonly at: number;
  readonly note: string | null;
  /** Of a drill, by its id: a person's goes before it. */
  readonly drill?: number;
}

export interface KeptContinuity {
  readonly state: ContinuityState;
  readonly order: Order | null;
  readonly had: Had;
  /** By which it was decided last: a document without continuity may have taken its place before the branch is home. */
  readonly plan?: ContinuityPlan;
}

export type StoryStep = Omit<ContinuityStepShown, 'at'> & { readonly at: number };

export class ContinuityStore {
  readonly #db: Database;
  readonly #boxes: Boxes;

  constructor(db: Database, boxes: Boxes) {
    this.#db = db;
    this.#boxes = boxes;
  }

  async all(): Promise<Map<string, KeptContinuity>> {
    const rows = await this.#db.all<{ name: string; kept: string }>(
      'select box.name as name, continuity.kept as kept from continuity join box on box.id = continuity.box',
    );
    return new Map(rows.map(({ name, kept }) => [name, JSON.parse(kept) as KeptContinuity]));
  }

  async put(box: string, kept: KeptContinuity): Promise<void> {
    await this.#db.run(
      'insert into continuity (box, kept) values (?, ?) on conflict (box) do update set kept = excluded.kept',
      ...[await this.#boxes.idOf(box), JSON.stringify(kept)],
    );
  }

  /** Of each branch, the numbers that come by its line in the cloud, or may do so. */
  async rerouted(): Promise<Map<string, readonly string[]>> {
    const rows = await this.#db.all<{ name: string; numbers: string }>(
      'select box.name as name, rerouted.numbers as numbers from rerouted join box on box.id = rerouted.box',
    );
    return new Map(rows.map(({ name, numbers }) => [name, JSON.parse(numbers) as string[]]));
  }

  /** An empty list forgets the branch. */
  async putRerouted(box: string, numbers: readonly string[]): Promise<void> {
    const id = await this.#boxes.idOf(box);
    if (numbers.length === 0) return void (await this.#db.run('delete from rerouted where box = ?', id));
    await this.#db.run(
      'insert into rerouted (box, numbers) values (?, ?) on conflict (box) do update set numbers = excluded.numbers',
      ...[id, JSON.stringify(numbers)],
    );
  }

  async told(box: string, { at, ...step }: StoryStep): Promise<void> {
    await this.#db.run(
      'insert into continuity_step (box, at, step) values (?, ?, ?)',
      ...[await this.#boxes.idOf(box), at, JSON.stringify(step)],
    );
  }

  /** The newest, oldest of them first. */
  async story(box: string, limit: number): Promise<ContinuityStepShown[]> {
    const rows = await this.#db.all<Row>(
      `select at, step from continuity_step where box = ? order by id desc limit ?`,
      ...[await this.#boxes.idOf(box), limit],
    );
    return rows.toReversed().map(shown);
  }

  /** Between two moments, ms since 1970, both included. */
  async storyBetween(box: string, from: number, to: number): Promise<ContinuityStepShown[]> {
    const rows = await this.#db.all<Row>(
      'select at, step from continuity_step where box = ? and at >= ? and at <= ? order by id',
      ...[await this.#boxes.idOf(box), from, to],
    );
    return rows.map(shown);
  }
}

interface Row {
  readonly at: number;
  readonly step: string;
}

const shown = ({ at, step }: Row): ContinuityStepShown => ({
  at: new Date(at).toISOString(),
  ...(JSON.parse(step) as Omit<ContinuityStepShown, 'at'>),
});
