/** How many stand-ins a host can carry, told before they are needed. The figures are those of docs/benchmarks.md. Pure. */

/** Service and engine of one, at rest (G26). */
export const STAND_IN_MB = 170;
/** What the machine's system and the host's own program have. */
export const HOST_MB = 512;
/** One call in talk, recorded, in thousandths of a core (G7). */
export const CALL_MILLICORES = 15.2;
/** As much of the cores may calls have: the rest is for setting them up, and for what comes in bursts. */
const FOR_CALLS = 0.7;

export interface HostSize {
  readonly memoryMb: number;
  readonly cores: number;
  readonly callsEach: number;
}

export interface Capacity {
  /** Stand-ins for which there is memory. */
  readonly byMemory: number;
  /** Calls at one stand-in, and at all of them together. */
  readonly callsEach: number;
  readonly calls: number;
}

export function capacityOf({ memoryMb, cores, callsEach }: HostSize): Capacity {
  const calls = Math.floor((cores * 1_000 * FOR_CALLS) / CALL_MILLICORES);
  return {
    byMemory: Math.max(0, Math.floor((memoryMb - HOST_MB) / STAND_IN_MB)),
    callsEach: Math.min(callsEach, calls),
    calls,
  };
}
