/** The places of a host that may run one stand-in: real programs that only stay, by a clock that the test moves. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StandInPlace } from '@branchline/contracts/stand-in-wire';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { Place } from './place.ts';
import { readSettings } from './settings.ts';
import { slotAt } from './slots.ts';

/** Says that it is there, and when it is to end does so once it may. */
const staysIn = (dir: string): string => `
  import { existsSync, writeFileSync } from 'node:fs';
  setInterval(() => undefined, 60_000);
  process.on('SIGTERM', () => setInterval(() => existsSync('${dir}/may-end') && process.exit(0), 5));
  writeFileSync('${dir}/there-' + process.pid, '');
`;
const PROGRAMS = ['service', 'engine'] as const;
let dir = '';
let clock: ManualClock;
let places: Map<string, Place>;
const begun = new Set<number>();

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'places-'));
  clock = new ManualClock();
  places = new Map(['west', 'east'].map((branch, slot) => [branch, place(branch, slot)]));
});
afterEach(() => {
  for (const each of places.values()) each.leave();
  for (const pid of begun) if (isThere(pid)) process.kill(pid, 'SIGKILL');
  begun.clear();
  rmSync(dir, { recursive: true, maxRetries: 5 });
});

const running = (): number => [...places.values()].filter(({ takesRoom }) => takesRoom).length;

function place(branch: string, slot: number): Place {
  const stays = join(dir, 'stays.mjs');
  writeFileSync(stays, staysIn(dir));
  const of = {
    DATA_DIR: dir,
    NAME: 'cloud-1',
    HQ_HOST: '127.0.0.1',
    ADDRESSES: '127.0.0.1',
    ENGINE_ROOT: dir,
  };
  const programs = { ENGINE: stays, SERVICE: stays, MOST: '1' };
  const settings = readSettings(
    Object.fromEntries(
      Object.entries({ ...of, ...programs }).map(([key, value]) => [`BRANCHLINE_STANDIN_${key}`, value]),
    ),
  );
  const mine = join(dir, branch);
  mkdirSync(join(mine, 'data', 'identity'), { recursive: true });
  writeFileSync(join(mine, 'data', 'identity', 'box.crt'), 'given before');
  writeFileSync(join(mine, 'data', 'phone-secrets.json'), '{}');
  return new Place({
    ...{ clock, log: silentLog, settings, dir: mine, branch, slot: slotAt(slot, settings) },
    hostIdentityDir: join(dir, 'identity'),
    request: () => undefined,
    room: () => running() < settings.most,
    changed: () => {
      for (const other of places.values()) other.begin();
    },
  });
}

const told = (branch: string, more: Pick<StandInPlace, 'run' | 'end'>): Promise<void> | undefined =>
  places.get(branch)?.told({
    ...{ v: 1, branch, box: `${branch}-standin`, document: '{}', revision: 'a'.repeat(64) },
    ...{ certificate: null, secrets: null },
    ...more,
  });

function pids(branch: string): number[] {
  return PROGRAMS.map((program) => {
    const { pid } = JSON.parse(readFileSync(join(dir, branch, 'run', `${program}.json`), 'utf8')) as {
      pid: number;
    };
    begun.add(pid);
    return pid;
  });
}

const hasBegun = (pid: number): boolean => existsSync(join(dir, `there-${pid}`));

function isThere(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
const states = (): (string | undefined)[] => [...places.values()].map((each) => each.shown().state);

test('a second one waits for room, and begins once the first, which is told to end, has ended', async () => {
  await told('west', { run: true });
  await told('east', { run: true });
  expect(states()).toEqual(['running', 'starting']);
  const first = pids('west');
  await expect.poll(() => first.every(hasBegun), { timeout: 10_000 }).toBe(true);
  await told('west', { run: false, end: true });
  expect(states()).toEqual(['running', 'starting']);
  writeFileSync(join(dir, 'may-end'), '');
  await expect.poll(() => first.some(isThere), { timeout: 10_000 }).toBe(false);
  clock.advance(1_000);
  expect(states()).toEqual(['cold', 'running']);
  pids('east');
});

test('one that is not to run any more goes on for as long as it is not told to end: it may have calls', async () => {
  await told('west', { run: true });
  const first = pids('west');
  await told('west', { run: false });
  clock.advance(20_000);
  expect(states()).toEqual(['running', 'cold']);
  expect(first.every(isThere)).toBe(true);
  await told('east', { run: true });
  expect(states()).toEqual(['running', 'starting']);
});
