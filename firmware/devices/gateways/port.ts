/** What a gateway's driver tells of its lines, and what may be asked of it. */

/** What a gateway's own line says. `bad` is never a guess: what could not be read is `unclear`, with the reason in `what`. */
export interface LineEvidence {
  readonly source: 'snmp-poll' | 'snmp-trap' | 'console' | 'syslog' | 'http';
  /** Ms since 1970. */
  readonly at: number;
  /** The line's name at its gateway; ANY_LINE before any line has been read. */
  readonly line: string;
  readonly state: 'good' | 'bad' | 'unclear';
  /** Such as 'LOS', 'LOF', 'AIS', 'RAI', 'd-channel down', 'no line voltage'; of an unclear line, why. */
  readonly what: string;
  /** Of a line with several channels: those that carry no calls while the line itself is well. */
  readonly blockedChannels?: number;
  readonly detail?: string;
}

/** The line of evidence that is about a gateway none of whose lines are known yet. */
export const ANY_LINE = '*';

export interface GatewayWatch {
  /** Begins to ask and to listen. */
  start(): void;
  /** Ends it; nothing is told afterwards. */
  stop(): Promise<void>;
  /** Returns the function that ends it. A listener that throws ends nothing. */
  onEvidence(listener: (evidence: LineEvidence) => void): () => void;
  /** Asks now, out of turn; resolves when all that can be asked has answered or has not. Never rejects. */
  look(): Promise<void>;
}
