/**
 * What the ACD knows: interactions that wait, agents, whose turn it was. Nothing here knows telephony: an interaction is a name of a
 * kind, with a queue and the moment it began to wait. Plain JSON throughout; its form on disk has a version (`stored.ts`).
 */
import type { Candidate, OfferWhy } from '@branchline/contracts/offer-why';
import type { OverflowWhen, Skills } from '@branchline/contracts/branch/queues/model';
import type { Destination } from '@branchline/contracts/branch/values';

export const KINDS = ['call', 'callback', 'chat'] as const;
export type Kind = (typeof KINDS)[number];
/** An agent has one voice, and may write to several people at once. */
export type Medium = 'voice' | 'text';
export const mediumOf = (kind: Kind): Medium => (kind === 'chat' ? 'text' : 'voice');

export interface Waiting {
  readonly interaction: string;
  readonly kind: Kind;
  readonly queue: string;
  /** Whom the interaction is with, as far as known: callers' numbers. */
  readonly customer?: string;
  /** The tag that gave the priority. */
  readonly tag?: string;
  /** Points; higher is served first, before ageing. */
  readonly priority: number;
  /** When the wait began, ms since 1970; kept when it moves on to another queue. */
  readonly since: number;
  /** When it came into this queue. */
  readonly enteredAt: number;
  /** Number within its queue: of equals, the lower was there first. */
  readonly ticket: number;
  /** How many offers were made so far. */
  readonly attempts: number;
  /** Agents who have it on offer now: one, or several where all ring. */
  readonly offers: readonly string[];
  /** Agents who did not take it, so that the next offer goes to somebody else first. */
  readonly missedBy: readonly string[];
  /** Who served the customer last, where that counts. */
  readonly lastAgent?: string;
  /** Skills that this interaction needs beside what its queue needs. */
  readonly needs?: Skills;
  /** Queues it has been in before: it does not go back to one of them by itself. */
  readonly seen: readonly string[];
  readonly announcedAt?: number;
  /** When time alone next does something to it; null: never. */
  readonly dueAt: number | null;
}

export interface AgentState {
  readonly signedIn: boolean;
  readonly ready: boolean;
  /** Why he is not ready, in his words or ours. */
  readonly reason?: string;
  readonly reachable: boolean;
  readonly work: readonly Work[];
  readonly wrapUpUntil?: number;
  /** He refused for a moment, as with a busy phone: he is left in peace until then. */
  readonly heldBackUntil?: number;
  /** When he last became free, or will be when wrap-up ends; longest-idle compares it. */
  readonly idleSince: number;
  /** Interactions answered since the service day began; fewest-calls compares it. */
  readonly answered: number;
  /** Offers he did not take, in a row. */
  readonly misses: number;
  /** Time on duty and at work since the service day began, up to `from`; least-occupied compares them. */
  readonly tally: { readonly from: number; readonly staffedMs: number; readonly busyMs: number };
  /** When his state last changed in a way a person would name. */
  readonly since: number;
}

/** What an agent is busy with: an interaction on offer or served, or any other call at his phone. */
export interface Work {
  readonly what: string;
  readonly as: 'offered' | 'served' | 'elsewhere';
  readonly medium: Medium;
  readonly queue?: string;
  readonly since: number;
}

export interface QueueState {
  readonly tickets: number;
  /** For round robin: the agent whose turn it was last. */
  readonly turn?: string;
  readonly pace: Pace;
}

/** How fast a queue is served; what an expected wait is made of (`outlook.ts`). */
export interface Pace {
  /** Mean time between two interactions taken while others waited, ms, and from how many it comes. */
  readonly gapMs: number;
  readonly gaps: number;
  /** Agents who were there meanwhile. */
  readonly staffed: number;
  readonly takenAt?: number;
  /** Mean time an interaction keeps an agent, wrap-up included, ms, and from how many it comes. */
  readonly handleMs: number;
  readonly handled: number;
}

export interface LastServed {
  readonly agent: string;
  readonly at: number;
}

export interface AcdState {
  /** The plan that the state was last held against. */
  readonly plan: string;
  /** By queue, the first to be served first. */
  readonly waiting: Readonly<Record<string, readonly Waiting[]>>;
  readonly agents: Readonly<Record<string, AgentState>>;
  readonly queues: Readonly<Record<string, QueueState>>;
  /** Who served which customer last, in shelves by a hash of the customer, so that one entry more copies little. */
  readonly customers: Readonly<Record<string, Readonly<Record<string, LastServed>>>>;
}

/** What a step changed: all that a store must write. Null: it is gone. */
export interface AcdChanges {
  readonly plan?: string;
  readonly waiting: Readonly<Record<string, Waiting | null>>;
  readonly agents: Readonly<Record<string, AgentState | null>>;
  readonly queues: Readonly<Record<string, QueueState | null>>;
  readonly customers: Readonly<Record<string, LastServed | null>>;
}

export interface AcdResult {
  readonly state: AcdState;
  readonly effects: readonly AcdEffect[];
  readonly changed: AcdChanges;
  /** False when a replay may leave this event out: nothing was decided, and nothing that is compared has changed. */
  readonly mattered: boolean;
}

