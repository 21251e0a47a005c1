/**
 * Who gets the next one: interactions in the order of their due, each to the best agent who is free for it.
 *
 * Nobody free: nothing to do. Otherwise the queues are walked together, always the head with the most points first. Interactions that nobody
 * free could take are passed; as those who wait alike (same queue, same stage of relaxation, same needs) are judged once, a
 * long queue costs little.
 */
import type { OfferWhy } from '@branchline/contracts/offer-why';
import { offered } from './agents.ts';
import type { Draft } from './draft.ts';
import { judge, relaxed, told, waitedMs, type Contender, type Judgement } from './judging.ts';
import { Free, linesOf, type Head } from './lines.ts';
import type { QueuePlan } from './plan.ts';
import { due } from './rank.ts';
import { mediumOf, type Waiting } from './state.ts';

export function match(draft: Draft): void {
  if (!draft.hasOpen()) return;
  const free = new Free(draft);
  if (free.isEmpty()) return;
  const lines = linesOf(draft, free);
  while (!free.isEmpty()) {
    const heads = lines.flatMap((line) => line.head() ?? []);
    const [first, second] = best(heads);
    if (!first) break;
    serve(draft, first, second, free);
  }
  for (const { queue } of lines) if (queue.order === 'ring-all') ringMore(draft, queue, free);
}

/** The head with the most points, and the one after it. Of equals, who came first. */
function best(heads: readonly Head[]): [Head | undefined, Head | undefined] {
  let first: Head | undefined;
  let second: Head | undefined;
  for (const head of heads) {
    if (!first || isBefore(head, first)) [first, second] = [head, first];
    else if (!second || isBefore(head, second)) second = head;
  }
  const own = first?.line.afterHead();
  return [first, own && (!second || isBefore(own, second)) ? own : second];
}

function isBefore(a: Head, b: Head): boolean {
  if (a.weighed !== b.weighed) return a.weighed > b.weighed;
  return a.waiting.since < b.waiting.since;
}

function serve(draft: Draft, { line, waiting, points }: Head, next: Head | undefined, free: Free): void {
  const { queue } = line;
  const judgement = judge(draft, queue, waiting);
  const [chosen] = judgement.ranked;
  if (!chosen) return line.pass();
  const turn: OfferWhy['turn'] = {
    priority: waiting.priority,
    aged: rounded(points - waiting.priority),
    waitedMs: Math.max(0, draft.now - waiting.since),
    ...(waiting.tag === undefined ? {} : { tag: waiting.tag }),
    waiting: line.unoffered(),
    ...(line.passed > 0 ? { passed: line.passed } : {}),
    ...(next
      ? {
          next: {
            interaction: next.waiting.interaction,
            queue: next.waiting.queue,
            points: rounded(next.weighed),
          },
        }
      : {}),
  };
  offer(draft, queue, waiting, together(queue, judgement, chosen), judgement, turn, free);
}

/** All who ring at once: one agent, or where all ring, everybody who is as near as the best. */
function together(queue: QueuePlan, { ranked }: Judgement, chosen: Contender): Contender[] {
  if (queue.order !== 'ring-all' || chosen.isLast) return [chosen];
  return ranked.filter(
    ({ missed, member }) => missed === chosen.missed && member.level === chosen.member.level,
  );
}

/** Where all ring, whoever becomes free meanwhile rings too, unless somebody waits who rings nowhere. */
function ringMore(draft: Draft, queue: QueuePlan, free: Free): void {
  for (const waiting of draft.list(queue.name)) {
    if (free.isEmpty()) return;
    if (waiting.offers.length === 0) continue;
    const judgement = judge(draft, queue, waiting);
    const [chosen] = judgement.ranked.filter(({ missed }) => !missed);
    if (!chosen) continue;
    const turn = {
      priority: waiting.priority,
      aged: rounded(due(waiting, queue.priority.ageingPerMinute, draft.now) - waiting.priority),
      waitedMs: Math.max(0, draft.now - waiting.since),
      waiting: 0,
    };
    const more = together(queue, judgement, chosen).filter(({ missed }) => !missed);
    offer(draft, queue, waiting, more, judgement, turn, free);
  }
}

function offer(
  draft: Draft,
  queue: QueuePlan,
  waiting: Waiting,
  to: readonly Contender[],
  judgement: Judgement,
  turn: OfferWhy['turn'],
  free: Free,
): void {
  const { now } = draft;
  const attempt = waiting.attempts + 1;
  const waited = waitedMs(waiting, now);
  const steps = relaxed(queue, waited);
  for (const chosen of to) {
    const { id } = chosen.member.agent;
    const { candidates, rest } = told(judgement, chosen);
    const lastAgent = lastAgentWhy(draft, waiting, chosen);
    draft.effects.push({
      do: 'offer',
      interaction: waiting.interaction,
      kind: waiting.kind,
      agent: id,
      queue: queue.name,
      attempt,
      ringMs: queue.ringMs,
      candidates,
      why: {
        order: queue.order,
        ...(rest ? { rest } : {}),
        ...(steps.length > 0 ? { relaxed: steps } : {}),
        ...(lastAgent ? { lastAgent } : {}),
        turn,
      },
    });
    const work = {
      what: waiting.interaction,
      as: 'offered',
      medium: mediumOf(waiting.kind),
      queue: queue.name,
      since: now,
    } as const;
    draft.changeAgent(id, (agent) => offered(agent, work));
    free.look(id);
  }
  const ids = to.map(({ member }) => member.agent.id);
  draft.replace(waiting, { ...waiting, offers: [...waiting.offers, ...ids], attempts: attempt });
  if (queue.order === 'round-robin' && ids[0] !== undefined)
    draft.setQueue(queue.name, { ...draft.queue(queue.name), turn: ids[0] });
}

function lastAgentWhy(draft: Draft, waiting: Waiting, chosen: Contender): OfferWhy['lastAgent'] {
  const { lastAgent: agent } = waiting;
  if (agent === undefined) return undefined;
  if (chosen.member.agent.id === agent) return { agent, state: 'chosen' };
  if (waiting.missedBy.includes(agent)) return { agent, state: 'missed' };
  const state = draft.agent(agent);
  const isAway = !state?.signedIn || !state.ready || !state.reachable;
  return { agent, state: isAway ? 'not-there' : 'not-in-time' };
}

/** Hundredths of a point: enough for a person, and the same text on every machine. */
const rounded = (points: number): number => Math.round(points * 100) / 100;
