/** Takes the orders of `branchline self-check`. Who may write into the data directory may order a check: no password, no port. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ANSWER_FILE, wish, WISH_FILE, type WishAnswer } from '@branchline/contracts/self-check-wish';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { SelfCheck } from './self-check.ts';

const IDLE_MS = 2_000;
const BUSY_MS = 500;
const SAY_MS = 5_000;
/** As the ledger names who ordered it. */
const BY = 'command';

export interface WishDeps {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly selfCheck: Pick<SelfCheck, 'order' | 'standing'>;
}

/** To be stopped after the self-check: its last word is told. */
export function wishTaker({ dataDir, clock, log, selfCheck }: WishDeps): { start(): void; stop(): void } {
  const [wished, answered] = [join(dataDir, WISH_FILE), join(dataDir, ANSWER_FILE)];
  let following: { readonly id: string; readonly run: string; shown: string; saidAt: number } | undefined;
  let timer: Timer | undefined;

  const say = (said: Omit<WishAnswer, 'at'>): void =>
    writeFileAtomic(answered, JSON.stringify({ ...said, at: clock.now() }), 0o640);
  const take = (): void => {
    const text = readIfThere(wished);
    // One that is being written.
    if (!text) return;
    rmSync(wished);
    const { id, checks } = wish.parse(JSON.parse(text));
    const refused = selfCheck.order(checks, BY);
    const standing = selfCheck.standing();
    if (refused) return say({ id, refused, standing });
    const { run } = standing.running ?? standing.last ?? {};
    if (run !== undefined) following = { id, run, shown: '', saidAt: -Infinity };
  };
  const follow = (): void => {
    if (!following) return;
    const { id, run, shown, saidAt } = following;
    const standing = selfCheck.standing();
    const now = JSON.stringify([standing.running, standing.last]);
    const over = standing.running?.run !== run;
    if (now !== shown || over || clock.now() - saidAt >= SAY_MS) {
      say({ id, run, standing });
      following = { id, run, shown: now, saidAt: clock.now() };
    }
    if (over) following = undefined;
  };
  const look = (): void => {
    try {
      if (!following) take();
      follow();
    } catch (err) {
      log.warn({ err, file: wished }, 'an order to check the box could not be taken, or answered');
    }
  };
  const again = (): void => {
    look();
    timer = clock.after(following ? BUSY_MS : IDLE_MS, again);
  };
  return {
    start: again,
    stop: () => {
      timer?.cancel();
      if (following) look();
    },
  };
}
