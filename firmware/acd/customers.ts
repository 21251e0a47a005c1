/** Who served which customer last. A bounded memory in shelves: to note one customer copies one shelf. */
import { hash } from './hash.ts';
import type { AcdState, LastServed } from './state.ts';

const SHELVES = 512;
/** On one shelf; the oldest goes when it is full. About 12,000 customers in all. */
const SHELF_ROOM = 24;

type Shelves = AcdState['customers'];

export const shelfOf = (customer: string): string => String(hash(customer) % SHELVES);

export function recall(shelves: Shelves, customer: string): LastServed | undefined {
  return shelves[shelfOf(customer)]?.[customer];
}

/** The shelf afterwards, and who had to go for it. */
export function remember(
  shelves: Shelves,
  customer: string,
  served: LastServed,
): { shelf: string; entries: Readonly<Record<string, LastServed>>; forgotten?: string } {
  const shelf = shelfOf(customer);
  const entries = { ...shelves[shelf], [customer]: served };
  const names = Object.keys(entries);
  if (names.length <= SHELF_ROOM) return { shelf, entries };
  const forgotten = names.reduce((a, b) => ((entries[a]?.at ?? 0) <= (entries[b]?.at ?? 0) ? a : b));
  delete entries[forgotten];
  return { shelf, entries, forgotten };
}
