/** The ACD: `(state, event, now) -> (state, effects)`. After every event it offers whatever can be offered. */
import { match } from './matching.ts';
import {
  newAgent,
  type AcdEffect,
  type AcdEvent,
  type AcdPlan,
  type AcdState,
  type AgentState,
  type Refusal,
} from './state.ts';

/** An agent whose phone refused is left in peace for this long, or he would be offered the same call in a circle. */
const HOLD_BACK_MS = 5_000;

export function emptyAcd(plan: AcdPlan, now: number): AcdState {
  return {
    waiting: [],
    agents: Object.fromEntries(plan.agents.map((agent) => [agent.id, newAgent(now)])),
    lastTurn: {},
  };
}

/** The state under a changed document: who is new begins, who is gone goes, who waits in a queue that is gone stays listed nowhere. */
export function underPlan(state: AcdState, plan: AcdPlan, now: number): AcdState {
  return {
    ...state,
    waiting: state.waiting.filter((waiting) => plan.queues[waiting.queue] !== undefined),
    agents: Object.fromEntries(
      plan.agents.map((agent) => [agent.id, believable(state.agents[agent.id] ?? newAgent(now), plan, now)]),
    ),
  };
}

export function acd(
  state: AcdState,
  event: AcdEvent,
  now: number,
  plan: AcdPlan,
): { state: AcdState; effects: AcdEffect[] } {
  return match(take(state, event, now, plan), plan, now);
}

function take(state: AcdState, event: AcdEvent, now: number, plan: AcdPlan): AcdState {
  switch (event.type) {
    case 'enter': {
      if (state.waiting.some((waiting) => waiting.interaction === event.interaction)) return state;
      const priority = event.priority ?? plan.queues[event.queue]?.priority ?? 0;
      const { interaction, queue, since } = event;
      return {
        ...state,
        waiting: [...state.waiting, { interaction, queue, priority, since, attempts: 0, missedBy: [] }],
      };
    }
    case 'leave':
      return without(state, event.interaction);
    case 'accepted':
      return change(without(state, event.interaction), event.agent, (agent) => ({
        ...agent,
        busyWith: [...agent.busyWith.filter((what) => what !== event.interaction), event.interaction],
        answered: agent.answered + 1,
        since: now,
      }));
    case 'refused':
      return refused(state, event.interaction, event.agent, event.reason, now);
    case 'occupied':
      return change(state, event.agent, (agent) =>
        agent.busyWith.includes(event.by)
          ? agent
          : { ...agent, busyWith: [...agent.busyWith, event.by], since: now },
      );
    case 'free':
      return change(state, event.agent, (agent) => {
        if (!agent.busyWith.includes(event.by)) return agent;
        const free = released(agent, event.by, now);
        return event.wrapUpMs > 0 ? { ...free, wrapUpUntil: now + event.wrapUpMs } : free;
      });
    case 'order':
      return change(state, event.agent, (agent) => ordered(agent, event.state, event.reason, now));
    case 'reachable':
      return change(state, event.agent, (agent) =>
        agent.reachable === event.reachable ? agent : { ...agent, reachable: event.reachable, since: now },
      );
    case 'new-day':
      return { ...state, agents: mapAgents(state.agents, (agent) => ({ ...agent, answered: 0 })) };
    case 'clock-moved':
      return { ...state, agents: mapAgents(state.agents, (agent) => believable(agent, plan, now)) };
    case 'tick':
      return { ...state, agents: mapAgents(state.agents, (agent) => wrappedUp(agent, now)) };
  }
}

/** The next moment at which something changes by time alone; undefined when nothing does. */
export function nextDue(state: AcdState): number | undefined {
  const times = Object.values(state.agents).flatMap((agent) => agent.wrapUpUntil ?? []);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** Ring-no-answer takes the agent out with a reason: the next caller must not ring at an empty chair. */
function refused(state: AcdState, interaction: string, by: string, reason: Refusal, now: number): AcdState {
  const back: AcdState = {
    ...state,
    waiting: state.waiting.map((waiting) => {
      if (waiting.interaction !== interaction || waiting.offeredTo !== by) return waiting;
      const { offeredTo: _, ...rest } = waiting;
      return { ...rest, missedBy: [...new Set([...waiting.missedBy, by])] };
    }),
  };
  return change(back, by, (agent) => {
    const free = released(agent, interaction, now);
    if (reason === 'no-answer' || reason === 'declined') return { ...free, ready: false, reason };
    if (reason === 'unreachable') return { ...free, reachable: false };
    return reason === 'caller-gone' ? free : { ...free, wrapUpUntil: now + HOLD_BACK_MS };
  });
}

function ordered(
  agent: AgentState,
  to: 'ready' | 'not-ready' | 'signed-out',
  reason: string | undefined,
  now: number,
): AgentState {
  const { reason: _, wrapUpUntil: __, ...rest } = agent;
  const base = { ...rest, since: now };
  if (to === 'ready')
    return {
      ...base,
      signedIn: true,
      ready: true,
      idleSince: agent.ready && agent.signedIn ? agent.idleSince : now,
    };
  const why = reason === undefined ? {} : { reason };
  return { ...base, signedIn: to === 'not-ready', ready: false, ...why };
}

function released(agent: AgentState, from: string, now: number): AgentState {
  const busyWith = agent.busyWith.filter((what) => what !== from);
  if (busyWith.length === agent.busyWith.length) return agent;
  return { ...agent, busyWith, idleSince: busyWith.length === 0 ? now : agent.idleSince, since: now };
}

function wrappedUp(agent: AgentState, now: number): AgentState {
  if (agent.wrapUpUntil === undefined || agent.wrapUpUntil > now) return agent;
  const { wrapUpUntil, ...rest } = agent;
  return { ...rest, idleSince: Math.max(agent.idleSince, wrapUpUntil), since: wrapUpUntil };
}

/** A clock that went back leaves times in the future: nobody wraps up, or has been idle, from then. */
function believable(agent: AgentState, plan: AcdPlan, now: number): AgentState {
  const longest = Math.max(HOLD_BACK_MS, ...Object.values(plan.queues).map(({ wrapUpMs }) => wrapUpMs));
  const { wrapUpUntil, ...rest } = agent;
  return {
    ...rest,
    since: Math.min(agent.since, now),
    idleSince: Math.min(agent.idleSince, now),
    ...(wrapUpUntil === undefined ? {} : { wrapUpUntil: Math.min(wrapUpUntil, now + longest) }),
  };
}

function without(state: AcdState, interaction: string): AcdState {
  return { ...state, waiting: state.waiting.filter((waiting) => waiting.interaction !== interaction) };
}

function change(state: AcdState, id: string, to: (agent: AgentState) => AgentState): AcdState {
  const agent = state.agents[id];
  if (!agent) return state;
  const changed = to(agent);
  return changed === agent ? state : { ...state, agents: { ...state.agents, [id]: changed } };
}

function mapAgents(agents: AcdState['agents'], to: (agent: AgentState) => AgentState): AcdState['agents'] {
  return Object.fromEntries(Object.entries(agents).map(([id, agent]) => [id, to(agent)]));
}
