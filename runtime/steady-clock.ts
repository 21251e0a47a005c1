/**
 * A wall clock that never jumps while something is under way: it takes the time once and goes on with the monotonic
 * clock. Whoever owns it says when it may take the time again.
 */
import type { Clock } from './clock.ts';

export interface SteadyClock extends Clock {
  /** How far the wall clock has moved away, in ms; positive when it is ahead. */
  drift(): number;
  /** Takes the wall clock's time. Only while nothing is being measured. */
  resync(): void;
}

export function steadyClock(clock: Clock): SteadyClock {
  let offset = clock.now() - clock.monotonic();
  const now = (): number => Math.round(clock.monotonic() + offset);
  return {
    now,
    monotonic: () => clock.monotonic(),
    after: (ms, action) => clock.after(ms, action),
    drift: () => clock.now() - now(),
    resync() {
      offset = clock.now() - clock.monotonic();
    },
  };
}
