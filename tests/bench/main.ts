/**
 * `npm run bench [NAME ...] [--rounds N]`: the product beside its peer, in the same minutes on the same machine.
 * What the figures mean stands in docs/benchmarks.md.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildServices } from '../../tools/build.ts';
import { bytes } from './bytes.ts';
import { media } from './media.ts';
import { memory } from './memory.ts';
import { queue } from './queue.ts';
import type { Bench } from './rig/context.ts';
import { moveHere, pinning } from './rig/cores.ts';
import { repository } from './rig/programs.ts';
import { keep, print, type Found } from './rig/report.ts';

const BENCHES: Readonly<Record<string, (bench: Bench) => Promise<Found>>> = { memory, queue, media, bytes };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' } },
});
const rounds = Number(values.rounds);
const unknown = positionals.filter((name) => !(name in BENCHES));
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.error(`Give names of ${Object.keys(BENCHES).join(', ')}, and --rounds of 1 or more.`);
  process.exit(2);
}
const engineRoot = process.env.BRANCHLINE_ENGINE_ROOT ?? join(repository, '.branchline/engine-root');
if (!existsSync(join(engineRoot, 'usr/sbin/asterisk'))) {
  console.error(
    `There is no engine in ${engineRoot}: \`npm start\` makes it, or name one in BRANCHLINE_ENGINE_ROOT.`,
  );
  process.exit(2);
}

const began = performance.now();
const say = (text: string): void =>
  console.log(`[bench] ${((performance.now() - began) / 1_000).toFixed(0).padStart(5)} s  ${text}`);
moveHere('load');
say(`building; ${pinning}`);
await buildServices();
for (const [name, run] of Object.entries(BENCHES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const found = await run({ engineRoot, rounds, say });
  print(found);
  keep(found, join(repository, '.branchline/bench'), rounds);
}
