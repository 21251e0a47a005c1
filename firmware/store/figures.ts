/** Figures of queues and agents read from the ledger, some events at a time, so that calls in progress are not kept waiting. */
import { setImmediate } from 'node:timers/promises';
import { FigureCounter, type FigureRange, type Figures } from '@branchline/contracts/queue-figures';
import type { Ledger } from './ledger.ts';

/** Some ms of work. */
const AT_ONCE = 1_000;
/** Every agent's state is said again at midnight (`calls/agent-notes.ts`); a day has up to 25 hours. */
const BEFORE_MS = 25 * 3_600_000;
/** A stay that began in the range and lasts longer than this after it is told as waiting. */
const AFTER_MS = 86_400_000;

/** `settle` writes what is not in the database yet; `now` in ms since 1970. */
export async function readFigures(
  ledger: Pick<Ledger, 'seqAt' | 'range' | 'newest'>,
  range: FigureRange,
  settle: () => void,
  now: number,
): Promise<Figures> {
  settle();
  const counter = new FigureCounter(range);
  const last = ledger.newest();
  for (let next = ledger.seqAt(range.from - BEFORE_MS); next <= last; next += AT_ONCE) {
    const events = ledger.range(next, Math.min(last, next + AT_ONCE - 1), AT_ONCE);
    for (const event of events) counter.take(event);
    const at = Date.parse(events.at(-1)?.at ?? '');
    if (at >= range.to + AFTER_MS || (at >= range.to && counter.settled)) break;
    await setImmediate();
  }
  return counter.figures(Math.min(now, range.to));
}
