/** The checks themselves: a small copy of the house with one fault of each kind, and what each check says of it. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PARTS, steps, type Step } from './steps.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const modules = join(repository, 'node_modules');
/** Far more than it takes: beyond it, a tool hangs. */
const LONGEST_MS = 120_000;

/** One fault a file, under the rule that must find it. */
const DIRECTIONS: Readonly<Record<string, readonly [path: string, text: string]>> = {
  'firmware-imports-only-contracts-runtime-provisioning': [
    'firmware/uplink/asks-hq.ts',
    "export { hq } from '@branchline/controller/hq';",
  ],
  'contracts-only-zod': ['contracts/reads.ts', "export { readFileSync } from 'node:fs';"],
  'contracts-imports-only-itself': ['contracts/ticks.ts', "export { now } from '@branchline/runtime/clock';"],
  'no-cycles': [
    'firmware/calls/egg.ts',
    "import { hen } from './hen.ts';\nexport const egg = (): string => hen();",
  ],
  'pure-rooms-perform-nothing': ['firmware/acd/ticks.ts', "export { now } from '@branchline/runtime/clock';"],
  'pure-rooms-import-no-packages': ['firmware/calls/reads.ts', "export { readFileSync } from 'node:fs';"],
  'pure-rooms-know-no-call': ['firmware/acd/asks.ts', "export { hen } from '../calls/hen.ts';"],
  'only-engine-knows-asterisk': [
    'firmware/trunks/asks.ts',
    "export { conf } from '../engine/files/conf.ts';",
  ],
  'engine-knows-no-room': ['firmware/engine/asks.ts', "export { hen } from '../calls/hen.ts';"],
  'only-main-constructs': [
    'firmware/health/makes.ts',
    "import { Uplink } from '../uplink/uplink.ts';\nexport const made = new Uplink();",
  ],
  'rooms-import-no-composition': ['firmware/health/climbs.ts', "export { settings } from '../settings.ts';"],
  'only-store-knows-sql': [
    'controller/fleet/writes.ts',
    "export { openDatabase } from '@branchline/runtime/sqlite';",
  ],
  'what-ships-has-no-test-code': ['firmware/health/plays.ts', "export { bed } from '../engine/bed/bed.ts';"],
  'nothing-undeclared': ['firmware/health/borrows.ts', "export { default } from 'fast-check';"],
  'mqtt-has-one-place': ['firmware/health/talks.ts', "export { connect } from 'mqtt';"],
  'parts-know-no-door': ['web-ui/parts/peeks.ts', "export { page } from '../box/page.ts';"],
  'box-and-hq-are-two-doors': ['web-ui/box/peeks.ts', "export { fleet } from '../hq/fleet.ts';"],
};

const LINT: Readonly<Record<string, readonly [path: string, text: string]>> = {
  '@typescript-eslint/no-floating-promises': [
    'runtime/floats.ts',
    'const later = (): Promise<void> => Promise.resolve();\nexport function go(): void {\n  later();\n}',
  ],
  'no-restricted-properties': ['firmware/health/second-env.ts', 'export const level = process.env.LEVEL;'],
  '@typescript-eslint/switch-exhaustiveness-check': [
    'runtime/forgets.ts',
    "export function sign(way: 'in' | 'out'): void {\n  switch (way) {\n    case 'in':\n  }\n}",
  ],
  'no-restricted-syntax': ['runtime/sleeps.test.ts', 'setTimeout(() => undefined, 10);'],
  '@typescript-eslint/no-explicit-any': ['runtime/any.ts', 'export const anything = JSON.parse("1") as any;'],
  'max-lines': [
    'runtime/long.ts',
    Array.from({ length: 501 }, (_, i) => `export const n${i} = ${i};`).join('\n'),
  ],
  'max-lines-per-function': [
    'runtime/long-function.ts',
    `export function long(): number {\n  let n = 0;\n${'  n += 1;\n'.repeat(80)}  return n;\n}`,
  ],
};

