/**
 * Calling customers back: `(state, event, now) -> (state, effects)`, beside the queue and never past it. A callback waits in the ACD as an
 * interaction of kind 'callback' with the time that its customer has waited, so it has its place among the callers, and an agent is
 * taken for it before anybody is dialled: never are more customers called than agents are free for them.
 *
 *     asked or missed -> waiting -> (an agent is taken) -> dialling -> reached
 *                          ^                                  |
 *                          +------- paused until a time <-----+  no answer, busy
 *
 * Whoever is rung first, agent or customer, is the performer's to do in order (`calls/calling-back.ts`); the machine only knows that both
 * are being brought together.
 */
import type { CallbackPolicy } from '@branchline/contracts/branch/queues/callback';

export interface Callback {
  readonly id: string;
  /** In international form; one callback a number. */
  readonly number: string;
  readonly queue: string;
  /** Since when the customer has waited: what his place comes from. */
  readonly since: number;
  readonly askedAt: number;
  readonly tags: readonly string[];
  readonly attempts: number;
  /** How often it has come into the queue: each time it waits there, and calls, under a name of its own. */
  readonly entries: number;
  readonly phase: Phase;
  /** The agent who is taken for it. */
  readonly agent?: string;
}

export type Phase =
  | { readonly at: 'waiting' }
  | { readonly at: 'dialling' }
  /** Not in the queue; it goes back into it then. */
  | { readonly at: 'paused'; readonly until: number };

/** Its name in the ACD, and that of the call which is made of it. */
export const interactionOf = ({ id, entries }: Pick<Callback, 'id' | 'entries'>): string =>
  `${id}-${entries}`;

export type CallbackState = Readonly<Record<string, Callback>>;

export interface CallbackPlan {
  readonly policy: (queue: string) => CallbackPolicy | undefined;
  /** Whether customers of a queue are called at a moment. */
  readonly mayCall: (queue: string, now: number) => boolean;
}

export type CallbackEvent =
  | {
      readonly type: 'asked';
      readonly id: string;
      readonly number: string;
      readonly queue: string;
      readonly since: number;
      readonly tags?: readonly string[];
    }
  /** The ACD has an agent for it. */
  | { readonly type: 'offered'; readonly id: string; readonly agent: string }
  /** The customer is speaking with the branch at this moment. */
  | { readonly type: 'on-the-line'; readonly id: string }
  /** No agent has answered: it waits where it was. */
  | { readonly type: 'agent-missed'; readonly id: string }
  /** The agent had answered, and hung up before the customer was reached. Neither counts for a try at the customer. */
  | { readonly type: 'agent-gone'; readonly id: string }
  | { readonly type: 'answered'; readonly id: string }
  | { readonly type: 'not-reached'; readonly id: string; readonly because: NotReached }
  /** The customer himself has called, and waits in the queue again: there is nothing left to call back for. */
  | { readonly type: 'called-again'; readonly number: string }
  | { readonly type: 'cancelled'; readonly id: string }
  /** By who answered for the branch so far: those that wait there, and those that have come to their end there. */
  | {
      readonly type: 'handed';
      readonly callbacks: readonly Pick<
        Callback,
        'id' | 'number' | 'queue' | 'since' | 'askedAt' | 'attempts'
      >[];
      readonly ended: readonly string[];
    }
  /** After a restart: these are being dialled or talked to still. */
  | { readonly type: 'alive'; readonly ids: readonly string[] }
  | { readonly type: 'tick' };

export type NotReached = 'busy' | 'no-answer' | 'failed';

export type CallbackOutcome =
  'reached' | 'called-again' | 'given-up' | 'too-late' | 'queue-gone' | 'cancelled' | 'done-elsewhere';

export type CallbackEffect =
  /** Into the ACD, with its place. */
  | { readonly do: 'enter'; readonly callback: Callback }
  /** Out of the ACD. */
  | { readonly do: 'leave'; readonly callback: Callback }
  | {
      readonly do: 'dial';
      readonly callback: Callback;
      readonly agent: string;
      readonly first: CallbackPolicy['first'];
      readonly ringMs: number;
    }
  | {
      readonly do: 'pause';
      readonly callback: Callback;
      readonly until: number;
      /** Set when the customer was called and not reached. */
      readonly because?: NotReached;
    }
  /** `callback` as it was last; `because` of the last try. */
  | {
      readonly do: 'end';
      readonly callback: Callback;
      readonly outcome: CallbackOutcome;
      readonly because?: NotReached;
    }
  /** That number is to be called back already: it keeps the place it has. */
  | { readonly do: 'already'; readonly number: string; readonly id: string };

