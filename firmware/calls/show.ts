/** Puts the switchboard on the live board after each step, and keeps today's figures from what the ledger has written. */
import type { Branch } from '@branchline/contracts/branch/model';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { LiveAgent, LiveCall, LiveQueue } from '@branchline/contracts/live';
import { FigureCounter, type FigureRange } from '@branchline/contracts/queue-figures';
import type { Clock } from '@branchline/runtime/clock';
import type { AcdPlan } from '../acd/plan.ts';
import type { CallbackState } from '../acd/callback.ts';
import type { AcdState } from '../acd/state.ts';
import { localTime } from '../flows/hours.ts';
import { liveAgent, liveCall, liveQueue, trunkOf } from './live-view.ts';
import type { SwitchboardState } from './state.ts';
import type { StepResult } from './step.ts';
import { acdPlan } from './switchboard.ts';

export interface ShowDeps {
  readonly clock: Clock;
  readonly branch: () => Branch;
  readonly board: {
    set(collection: 'calls', id: string, value: LiveCall | null): void;
    set(collection: 'agents', id: string, value: LiveAgent | null): void;
    set(collection: 'queues', id: string, value: LiveQueue | null): void;
  };
  readonly onTrunkCalls: (calls: ReadonlyMap<string, readonly string[]>) => void;
  readonly onNewDay: () => void;
}

export class Show {
  readonly #deps: ShowDeps;
  #day: FigureCounter;
  #date: string;
  #minute: number;
  #plan: AcdPlan;
  /** What was last shown: of what has not changed since, nothing new can be said. */
  #shown: AcdState | undefined;
  #shownCallbacks: CallbackState | undefined;

  constructor(deps: ShowDeps) {
    this.#deps = deps;
    this.#plan = acdPlan(deps.branch());
    this.#date = this.#today();
    this.#minute = this.#minuteNow();
    this.#day = this.#newDay();
  }

  /** Events of today that were written before the start. */
  recall(events: Iterable<LedgerEvent>): void {
    for (const event of events) this.written([event]);
  }

  written(events: readonly LedgerEvent[]): void {
    for (const event of events) this.#day.take(event);
  }

  step(state: SwitchboardState, { changed }: Pick<StepResult, 'changed'>): void {
    this.#turnDay();
    const { board, clock } = this.#deps;
    const branch = this.#deps.branch();
    for (const id of Object.keys(changed)) {
      const call = state.calls[id];
      board.set('calls', id, call ? liveCall(call) : null);
    }
    if (Object.keys(changed).length > 0) this.#deps.onTrunkCalls(callsByTrunk(state));
    const now = clock.now();
    for (const [id, agent] of Object.entries(state.acd.agents)) {
      const same = agent === this.#shown?.agents[id] && !agent.work.some(({ what }) => what in changed);
      if (!same) board.set('agents', id, liveAgent(branch, id, state, now));
    }
    if (state.acd !== this.#shown || state.callbacks !== this.#shownCallbacks) this.queues(state);
    this.#shownCallbacks = state.callbacks;
    this.#shown = state.acd;
  }

  /** Figures change when events are written, which is a moment after the step. */
  queues(state: SwitchboardState): void {
    const { board, clock } = this.#deps;
    const branch = this.#deps.branch();
    for (const name of Object.keys(branch.queues)) {
      board.set(
        'queues',
        name,
        liveQueue(branch, name, state, this.#day.queue(name), clock.now(), this.#plan),
      );
    }
  }

  /** Another document is in force: who is not in it is shown no more, and all else anew. Told before the step that goes by it. */
  documentChanged(): void {
    const { board, branch } = this.#deps;
    const before = this.#plan;
    this.#plan = acdPlan(branch());
    for (const { id } of before.agents) if (!this.#plan.agent[id]) board.set('agents', id, null);
    for (const name of Object.keys(before.queues))
      if (!this.#plan.queues[name]) board.set('queues', name, null);
    this.#shown = undefined;
  }

  /** Midnight of today in the branch's zone, ms since 1970; the search for today's events begins there. */
  startOfToday(): number {
    return startOfDay(this.#deps.branch().site.timezone, this.#deps.clock.now());
  }

  /** A day begins with a minute, wherever it is: the calendar, which is dear, need not be asked more often. */
  #turnDay(): void {
    const minute = this.#minuteNow();
    if (minute === this.#minute) return;
    this.#minute = minute;
    const today = this.#today();
    if (today === this.#date) return;
    this.#date = today;
    this.#day = this.#newDay();
    this.#deps.onNewDay();
  }

  #newDay(): FigureCounter {
    const rules = figureRules(this.#deps.branch);
    return new FigureCounter({ from: this.startOfToday(), to: Infinity, queue: rules });
  }

  #minuteNow(): number {
    return Math.floor(this.#deps.clock.now() / 60_000);
  }

  #today(): string {
    return localTime(this.#deps.branch().site.timezone, this.#deps.clock.now()).date;
  }
}

/** Midnight before `now` (ms since 1970) by a zone's clock; on a day when clocks are set, an hour beside it after the change. */
export const startOfDay = (timezone: string, now: number): number =>
  now - localTime(timezone, now).minute * 60_000 - (now % 60_000);

/** What the document says of a queue, as far as figures go by it. */
export const figureRules =
  (branch: () => Branch): FigureRange['queue'] =>
  (name) => {
    const queue = branch().queues[name];
    return queue && { withinMs: queue.serviceLevel.withinMs, shortMs: queue.shortAbandonMs };
  };

function callsByTrunk(state: SwitchboardState): Map<string, string[]> {
  const calls = new Map<string, string[]>();
  for (const call of Object.values(state.calls)) {
    const trunk = trunkOf(call);
    if (trunk !== null) calls.set(trunk, [...(calls.get(trunk) ?? []), call.id]);
  }
  return calls;
}
