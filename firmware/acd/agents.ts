/** What becomes of one agent. Each function gives the agent as he is afterwards, or the same object when nothing changed. */
import type { AgentState, Medium, Refusal, Work } from './state.ts';
import type { AgentPlan } from './plan.ts';

/** An agent whose phone refused is left in peace for this long, or he would be offered the same call in a circle. */
export const HOLD_BACK_MS = 5_000;
/** No wrap-up is made longer than this, from now, however often it is extended. */
export const LONGEST_WRAP_UP_MS = 30 * 60_000;

/** Time on duty, and at work or in wrap-up, up to now. */
export function tallied(agent: AgentState, now: number): { staffedMs: number; busyMs: number } {
  const { from, staffedMs, busyMs } = agent.tally;
  const passed = Math.max(0, now - from);
  const wrapUp = Math.max(0, Math.min(now, agent.wrapUpUntil ?? from) - from);
  const atWork = agent.work.some(({ as }) => as !== 'offered');
  return {
    staffedMs: staffedMs + (agent.signedIn ? passed : 0),
    busyMs: busyMs + (atWork ? passed : wrapUp),
  };
}

/** Every change begins with this: what has been is counted as it was. */
export function settled(agent: AgentState, now: number): AgentState {
  return { ...agent, tally: { from: Math.max(agent.tally.from, now), ...tallied(agent, now) } };
}

export function offered(agent: AgentState, work: Work): AgentState {
  return { ...settled(agent, work.since), work: [...agent.work, work], since: work.since };
}

export function taken(agent: AgentState, work: Work): AgentState {
  return {
    ...settled(agent, work.since),
    work: [...agent.work.filter(({ what }) => what !== work.what), work],
    answered: agent.answered + 1,
    misses: 0,
    since: work.since,
  };
}

export function occupied(agent: AgentState, by: string, now: number): AgentState {
  if (agent.work.some(({ what }) => what === by)) return agent;
  const work: Work = { what: by, as: 'elsewhere', medium: 'voice', since: now };
  return { ...settled(agent, now), work: [...agent.work, work], since: now };
}

/** He is rid of one thing. An offer that came to nothing leaves him his place among those who wait for work. */
export function released(agent: AgentState, from: string, wrapUpMs: number, now: number): AgentState {
  const ended = agent.work.find(({ what }) => what === from);
  if (!ended) return agent;
  const work = agent.work.filter(({ what }) => what !== from);
  const next = { ...settled(agent, now), work, since: now };
  if (ended.as === 'offered') return next;
  const until = Math.max(wrapUpMs > 0 ? now + wrapUpMs : 0, agent.wrapUpUntil ?? 0);
  return until > now
    ? { ...next, wrapUpUntil: until, idleSince: until }
    : { ...next, ...(work.length === 0 ? { idleSince: now } : {}) };
}

/** Ring-no-answer takes the agent out with a reason: the next caller must not ring at an empty chair. */
export function refused(
  agent: AgentState,
  interaction: string,
  reason: Refusal,
  outAfterMisses: number,
  now: number,
): AgentState {
  const free = released(agent, interaction, 0, now);
  if (free === agent) return agent;
  switch (reason) {
    case 'no-answer':
    case 'declined': {
      const misses = agent.misses + 1;
      const isOut = outAfterMisses > 0 && misses >= outAfterMisses;
      return isOut
        ? { ...free, misses: 0, ready: false, reason }
        : { ...free, misses, heldBackUntil: now + HOLD_BACK_MS };
    }
    case 'unreachable':
      return { ...free, reachable: false };
    case 'caller-gone':
    case 'withdrawn':
      return free;
    case 'busy':
    case 'failed':
      return { ...free, heldBackUntil: now + HOLD_BACK_MS };
  }
}

