/** A test call by one trunk, as its own schedule would make it. */
import type { LiveTrunk, TestVerdict } from '@branchline/contracts/trunks';
import type { Clock } from '@branchline/runtime/clock';
import { failed, notDone, passed, type Verdict } from './verdict.ts';

export interface TrunkCheckDeps {
  readonly clock: Clock;
  readonly trunks: {
    test(trunk: string): 'no-such-trunk' | 'no-number' | 'running' | 'no-room' | undefined;
    view(trunk: string): LiveTrunk | undefined;
  };
}

const LOOK_MS = 250;

export async function checkTrunk(
  trunk: string,
  signal: AbortSignal,
  { clock, trunks }: TrunkCheckDeps,
): Promise<Verdict> {
  const before = trunks.view(trunk)?.test?.last;
  switch (trunks.test(trunk)) {
    case 'no-such-trunk':
    case 'no-number':
      return notDone('no-number');
    case 'no-room':
      return notDone('no-room');
    case 'running':
      return notDone('busy');
    case undefined:
  }
  for (;;) {
    await looked(clock, signal);
    const test = trunks.view(trunk)?.test;
    if (!test) return notDone('no-number');
    if (!test.running && test.last && test.last.at !== before?.at) return verdictOf(test.last.verdict);
  }
}

function verdictOf(verdict: TestVerdict): Verdict {
  switch (verdict) {
    case 'both-ways':
    case 'heard':
      return passed(verdict);
    case 'unjudged':
      return notDone('not-judged');
    case 'silent':
    case 'not-returned':
    case 'not-answered':
    case 'refused':
      return failed(verdict);
  }
}

function looked(clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error('given up'));
    clock.after(LOOK_MS, () => (signal.aborted ? reject(new Error('given up')) : resolve()));
  });
}
