/**
 * A look into a box's ledger from outside the service, which may be running meanwhile: nothing is written. What the service has said in its
 * last half second is in the step log only; it is read too, and counts on from what the database holds.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { tell, type CallSummary } from '@branchline/contracts/call-story';
import { knownEvent, type LedgerEvent } from '@branchline/contracts/ledger';
import type { Db } from '@branchline/runtime/sqlite';
import type { StepInputs } from '../acd/replay.ts';
import { saidIn, type Numbered, type Said } from '../acd/said.ts';
import { AcdInputs } from './acd-inputs.ts';
import { eventOf } from './ledger.ts';
import { openLedgerToRead } from './open.ts';
import { loggedSteps } from './step-log.ts';

export interface CallSeen {
  readonly id: string;
  readonly startedAt: string;
  readonly from: string;
  readonly dialled: string;
}

type EventRow = Parameters<typeof eventOf>[0];

export class Look {
  readonly db: Db;
  /** Said by the service and not in the database yet. */
  readonly #fresh: readonly LedgerEvent[];

  /** @throws Error in words when there is no ledger, or none that this version reads */
  constructor(dataDir: string) {
    const path = join(dataDir, 'ledger.db');
    if (!existsSync(path))
      throw new Error(
        `there is no ledger at ${path}: give --data with the data directory of a box (its setting BRANCHLINE_BOX_DATA_DIR)`,
      );
    // The log first: what the database takes over meanwhile is then found in both, and not in neither.
    const logged = loggedSteps(join(dataDir, 'steps.log'));
    this.db = openLedgerToRead(path);
    const { step, newest } = this.db.transaction(() => ({
      step: Number(this.#about('lastStep') ?? 0),
      newest:
        this.db.prepare<[], { seq: number | null }>('select max(seq) as seq from events').get()?.seq ?? 0,
    }))();
    const said = logged.filter(({ serial }) => serial > step).flatMap(({ batch }) => batch.events);
    this.#fresh = said.map(({ at, type, call, body }, index) => ({
      seq: newest + index + 1,
      at: new Date(at).toISOString(),
      ...(call === undefined ? {} : { call }),
      type,
      body,
    }));
  }

  close(): void {
    this.db.close();
  }

  /** All that was said of a call, in order; empty when nobody knows it. */
  eventsOf(call: string): LedgerEvent[] {
    const first = this.#firstOf(call);
    const kept =
      first === undefined
        ? []
        : this.db
            .prepare<[number, string], EventRow>(
              'select * from events where seq >= ? and call = ? order by seq',
            )
            .all(first, call)
            .map(eventOf);
    const last = kept.at(-1)?.seq ?? 0;
    return [...kept, ...this.#fresh.filter((event) => event.call === call && event.seq > last)];
  }

  /** Calls, the newest first, ended or in progress: all whose id, caller or dialled number passes. */
  calls(limit: number, passes: (call: CallSeen) => boolean = () => true): CallSeen[] {
    const open = this.db.prepare<[], { id: string }>('select id from open_calls').all();
    const fresh = this.#fresh.flatMap(({ type, call }) => (type === 'call.offered' ? (call ?? []) : []));
    const going = [...new Set([...open.map(({ id }) => id), ...fresh])]
      .flatMap((id) => this.#summaryOf(id) ?? [])
      .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
    const found = new Map<string, CallSeen>();
    const take = (summary: CallSummary): void => {
      const { id, startedAt, from, dialled } = summary;
      const seen = { id, startedAt, from: from.id, dialled };
      if (passes(seen) && !found.has(id)) found.set(id, seen);
    };
    for (const summary of going) take(summary);
    const rows = this.db.prepare<[], { summary: string }>('select summary from calls order by started desc');
    for (const { summary } of rows.iterate()) {
      if (found.size >= limit) break;
      take(JSON.parse(summary) as CallSummary);
    }
    return [...found.values()].slice(0, limit);
  }

  /** What the ACD was told from a moment on, ms since 1970, and what the ledger says it decided until another; as of one moment. */
  decisions(from: number, until: number): { inputs: StepInputs[]; said: Said } {
    return this.db.transaction(() => ({
      inputs: this.#inputs(from, until),
      said: saidIn(this.#deciding(from, until)),
    }))();
  }

  #inputs(from: number, until: number): StepInputs[] {
    const inputs: StepInputs[] = [];
    for (const step of new AcdInputs(this.db).from(from)) {
      if (step.at >= until) break;
      inputs.push(step);
    }
    return inputs;
  }

  *#deciding(from: number, until: number): Generator<Numbered> {
    const rows = this.db
      .prepare<[number, number], EventRow>(
        `select * from events where type in ('call.leg-offered', 'callback.agent-kept', 'call.overflowed', 'agent.state')
         and at >= ? and at < ? order by seq`,
      )
      .iterate(from, until);
    for (const row of rows) {
      const event = knownEvent(eventOf(row));
      if (event) yield { ...event, at: row.at } as Numbered;
    }
  }

  #summaryOf(call: string): CallSummary | undefined {
    return this.eventsOf(call).reduce<CallSummary | undefined>(tell, undefined);
  }

  #firstOf(call: string): number | undefined {
    const row = this.db
      .prepare<[string, string], { first_seq: number }>(
        'select first_seq from calls where id = ? union all select first_seq from open_calls where id = ?',
      )
      .get(call, call);
    return row?.first_seq;
  }

  #about(key: string): unknown {
    const row = this.db
      .prepare<[string], { value: string }>('select value from about where key = ?')
      .get(key);
    return row && (JSON.parse(row.value) as unknown);
  }
}
