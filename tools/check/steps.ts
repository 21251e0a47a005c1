/** The steps of `npm run check`, each a program of its own: what it holds, what is run, with which arguments. */

export type Step = readonly [title: string, program: string, args: readonly string[]];

export const PARTS = [
  'contracts',
  'runtime',
  'provisioning',
  'firmware',
  'stand-in',
  'controller',
  'web-ui',
  'lab',
  'tests',
  'tools',
] as const;

/** The longest first: what is run beside it is done when it is. */
export const steps = {
  lint: [
    'lint',
    'eslint',
    ['--max-warnings', '0', '--cache', '--cache-location', 'node_modules/.cache/eslint/', '.'],
  ],
  types: ['types of the services', 'tsc', ['-p', '.']],
  pageTypes: ['types of the pages', 'tsc', ['-p', 'web-ui']],
  directions: [
    'import directions and cycles',
    'depcruise',
    ['--config', 'tools/check/directions.cjs', ...PARTS],
  ],
  format: ['format', 'prettier', ['--check', '--log-level', 'warn', '--cache', '.']],
  reference: ['reference pages', process.execPath, ['tools/reference/main.ts', '--check']],
} as const satisfies Record<string, Step>;
