/** The proof of one box in figures: for each life of its database, the present one first. */
import type { StreamProof } from '@branchline/contracts/http/proof';
import type { Proofs } from '../store/proofs.ts';
import type { Streams } from '../store/streams.ts';
import { missingCount } from './stretches.ts';

export function proofsOfBox(
  { streams, proofs }: { readonly streams: Pick<Streams, 'ofBox'>; readonly proofs: Pick<Proofs, 'of'> },
  boxId: number,
): StreamProof[] {
  return streams.ofBox(boxId).map(({ id, epoch, kept, newest }, index) => ({
    epoch,
    current: index === 0,
    contiguous: kept.upto,
    newest,
    missing: missingCount(kept, newest),
    proof: proofs.of(id),
  }));
}
