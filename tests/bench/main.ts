/**
 * `npm run bench [NAME ...] [-- --rounds N]`: the product beside its peer, in the same minutes on the same machine.
 * `npm run bench table` writes what was kept into docs/benchmarks.md, where also stands what the figures mean, and into docs/scaling.md.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildServices } from '../../tools/build.ts';
import { bytes } from './bytes.ts';
import { continuity } from './continuity.ts';
import { dns } from './dns.ts';
import { failOver } from './fail-over.ts';
import { fleetOf } from './fleet.ts';
import { groupOf } from './group.ts';
import { ingest } from './ingest.ts';
import { media } from './media.ts';
import { memory } from './memory.ts';
import { queue } from './queue.ts';
import { power } from './power.ts';
import type { Bench } from './rig/context.ts';
import { moveHere, pinning } from './rig/cores.ts';
import { writeFigures } from './rig/figures.ts';
import { writeScaling } from './rig/scaling.ts';
import { repository } from './rig/programs.ts';
import { keep, print, type Found } from './rig/report.ts';
import { start } from './start.ts';
import { storm } from './storm.ts';
import { trunkTests } from './trunk-tests.ts';
import { trunks } from './trunks.ts';

const BENCHES: Readonly<Record<string, (bench: Bench) => Promise<Found>>> = {
  memory,
  start,
  queue,
  media,
  bytes,
  dns,
  ingest,
  trunks,
  'trunk-tests': trunkTests,
  power,
  continuity,
  'fail-over': failOver,
  storm,
  group: groupOf(200, 'group'),
  'fleet-1000': fleetOf(1_000),
  'fleet-10000': fleetOf(10_000),
};
const TABLE = 'table';
/** Any other size, to see that it runs or how it grows: `fleet-200`, `group-2000`. */
const SIZED = /^(fleet|group)-([1-9]\d*)$/;
const RESULTS = join(repository, '.branchline/bench');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' } },
});
const rounds = Number(values.rounds);
const unknown = positionals.filter((name) => name !== TABLE && !(name in BENCHES) && !SIZED.test(name));
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.error(`Give names of ${[...Object.keys(BENCHES), TABLE].join(', ')}, and --rounds of 1 or more.`);
  process.exit(2);
}
// An end from outside is an end like any other: what was started ends with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const sized = positionals.flatMap((name) => {
  const [, kind, boxes] = SIZED.exec(name) ?? [];
  if (kind === undefined || name in BENCHES) return [];
  return [[name, (kind === 'fleet' ? fleetOf : groupOf)(Number(boxes))] as const];
});
const wanted = [...Object.entries(BENCHES), ...sized].filter(
  ([name]) => positionals.length === 0 || positionals.includes(name),
);
if (wanted.length > 0) await measureAll();
if (positionals.includes(TABLE)) {
  await writeFigures(Object.keys(BENCHES), RESULTS, join(repository, 'docs/benchmarks.md'));
  await writeScaling(RESULTS, join(repository, 'docs/scaling.md'));
}

async function measureAll(): Promise<void> {
  const engineRoot = process.env.BRANCHLINE_ENGINE_ROOT ?? join(repository, '.branchline/engine-root');
  if (!existsSync(join(engineRoot, 'usr/sbin/asterisk'))) {
    console.error(
      `There is no engine in ${engineRoot}: \`npm start\` makes it, or name one in BRANCHLINE_ENGINE_ROOT.`,
    );
    process.exit(2);
  }
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1_000;
  const say = (text: string): void => console.log(`[bench] ${seconds().toFixed(0).padStart(5)} s  ${text}`);
  moveHere('load');
  say(`building; ${pinning}`);
  await buildServices();
  const engine = versionOf(engineRoot);
  for (const [name, run] of wanted) {
    const [loadBefore = 0] = loadavg();
    const since = seconds();
    const found = await run({ engineRoot, rounds, say });
    print(found);
    keep(found, RESULTS, { engine, tookS: seconds() - since, loadBefore });
    say(`${name} took ${(seconds() - since).toFixed(0)} s`);
  }
}

/** As its own root says it, such as 'Asterisk 22.10.1'. */
function versionOf(engineRoot: string): string {
  const { stdout } = spawnSync('dpkg-query', [
    `--admindir=${join(engineRoot, 'var/lib/dpkg')}`,
    ...['-W', '-f', '${Version}', 'asterisk'],
  ]);
  return `Asterisk ${/(?:\d+:)?([\d.]+)/.exec(stdout.toString())?.[1] ?? 'of an unknown version'}`;
}
