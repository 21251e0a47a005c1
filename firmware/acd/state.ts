/**
 * What the ACD knows: interactions that wait, agents, and whose turn it was. Nothing here knows telephony: an
 * interaction is a name with a queue, a priority and the moment it began to wait.
 */
import type { Queue } from '@branchline/contracts/branch/model';
import type { Candidate } from '@branchline/contracts/ledger';

export interface Waiting {
  readonly interaction: string;
  readonly queue: string;
  /** Points; higher is served first, before ageing. */
  readonly priority: number;
  /** When the wait began, ms since 1970. */
  readonly since: number;
  /** How many agents have been offered it so far. */
  readonly attempts: number;
  /** The agent who has it on offer now. */
  readonly offeredTo?: string;
  /** Agents who did not take it, so that the next offer goes to somebody else first. */
  readonly missedBy: readonly string[];
}

export interface AgentState {
  readonly signedIn: boolean;
  readonly ready: boolean;
  /** Why he is not ready, in his words or ours. */
  readonly reason?: string;
  readonly reachable: boolean;
  /** What he is busy with; an interaction on offer or in talk, or any other call at his phone. */
  readonly busyWith: readonly string[];
  readonly wrapUpUntil?: number;
  /** When he last became free; longest-idle compares it. */
  readonly idleSince: number;
  /** Interactions answered since the service day began; fewest-calls compares it. */
  readonly answered: number;
  /** When his state last changed in a way a person would name. */
  readonly since: number;
}

export interface AcdState {
  readonly waiting: readonly Waiting[];
  readonly agents: Readonly<Record<string, AgentState>>;
  /** For round robin: the agent whose turn it was last, by queue. */
  readonly lastTurn: Readonly<Record<string, string>>;
}

/** What of the branch document the ACD goes by. */
export interface AcdPlan {
  readonly queues: Readonly<Record<string, Queue>>;
  /** Agents in the order of the document, which is the order of 'linear'. */
  readonly agents: readonly AgentPlan[];
}
export interface AgentPlan {
  readonly id: string;
  readonly queues: readonly string[];
  readonly skills: Readonly<Record<string, number>>;
}

export type AcdEvent =
  | {
      readonly type: 'enter';
      readonly interaction: string;
      readonly queue: string;
      readonly since: number;
      readonly priority?: number;
    }
  /** Gone from the queue. Who had it on offer is busy until 'refused' or 'free' says that he is rid of it. */
  | { readonly type: 'leave'; readonly interaction: string }
  | { readonly type: 'accepted'; readonly interaction: string; readonly agent: string }
  | {
      readonly type: 'refused';
      readonly interaction: string;
      readonly agent: string;
      readonly reason: Refusal;
    }
  | { readonly type: 'occupied'; readonly agent: string; readonly by: string }
  | { readonly type: 'free'; readonly agent: string; readonly by: string; readonly wrapUpMs: number }
  | {
      readonly type: 'order';
      readonly agent: string;
      readonly state: 'ready' | 'not-ready' | 'signed-out';
      readonly reason?: string;
    }
  | { readonly type: 'reachable'; readonly agent: string; readonly reachable: boolean }
  | { readonly type: 'new-day' }
  | { readonly type: 'clock-moved' }
  | { readonly type: 'tick' };

export type Refusal = 'no-answer' | 'busy' | 'declined' | 'unreachable' | 'caller-gone' | 'failed';

export type AcdEffect = {
  readonly do: 'offer';
  readonly interaction: string;
  readonly agent: string;
  readonly queue: string;
  readonly attempt: number;
  readonly ringMs: number;
  readonly candidates: readonly Candidate[];
};

export type AgentPhase = 'signed-out' | 'unreachable' | 'not-ready' | 'busy' | 'wrap-up' | 'ready';

/** The one word for an agent at a moment; the first that applies. */
export function agentPhase(agent: AgentState, now: number): AgentPhase {
  if (!agent.signedIn) return 'signed-out';
  if (agent.busyWith.length > 0) return 'busy';
  if (!agent.reachable) return 'unreachable';
  if (agent.wrapUpUntil !== undefined && agent.wrapUpUntil > now) return 'wrap-up';
  return agent.ready ? 'ready' : 'not-ready';
}

/** At a first start every agent of the document is signed in and ready: a small branch has nobody who signs in. */
export function newAgent(now: number): AgentState {
  return {
    signedIn: true,
    ready: true,
    reachable: false,
    busyWith: [],
    idleSince: now,
    answered: 0,
    since: now,
  };
}
