/** What is measured of a fleet, by whoever carries it. */

/** Of whatever carries a fleet. Seconds, unless the name says otherwise. */
export interface FleetFigures {
  /** From the first connection to the last box that is subscribed, all of them starting at once. */
  readonly readyS: number;
  /** CPU of the broker for one connection, ms. */
  readonly connectCpuMs: number;
  /** Resident with nobody connected and with everybody at rest, MB. */
  readonly emptyMb: number;
  readonly fullMb: number;
  /** Of a core, while nobody has anything to say but that he is there. */
  readonly restShare: number;
  /** One message to each box, until the last one has it. */
  readonly fanS: number;
  readonly ours?: OurFigures;
}

export interface OurFigures {
  /** Until headquarters has taken in the report of every box. */
  readonly takenInS: number;
  /** A version of each box's document through the API, one after the other, a second. */
  readonly writtenPerS: number;
  readonly editP95Ms: number;
  readonly roundTripP95Ms: number;
  /** From the order for a rollout over all until it has been checked and begun. */
  readonly begunS: number;
  /** From then until the last box has its version, and until headquarters knows of the last that it stays. */
  readonly sentS: number;
  readonly confirmedS: number;
  /** CPU for one box of the rollout, ms. */
  readonly rolloutCpuMs: number;
  /** Bytes of a version on the wire. */
  readonly documentBytes: number;
  /** From the kill until the service listens again, and from then until the last box is back and has been told that all of its events are stored. */
  readonly startS: number;
  readonly backS: number;
  /** Half of the boxes were back by then. */
  readonly backP50S: number;
  /** Events that were said to be stored and are not there, or are there twice or too many: must be 0. */
  readonly wrong: number;
  /** At the end, after all of that, MB. */
  readonly endMb: number;
}
