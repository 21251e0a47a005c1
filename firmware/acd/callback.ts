/**
 * Calling customers back: `(state, event, now) -> (state, effects)`, beside the queue and never past it. A callback waits in the ACD as an
 * interaction of kind 'callback' with the time that its customer has waited, so it has its place among the callers, and an agent is
 * taken for it before anybody is dialled: never are more customers called than agents are free for them.
 *
 *     asked or missed -> waiting -> (an agent is taken) -> dialling -> reached
 *                          ^                                  |
 *                          +------- paused until a time <-----+  no answer, busy
 *
 * Whoever is rung first, agent or customer, is the performer's to do in order; the machine only knows that both are being brought together.
 */

export interface CallbackPolicy {
  /** Who is rung first. */
  readonly first: 'agent' | 'customer';
  /** Tries at the customer's number before it is given up. */
  readonly tries: number;
  /** Between two tries, ms. */
  readonly againAfterMs: number;
  /** How long the customer's number rings, ms. */
  readonly ringMs: number;
  /** A callback that could not be made by then is given up, ms after it was asked for. */
  readonly keepMs: number;
}

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
  readonly phase: Phase;
  /** The agent who is taken for it. */
  readonly agent?: string;
}

export type Phase =
  | { readonly at: 'waiting' }
  | { readonly at: 'dialling' }
  /** Not in the queue; it goes back into it then. */
  | { readonly at: 'paused'; readonly until: number };

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
  /** The agent did not answer, or hung up before the customer was reached: that counts for no try at the customer. */
  | { readonly type: 'agent-gone'; readonly id: string }
  | { readonly type: 'answered'; readonly id: string }
  | { readonly type: 'not-reached'; readonly id: string; readonly because: 'busy' | 'no-answer' | 'failed' }
  /** The customer himself called and was answered: there is nothing left to call back for. */
  | { readonly type: 'called-again'; readonly number: string }
  | { readonly type: 'cancelled'; readonly id: string }
  /** After a restart: these are being dialled or talked to still. */
  | { readonly type: 'alive'; readonly ids: readonly string[] }
  | { readonly type: 'tick' };

export type CallbackOutcome =
  'reached' | 'called-again' | 'given-up' | 'too-late' | 'queue-gone' | 'cancelled';

export type CallbackEffect =
  /** Into the ACD, with its place. */
  | { readonly do: 'enter'; readonly callback: Callback }
  /** Out of the ACD. */
  | { readonly do: 'leave'; readonly id: string }
  | {
      readonly do: 'dial';
      readonly callback: Callback;
      readonly agent: string;
      readonly first: CallbackPolicy['first'];
      readonly ringMs: number;
    }
  | { readonly do: 'pause'; readonly id: string; readonly attempt: number; readonly until: number }
  | { readonly do: 'end'; readonly id: string; readonly outcome: CallbackOutcome; readonly attempts: number }
  /** That number is to be called back already: it keeps the place it has. */
  | { readonly do: 'already'; readonly number: string; readonly id: string };

export interface CallbackResult {
  readonly state: CallbackState;
  readonly effects: readonly CallbackEffect[];
}

/** How often it is looked whether customers may be called again, and whether a queue is back. */
const LOOK_AGAIN_MS = 60_000;

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
      return together(state, (each) => (event.ids.includes(each.id) ? keep(each) : resumed(each, now, plan)));
    case 'tick':
      return together(state, (each) => due(each, now, plan));
    default: {
      const found = state[event.id];
      return found ? happened(state, found, event, now, plan) : { state, effects: [] };
    }
  }
}

/** The next moment at which something changes by time alone; undefined when nothing does. */
export function nextCallbackDue(state: CallbackState, plan: CallbackPlan): number | undefined {
  const times = Object.values(state).flatMap(({ phase, askedAt, queue }) => {
    const policy = plan.policy(queue);
    const latest = policy ? [askedAt + policy.keepMs] : [];
    return phase.at === 'paused' ? [phase.until, ...latest] : phase.at === 'waiting' ? latest : [];
  });
  return times.length > 0 ? Math.min(...times) : undefined;
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
    phase: { at: 'waiting' },
  };
  return applied(state, resumed(begun, now, plan));
}

function happened(
  state: CallbackState,
  was: Callback,
  event: Exclude<CallbackEvent, { type: 'asked' | 'called-again' | 'alive' | 'tick' }>,
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
    case 'agent-gone':
      return was.phase.at === 'dialling' ? applied(state, resumed(was, now, plan)) : { state, effects: [] };
    case 'answered':
      return ended(state, { ...was, attempts: was.attempts + 1 }, 'reached');
    case 'not-reached':
      return was.phase.at === 'dialling' ? notReached(state, was, now, plan) : { state, effects: [] };
    case 'cancelled':
      return ended(state, was, 'cancelled');
  }
}

function notReached(state: CallbackState, was: Callback, now: number, plan: CallbackPlan): CallbackResult {
  const tried = { ...was, attempts: was.attempts + 1 };
  const policy = plan.policy(was.queue);
  if (policy && tried.attempts >= policy.tries) return ended(state, tried, 'given-up');
  return applied(state, paused(tried, now + (policy?.againAfterMs ?? LOOK_AGAIN_MS)));
}

interface Change {
  /** Null: it is over. */
  readonly callback: Callback | null;
  readonly effects: readonly CallbackEffect[];
}

const keep = (same: Callback): Change => ({ callback: same, effects: [] });

function without(was: Callback): Omit<Callback, 'agent'> {
  const { agent: _, ...rest } = was;
  return rest;
}

function paused(was: Callback, until: number): Change {
  const attempt = was.attempts;
  return {
    callback: { ...without(was), phase: { at: 'paused', until } },
    effects: [{ do: 'pause', id: was.id, attempt, until }],
  };
}

/** Into the queue with its old place, or, when customers may not be called now, a pause. */
function resumed(was: Callback, now: number, plan: CallbackPlan): Change {
  if (!plan.policy(was.queue) || !plan.mayCall(was.queue, now)) return paused(was, now + LOOK_AGAIN_MS);
  const waiting: Callback = { ...without(was), phase: { at: 'waiting' } };
  return { callback: waiting, effects: [{ do: 'enter', callback: waiting }] };
}

function over(was: Callback, outcome: CallbackOutcome): Change {
  const leave: CallbackEffect[] = was.phase.at === 'waiting' ? [{ do: 'leave', id: was.id }] : [];
  return {
    callback: null,
    effects: [...leave, { do: 'end', id: was.id, outcome, attempts: was.attempts }],
  };
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
    return { callback: changed, effects: [{ do: 'leave', id: was.id }, ...effects] };
  }
  if (was.phase.until > now) return keep(was);
  if (policy && plan.mayCall(was.queue, now)) return resumed(was, now, plan);
  return { callback: { ...was, phase: { at: 'paused', until: now + LOOK_AGAIN_MS } }, effects: [] };
}

const ended = (state: CallbackState, was: Callback, outcome: CallbackOutcome): CallbackResult =>
  applied(state, { callback: null, effects: over(was, outcome).effects }, was.id);

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
