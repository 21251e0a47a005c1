/** A rollout as it stands: plain values, kept as they are over a restart. */
import type {
  BoxStep,
  Finding,
  Gate,
  RolloutGates,
  RolloutStatus,
} from '@branchline/contracts/fleet/rollouts';
import type { Severity } from '@branchline/contracts/alarms';

/** What is known of a box's telephony at one moment. */
export interface Figures {
  /** Of the health report that it is taken from, by the box's own clock: two reports are told apart by it, and nothing else. */
  readonly healthAt: string;
  readonly phones: Readonly<Record<'up' | 'away', readonly string[]>>;
  readonly trunks: Readonly<Record<'up' | 'away', readonly string[]>>;
  readonly alarms: readonly { readonly name: string; readonly severity: Severity }[];
  /** Before the change: of the week before. After it: since the box took it. */
  readonly calls: { readonly ended: number; readonly failed: number };
  /** The last test call of each trunk that had one; after the change only those made since it was asked for. */
  readonly tests: Readonly<Record<string, 'good' | 'bad'>>;
  /** How far the ledger was known then; null of a box that has told nothing. */
  readonly ledger: { readonly stream: number; readonly newest: number } | null;
}

export interface BoxState {
  readonly wave: number;
  readonly step: BoxStep;
  /** An hour of the week each, from Monday 00:00 in the branch's zone: '1' where it may be changed. Null: at any time. */
  readonly quiet: string | null;
  /** The version that carries the change; once it goes back, the version that takes it back. */
  readonly version: number | null;
  /** Of a release: the one that it ran before. Absent of a document. */
  readonly had?: string;
  /** The version before the change, and the one that carried it. */
  readonly from: number | null;
  readonly carried: number | null;
  /** Ms since 1970: since when it is at this step. */
  readonly since: number | null;
  readonly before: Figures | null;
  /** The health report from before it took the change: the next one is the first that counts. */
  readonly staleHealth: string | null;
  /** Since when a gate is bad without a break. */
  readonly badSince: number | null;
  readonly findings: readonly Finding[];
  readonly failed: boolean;
  readonly note: string | null;
  /** How often it was asked to go back. */
  readonly tries: number;
}

export const untouched = (wave: number, quiet: string | null): BoxState => ({
  wave,
  step: 'waiting',
  quiet,
  version: null,
  from: null,
  carried: null,
  since: null,
  before: null,
  staleHealth: null,
  badSince: null,
  findings: [],
  failed: false,
  note: null,
  tries: 0,
});

export type Stop =
  | { readonly by: 'gate'; readonly box: string; readonly gate: Gate; readonly at: number }
  | { readonly by: 'person'; readonly who: string; readonly reason: string; readonly at: number };

export interface RolloutState {
  readonly status: RolloutStatus;
  /** Boxes of this wave and of those before it may be given the change. */
  readonly wave: number;
  readonly stop: Stop | null;
  readonly boxes: ReadonlyMap<string, BoxState>;
}

/** What the planner goes by, set at the start and never changed. */
export interface Rules {
  /** Of each wave: how much of it must be good before the next begins, %. */
  readonly enoughPercent: readonly number[];
  readonly gates: RolloutGates;
  readonly atOnce: number;
}

/** A box as it is seen now. */
export interface BoxView {
  readonly online: boolean;
  /** The newest version that it took in hand, and what became of it. */
  readonly seen: {
    readonly version: number;
    readonly state: 'none' | 'trying' | 'confirmed' | 'refused' | 'reverted';
    readonly because: string | null;
    /** Its own value stayed in force in a field that was changed there as well. */
    readonly conflict: boolean;
  } | null;
  /** Whether its branch is in a quiet hour, for as long as the box tries a document. */
  readonly quiet: boolean;
  /** Of its newest health report; null of a box that never sent one. */
  readonly healthAt: string | null;
  /** Of a box that is watched. */
  readonly figures: Figures | null;
}

export type Order = 'pause' | 'resume' | 'abort' | 'finish';

/** A version that was written for a box. */
export interface Put {
  readonly box: string;
  readonly way: 'forward' | 'back';
  readonly version: number;
  readonly from: number;
  readonly had?: string;
  readonly figures: Figures | null;
}

export type Event =
  | { readonly is: 'look'; readonly views: ReadonlyMap<string, BoxView> }
  /** Versions were written, in the transaction in which this is kept. */
  | { readonly is: 'put'; readonly boxes: readonly Put[] }
  /** No version was written: its document has the values already (`has`), or would have a fault. */
  | {
      readonly is: 'unfit';
      readonly box: string;
      readonly way: 'forward' | 'back';
      readonly has: boolean;
      readonly note: string;
    }
  | { readonly is: 'order'; readonly order: Order; readonly who: string; readonly reason: string };

export type Effect =
  | { readonly do: 'put'; readonly box: string; readonly way: 'forward' | 'back' }
  | { readonly do: 'note'; readonly box: string | null; readonly what: string };

export interface Step {
  readonly state: RolloutState;
  readonly effects: readonly Effect[];
}
