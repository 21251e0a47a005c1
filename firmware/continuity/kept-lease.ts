/** The newest lease that was heard, in a file of its own: it outlives a restart and a power cut. */
import * as z from 'zod';
import { lease, party } from '@branchline/contracts/continuity';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';

const keptLease = z.looseObject({ lease, as: party });
export type KeptLease = z.infer<typeof keptLease>;

export const leaseFile = (path: string) => ({
  /** @throws {Error} where the file cannot be read or is not a lease: then it is not known who else may act */
  read(): KeptLease | null {
    const text = readIfThere(path);
    return text === undefined ? null : keptLease.parse(JSON.parse(text));
  },
  write(kept: KeptLease): void {
    writeFileAtomic(path, JSON.stringify({ lease: kept.lease, as: kept.as }), 0o640);
  },
});
