/** What is to be told, to whom, and what became of it: kept with the ledger, so that a restart forgets none. */
import type { Notice } from '@branchline/contracts/notice';

/** One thing to be sent by one way: one notice, or several that were gathered. */
export interface Message {
  readonly id: string;
  readonly way: string;
  readonly notices: readonly Notice[];
  /** Notices that were left out because too many had been gathered. */
  readonly leftOut: number;
  /** Milliseconds since 1970, as all times here. */
  readonly at: number;
  readonly tries: number;
  readonly nextAt: number;
  /** Why the last try did not succeed. */
  readonly detail: string | null;
}

export interface PastMessage extends Message {
  readonly endedAt: number;
  readonly taken: boolean;
}

export interface WayState {
  /** When messages were put together lately. */
  readonly made: readonly number[];
  /** Gathered until they may go: in quiet hours, when there are too many, and while an earlier message is not taken. */
  readonly held: readonly Notice[];
  readonly leftOut: number;
  /** Alarms of which this way has told that they came, and not yet that they went. */
  readonly told: readonly string[];
}

export interface NotifyState {
  readonly ways: Readonly<Record<string, WayState>>;
  /** In the order in which they were put together. */
  readonly waiting: readonly Message[];
  /** The newest first. */
  readonly past: readonly PastMessage[];
}

export const NOTHING_TOLD: NotifyState = { ways: {}, waiting: [], past: [] };
export const NEW_WAY: WayState = { made: [], held: [], leftOut: 0, told: [] };
