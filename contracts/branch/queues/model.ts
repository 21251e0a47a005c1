/** Queues and agents of a branch with every default filled in and every unit settled. */
import type { Destination } from '../values.ts';
import type { QueueAlarmRules } from './alarm.ts';
import type { CallbackPolicy } from './callback.ts';
import type { AGENT_LEVELS, ANNOUNCEMENTS, QUEUE_ORDERS } from './words.ts';

export type QueueOrder = (typeof QUEUE_ORDERS)[number];
export type Announcement = (typeof ANNOUNCEMENTS)[number];
export type AgentLevel = (typeof AGENT_LEVELS)[number];
/** Skill to level, 1 to 9. */
export type Skills = Readonly<Record<string, number>>;

export interface Queue {
  readonly name: string;
  readonly order: QueueOrder;
  /** What an agent must have, however long it takes. */
  readonly needs: Skills;
  /** What an agent should have: who comes closest goes first, and with `relax` nobody else is asked before its time. */
  readonly prefers: Skills;
  /** Sorted by time; each step holds the whole of what is insisted on from then on. Empty: nothing is insisted on. */
  readonly relax: readonly Relaxation[];
  /** From which wait on agents of a level are asked, ms; levels that are not named are asked at once, after the levels before them. */
  readonly levels: Readonly<Record<string, number>>;
  readonly priority: Priority;
  /** Who served the customer within `withinMs` serves him again, if he can within `waitMs`. */
  readonly lastAgent?: { readonly withinMs: number; readonly waitMs: number };
  readonly ringMs: number;
  readonly wrapUpMs: number;
  /** So many calls in a row that he did not take make an agent not ready; 0: never. */
  readonly outAfterMisses: number;
  readonly serviceLevel: { readonly percent: number; readonly withinMs: number };
  /** When people are told of it. */
  readonly alarm?: QueueAlarmRules;
  /** Who hangs up sooner is counted apart from the abandoned, ms. */
  readonly shortAbandonMs: number;
  /** So long a caller who was cut off while he waited has his place kept, ms; 0: not at all. */
  readonly keepPlaceMs: number;
  readonly music: string;
  readonly recording: 'always' | 'never';
  readonly announce?: Announcements;
  /** What a caller who waits may press. */
  readonly exits: Readonly<Record<string, Destination>>;
  /** The first that applies. */
  readonly overflow: readonly OverflowRule[];
  /** Entry of `hours`: outside of them the queue is closed. Left out: always open. */
  readonly hours?: string;
  /** How its customers are called back; left out: they are not. */
  readonly callback?: CallbackPolicy;
}

export interface Relaxation {
  readonly afterMs: number;
  readonly insists: Skills;
}

/** Points; a tag that is not named has the default. The highest of a customer's tags counts. */
export interface Priority {
  readonly default: number;
  readonly tags: Readonly<Record<string, number>>;
  readonly ageingPerMinute: number;
}

export interface Announcements {
  /** What is said, in this order. */
  readonly say: readonly Announcement[];
  readonly firstMs: number;
  readonly everyMs: number;
  /** Prompt of 'comfort'. */
  readonly comfort: string;
}

export type OverflowWhen =
  | { readonly kind: 'waiting'; readonly overMs: number }
  | { readonly kind: 'length'; readonly over: number }
  | { readonly kind: 'expected-wait'; readonly overMs: number }
  /** No agent of the queue is signed in. */
  | { readonly kind: 'nobody-signed-in' }
  /** No agent of the queue is signed in, ready (or at a call) and reachable. */
  | { readonly kind: 'nobody-there' }
  | { readonly kind: 'closed' };

export interface OverflowRule {
  readonly when: OverflowWhen;
  readonly to: Destination;
}

export interface Agent {
  /** The queues he serves, with his level in each: 1 is asked first. */
  readonly queues: Readonly<Record<string, number>>;
  readonly skills: Skills;
  /** Calls at once, 1 or more. */
  readonly atOnce: number;
}
