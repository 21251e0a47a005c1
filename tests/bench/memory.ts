/** G26: what a box holds in memory at rest, and how long it takes to its feet. */
import { setTimeout as pause } from 'node:timers/promises';
import { BenchBranch } from './rig/branch.ts';
import { loadNow, type Bench } from './rig/context.ts';
import { benchDocument } from './rig/document.ts';
import { memoryMb } from './rig/proc.ts';
import type { Found } from './rig/report.ts';

const AT_REST_MS = 10_000;

export async function memory({ engineRoot, rounds, say }: Bench): Promise<Found> {
  const service: number[] = [];
  const own: number[] = [];
  const engine: number[] = [];
  const readyS: number[] = [];
  for (let round = 0; round < Math.min(rounds, 3); round += 1) {
    say(`memory, round ${round + 1} of ${Math.min(rounds, 3)}`);
    const branch = await BenchBranch.start({
      engineRoot,
      document: (gateway) => benchDocument({ gateway, agents: 10 }),
      headquarters: true,
    });
    try {
      await pause(AT_REST_MS);
      const box = memoryMb(branch.programs.pid('box'));
      service.push(box.rss);
      own.push(box.private);
      engine.push(memoryMb(branch.programs.pid('engine')).rss);
      readyS.push(branch.boxReadyMs / 1_000);
    } finally {
      await branch.stop();
    }
  }
  const together = service.map((mb, round) => mb + (engine[round] ?? NaN));
  return {
    name: 'memory',
    rows: [
      { goal: 'G26', what: 'service and engine at rest, RSS', unit: 'MB', ours: together, atMost: 160 },
      { goal: 'G26', what: 'service alone, RSS', unit: 'MB', ours: service, atMost: 90 },
      { goal: 'G26', what: 'service alone, private', unit: 'MB', ours: own, atMost: 60 },
      { goal: 'G26', what: 'engine alone, RSS', unit: 'MB', ours: engine, atMost: 70 },
      { goal: '-', what: 'start of both to ready', unit: 's', ours: readyS, atMost: 3 },
    ],
    notes: [
      'ten phones, one queue, connected to headquarters, ten seconds after it was ready; MB are 10^6 bytes',
      'RSS counts the pages of the Node program that every Node process of the machine shares; private is what ending the service would free',
      loadNow(),
    ],
  };
}
