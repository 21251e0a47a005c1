/** What is read of a branch's ledger as it is kept here: its newest part, folded into what is handed over a little at a time, since boxes wait meanwhile; and whole stretches. */
import type { Lease, Party } from '@branchline/contracts/continuity';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { HandedOver } from '@branchline/contracts/stand-in-wire';
import type { LedgerReader } from '../store/ledger-reader.ts';
import type { Stream } from '../store/streams.ts';
import { Handing } from './handing-over.ts';

/** Some two days of a busy branch: each agent's state is said anew every day, and no callback is kept longer. */
const MOST_EVENTS = 20_000;
const AT_ONCE = 1_000;

export async function handedOverOf(
  reader: Pick<LedgerReader, 'owners' | 'read'>,
  stream: Stream | null,
  /** `now`: by the clock of `from`; asked when all is read. */
  { from, lease, now }: { readonly from: Party; readonly lease: Lease; readonly now: () => number },
): Promise<HandedOver> {
  const handing = new Handing();
  if (stream)
    for (let seq = Math.max(1, stream.newest - MOST_EVENTS); seq <= stream.newest; seq += AT_ONCE) {
      const to = Math.min(stream.newest, seq + AT_ONCE - 1);
      const owners = await reader.owners(stream, [seq, to], 'likely');
      const events = await reader.read(owners, seq, to);
      for (const event of events.toSorted((a, b) => a.seq - b.seq)) handing.take(event);
    }
  return handing.told(from, lease, now());
}

/**
 * All events from one number to another, in their order.
 * @throws Error where some are not to be found
 */
export async function readWhole(
  reader: Pick<LedgerReader, 'owners' | 'read'>,
  stream: Stream | null,
  from: number,
  to: number,
): Promise<LedgerEvent[]> {
  if (!stream) throw new Error('it has no ledger');
  for (const search of ['likely', 'all'] as const) {
    const events = await reader.read(await reader.owners(stream, [from, to], search), from, to);
    if (events.length === to - from + 1) return events.toSorted((a, b) => a.seq - b.seq);
  }
  throw new Error(`events ${from} to ${to} of '${stream.box}' are not all there`);
}
