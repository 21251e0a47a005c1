/** What is known here of the stand-ins and of the hosts that run them. */
import type { StandInHost } from '@branchline/contracts/http/continuity';
import type { StandInState } from '@branchline/contracts/stand-in-wire';

export interface StandInSeen {
  readonly state: StandInState;
  readonly why: string | null;
  /** Of the document that it serves. */
  readonly revision: string | null;
  readonly hasSecrets: boolean;
}

export interface StandIns {
  /** The branch's is to be ready within moments. */
  warm(branch: string): void;
  /** How much the branch's is needed has changed. */
  changed(branch: string): void;
  /** The host stands in for one branch less. */
  lost(host: string): void;
  /** Undefined while its host has said nothing of it. */
  of(branch: string): StandInSeen | undefined;
  /** Whether it has the branch's document as the box has it. */
  isCurrent(branch: string): boolean;
  /** Its host runs it, or would with what it has to run now. */
  hasRoom(branch: string): boolean;
  hosts(): StandInHost[];
}
