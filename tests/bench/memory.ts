/** G26: what a box holds in memory at rest. */
import { setTimeout as pause } from 'node:timers/promises';
import { BenchBranch } from './rig/branch.ts';
import type { Bench } from './rig/context.ts';
import { benchDocument } from './rig/document.ts';
import { memoryMb } from './rig/proc.ts';
import type { Found } from './rig/report.ts';

const AT_REST_MS = 10_000;
/** Two starts hardly differ. */
const MOST_ROUNDS = 3;

export async function memory({ engineRoot, rounds, say }: Bench): Promise<Found> {
  const service: number[] = [];
  const own: number[] = [];
  const engine: number[] = [];
  for (let round = 0; round < Math.min(rounds, MOST_ROUNDS); round += 1) {
    say(`memory, round ${round + 1} of ${Math.min(rounds, MOST_ROUNDS)}`);
    const branch = await BenchBranch.start({
      engineRoot,
      document: (gateway) => benchDocument({ gateway, agents: 10 }),
      headquarters: true,
    });
    try {
      // The first start of all makes a key and a certificate; what that needs is not read again.
      await branch.programs.stop('box');
      await branch.startBox();
      await pause(AT_REST_MS);
      const box = memoryMb(branch.programs.pid('box'));
      service.push(box.rss);
      own.push(box.private);
      engine.push(memoryMb(branch.programs.pid('engine')).rss);
    } finally {
      await branch.stop();
    }
  }
  const together = service.map((mb, round) => mb + (engine[round] ?? NaN));
  const row = (what: string, ours: readonly number[], atMost: number) => ({
    goal: 'G26',
    what,
    unit: 'MB',
    ours,
    wanted: { atMost },
  });
  return {
    name: 'memory',
    rows: [
      row('service and engine at rest, RSS', together, 160),
      row('service alone, RSS', service, 90),
      row('service alone, private', own, 60),
      row('engine alone, RSS', engine, 70),
    ],
    notes: [
      'ten phones, one queue, connected to headquarters, its second start, ten seconds after it was ready; MB are 10^6 bytes',
      'RSS counts the pages of the Node program that every Node process of the machine shares; private is what ending the service would free',
    ],
  };
}