export interface CallbackResult {
  readonly state: CallbackState;
  readonly effects: readonly CallbackEffect[];
}

/** How often it is looked whether customers may be called again, and whether a queue is back. */
const LOOK_AGAIN_MS = 60_000;
/** And whether a customer has hung up. */
const ON_THE_LINE_MS = 10_000;

export function callback(
  state: CallbackState,
  event: CallbackEvent,
  now: number,
  plan: CallbackPlan,
): CallbackResult {
  switch (event.type) {
    case 'asked':
      return asked(state, event, now, plan);
    case 'called-again': {
      const found = Object.values(state).find(
        ({ number, phase }) => number === event.number && phase.at !== 'dialling',
      );
      return found ? ended(state, found, 'called-again') : { state, effects: [] };
    }
    case 'alive':
      return together(state, (each) => left(each, event.ids, now, plan));
    case 'tick':
      return together(state, (each) => due(each, now, plan));
    case 'handed':
      return handed(state, event, now, plan);
    default: {
      const found = state[event.id];
      return found ? happened(state, found, event, now, plan) : { state, effects: [] };
    }
  }
}

/** After a restart: what is paused stays so; what was dialled and is no more waits again; what waits is told to the ACD. */
function left(was: Callback, alive: readonly string[], now: number, plan: CallbackPlan): Change {
  if (was.phase.at === 'waiting') return resumed(was, now, plan);
  if (was.phase.at === 'paused' || alive.includes(was.id)) return keep(was);
  return resumed(anew(was), now, plan);
}

/** The next moment at which something changes by time alone; undefined when nothing does. */
export function nextCallbackDue(state: CallbackState, plan: CallbackPlan): number | undefined {
  let due = Infinity;
  for (const { phase, askedAt, queue } of Object.values(state)) {
    if (phase.at === 'dialling') continue;
    if (phase.at === 'paused') due = Math.min(due, phase.until);
    const policy = plan.policy(queue);
    // One whose queue is gone waits no more.
    if (policy) due = Math.min(due, askedAt + policy.keepMs);
    else if (phase.at === 'waiting') due = Math.min(due, askedAt);
  }
  return due === Infinity ? undefined : due;
}

function asked(
  state: CallbackState,
  { id, number, queue, since, tags = [] }: Extract<CallbackEvent, { type: 'asked' }>,
  now: number,
  plan: CallbackPlan,
): CallbackResult {
  const open = Object.values(state).find((each) => each.number === number);
  if (open) return { state, effects: [{ do: 'already', number, id: open.id }] };
  const begun: Callback = {
    id,
    number,
    queue,
    since: Math.min(since, now),
    askedAt: now,
    tags,
    attempts: 0,
    entries: 1,
    phase: { at: 'waiting' },
  };
  return applied(state, resumed(begun, now, plan));
}

function happened(
  state: CallbackState,
  was: Callback,
  event: Exclude<CallbackEvent, { type: 'asked' | 'called-again' | 'alive' | 'tick' | 'handed' }>,
  now: number,
  plan: CallbackPlan,
): CallbackResult {
  switch (event.type) {
    case 'offered': {
      const policy = plan.policy(was.queue);
      if (was.phase.at !== 'waiting' || !policy) return { state, effects: [] };
      const dialled: Callback = { ...was, agent: event.agent, phase: { at: 'dialling' } };
      const { first, ringMs } = policy;
      return applied(state, {
        callback: dialled,
        effects: [{ do: 'dial', callback: dialled, agent: event.agent, first, ringMs }],
      });
    }
    case 'on-the-line':
      return was.phase.at === 'waiting'
        ? applied(state, paused(was, now + ON_THE_LINE_MS))
        : { state, effects: [] };
    case 'agent-missed': {
      if (was.phase.at !== 'dialling') return { state, effects: [] };
      return applied(state, { callback: { ...without(was), phase: { at: 'waiting' } }, effects: [] });
    }
    case 'agent-gone':
      return was.phase.at === 'dialling'
        ? applied(state, resumed(anew(was), now, plan))
        : { state, effects: [] };
    case 'answered':
      return ended(state, { ...was, attempts: was.attempts + 1 }, 'reached');
    case 'not-reached':
      return was.phase.at === 'dialling'
        ? notReached(state, was, event.because, now, plan)
        : { state, effects: [] };
    case 'cancelled':
      return ended(state, was, 'cancelled');
  }
}

