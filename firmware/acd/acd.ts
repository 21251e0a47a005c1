/** The ACD: `(state, event, now) -> (state, effects)`. After every event it offers whatever can be offered. */
import {
  HOLD_BACK_MS,
  believable,
  occupied,
  ordered,
  refused,
  released,
  settled,
  taken,
  tidied,
  wrapUpChanged,
} from './agents.ts';
import { Draft } from './draft.ts';
import { give } from './giving.ts';
import { match } from './matching.ts';
import { paceAfterHandled, paceAfterTaken, staffed } from './outlook.ts';
import type { AcdPlan } from './plan.ts';
import { newAgent, type AcdEvent, type AcdResult, type AcdState, type Waiting, type Work } from './state.ts';
import {
  attendAll,
  believableWait,
  closedOnEntering,
  digit,
  dueOf,
  emptied,
  enter,
  overflow,
  rewind,
  sendOn,
  withdraw,
} from './waiting.ts';

type Event<T extends AcdEvent['type']> = Extract<AcdEvent, { type: T }>;

export function acd(state: AcdState, event: AcdEvent, now: number, plan: AcdPlan): AcdResult {
  const draft = new Draft(state, plan, now);
  take(draft, event);
  match(draft);
  afterMatch(draft, event);
  return draft.result();
}

/** The next moment at which something changes by time alone; undefined when nothing does. */
export function nextDue(state: AcdState): number | undefined {
  let due = Infinity;
  for (const id in state.agents) {
    const agent = state.agents[id];
    due = Math.min(due, agent?.wrapUpUntil ?? Infinity, agent?.heldBackUntil ?? Infinity);
  }
  for (const queue in state.waiting) due = Math.min(due, dueOfList(state.waiting[queue] ?? []));
  return due === Infinity ? undefined : due;
}

/** A list is never changed, only replaced: what was found of it holds as long as it is there. */
const dueOfLists = new WeakMap<readonly Waiting[], number>();

function dueOfList(list: readonly Waiting[]): number {
  const known = dueOfLists.get(list);
  if (known !== undefined) return known;
  let due = Infinity;
  for (const { dueAt } of list) if (dueAt !== null && dueAt < due) due = dueAt;
  dueOfLists.set(list, due);
  return due;
}

function take(draft: Draft, event: AcdEvent): void {
  const { now } = draft;
  switch (event.type) {
    case 'enter':
      enter(draft, event);
      return closedOnEntering(draft, event);
    case 'leave': {
      const waiting = draft.find(event.interaction);
      return waiting && draft.remove(waiting);
    }
    case 'digit':
      return digit(draft, event.interaction, event.digit);
    case 'promote':
      return promote(draft, event);
    case 'give':
      return give(draft, event);
    case 'accepted':
      return accepted(draft, event);
    case 'refused':
      return notTaken(draft, event);
    case 'occupied':
      return draft.changeAgent(event.agent, (agent) => occupied(agent, event.by, now));
    case 'free':
      return freed(draft, event);
    case 'wrap-up':
      return draft.changeAgent(event.agent, (agent) => wrapUpChanged(agent, event.moreMs, now));
    case 'order':
      return draft.changeAgent(event.agent, (agent) => ordered(agent, event.state, event.reason, now));
    case 'reachable':
      return draft.changeAgent(event.agent, (agent) =>
        agent.reachable === event.reachable
          ? agent
          : { ...settled(agent, now), reachable: event.reachable, since: now },
      );
    case 'plan':
      return underPlan(draft, event.plan);
    case 'alive':
      return onlyLiving(draft, new Set(event.interactions));
    case 'new-day':
      return newDay(draft);
    case 'clock-moved':
      return clockMoved(draft);
    case 'tick':
      for (const id of draft.agentsDue()) draft.changeAgent(id, (agent) => tidied(agent, now), true);
      return attendAll(draft);
  }
}

function afterMatch(draft: Draft, event: AcdEvent): void {
  switch (event.type) {
    case 'enter':
      return overflow(draft, event.interaction, event.queue, 'entering');
    case 'refused':
      overflow(draft, event.interaction, undefined, 'later');
      return emptied(draft, event.agent);
    case 'order':
    case 'reachable':
      return emptied(draft, event.agent);
    case 'tick':
      return rewind(draft);
    default:
  }
}

function promote(draft: Draft, { interaction, priority }: Event<'promote'>): void {
  const waiting = draft.find(interaction);
  if (!waiting || waiting.priority === priority) return;
  draft.remove(waiting);
  const { tag: _, ...rest } = waiting;
  draft.insert({ ...rest, priority });
}

