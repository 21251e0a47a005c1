/** How a day is served by our ACD and by app_queue's rules: the same callers, agents, talks and telephones that are not answered. */
import type { Queue } from '@branchline/contracts/branch/queues/model';
import { Centre, type Outcome } from '@branchline/firmware/acd/testing/centre';
import { SKILLED, dayOf, planOfDay, type Day } from '@branchline/firmware/acd/testing/day';
import { byHour, type ByHour } from './by-hour.ts';
import { appQueueDay, type Strategy } from './app-queue.ts';

export interface Figures extends ByHour {
  readonly answered: number;
  readonly abandoned: number;
  readonly meanWaitMs: number;
  readonly p95WaitMs: number;
  readonly p99WaitMs: number;
  readonly vipP95WaitMs: number;
  /** Standard deviation of the agents' occupancy, percentage points. */
  readonly occupancySpread: number;
  /** Percent of the answered who were served by somebody skilled. */
  readonly skilled: number;
}

export interface Pair {
  readonly title: string;
  readonly ours: Figures;
  readonly peer: Figures;
}

/** Our order beside the strategy that comes nearest to it. */
const ORDERS: readonly (readonly [Queue['order'], Strategy])[] = [
  ['longest-idle', 'leastrecent'],
  ['fewest-calls', 'fewestcalls'],
  ['least-occupied', 'fewestcalls'],
  ['round-robin', 'rrmemory'],
];
const LOADS = [
  { agents: 100, callsAnHour: 900, name: 'busy' },
  { agents: 100, callsAnHour: 1_150, name: 'overloaded' },
  { agents: 20, callsAnHour: 160, name: 'a small branch' },
] as const;

export function fairness(seeds: readonly number[]): Pair[] {
  return LOADS.flatMap(({ agents, callsAnHour, name }) =>
    ORDERS.map(([order, strategy]) => {
      const days = seeds.map((seed) => dayOf({ seed, agents, callsAnHour, talkMs: 180_000 }));
      const ours = days.map((day) => figuresOf(day, new Centre(day, planOfDay(day, { order })).run()));
      const peer = days.map((day) => figuresOf(day, appQueueDay(day, strategy)));
      return { title: `${name}: ${order} / ${strategy}`, ours: mean(ours), peer: mean(peer) };
    }),
  );
}

function figuresOf(day: Day, { served, busyMs }: Outcome): Figures {
  const answered = served.filter(({ agent }) => agent !== undefined);
  const waits = answered.map(({ waitedMs }) => waitedMs);
  const skills = new Map(day.agents.map(({ id, skills: has }) => [id, has]));
  const skilled = answered.filter(
    ({ agent = '', caller }) => (skills.get(agent)?.[caller.skill] ?? 0) >= SKILLED,
  );
  const onDuty = new Map(
    day.duties.map(({ agent, from, until, breaks }) => [
      agent,
      until - from - breaks.reduce((sum, { ms }) => sum + ms, 0),
    ]),
  );
  const occupancy = day.agents.map(({ id }) => (100 * (busyMs[id] ?? 0)) / (onDuty.get(id) ?? 1));
  return {
    answered: answered.length,
    abandoned: served.length - answered.length,
    meanWaitMs: average(waits),
    p95WaitMs: share(waits, 0.95),
    p99WaitMs: share(waits, 0.99),
    vipP95WaitMs: share(
      answered.filter(({ caller }) => caller.vip).map(({ waitedMs }) => waitedMs),
      0.95,
    ),
    occupancySpread: deviation(occupancy),
    skilled: (100 * skilled.length) / answered.length,
    ...byHour(served, share),
  };
}

function mean(all: readonly Figures[]): Figures {
  const of = (key: keyof Figures): number => average(all.map((figures) => figures[key]));
  return {
    answered: of('answered'),
    abandoned: of('abandoned'),
    meanWaitMs: of('meanWaitMs'),
    p95WaitMs: of('p95WaitMs'),
    p99WaitMs: of('p99WaitMs'),
    vipP95WaitMs: of('vipP95WaitMs'),
    occupancySpread: of('occupancySpread'),
    skilled: of('skilled'),
    hourP95WaitMs: of('hourP95WaitMs'),
    worstHourP95WaitMs: of('worstHourP95WaitMs'),
    longestWaitMs: of('longestWaitMs'),
    serviceLevel: of('serviceLevel'),
    unevenMs: of('unevenMs'),
  };
}

const average = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function share(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}

function deviation(values: readonly number[]): number {
  const middle = average(values);
  return Math.sqrt(average(values.map((value) => (value - middle) ** 2)));
}
