/** G23: whether a name service that does not answer makes a telephone ring later. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchBranch } from './rig/branch.ts';
import type { Bench } from './rig/context.ts';
import { benchDocument, NUMBERS } from './rig/document.ts';
import { Load } from './rig/load.ts';
import { percentile } from './rig/numbers.ts';
import { Phase } from './rig/phase.ts';
import { pace, type PacedFigures } from './rig/queue-traffic.ts';
import type { Found } from './rig/report.ts';
import { askingOnly, lookUp, Resolver } from './rig/resolver.ts';

const AGENTS = 4;
const WARM_UP = { number: NUMBERS.queue, everyMs: 80, calls: 60, talkMs: 20 };
/** One at a time, and enough of them that the slowest of a hundred is not the slowest of all. */
const CALLS = { number: NUMBERS.queue, everyMs: 100, calls: 120, talkMs: 20 };

type State = 'dead' | 'up';

interface World {
  readonly through: readonly string[];
  /** What a program in the engine's root does about names. */
  readonly inRoot: string;
}

export async function dns(bench: Bench): Promise<Found> {
  if (process.getuid?.() !== 0)
    return {
      name: 'dns',
      rows: [],
      notes: ['not measured: a name service of its own needs root, for mounts and port 53'],
    };
  const dir = mkdtempSync(join(tmpdir(), 'branchline-bench-dns-'));
  const address = `127.${80 + (process.pid % 100)}.253.53`;
  const resolver = await Resolver.open(address);
  try {
    const through = askingOnly(address, dir, bench.engineRoot);
    await lookUp(through);
    if (resolver.asked === 0)
      throw new Error(`programs do not ask the name server ${address} that was given to them`);
    const before = resolver.asked;
    await lookUp(through, bench.engineRoot);
    const inRoot = resolver.asked > before ? 'asks it too' : 'looks names up in files alone';
    return await measure(bench, resolver, { through, inRoot });
  } finally {
    resolver.close();
    rmSync(dir, { recursive: true });
  }
}

async function measure(
  { engineRoot, rounds, say }: Bench,
  resolver: Resolver,
  { through, inRoot }: World,
): Promise<Found> {
  const branch = await BenchBranch.start({
    engineRoot,
    document: (gateway) => benchDocument({ gateway, agents: AGENTS }),
    headquarters: true,
    through,
  });
  const phase = new Phase<State, PacedFigures>('dns', ['dead', 'up']);
  const asked: Record<State, number> = { dead: 0, up: 0 };
  try {
    const { sip: server, net, gateway, phoneSecrets: secrets } = branch;
    const load = await Load.open({ server, net, gateway, secrets, agents: AGENTS });
    try {
      await branch.box.untilLive(
        (live) => Object.values(live.phones).every(({ reachable }) => reachable),
        30_000,
      );
      await pace(load, { ...WARM_UP, pids: [] });
      for (let round = 0; round < rounds; round += 1) {
        say(`dns, round ${round + 1} of ${rounds}`);
        await phase.round(round, async (state, watch) => {
          resolver.dead = state === 'dead';
          const before = resolver.asked;
          const figures = await watch(() => pace(load, { ...CALLS, pids: [] }));
          asked[state] += resolver.asked - before;
          return figures;
        });
      }
    } finally {
      await load.close();
    }
  } finally {
    await branch.stop();
  }
  return found(phase, asked, inRoot);
}

function found(
  phase: Phase<State, PacedFigures>,
  asked: Readonly<Record<State, number>>,
  inRoot: string,
): Found {
  const missed = (['dead', 'up'] as const).map(
    (state) =>
      `${phase.all(state).reduce((sum, { answered }) => sum + CALLS.calls - answered, 0)} (${state})`,
  );
  const row = (share: number) => ({
    goal: 'G23',
    what: `name service dead: INVITE to the telephone's INVITE, p${share * 100}`,
    unit: 'ms',
    ...phase.compare(({ inviteToInviteMs }) => percentile(inviteToInviteMs, share), 'dead', 'up'),
    wanted: { atMost: 1.05 },
  });
  return {
    name: 'dns',
    rows: [row(0.99), row(0.5)],
    notes: [
      `peer: the same engine and service in the same minutes while their name server answers; when dead it swallows every question. ${CALLS.calls} calls a round each way, one at a time; rang nowhere: ${missed.join(', ')}`,
      `questions that reached it during the calls: ${asked.dead} (dead), ${asked.up} (up); before, a program beside the service did ask it, and one in the engine's root ${inRoot}`,
      `the generator's core was busy ${phase.loadAtMost} at most`,
      `the host gave away of the measured core, median: ${phase.hostTook}`,
    ],
  };
}
