/** Real programs, kept running: by a clock that the test moves, so that no wait is a guess. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { Program } from './program.ts';

const STAYS = 'setInterval(() => undefined, 60_000)';
const ENDS = 'process.exit(1)';
const LOOK_MS = 500;
/** Longer than any wait before a program is begun anew. */
const LONG_MS = 11_000;
const PROVEN_MS = 20_000;

let dir = '';
let clock: ManualClock;
const begun = new Set<number>();
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'program-'));
  clock = new ManualClock();
});
afterEach(() => {
  for (const pid of begun) if (isThere(pid)) process.kill(pid, 'SIGKILL');
  begun.clear();
  rmSync(dir, { recursive: true });
});

const pidFile = (): string => join(dir, 'pid.json');
const program = (script: string, env: Record<string, string> = {}): Program =>
  new Program({
    ...{ clock, log: silentLog, env, pidFile: pidFile(), logFile: join(dir, 'log') },
    argv: [process.execPath, '-e', script],
    changed: () => undefined,
  });

function pid(): number {
  const { pid } = JSON.parse(readFileSync(pidFile(), 'utf8')) as { pid: number };
  begun.add(pid);
  return pid;
}

/** A child that has ended and was not waited for yet is still in the list of processes. */
function isThere(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
const gone = (pid: number) => expect.poll(() => isThere(pid), { timeout: 10_000 }).toBe(false);

test('one that is killed is begun anew, as another process', async () => {
  const one = program(STAYS);
  expect(one.state).toBe('off');
  one.start();
  expect(one.state).toBe('running');
  const first = pid();
  process.kill(first, 'SIGKILL');
  await gone(first);
  clock.advance(LOOK_MS);
  expect(one.state).toBe('off');
  clock.advance(LONG_MS);
  expect(one.state).toBe('running');
  expect(pid()).not.toBe(first);
  one.leave();
});

test('one that ends again and again fails, and is well again once it has run for a while', async () => {
  const flag = join(dir, 'broken');
  writeFileSync(flag, '');
  const one = program(`if (require('node:fs').existsSync('${flag}')) ${ENDS}; else ${STAYS}`);
  one.start();
  for (let times = 0; times < 3; times++) {
    expect(one.state).not.toBe('failing');
    await gone(pid());
    clock.advance(LOOK_MS);
    if (times === 2) rmSync(flag);
    if (times < 2) clock.advance(LOOK_MS * 4);
  }
  expect(one.state).toBe('failing');
  clock.advance(LONG_MS);
  pid();
  expect(one.state).toBe('failing');
  clock.advance(PROVEN_MS + LOOK_MS);
  expect(one.state).toBe('running');
  one.leave();
});

test('who comes after the host finds it, and begins no second one', () => {
  const before = program(STAYS);
  before.start();
  const first = pid();
  before.leave();
  const after = program(STAYS);
  expect(after.state).toBe('running');
  after.start();
  clock.advance(LONG_MS);
  expect(pid()).toBe(first);
  expect(isThere(first)).toBe(true);
  after.leave();
});

test('one that is told to end does, is not begun anew, and is begun again when it is wanted', async () => {
  const one = program(STAYS);
  one.start();
  const first = pid();
  one.end();
  await gone(first);
  clock.advance(LOOK_MS);
  expect(one.state).toBe('off');
  expect(() => readFileSync(pidFile())).toThrow();
  clock.advance(LONG_MS);
  expect(one.state).toBe('off');
  one.start();
  expect(pid()).not.toBe(first);
  one.leave();
});

test('one that does not end when it is asked to is killed', async () => {
  const ready = join(dir, 'ready');
  const one = program(
    `process.on('SIGTERM', () => undefined); require('node:fs').writeFileSync('${ready}', 'yes'); ${STAYS}`,
  );
  one.start();
  const first = pid();
  await expect.poll(() => read(ready), { timeout: 10_000 }).toBe('yes');
  one.end();
  clock.advance(LONG_MS);
  await gone(first);
  clock.advance(LOOK_MS);
  expect(one.state).toBe('off');
});

test('a number that is another process’s by now is not taken for it, nor signalled', () => {
  writeFileSync(pidFile(), JSON.stringify({ pid: process.pid, startedAt: '1' }));
  const one = program(STAYS);
  expect(one.state).toBe('off');
  one.signal('SIGTERM');
  expect(() => readFileSync(pidFile())).toThrow();
});

test('it has the environment that it is given, and none of the host’s', async () => {
  const out = join(dir, 'env');
  const one = program(
    `require('node:fs').writeFileSync('${out}', JSON.stringify(Object.keys(process.env))); ${STAYS}`,
    { BRANCHLINE_BOX_ROLE: 'stand-in' },
  );
  one.start();
  pid();
  await expect.poll(() => read(out), { timeout: 10_000 }).toBe('["BRANCHLINE_BOX_ROLE"]');
  one.leave();
});

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
