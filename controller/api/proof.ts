/** What the routes of the proof do. */
import type { proofRoutes } from '@branchline/contracts/http/proof';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { Comparisons } from '../ledger/comparisons.ts';
import { proofsOfBox } from '../ledger/proof-report.ts';
import type { Proofs } from '../store/proofs.ts';
import type { Streams } from '../store/streams.ts';

export interface ProofApiParts {
  readonly comparisons: Comparisons;
  readonly streams: Streams;
  readonly proofs: Proofs;
  /** @throws HttpProblem for a box that nobody knows */
  readonly boxId: (box: string) => Promise<number>;
}

export function proofHandlers(parts: ProofApiParts): Handlers<typeof proofRoutes> {
  const { comparisons, boxId } = parts;
  return {
    proof: async ({ param }) => {
      const box = param('box');
      return { streams: await proofsOfBox(parts, await boxId(box)), comparing: comparisons.comparing(box) };
    },
    compareLedger: async ({ param }) => {
      const box = param('box');
      await boxId(box);
      return { comparing: comparisons.wanted(box) };
    },
  };
}
