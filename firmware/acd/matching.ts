/** Who gets the next one: interactions in the order of their due, each to the best agent who is free for it. */
import type { Candidate } from '@branchline/contracts/ledger';
import type { Queue } from '@branchline/contracts/branch/model';
import { score, type Contender } from './order.ts';
import {
  agentPhase,
  type AcdEffect,
  type AcdPlan,
  type AcdState,
  type AgentPlan,
  type Waiting,
} from './state.ts';

const MINUTE_MS = 60_000;

/** Priority with ageing: who waits gains points, so that a steady stream of VIPs starves nobody. */
export function due(waiting: Waiting, queue: Queue, now: number): number {
  return waiting.priority + (queue.ageingPerMinute * (now - waiting.since)) / MINUTE_MS;
}

/** Waiting interactions, the first to be served first. Of equals, who came first. */
export function inOrder(state: AcdState, plan: AcdPlan, now: number): Waiting[] {
  return state.waiting
    .flatMap((waiting, index) => {
      const queue = plan.queues[waiting.queue];
      return queue ? [{ waiting, index, due: due(waiting, queue, now) }] : [];
    })
    .sort((a, b) => b.due - a.due || a.waiting.since - b.waiting.since || a.index - b.index)
    .map(({ waiting }) => waiting);
}

/** Offers everything that can be offered now. */
export function match(
  state: AcdState,
  plan: AcdPlan,
  now: number,
): { state: AcdState; effects: AcdEffect[] } {
  if (!state.waiting.some((waiting) => waiting.offeredTo === undefined)) return { state, effects: [] };
  const effects: AcdEffect[] = [];
  let at = state;
  for (const waiting of inOrder(state, plan, now)) {
    const queue = plan.queues[waiting.queue];
    if (waiting.offeredTo !== undefined || !queue) continue;
    const { chosen, candidates } = choose(at, plan, queue, waiting, now);
    if (chosen === undefined) continue;
    effects.push({
      do: 'offer',
      interaction: waiting.interaction,
      agent: chosen,
      queue: queue.name,
      attempt: waiting.attempts + 1,
      ringMs: queue.ringMs,
      candidates,
    });
    at = offered(at, waiting, chosen, now);
  }
  return { state: at, effects };
}

function choose(
  state: AcdState,
  plan: AcdPlan,
  queue: Queue,
  waiting: Waiting,
  now: number,
): { chosen?: string; candidates: Candidate[] } {
  const members = plan.agents.filter((agent) => agent.queues.includes(queue.name));
  const last = state.lastTurn[queue.name];
  const context = {
    agentsInQueue: members.length,
    lastPlace: members.findIndex((agent) => agent.id === last),
    draw: `${waiting.interaction}/${waiting.attempts}`,
  };
  const judged = members.map((member, place) => judge(state, queue, waiting, member, place, now));
  const free = judged.flatMap(({ contender }) => (contender ? [contender] : []));
  const fresh = free.filter(({ agent }) => !waiting.missedBy.includes(agent));
  const ranked = (fresh.length > 0 ? fresh : free)
    .map((contender) => ({ contender, score: score(queue.order, contender, context) }))
    .sort((a, b) => a.score - b.score || a.contender.place - b.contender.place);
  const winner = ranked[0]?.contender.agent;
  const candidates = judged.map(({ agent, verdict, contender }): Candidate => {
    if (!contender) return { agent, verdict };
    const ranking = ranked.find((entry) => entry.contender.agent === agent);
    if (!ranking) return { agent, verdict: 'just-missed' };
    return { agent, verdict: agent === winner ? 'chosen' : 'lower', score: ranking.score };
  });
  return winner === undefined ? { candidates } : { chosen: winner, candidates };
}

interface Judgement {
  readonly agent: string;
  readonly verdict: Candidate['verdict'];
  readonly contender?: Contender;
}

function judge(
  state: AcdState,
  queue: Queue,
  _waiting: Waiting,
  member: AgentPlan,
  place: number,
  now: number,
): Judgement {
  const agent = state.agents[member.id];
  if (!agent) return { agent: member.id, verdict: 'signed-out' };
  if (!Object.entries(queue.needs).every(([skill, level]) => (member.skills[skill] ?? 0) >= level)) {
    return { agent: member.id, verdict: 'lacks-skill' };
  }
  const phase = agentPhase(agent, now);
  if (phase !== 'ready') return { agent: member.id, verdict: phase };
  return { agent: member.id, verdict: 'lower', contender: { agent: member.id, place, state: agent } };
}

function offered(state: AcdState, waiting: Waiting, chosen: string, now: number): AcdState {
  const agent = state.agents[chosen];
  if (!agent) return state;
  return {
    waiting: state.waiting.map((entry) =>
      entry === waiting ? { ...entry, offeredTo: chosen, attempts: entry.attempts + 1 } : entry,
    ),
    agents: {
      ...state.agents,
      [chosen]: { ...agent, busyWith: [...agent.busyWith, waiting.interaction], since: now },
    },
    lastTurn: { ...state.lastTurn, [waiting.queue]: chosen },
  };
}