/** The first who answers has it. Whoever answers after him, where several rang, is told that it is gone. */
function accepted(draft: Draft, { interaction, agent }: Event<'accepted'>): void {
  const { now } = draft;
  const work = draft.agent(agent)?.work.find(({ what }) => what === interaction);
  const waiting = draft.find(interaction, work?.queue);
  if (!waiting) {
    if (work?.as === 'served') return;
    if (work?.as === 'offered')
      return void draft.effects.push({ do: 'withdraw', interaction, agent, because: 'answered-elsewhere' });
    return draft.changeAgent(agent, (state) =>
      taken(state, { what: interaction, as: 'served', medium: 'voice', since: now }),
    );
  }
  const { queue, customer } = waiting;
  draft.remove(waiting);
  const medium = waiting.kind === 'chat' ? 'text' : 'voice';
  const serving: Work = { what: interaction, as: 'served', medium, queue, since: now };
  draft.changeAgent(agent, (state) => taken(state, serving));
  withdraw(
    draft,
    waiting,
    waiting.offers.filter((other) => other !== agent),
    'answered-elsewhere',
  );
  const plan = draft.plan.queues[queue];
  if (plan) {
    const state = draft.queue(queue);
    const there = staffed(plan, (id) => draft.agent(id));
    draft.setQueue(queue, { ...state, pace: paceAfterTaken(state.pace, waiting.enteredAt, there, now) });
  }
  if (customer !== undefined) draft.served(customer, { agent, at: now });
}

function notTaken(draft: Draft, { interaction, agent, reason }: Event<'refused'>): void {
  const work = draft.agent(agent)?.work.find(({ what }) => what === interaction);
  if (work?.as !== 'offered') return;
  const waiting = draft.find(interaction, work.queue);
  const queue = draft.plan.queues[work.queue ?? ''];
  if (waiting) {
    const missedBy = reason === 'withdrawn' ? waiting.missedBy : [...new Set([...waiting.missedBy, agent])];
    const changed = { ...waiting, missedBy, offers: waiting.offers.filter((id) => id !== agent) };
    draft.replace(waiting, { ...changed, dueAt: queue ? dueOf(queue, changed, draft.now) : null });
  }
  draft.changeAgent(agent, (state) =>
    refused(state, interaction, reason, queue?.outAfterMisses ?? 1, draft.now),
  );
}

function freed(draft: Draft, { agent, by, wrapUpMs }: Event<'free'>): void {
  const { now } = draft;
  const work = draft.agent(agent)?.work.find(({ what }) => what === by);
  if (!work) return;
  draft.changeAgent(agent, (state) => released(state, by, wrapUpMs, now));
  if (work.as !== 'served' || work.queue === undefined || !draft.plan.queues[work.queue]) return;
  const state = draft.queue(work.queue);
  const handleMs = Math.max(0, now - work.since) + wrapUpMs;
  draft.setQueue(work.queue, { ...state, pace: paceAfterHandled(state.pace, handleMs) });
}

/** Another document: who is new begins, who is gone goes, who waits in a queue that is gone is sent on. */
function underPlan(draft: Draft, id: string): void {
  const { plan, now } = draft;
  draft.heldAgainst(id);
  for (const agent of draft.agentIds()) if (!plan.agent[agent]) draft.setAgent(agent, null);
  for (const { id: agent } of plan.agents) if (!draft.agent(agent)) draft.setAgent(agent, newAgent(now));
  for (const name of draft.queueNames()) {
    const queue = plan.queues[name];
    const list = [...draft.list(name)];
    for (const waiting of list) {
      if (!queue) sendOn(draft, waiting, 'queue-gone');
      else draft.remove(waiting);
    }
    if (!queue) draft.setQueue(name, null);
    else
      for (const waiting of list) {
        const { lastAgent: _, ...rest } = waiting;
        const kept = { ...rest, offers: waiting.offers.filter((agent) => plan.agent[agent]) };
        draft.insert({ ...kept, dueAt: dueOf(queue, kept, now) });
      }
  }
}

/** After a restart: what is no more neither waits nor keeps an agent busy. */
function onlyLiving(draft: Draft, living: ReadonlySet<string>): void {
  for (const name of draft.queueNames())
    for (const waiting of [...draft.list(name)]) if (!living.has(waiting.interaction)) draft.remove(waiting);
  for (const id of draft.agentIds())
    draft.changeAgent(id, (agent) => {
      const work = agent.work.filter(({ what }) => living.has(what));
      return work.length === agent.work.length ? agent : { ...settled(agent, draft.now), work };
    });
}

function newDay(draft: Draft): void {
  for (const id of draft.agentIds())
    draft.changeAgent(id, (agent) => ({
      ...agent,
      answered: 0,
      tally: { from: Math.max(agent.tally.from, draft.now), staffedMs: 0, busyMs: 0 },
    }));
}

function clockMoved(draft: Draft): void {
  const { now, plan } = draft;
  const longest = Math.max(HOLD_BACK_MS, ...Object.values(plan.queues).map(({ wrapUpMs }) => wrapUpMs));
  for (const id of draft.agentIds()) draft.changeAgent(id, (agent) => believable(agent, longest, now));
  for (const name of draft.queueNames()) {
    const list = [...draft.list(name)];
    for (const waiting of list) draft.remove(waiting);
    for (const waiting of list) draft.insert(believableWait(waiting, now));
  }
}
