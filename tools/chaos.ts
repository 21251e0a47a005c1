/**
 * `npm run chaos -- [--kills N] [--rate CALLS-A-SECOND] [--seed N]`: the service killed again and again under load, as often and under as much of it
 * as one says. `npm test` does the short one.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repository, run } from './processes.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    rate: { type: 'string', default: '5' },
    seed: { type: 'string' },
  },
});

function positive(name: 'kills' | 'rate' | 'seed', value: string): string {
  if (Number(value) > 0) return value;
  console.error(`--${name} is '${value}'. Give a number above 0.`);
  process.exit(2);
}

const engineRoot = join(repository, '.branchline/engine-root');
const prepared = run(process.execPath, ['firmware/engine/root/main.ts', engineRoot, '--allow-expired-index']);
if (prepared !== 0) process.exit(prepared);
process.exit(
  run('vitest', ['run', '--project', 'chaos', 'tests/chaos/restart'], {
    BRANCHLINE_ENGINE_ROOT: engineRoot,
    BRANCHLINE_TEST_KILLS: positive('kills', values.kills),
    BRANCHLINE_TEST_RATE: positive('rate', values.rate),
    ...(values.seed === undefined ? {} : { BRANCHLINE_TEST_SEED: positive('seed', values.seed) }),
  }),
);
