/** The digest of a stretch as headquarters has it: read back from the database, a little at a time, since boxes wait meanwhile. */
import { createHash } from 'node:crypto';
import { canonicalLine, piecesOf, type Piece } from '@branchline/contracts/ledger-digest';
import type { BlockDigests } from '../store/block-digests.ts';
import type { LedgerReader } from '../store/ledger-reader.ts';
import type { Stream } from '../store/streams.ts';

/** Blocks that are read together: their lines are in memory at once. */
const WINDOW = 16;
/** Calls whose events are read in one go. */
const CALLS_AT_ONCE = 100;

export interface DigestSource {
  readonly reader: Pick<LedgerReader, 'owners' | 'read'>;
  /** Absent where everything is to be read back, whatever was read before. */
  readonly blocks?: Pick<BlockDigests, 'get' | 'keep'>;
}

/** Hex; undefined when not all of these events are there. */
export async function digestOf(
  { reader, blocks }: DigestSource,
  stream: Stream,
  from: number,
  to: number,
): Promise<string | undefined> {
  const whole = createHash('sha256');
  let window: Piece[] = [];
  const fresh = new Map<number, string>();
  const read = async (): Promise<boolean> => {
    const [first, last] = [window[0], window.at(-1)];
    const lines = first && last ? await linesOf(reader, stream, first.from, last.to) : NO_LINES;
    if (!lines) return false;
    for (const piece of window) {
      const sha256 = hashOf(lines, piece);
      if (piece.block !== undefined) fresh.set(piece.block, sha256);
      whole.update(Buffer.from(sha256, 'hex'));
    }
    window = [];
    return true;
  };
  for (const piece of piecesOf(from, to)) {
    const known = piece.block === undefined ? undefined : await blocks?.get(stream.id, piece.block);
    if (known === undefined) window.push(piece);
    if ((known !== undefined || window.length === WINDOW) && !(await read())) return undefined;
    if (known !== undefined) whole.update(Buffer.from(known, 'hex'));
  }
  if (!(await read())) return undefined;
  if (fresh.size > 0) await blocks?.keep(stream.id, fresh);
  return whole.digest('hex');
}

const NO_LINES: ReadonlyMap<number, string> = new Map();

function hashOf(lines: ReadonlyMap<number, string>, { from, to }: Piece): string {
  const hash = createHash('sha256');
  for (let seq = from; seq <= to; seq++) hash.update(lines.get(seq) ?? '');
  return hash.digest('hex');
}

/** Undefined when some are not there. A call that moves while others are read is found by the second, thorough search. */
async function linesOf(
  reader: DigestSource['reader'],
  stream: Stream,
  from: number,
  to: number,
): Promise<ReadonlyMap<number, string> | undefined> {
  for (const search of ['likely', 'all'] as const) {
    const lines = new Map<number, string>();
    const owners = await reader.owners(stream, [from, to], search);
    for (let first = 0; first < owners.length; first += CALLS_AT_ONCE) {
      const events = await reader.read(owners.slice(first, first + CALLS_AT_ONCE), from, to);
      for (const event of events) lines.set(event.seq, canonicalLine(event));
      if (lines.size > to - from) return lines;
      await new Promise(setImmediate);
    }
  }
  return undefined;
}
