/** Messages while they are being left: what of them is on disk. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { BranchBed } from './branch.ts';

/** 8 kHz, two bytes a sample. */
const BYTES_A_MS = 16;

/** Waits until so much of a message is on disk. */
export function messageOnDisk(bed: BranchBed, ms: number): Promise<void> {
  const folder = join(bed.boxDir, 'engine/spool/recording');
  return vi.waitFor(
    () => {
      const longest = Math.max(0, ...readdirSync(folder).map((file) => statSync(join(folder, file)).size));
      if (longest <= ms * BYTES_A_MS)
        throw new Error(`${longest / BYTES_A_MS} ms of a message are on disk, ${ms} wanted`);
    },
    { timeout: 20_000, interval: 50 },
  );
}