/** One that is known here stays as it is; one that has come to its end elsewhere does so here, unless he is being called. */
function handed(
  state: CallbackState,
  { callbacks, ended: gone }: Extract<CallbackEvent, { type: 'handed' }>,
  now: number,
  plan: CallbackPlan,
): CallbackResult {
  const done = together(state, (each) =>
    gone.includes(each.id) && each.phase.at !== 'dialling' ? over(each, 'done-elsewhere') : keep(each),
  );
  let after = done.state;
  const effects = [...done.effects];
  for (const each of callbacks) {
    const isKnown = Object.values(after).some(({ id, number }) => id === each.id || number === each.number);
    if (isKnown) continue;
    const begun: Callback = { ...each, tags: [], entries: 1, phase: { at: 'waiting' } };
    const taken = applied(after, resumed(begun, now, plan));
    after = taken.state;
    effects.push(...taken.effects);
  }
  return { state: after, effects };
}

function notReached(
  state: CallbackState,
  was: Callback,
  because: NotReached,
  now: number,
  plan: CallbackPlan,
): CallbackResult {
  const tried = { ...was, attempts: was.attempts + 1 };
  const policy = plan.policy(was.queue);
  if (policy && tried.attempts >= policy.tries) return ended(state, tried, 'given-up', because);
  return applied(state, paused(tried, now + (policy?.againAfterMs ?? LOOK_AGAIN_MS), because));
}

interface Change {
  /** Null: it is over. */
  readonly callback: Callback | null;
  readonly effects: readonly CallbackEffect[];
}

const keep = (same: Callback): Change => ({ callback: same, effects: [] });

function without(was: Callback): Callback {
  const { agent: _, ...rest } = was;
  return rest;
}

/** The next time it comes into the queue it is another interaction. */
const anew = (was: Callback): Callback => ({ ...was, entries: was.entries + 1 });

function paused(was: Callback, until: number, because?: NotReached): Change {
  return {
    callback: { ...anew(without(was)), phase: { at: 'paused', until } },
    effects: [{ do: 'pause', callback: was, until, ...(because === undefined ? {} : { because }) }],
  };
}

/** Into the queue with its old place, or, when customers may not be called now, a pause. */
function resumed(was: Callback, now: number, plan: CallbackPlan): Change {
  if (!plan.policy(was.queue) || !plan.mayCall(was.queue, now)) return paused(was, now + LOOK_AGAIN_MS);
  const waiting: Callback = { ...without(was), phase: { at: 'waiting' } };
  return { callback: waiting, effects: [{ do: 'enter', callback: waiting }] };
}

function over(was: Callback, outcome: CallbackOutcome, because?: NotReached): Change {
  const leave: CallbackEffect[] = was.phase.at === 'waiting' ? [{ do: 'leave', callback: was }] : [];
  const end: CallbackEffect = {
    do: 'end',
    callback: was,
    outcome,
    ...(because === undefined ? {} : { because }),
  };
  return { callback: null, effects: [...leave, end] };
}

/** A queue that the document no longer has may be back with the next one; a day later nobody waits for it. */
const WITHOUT_QUEUE_MS = 86_400_000;

function due(was: Callback, now: number, plan: CallbackPlan): Change {
  if (was.phase.at === 'dialling') return keep(was);
  const policy = plan.policy(was.queue);
  if (now >= was.askedAt + (policy?.keepMs ?? WITHOUT_QUEUE_MS))
    return over(was, policy ? 'too-late' : 'queue-gone');
  if (was.phase.at === 'waiting') {
    if (policy && plan.mayCall(was.queue, now)) return keep(was);
    const { callback: changed, effects } = paused(was, now + LOOK_AGAIN_MS);
    return { callback: changed, effects: [{ do: 'leave', callback: was }, ...effects] };
  }
  if (was.phase.until > now) return keep(was);
  if (policy && plan.mayCall(was.queue, now)) return resumed(was, now, plan);
  return { callback: { ...was, phase: { at: 'paused', until: now + LOOK_AGAIN_MS } }, effects: [] };
}

const ended = (
  state: CallbackState,
  was: Callback,
  outcome: CallbackOutcome,
  because?: NotReached,
): CallbackResult => applied(state, over(was, outcome, because), was.id);

function applied(state: CallbackState, { callback: after, effects }: Change, gone = ''): CallbackResult {
  if (after) return { state: { ...state, [after.id]: after }, effects };
  const { [gone]: _, ...rest } = state;
  return { state: rest, effects };
}

/** The same for each, the longest wait first. */
function together(state: CallbackState, to: (each: Callback) => Change): CallbackResult {
  const effects: CallbackEffect[] = [];
  const after: Record<string, Callback> = {};
  for (const each of Object.values(state).sort((a, b) => a.since - b.since)) {
    const change = to(each);
    effects.push(...change.effects);
    if (change.callback) after[each.id] = change.callback;
  }
  return { state: after, effects };
}
