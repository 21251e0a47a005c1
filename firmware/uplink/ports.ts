/** What the uplink needs from the rest of the box, and what the rest may ask of it. */
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { Payload } from '@branchline/contracts/topics';

/** The ledger and its outbox, as far as reporting goes. Every call is synchronous and may throw on a disk fault. */
export interface LedgerSource {
  /** The life of this database: 16 hex digits. */
  readonly epoch: string;
  /** The newest number given, 0 before the first event. */
  newest(): number;
  /** The oldest events that headquarters has not acknowledged, in order, at most `limit`. */
  unsent(limit: number): readonly LedgerEvent[];
  /** Events `from` to `to`, both included, in order, at most `limit`; those that are not kept any more are left out. */
  range(from: number, to: number, limit: number): readonly LedgerEvent[];
  /** Headquarters has stored everything up to and including `upto`: the outbox lets go of it. */
  acked(upto: number): void;
  /** The hash of a whole block of numbers (contracts/ledger-digest.ts), made earlier; it outlives its events. */
  blockDigest(block: number): string | undefined;
  keepBlockDigests(digests: ReadonlyMap<number, string>): void;
  /** Told after each commit of new events; the returned function ends it. */
  onAppended(listener: () => void): () => void;
}

/** The document in force as headquarters is told of it, without what must not leave the box. */
export type Reported = Omit<Payload<'reported'>, 'v' | 'at'>;

/** Takes the documents that headquarters wants in force. */
export interface DocumentTaker {
  desired(wanted: Payload<'desired'>): void;
  /** Headquarters has heard that this revision is in force. */
  heard(revision: string): void;
}

export interface UplinkSettings {
  /** Name or address of headquarters' broker. */
  readonly host: string;
  readonly port: number;
  readonly tenant: string;
  readonly box: string;
  /** Folder of box.key, box.csr, box.crt and ca.crt; made when missing. */
  readonly identityDir: string;
}

export interface UplinkStatus {
  readonly connected: boolean;
  /** Since when it is as it is, ISO 8601; null before the start. */
  readonly since: string | null;
  /** Events that headquarters has not acknowledged. */
  readonly outbox: number;
  /** What it waits for, in a sentence; null while connected. */
  readonly waitingFor: string | null;
}
