import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** What each kind of test proves, and what it needs, stands in tests/README.md. */
const project = (name: string, include: string[], more: object = {}) => ({
  test: {
    name,
    include,
    exclude: ['**/node_modules/**', '**/dist/**'],
    environment: 'node',
    maxWorkers,
    globalSetup: './controller/store/testing/one-server.ts',
    // The first test that asks for a database server waits for its start.
    hookTimeout: 30_000,
    ...more,
  },
});
const onPostgres = [
  'controller/app.scenario.test.ts',
  'tests/history/{killed,proof}.scenario.test.ts',
  'tests/scenario/enrolment.scenario.test.ts',
  'tests/fleet/rollout-faults.scenario.test.ts',
];
const onMosquitto = [
  'controller/versions.scenario.test.ts',
  'tests/commands/commands.scenario.test.ts',
  'tests/history/{killed,proof}.scenario.test.ts',
];
/** Many of the tests wait for a wire: on two cores one of them alone would leave both idle. */
const maxWorkers = Math.max(2, availableParallelism() - 1);
const slow = { testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false, pool: 'forks' };
/** Each on a net of its own. */
const twoAtATime = { ...slow, fileParallelism: true, maxWorkers: 2 };

export default defineConfig({
  test: {
    reporters: ['default', './tools/failure-notes.ts'],
    projects: [
      project(
        'unit',
        ['{contracts,runtime,provisioning,firmware,stand-in,controller,web-ui,lab,tools}/**/*.test.{ts,tsx}'],
        {
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.bed.test.ts', '**/*.scenario.test.ts'],
        },
      ),
      project('scenario', ['{firmware,stand-in,controller,runtime,tests}/**/*.scenario.test.ts'], {
        testTimeout: 30_000,
      }),
      // What stands on the database, once more on the other one.
      project('scenario-postgres', onPostgres, {
        testTimeout: 30_000,
        env: { BRANCHLINE_TEST_DATABASE: 'postgres' },
      }),
      // What travels between boxes and headquarters, once more through a broker outside.
      project('scenario-mosquitto', onMosquitto, {
        testTimeout: 30_000,
        env: { BRANCHLINE_TEST_BROKER: 'mosquitto' },
      }),
      project('bed', ['{firmware,lab,tests}/**/*.bed.test.ts'], twoAtATime),
      project('browser', ['tests/**/*.browser.test.ts'], twoAtATime),
      project('chaos', ['tests/**/*.chaos.test.ts'], { ...slow, testTimeout: 600_000 }),
      project('machine', ['tests/machine/**/*.machine.test.ts'], {
        ...slow,
        testTimeout: 600_000,
        hookTimeout: 600_000,
      }),
    ],
  },
});
