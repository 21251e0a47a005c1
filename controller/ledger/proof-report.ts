/** The proof of one box in figures: for each life of its database, the present one first. */
import type { StreamProof } from '@branchline/contracts/http/proof';
import type { Proofs } from '../store/proofs.ts';
import type { Streams } from '../store/streams.ts';
import { missingCount } from './stretches.ts';

export async function proofsOfBox(
  { streams, proofs }: { readonly streams: Pick<Streams, 'ofBox'>; readonly proofs: Pick<Proofs, 'of'> },
  boxId: number,
): Promise<StreamProof[]> {
  const told: StreamProof[] = [];
  for (const [index, { id, epoch, kept, newest }] of (await streams.ofBox(boxId)).entries())
    told.push({
      epoch,
      current: index === 0,
      contiguous: kept.upto,
      newest,
      missing: missingCount(kept, newest),
      proof: await proofs.of(id),
    });
  return told;
}
