import { expect, test } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import { Progress, STUCK_MS, type LedgerLoop } from './progress.ts';

const IDLE: LedgerLoop = { waiting: 0, newest: 7, refused: false };

function after(rounds: number, loop: (round: number) => LedgerLoop): string[] {
  const clock = new ManualClock();
  const progress = new Progress(clock);
  for (let round = 0; round < rounds; round += 1) {
    clock.advance(10_000);
    progress.round(loop(round));
  }
  return progress.stuck();
}

test('a service at rest, one that writes without a pause and one whose disk refuses go on', () => {
  expect(after(30, () => IDLE)).toEqual([]);
  expect(after(30, (round) => ({ waiting: 40, newest: round, refused: false }))).toEqual([]);
  expect(after(30, () => ({ waiting: 40, newest: 7, refused: true }))).toEqual([]);
});

test('a ledger that takes nothing although the disk would is stuck; so is a loop that comes round no more', () => {
  expect(after(30, () => ({ waiting: 40, newest: 7, refused: false }))).toEqual(['ledger']);
  const clock = new ManualClock();
  const progress = new Progress(clock);
  clock.advance(STUCK_MS);
  expect(progress.stuck()).toEqual([]);
  clock.advance(1);
  expect(progress.stuck()).toEqual(['health', 'ledger']);
});
