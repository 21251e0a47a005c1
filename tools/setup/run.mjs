/**
 * The door to every command: `npm start`, `npm test`, `npm run check` and the rest come through here, typed with any Node
 * from 20 up. It brings what is missing, says what it is doing, and hands over to the repository's own Node.
 * Plain JavaScript without packages, because it runs before there are any.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inTheWay } from './ownership.mjs';
import { bringPackages } from './packages.mjs';
import { nodeOf, root, run } from './programs.mjs';
import { bringSystem, lineToType, missingOf, wayToRoot } from './system.mjs';
import { fail } from './voice.mjs';

const OLDEST_NODE = 20;

const COMMANDS = {
  start: { needs: ['engine', 'speech'], runs: 'tools/desk/start.ts' },
  stop: { needs: [], runs: 'tools/desk/stop.ts' },
  fault: { needs: [], runs: 'tools/desk/fault.ts' },
  fleet: { needs: [], runs: 'tools/desk/fleet.ts' },
  build: { needs: [], runs: 'tools/build.ts' },
  check: { needs: [], runs: 'tools/check/main.ts' },
  test: { needs: ['engine', 'speech', 'browser', 'watchdog', 'database'], runs: 'tools/test.ts' },
  chaos: { needs: ['engine', 'speech'], runs: 'tools/chaos.ts' },
  machine: { needs: ['engine'], runs: 'tests/machine/main.ts' },
  release: { needs: [], runs: 'tools/release/main.ts' },
  bench: { needs: ['engine'], runs: 'tests/bench/main.ts' },
};

const [command = '', ...rest] = process.argv.slice(2);
const chosen = COMMANDS[command];
if (!chosen) fail(`There is no command '${command}'. Known: ${Object.keys(COMMANDS).join(', ')}.`);
if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE)
  fail(`Node ${process.versions.node} is too old: install Node ${OLDEST_NODE} or newer.`);

const obstacle = command === 'stop' ? undefined : inTheWay(root, process.getuid?.() ?? 0);
if (obstacle !== undefined) fail(obstacle);

const missing = missingOf(chosen.needs);
const asRoot = missing.length === 0 ? [] : wayToRoot();
// Said before anything is fetched: nobody should wait a minute to hear it.
if (!asRoot)
  fail(`these Debian packages are missing. Type this once, then try again:\n  ${lineToType(missing)}`);

mkdirSync(join(root, '.branchline'), { recursive: true });
await Promise.all([bringPackages(), missing.length === 0 ? undefined : bringSystem(missing, asRoot)]);
process.exit(await run(nodeOf(), [join(root, chosen.runs), ...rest]));
