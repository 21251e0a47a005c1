/** How long engine and service take to their feet: after a power cut this is what callers wait for. */
import { probeSip } from '@branchline/firmware/engine/instance/probe';
import { BenchBranch } from './rig/branch.ts';
import type { Bench } from './rig/context.ts';
import { benchDocument } from './rig/document.ts';
import { Phase } from './rig/phase.ts';
import type { Found } from './rig/report.ts';

const AGENTS = 10;
/** How long an answer is waited for before the engine is asked again, and so the grain of the figure. */
const ASK_AGAIN_MS = 20;
const ENGINE_PATIENCE_MS = 30_000;

interface Starts {
  readonly engineMs: number;
  readonly serviceMs: number;
  readonly bothMs: number;
}

export async function start({ engineRoot, rounds, say }: Bench): Promise<Found> {
  const phase = new Phase<'ours', Starts>('start', ['ours']);
  for (let round = 0; round < rounds; round += 1) {
    say(`start, round ${round + 1} of ${rounds}`);
    const branch = await BenchBranch.start({
      engineRoot,
      document: (gateway) => benchDocument({ gateway, agents: AGENTS }),
      headquarters: true,
      atRest: true,
    });
    try {
      await phase.round(round, async (_, watch) => {
        const apart = await watch(() => oneAfterTheOther(branch));
        for (const name of ['box', 'engine']) await branch.programs.stop(name);
        const bothMs = await watch(() => together(branch));
        return { ...apart, bothMs };
      });
    } finally {
      await branch.stop();
    }
  }
  const row = (what: string, of: (starts: Starts) => number) => ({
    goal: '-',
    what,
    unit: 's',
    ...phase.compare((starts) => of(starts) / 1_000, 'ours'),
  });
  return {
    name: 'start',
    rows: [
      row('start of the engine to its first SIP answer', ({ engineMs }) => engineMs),
      {
        ...row('start of the service to ready, engine up', ({ serviceMs }) => serviceMs),
        wanted: { atMost: 3 },
      },
      { ...row('start of both to ready', ({ bothMs }) => bothMs), wanted: { atMost: 3 } },
    ],
    notes: [
      `ten phones, one queue, headquarters there; from the start of the process, files read from memory; the engine is asked by OPTIONS every ${ASK_AGAIN_MS} ms, the service by /api/ready every 50 ms`,
      `the host gave away of the measured core, median: ${phase.hostTook}`,
    ],
  };
}

async function oneAfterTheOther(branch: BenchBranch): Promise<Omit<Starts, 'bothMs'>> {
  const began = performance.now();
  branch.startEngine();
  await firstAnswer(branch);
  const engineMs = performance.now() - began;
  await branch.startBox();
  return { engineMs, serviceMs: branch.boxReadyMs };
}

async function together(branch: BenchBranch): Promise<number> {
  const began = performance.now();
  branch.startEngine();
  await branch.startBox();
  return performance.now() - began;
}

async function firstAnswer({ sip, programs }: BenchBranch): Promise<void> {
  const end = performance.now() + ENGINE_PATIENCE_MS;
  while ((await probeSip({ address: sip.host, port: sip.port }, ASK_AGAIN_MS)) === undefined) {
    programs.pid('engine');
    if (performance.now() > end)
      throw new Error(
        `the engine gave no SIP answer within ${ENGINE_PATIENCE_MS} ms: ${programs.lastWords('engine')}`,
      );
  }
}
