/** Which agents of a queue could take an interaction now, who of them comes first, and what is to be said of all the others. */
import type { Candidate, OfferWhy, Verdict } from '@branchline/contracts/offer-why';
import { canTake, isThere } from './agents.ts';
import type { Draft } from './draft.ts';
import { score, type OrderContext } from './order.ts';
import { has, insistedOn, stageAt, type Member, type QueuePlan, type Stage } from './plan.ts';
import { agentPhase, mediumOf, type AgentState, type Waiting } from './state.ts';

/** Candidates that an event names one by one; the rest are counted. */
const NAMED = 8;

export interface Contender {
  readonly member: Member;
  readonly missed: boolean;
  readonly isLast: boolean;
  readonly score: number;
}

export interface Judgement {
  /** Free and able, the best first. */
  readonly ranked: readonly Contender[];
  readonly others: readonly { readonly agent: string; readonly verdict: Verdict; readonly level: number }[];
}

export const waitedMs = (waiting: Waiting, now: number): number => Math.max(0, now - waiting.enteredAt);

export const stageOf = (queue: QueuePlan, waiting: Waiting, now: number): number =>
  stageAt(queue, waitedMs(waiting, now));

/** Why a member may not have it now, whether he is free or not; undefined when he may. */
export function unable(
  queue: QueuePlan,
  stage: Stage,
  member: Member,
  waiting: Waiting,
): Verdict | undefined {
  const { skills } = member.agent;
  if (!has(skills, queue.needs) || (waiting.needs && !has(skills, waiting.needs))) return 'lacks-skill';
  if (member.agent.id === waiting.lastAgent) return undefined;
  if (stage.closedLevels.includes(member.level)) return 'level-closed';
  for (const [skill, level] of stage.insists) if ((skills[skill] ?? 0) < level) return 'below-preference';
  return undefined;
}

/** Until when an interaction is kept for the agent who served the customer last; undefined when it is not. */
export function keptUntil(
  queue: QueuePlan,
  waiting: Waiting,
  last: AgentState | undefined,
): number | undefined {
  const { lastAgent } = waiting;
  if (!queue.lastAgent || lastAgent === undefined || !last || !isThere(last)) return undefined;
  return waiting.missedBy.includes(lastAgent) ? undefined : waiting.enteredAt + queue.lastAgent.waitMs;
}

export function judge(draft: Draft, queue: QueuePlan, waiting: Waiting): Judgement {
  const { now } = draft;
  const stage = queue.stages[stageOf(queue, waiting, now)] ?? { afterMs: 0, insists: [], closedLevels: [] };
  const medium = mediumOf(waiting.kind);
  const turn = draft.queue(queue.name).turn;
  const context: OrderContext = {
    agentsInQueue: queue.members.length,
    lastPlace: turn === undefined ? -1 : queue.members.findIndex(({ agent }) => agent.id === turn),
    draw: `${waiting.interaction}/${waiting.attempts}`,
    now,
  };
  const ranked: Contender[] = [];
  const others: { agent: string; verdict: Verdict; level: number }[] = [];
  for (const member of queue.members) {
    const agent = member.agent.id;
    const state = draft.agent(agent);
    const verdict: Verdict | undefined = state ? unable(queue, stage, member, waiting) : 'signed-out';
    if (!state || verdict !== undefined || !canTake(state, member.agent, medium, now)) {
      others.push({ agent, verdict: verdict ?? phaseVerdict(state, now), level: member.level });
    } else {
      const missed = waiting.missedBy.includes(agent);
      const isLast = agent === waiting.lastAgent && !missed;
      ranked.push({ member, missed, isLast, score: score(queue.order, member, state, context) });
    }
  }
  return { ranked: ranked.sort(better), others };
}

/** Ready by his phase, and yet not free: the capacity for this kind is used. */
function phaseVerdict(state: AgentState | undefined, now: number): Verdict {
  const phase = state ? agentPhase(state, now) : 'signed-out';
  return phase === 'ready' ? 'busy' : phase;
}

function better(a: Contender, b: Contender): number {
  return (
    Number(a.missed) - Number(b.missed) ||
    Number(b.isLast) - Number(a.isLast) ||
    a.member.level - b.member.level ||
    a.member.short - b.member.short ||
    a.score - b.score ||
    a.member.place - b.member.place
  );
}

/** What made a contender come after the chosen one. */
function behind(contender: Contender, chosen: Contender): Verdict {
  if (contender.missed && !chosen.missed) return 'just-missed';
  if (chosen.isLast) return 'not-last-agent';
  if (contender.member.level > chosen.member.level) return 'further-level';
  return contender.member.short > chosen.member.short ? 'less-skilled' : 'lower';
}

/** The candidates by name as far as there is room, the best first, and the others counted. */
export function told(
  { ranked, others }: Judgement,
  chosen: Contender,
): { candidates: Candidate[]; rest?: NonNullable<OfferWhy['rest']> } {
  const candidates: Candidate[] = [];
  const rest: Partial<Record<Verdict, number>> = {};
  const count = (verdict: Verdict): void => void (rest[verdict] = (rest[verdict] ?? 0) + 1);
  for (const contender of [chosen, ...ranked.filter((other) => other !== chosen)]) {
    const verdict = contender === chosen ? 'chosen' : behind(contender, chosen);
    const { agent, level, short } = contender.member;
    if (candidates.length >= NAMED) count(verdict);
    else
      candidates.push({
        agent: agent.id,
        verdict,
        score: contender.score,
        ...(level > 1 ? { level } : {}),
        ...(short > 0 ? { short } : {}),
      });
  }
  for (const { agent, verdict, level } of others) {
    if (candidates.length >= NAMED) count(verdict);
    else candidates.push({ agent, verdict, ...(level > 1 ? { level } : {}) });
  }
  return Object.keys(rest).length > 0 ? { candidates, rest } : { candidates };
}

/** What was insisted on at first and is no more. */
export function relaxed(queue: QueuePlan, waited: number): NonNullable<OfferWhy['relaxed']> {
  const step = queue.relax.findLast(({ afterMs }) => afterMs <= waited);
  if (!step) return [];
  const now = insistedOn(queue, waited);
  return Object.entries(queue.prefers).flatMap(([skill, from]) => {
    const to = now[skill] ?? 0;
    return to < from ? [{ skill, from, to, afterMs: step.afterMs }] : [];
  });
}