export function ordered(
  agent: AgentState,
  to: 'ready' | 'not-ready' | 'signed-out',
  reason: string | undefined,
  now: number,
): AgentState {
  const { reason: _, wrapUpUntil, heldBackUntil: __, ...rest } = settled(agent, now);
  const base = { ...rest, since: now, misses: 0, idleSince: Math.min(agent.idleSince, now) };
  if (to === 'ready') {
    const wasIdle = agent.ready && agent.signedIn && !(wrapUpUntil !== undefined && wrapUpUntil > now);
    return { ...base, signedIn: true, ready: true, idleSince: wasIdle ? agent.idleSince : now };
  }
  const why = reason === undefined ? {} : { reason };
  return { ...base, signedIn: to === 'not-ready', ready: false, ...why };
}

export function wrapUpChanged(agent: AgentState, moreMs: number | 'end', now: number): AgentState {
  const { wrapUpUntil } = agent;
  if (wrapUpUntil === undefined || wrapUpUntil <= now) return agent;
  const counted = settled(agent, now);
  if (moreMs !== 'end') {
    const until = Math.min(wrapUpUntil + Math.max(0, moreMs), now + LONGEST_WRAP_UP_MS);
    return { ...counted, wrapUpUntil: until, idleSince: until };
  }
  const { wrapUpUntil: _, ...rest } = counted;
  return { ...rest, idleSince: now, since: now };
}

/** Forgets what time has ended. Nothing that is compared changes, so a replay can do without. */
export function tidied(agent: AgentState, now: number): AgentState {
  const isPast = (time: number | undefined): boolean => time !== undefined && time <= now;
  if (!isPast(agent.wrapUpUntil) && !isPast(agent.heldBackUntil)) return agent;
  const { wrapUpUntil, heldBackUntil, since, ...rest } = settled(agent, now);
  return {
    ...rest,
    since: wrapUpUntil !== undefined && wrapUpUntil <= now ? wrapUpUntil : since,
    ...(wrapUpUntil === undefined || wrapUpUntil <= now ? {} : { wrapUpUntil }),
    ...(heldBackUntil === undefined || heldBackUntil <= now ? {} : { heldBackUntil }),
  };
}

/** A clock that went back leaves times in the future: nobody wraps up, or has been idle, from then. */
export function believable(agent: AgentState, longestWrapUpMs: number, now: number): AgentState {
  const { wrapUpUntil, heldBackUntil, ...rest } = agent;
  const until = wrapUpUntil === undefined ? undefined : Math.min(wrapUpUntil, now + longestWrapUpMs);
  return {
    ...rest,
    since: Math.min(agent.since, now),
    idleSince: until ?? Math.min(agent.idleSince, now),
    tally: { ...agent.tally, from: Math.min(agent.tally.from, now) },
    work: agent.work.map((each) => ({ ...each, since: Math.min(each.since, now) })),
    ...(until === undefined ? {} : { wrapUpUntil: until }),
    ...(heldBackUntil === undefined ? {} : { heldBackUntil: Math.min(heldBackUntil, now + HOLD_BACK_MS) }),
  };
}

/** Whether he can take one more of a medium. Whoever speaks is offered nothing written; whoever writes may be called. */
export function canTake(agent: AgentState, plan: AgentPlan, medium: Medium, now: number): boolean {
  if (!isThere(agent) || isFuture(agent.wrapUpUntil, now) || isFuture(agent.heldBackUntil, now)) return false;
  if (agent.work.length === 0) return medium === 'voice' || (plan.chats ?? 0) > 0;
  const voices = agent.work.filter((each) => each.medium === 'voice').length;
  if (medium === 'voice') return voices < plan.atOnce;
  return voices === 0 && agent.work.length < (plan.chats ?? 0);
}

const isFuture = (time: number | undefined, now: number): boolean => time !== undefined && time > now;

/** On duty and not away, whether or not he is at a call: who will serve sooner or later. */
export const isThere = (agent: AgentState): boolean => agent.signedIn && agent.ready && agent.reachable;