const SOUND: Readonly<Record<string, string>> = {
  'runtime/clock.ts': 'export const now = (): number => 1;',
  'runtime/sqlite.ts': 'export const openDatabase = (): number => 1;',
  'controller/hq.ts': 'export const hq = 1;',
  'firmware/settings.ts': 'export const settings = process.env.SETTINGS;',
  'firmware/calls/hen.ts': "import { egg } from './egg.ts';\nexport const hen = (): string => egg();",
  'firmware/calls/service.ts': "export { now } from '@branchline/runtime/clock';",
  'firmware/engine/files/conf.ts': 'export const conf = 1;',
  'firmware/engine/bed/bed.ts': 'export const bed = 1;',
  'firmware/uplink/uplink.ts':
    "import { connect } from 'mqtt';\nexport class Uplink {\n  readonly line = connect;\n}",
  'firmware/health/names.ts':
    "import type { Uplink } from '../uplink/uplink.ts';\nexport type Named = Uplink;",
  'firmware/main.ts': "import { Uplink } from './uplink/uplink.ts';\nexport const uplink = new Uplink();",
  'web-ui/box/page.ts': 'export const page = 1;',
  'web-ui/hq/fleet.ts': 'export const fleet = 1;',
};

let house = '';

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'branchline-check-'));
  for (const file of ['eslint.config.js', 'tsconfig.json', '.prettierrc.json', 'package.json'])
    cpSync(join(repository, file), join(house, file));
  for (const part of PARTS) put(`${part}/package.json`, '', join(repository, part, 'package.json'));
  put('tools/check/directions.cjs', '', join(repository, 'tools/check/directions.cjs'));
  mkdirSync(join(house, 'node_modules/@branchline'), { recursive: true });
  for (const name of readdirSync(modules).filter(
    (entry) => !entry.startsWith('.') && entry !== '@branchline',
  ))
    symlinkSync(join(modules, name), join(house, 'node_modules', name));
  for (const part of PARTS) symlinkSync(join(house, part), join(house, 'node_modules/@branchline', part));
  for (const [path, text] of [...Object.entries(SOUND), ...Object.values({ ...DIRECTIONS, ...LINT })])
    put(path, `${text}\n`);
  put('runtime/wrong-type.ts', "export const count: number = 'three';\n");
  put('runtime/crooked.ts', 'export   const crooked = "yes"\n');
});

afterAll(() => rmSync(house, { recursive: true, force: true }));

function put(path: string, text: string, copyOf?: string): void {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  if (copyOf === undefined) writeFileSync(join(house, path), text);
  else cpSync(copyOf, join(house, path));
}

function check([, program, args]: Step): Promise<{ failed: boolean; says: string }> {
  return new Promise((resolve) => {
    execFile(
      join(modules, '.bin', program),
      [...args],
      { cwd: house, timeout: LONGEST_MS, maxBuffer: 8_000_000 },
      (error, stdout, stderr) => resolve({ failed: error !== null, says: stdout + stderr }),
    );
  });
}

describe('npm run check', () => {
  it(
    'finds every import that goes the wrong way, and no other',
    async () => {
      const { failed, says } = await check(steps.directions);
      expect(failed).toBe(true);
      const found = [...says.matchAll(/error (\S+): (\S+)/g)].map(([, rule, path]) => `${rule} ${path}`);
      for (const [rule, [path]] of Object.entries(DIRECTIONS)) expect(found).toContain(`${rule} ${path}`);
      const guilty = new Set(Object.values(DIRECTIONS).map(([path]) => path));
      expect(found.filter((line) => !guilty.has(line.split(' ')[1] ?? ''))).toEqual([]);
    },
    LONGEST_MS,
  );

  it(
    'finds a value of the wrong type',
    async () => {
      const { failed, says } = await check(steps.types);
      expect(failed).toBe(true);
      expect(says).toMatch(/runtime\/wrong-type\.ts.*TS2322/);
    },
    LONGEST_MS,
  );

  it(
    'finds what the linter is there for',
    async () => {
      const { failed, says } = await check(steps.lint);
      expect(failed).toBe(true);
      const blocks = says.split(/\n(?=\S)/);
      for (const [rule, [path]] of Object.entries(LINT))
        expect(blocks.find((block) => block.startsWith(join(house, path))) ?? says, path).toContain(rule);
      expect(says).not.toContain(join(house, 'firmware/settings.ts'));
    },
    LONGEST_MS,
  );

  it(
    'finds a file that the formatter would change',
    async () => {
      const { failed, says } = await check(steps.format);
      expect(failed).toBe(true);
      expect(says).toContain('runtime/crooked.ts');
    },
    LONGEST_MS,
  );
});
