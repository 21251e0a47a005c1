/** What headquarters uses of a broker, whichever it is: the one inside this process, or one outside. */
import type { Leaf, Payload } from '@branchline/contracts/topics';

export interface BrokerPort {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Sends to a box if it is connected now: what it misses, it is told again when it asks or reports again. */
  send<L extends Leaf>(box: string, leaf: L, payload: Payload<L>): void;
  /** Ends the session of a box, if it has one; what it may do when it comes again, its standing says. */
  cut(box: string): void;
  isConnected(box: string): boolean;
  /** Boxes that are connected. */
  readonly connections: number;
  /** The port at which boxes reach it. */
  readonly port: number;
  /** Its name or address for the boxes; null: the one under which they reach headquarters. */
  readonly host: string | null;
  /** Why it cannot be used now; undefined while it can. */
  readonly away: BrokerAway | undefined;
  /** How often a kind of fault was counted for a sender. */
  counted(kind: string, sender: string): number;
}

export interface BrokerAway {
  /** Ms since 1970. */
  readonly since: number;
  readonly why: string;
}