export type AcdEvent =
  | {
      readonly type: 'enter';
      readonly interaction: string;
      readonly queue: string;
      readonly since: number;
      readonly kind?: Kind;
      readonly customer?: string;
      readonly tags?: readonly string[];
      /** Instead of what the queue gives its tags. */
      readonly priority?: number;
      readonly needs?: Skills;
      readonly seen?: readonly string[];
    }
  /** Gone from the queue. Who had it on offer is busy until 'refused' or 'free' says that he is rid of it. */
  | { readonly type: 'leave'; readonly interaction: string }
  /** Who waits pressed a digit. */
  | { readonly type: 'digit'; readonly interaction: string; readonly digit: string }
  /** A supervisor moves one that waits before or behind others. */
  | { readonly type: 'promote'; readonly interaction: string; readonly priority: number }
  /** A supervisor gives one that waits, and is on offer to nobody, to an agent; `by` as the ledger names people. */
  | { readonly type: 'give'; readonly interaction: string; readonly agent: string; readonly by: string }
  | { readonly type: 'accepted'; readonly interaction: string; readonly agent: string }
  | {
      readonly type: 'refused';
      readonly interaction: string;
      readonly agent: string;
      readonly reason: Refusal;
    }
  | { readonly type: 'occupied'; readonly agent: string; readonly by: string }
  | { readonly type: 'free'; readonly agent: string; readonly by: string; readonly wrapUpMs: number }
  /** Wrap-up ends now, or takes so much longer. */
  | { readonly type: 'wrap-up'; readonly agent: string; readonly moreMs: number | 'end' }
  | {
      readonly type: 'order';
      readonly agent: string;
      readonly state: 'ready' | 'not-ready' | 'signed-out';
      readonly reason?: string;
    }
  | { readonly type: 'reachable'; readonly agent: string; readonly reachable: boolean }
  /** The document in force is another, or was read for the first time. */
  | { readonly type: 'plan'; readonly plan: string }
  /** After a restart: of all interactions and other calls, these live. */
  | { readonly type: 'alive'; readonly interactions: readonly string[] }
  | { readonly type: 'new-day' }
  | { readonly type: 'clock-moved' }
  | { readonly type: 'tick' };

export type Refusal =
  'no-answer' | 'busy' | 'declined' | 'unreachable' | 'caller-gone' | 'withdrawn' | 'failed';

export type Offer = {
  readonly do: 'offer';
  readonly interaction: string;
  readonly kind: Kind;
  readonly agent: string;
  readonly queue: string;
  readonly attempt: number;
  readonly ringMs: number;
  readonly candidates: readonly Candidate[];
  readonly why: OfferWhy;
};

export type AcdEffect =
  | Offer
  /** Another took it, or it is gone: this agent need not ring any more. He is busy until 'refused' says that he is rid of it. */
  | {
      readonly do: 'withdraw';
      readonly interaction: string;
      readonly agent: string;
      readonly because: 'answered-elsewhere' | 'gone';
    }
  | {
      readonly do: 'announce';
      readonly interaction: string;
      readonly queue: string;
      /** From 1. */
      readonly position: number;
      /** Left out when it cannot be told. */
      readonly expectedWaitMs?: number;
    }
  /** It waits no more; whoever performs this sends it on. `to` is left out when its queue is no more. */
  | {
      readonly do: 'overflow';
      readonly interaction: string;
      readonly queue: string;
      readonly to?: Destination;
      readonly because: OverflowWhen['kind'] | 'digit' | 'queue-gone';
    };

export type AgentPhase =
  'signed-out' | 'busy' | 'ringing' | 'unreachable' | 'wrap-up' | 'held-back' | 'not-ready' | 'ready';

/** The one word for an agent at a moment; the first that applies. */
export function agentPhase(agent: AgentState, now: number): AgentPhase {
  if (!agent.signedIn) return 'signed-out';
  if (agent.work.length > 0) return agent.work.every(({ as }) => as === 'offered') ? 'ringing' : 'busy';
  if (!agent.reachable) return 'unreachable';
  if (agent.wrapUpUntil !== undefined && agent.wrapUpUntil > now) return 'wrap-up';
  if (!agent.ready) return 'not-ready';
  return agent.heldBackUntil !== undefined && agent.heldBackUntil > now ? 'held-back' : 'ready';
}

/** Everybody who waits, queue by queue, the first to be served first. */
export const everyWaiting = (state: AcdState): Waiting[] => Object.values(state.waiting).flat();

/** Before the first event; the plan brings the agents. */
export const emptyAcd: AcdState = { plan: '', waiting: {}, agents: {}, queues: {}, customers: {} };

/** At a first start every agent of the document is signed in and ready: a small branch has nobody who signs in. */
export function newAgent(now: number): AgentState {
  return {
    signedIn: true,
    ready: true,
    reachable: false,
    work: [],
    idleSince: now,
    answered: 0,
    misses: 0,
    tally: { from: now, staffedMs: 0, busyMs: 0 },
    since: now,
  };
}

export const newQueue: QueueState = {
  tickets: 0,
  pace: { gapMs: 0, gaps: 0, staffed: 0, handleMs: 0, handled: 0 },
};
