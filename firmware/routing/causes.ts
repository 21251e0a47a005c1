/**
 * Whether another line may do what one has refused. The cause (ITU-T Q.850) says whose trouble it is: the line's, the gateway's and the
 * network's is gone round; a called party who is busy, does not answer or does not exist is the same on every line. A carrier that
 * speaks SIP says by its status (RFC 3261 §21) what Q.850 has no word for: that it does not let this branch call.
 */

/** A line's, a gateway's or a network's trouble. */
const ANOTHER_LINE_MAY_DO: ReadonlySet<number> = new Set([
  2, // no route to the transit network
  3, // no route to destination
  18, // no user responding: silence at the gateway
  20, // subscriber absent: the gateway is not reachable
  27, // destination out of order
  34, // no circuit available
  38, // network out of order
  41, // temporary failure
  42, // switching equipment congestion
  44, // requested circuit not available
  47, // resource unavailable
  58, // bearer capability not presently available
  63, // service or option not available
  88, // incompatible destination: the codecs of this line
  127, // interworking
]);

/** Once it has rung, the party was reached: only a network that broke down meanwhile is gone round. */
const BROKE_WHILE_RINGING: ReadonlySet<number> = new Set([34, 38, 41, 42, 44, 47]);

/** Whatever the server that failed makes of it: these are said of the party, and the same on every line. */
const OF_THE_PARTY: ReadonlySet<number> = new Set([1, 17, 19, 21, 22, 28]);

/** Said by a carrier of the branch itself, whatever cause comes with it. */
const CARRIER_REFUSES_US: ReadonlySet<number> = new Set([401, 402, 403, 405, 407, 420, 421, 488]);

export interface Refused {
  /** ITU-T Q.850. */
  readonly cause: number;
  /** The final SIP response, where there was one. */
  readonly sip?: number;
  /** It had rung. */
  readonly rang: boolean;
  /** By a line without a gateway of the branch before it. */
  readonly bySip?: boolean;
}

export function anotherMayDo({ cause, sip, rang, bySip = false }: Refused): boolean {
  if (rang) return BROKE_WHILE_RINGING.has(cause);
  if (bySip && sip !== undefined && CARRIER_REFUSES_US.has(sip)) return true;
  const serverFailed = sip !== undefined && sip >= 500 && sip < 600 && !OF_THE_PARTY.has(cause);
  return serverFailed || ANOTHER_LINE_MAY_DO.has(cause);
}

/** The line had no room: it is as good as before. */
export const isFull = (cause: number): boolean => FULL.has(cause);
const FULL: ReadonlySet<number> = new Set([34, 42, 44, 47]);
