/** What this host has for its stand-ins. */
import { availableParallelism, totalmem } from 'node:os';
import type { StandInSays } from '@branchline/contracts/stand-in-wire';
import { RTP_EACH } from './slots.ts';

const MB = 1024 * 1024;
/** Two legs, with RTP and RTCP each. */
const PORTS_A_CALL = 4;

/** A limit of the system's on this service (cgroups(7)) is the size of the machine to it; without one Node gives 0, or more than there is. */
export function hostSize(
  total = totalmem(),
  allowed = process.constrainedMemory(),
): NonNullable<StandInSays['size']> {
  const bytes = allowed > 0 ? Math.min(total, allowed) : total;
  return {
    memoryMb: Math.floor(bytes / MB),
    cores: availableParallelism(),
    callsEach: RTP_EACH / PORTS_A_CALL,
  };
}
