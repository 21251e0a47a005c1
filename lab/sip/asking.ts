/** Who passes a new call on and has said 100 for it repeats it himself over UDP, until a word comes or the time is over (RFC 3261 section 17.1.1.2, timers A and B). */
import type { After } from '../timers.ts';
import { STANDARD_TIMING } from './timing.ts';

export interface Asking {
  readonly deadAfterMs: number;
  readonly again: () => void;
  readonly dead: () => void;
}

/** Returns what ends the asking: a word has come. */
export function askUntilHeard(after: After, { deadAfterMs, again, dead }: Asking): () => void {
  let stopRepeating = (): void => undefined;
  const repeatAfter = (ms: number): void => {
    stopRepeating = after(ms, () => {
      again();
      repeatAfter(2 * ms);
    });
  };
  repeatAfter(STANDARD_TIMING.t1);
  const stopWaiting = after(deadAfterMs, () => {
    stopRepeating();
    dead();
  });
  return () => {
    stopRepeating();
    stopWaiting();
  };
}
