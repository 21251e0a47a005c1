/** The timers of RFC 3261 section 17.1.1.1, in milliseconds. */
export interface SipTiming {
  /** An estimate of the round trip; a request is first repeated after this. */
  readonly t1: number;
  /** The longest pause between repeats of anything but an INVITE. */
  readonly t2: number;
  /** How long a message may linger in the network. */
  readonly t4: number;
}

export const STANDARD_TIMING: SipTiming = { t1: 500, t2: 4_000, t4: 5_000 };

/** Timers B, F, H and J, and the time for which a 2xx is repeated: 32 s with the standard T1. */
export const giveUpMs = (timing: SipTiming): number => 64 * timing.t1;
