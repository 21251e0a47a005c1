/** `npm run check`: what holds without running anything. CI runs it before the tests. */
import { runAll } from '../processes.ts';

runAll([
  ['types of the services', 'tsc', ['-p', '.']],
  ['types of the pages', 'tsc', ['-p', 'web-ui']],
  [
    'import directions and cycles',
    'depcruise',
    [
      '--config',
      'tools/check/directions.cjs',
      'contracts',
      'runtime',
      'provisioning',
      'firmware',
      'controller',
      'web-ui',
      'lab',
      'tests',
      'tools',
    ],
  ],
  [
    'lint',
    'eslint',
    ['--max-warnings', '0', '--cache', '--cache-location', 'node_modules/.cache/eslint/', '.'],
  ],
  ['format', 'prettier', ['--check', '--log-level', 'warn', '--cache', '.']],
]);
