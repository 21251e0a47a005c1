/** What one decision costs: with so many waiting, 500 agents, 50 skills, everything saturated, and an agent who becomes free. */
import { queueOf, T0 } from '@branchline/firmware/acd/bench';
import { acd, nextDue } from '@branchline/firmware/acd/acd';
import { planOf, type AcdPlan } from '@branchline/firmware/acd/plan';
import { emptyAcd, everyWaiting, type AcdEvent, type AcdState } from '@branchline/firmware/acd/state';
import { chance } from '@branchline/firmware/acd/testing/chance';

const AGENTS = 500;
const SKILLS = 50;
const QUEUES = 20;

export interface Cost {
  readonly waiting: number;
  readonly decisions: number;
  /** The thread's own time for a decision and what goes with it (another accepted, another come in): other work on the machine is not in it. */
  readonly meanCpuUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  /** What a store writes for a decision, bytes. */
  readonly changedBytes: number;
}

export function cost(waiting: number, decisions: number): Cost {
  const plan = bigPlan();
  let state = saturated(plan, waiting);
  let now = T0 + 3_600_000;
  const times: number[] = [];
  let bytes = 0;
  const tell = (
    event: AcdEvent,
    timed: boolean,
  ): readonly { do: string; interaction?: string; agent?: string }[] => {
    const began = performance.now();
    const result = acd(state, event, now, plan);
    nextDue(result.state);
    if (timed) {
      times.push(1_000 * (performance.now() - began));
      bytes += JSON.stringify(result.changed).length;
    }
    state = result.state;
    return result.effects;
  };
  const draw = chance(1);
  const before = process.threadCpuUsage();
  for (let index = 0; index < decisions + 200; index += 1) {
    now += 300;
    const id = `a${Math.floor(draw.next() * AGENTS)}`;
    const work = state.agents[id]?.work[0];
    if (!work) continue;
    const [offer] = tell({ type: 'free', agent: id, by: work.what, wrapUpMs: 0 }, index >= 200);
    if (offer?.do === 'offer' && offer.interaction !== undefined && offer.agent !== undefined)
      tell({ type: 'accepted', interaction: offer.interaction, agent: offer.agent }, false);
    else tell({ type: 'occupied', agent: id, by: work.what }, false);
    if (everyWaiting(state).length < waiting) enter(tell, draw, `n${index}`, now);
  }
  const { user, system } = process.threadCpuUsage(before);
  const sorted = times.sort((a, b) => a - b);
  const at = (part: number): number => Math.round(sorted[Math.floor(part * sorted.length)] ?? 0);
  return {
    waiting,
    decisions: times.length,
    meanCpuUs: Math.round((user + system) / (decisions + 200)),
    p50Us: at(0.5),
    p99Us: at(0.99),
    maxUs: Math.round(sorted.at(-1) ?? 0),
    changedBytes: Math.round(bytes / times.length),
  };
}

function bigPlan(): AcdPlan {
  const draw = chance(7);
  const queues = Array.from({ length: QUEUES }, (_, index) =>
    queueOf(`q${index}`, {
      needs: { [`s${index}`]: 1 },
      prefers: { [`s${index}`]: 4, [`s${index + QUEUES}`]: 2 },
      relax: [
        { afterMs: 20_000, insists: { [`s${index}`]: 3 } },
        { afterMs: 60_000, insists: {} },
      ],
      priority: { default: 0, tags: { vip: 10 }, ageingPerMinute: 1 },
      levels: { 2: 30_000 },
    }),
  );
  const agents = Array.from({ length: AGENTS }, (_, index) => {
    const own = Array.from({ length: 4 }, () => Math.floor(draw.next() * QUEUES));
    const skills = Object.fromEntries(
      Array.from({ length: SKILLS }, (__, skill): [string, number] => [
        `s${skill}`,
        1 + Math.floor(draw.next() * 5),
      ]),
    );
    const levels = Object.fromEntries(own.map((queue, place) => [`q${queue}`, place < 3 ? 1 : 2]));
    return { id: `a${index}`, queues: levels, skills, atOnce: 1 };
  });
  return planOf({ queues: Object.fromEntries(queues.map((queue) => [queue.name, queue])), agents });
}

type Tell = (event: AcdEvent, timed: boolean) => unknown;

function enter(tell: Tell, draw: ReturnType<typeof chance>, interaction: string, since: number): void {
  const queue = `q${Math.floor(draw.next() * QUEUES)}`;
  const needs = draw.next() < 0.2 ? { needs: { [`s${Math.floor(draw.next() * SKILLS)}`]: 5 } } : {};
  const tags = draw.next() < 0.05 ? { tags: ['vip'] } : {};
  tell({ type: 'enter', interaction, queue, since, ...needs, ...tags }, false);
}

function saturated(plan: AcdPlan, waiting: number): AcdState {
  let state = emptyAcd;
  let now = T0;
  const tell: Tell = (event) => {
    const result = acd(state, event, now, plan);
    state = result.state;
  };
  tell({ type: 'plan', plan: plan.id }, false);
  for (const { id } of plan.agents) {
    tell({ type: 'occupied', agent: id, by: `other-${id}` }, false);
    tell({ type: 'reachable', agent: id, reachable: true }, false);
  }
  const draw = chance(3);
  for (let index = 0; index < waiting; index += 1) {
    now += 1 + Math.floor(3_000_000 / waiting);
    enter(tell, draw, `i${index}`, now);
  }
  return state;
}
