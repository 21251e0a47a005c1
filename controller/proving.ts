/** Puts together what proves that the boxes' whole history is here. */
import type { Payload } from '@branchline/contracts/topics';
import type { Clock } from '@branchline/runtime/clock';
import { roomLog, type Log } from '@branchline/runtime/log';
import type { FleetBoard } from './fleet/board.ts';
import { fencedBy, type Leads } from './leading.ts';
import { Comparisons } from './ledger/comparisons.ts';
import { digestOf } from './ledger/digest.ts';
import type { LedgerWriter } from './ledger/writer.ts';
import type { BlockDigests } from './store/block-digests.ts';
import type { Database } from './store/database.ts';
import type { LedgerReader } from './store/ledger-reader.ts';
import type { Proofs } from './store/proofs.ts';
import type { Stream, Streams } from './store/streams.ts';

export interface ProvingParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly board: FleetBoard;
  readonly db: Database;
  readonly leads: Leads;
  readonly streams: Streams;
  readonly proofs: Proofs;
  readonly blocks: BlockDigests;
  readonly reader: LedgerReader;
  readonly writer: Pick<LedgerWriter, 'forget'>;
  readonly resend: { noted(stream: Stream): void };
  readonly ask: (box: string, question: Payload<'ledger-compare'>) => void;
  readonly again: (box: string, wanted: Payload<'ledger-resend'>) => void;
}

export function makeComparisons(parts: ProvingParts): Comparisons {
  const { clock, random, log, board, proofs, blocks, reader, writer, resend, ask, again, leads } = parts;
  const fenced = fencedBy(parts.db, leads);
  const missingNow = (stream: Stream): void => {
    board.change(stream.box, { stream });
    resend.noted(stream);
  };
  const kept = { get: blocks.get.bind(blocks), keep: fenced(blocks.keep.bind(blocks)) };
  const comparisons: Comparisons = new Comparisons({
    clock,
    random,
    log: roomLog(log, 'ledger'),
    proofs: {
      ...{ all: () => proofs.all(), of: (stream) => proofs.of(stream) },
      equal: fenced(proofs.equal.bind(proofs)),
      differs: fenced(proofs.differs.bind(proofs)),
    },
    ask,
    row: ({ id }) => parts.streams.get(id),
    must: () => leads.must(),
    digestOf: (stream, from, to) => digestOf({ reader, blocks: kept }, stream, from, to),
    forget: async (stream, { from, to }) => {
      const without = await writer.forget(stream, [from, to], () => leads.fence());
      comparisons.noted(without);
      missingNow(without);
      again(stream.box, { v: 1, epoch: stream.epoch, from, to });
    },
    newest: (stream, newest) => missingNow({ ...stream, newest }),
    changed: (box, proof) => board.change(box, { proof }, 'soon'),
  });
  return comparisons;
}
