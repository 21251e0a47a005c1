/** How long the next caller waits when one machine of a pair has lost its power: the peer that moves an address. */
import { createPacer } from '@branchline/lab/rtp/pacer';
import { tone } from '@branchline/lab/rtp/sources';
import { UserAgent } from '@branchline/lab/sip/user-agent';
import { CALLER, Pair, SHARED, type Machine } from './pair.ts';
import { PAIR_NUMBER } from './pair-number.ts';

const PATIENCE_MS = 40_000;
const CALLER_HZ = 1_330;

/** Seconds from the loss of power to the first sound, of a caller who dials at once. */
export async function takenOver(engineRoot: string, rounds: number): Promise<number[]> {
  const pair = await Pair.start(engineRoot);
  const pacer = createPacer();
  const caller = await UserAgent.open({ host: CALLER, user: 'caller', pacer, source: tone(CALLER_HZ) });
  try {
    await heardIn(caller, performance.now());
    const all: number[] = [];
    let [holds, stands]: [Machine, Machine] = ['first', 'second'];
    for (let round = 0; round < rounds; round += 1) {
      const from = performance.now();
      await pair.kill(holds);
      all.push(await heardIn(caller, from));
      await pair.untilHeldBy(stands);
      pair.begin(holds);
      await pair.untilReady(holds);
      [holds, stands] = [stands, holds];
    }
    return all;
  } finally {
    await caller.close();
    await pair.stop();
  }
}

async function heardIn(caller: UserAgent, from: number): Promise<number> {
  const call = await caller.call(`sip:${PAIR_NUMBER}@${SHARED}:5060`);
  await call.rtp.waitFor('media', { withinMs: PATIENCE_MS });
  const seconds = (performance.now() - from) / 1_000;
  await call.hangup();
  return seconds;
}
