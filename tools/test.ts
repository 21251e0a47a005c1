/**
 * `npm test [words of vitest …]`: brings what the tests need, then runs them from the quick to the slow.
 * The quick ones share the cores. The slow kinds hear real time go by, and mostly wait: beds, with and without a browser, run two at a
 * time, each on a net of its own.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildPages } from './build.ts';
import { repository, run } from './processes.ts';

/** tests/README.md says what each kind proves. */
const STAGES = [
  ['unit', 'scenario', 'scenario-postgres', 'scenario-mosquitto'],
  ['bed'],
  ['browser'],
  ['chaos'],
] as const;

const engineRoot = join(repository, '.branchline/engine-root');
const failures = join(repository, '.branchline/logs/test-failures.txt');
const words = process.argv.slice(2);
const choosesProject = words.some((word) => word.startsWith('--project'));

const prepared = run(process.execPath, ['firmware/engine/root/main.ts', engineRoot, '--allow-expired-index']);
if (prepared !== 0) process.exit(prepared);
buildPages();
mkdirSync(dirname(failures), { recursive: true });
rmSync(failures, { force: true });

const results = choosesProject
  ? [stage('chosen', [])]
  : STAGES.map((kinds) => stage(kinds.join(' + '), kinds));
if (existsSync(failures)) console.log(`\n[branchline] what failed\n${readFileSync(failures, 'utf8')}`);
console.log(`\n${results.map(({ line }) => line).join('\n')}`);
process.exit(results.find(({ code }) => code !== 0)?.code ?? 0);

function stage(title: string, kinds: readonly string[]): { code: number; line: string } {
  const began = performance.now();
  console.log(`\n[branchline] tests: ${title}`);
  const code = run(
    'vitest',
    [
      'run',
      ...kinds.flatMap((kind) => ['--project', kind]),
      // Words choose files: a kind that has none of them is no fault. Without words, an empty kind is one.
      ...(words.length > 0 ? ['--passWithNoTests', ...words] : []),
    ],
    { BRANCHLINE_ENGINE_ROOT: engineRoot, BRANCHLINE_TEST_FAILURES: failures },
  );
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  return { code, line: `${code === 0 ? 'ok  ' : 'FAIL'} ${title} (${seconds} s)` };
}
