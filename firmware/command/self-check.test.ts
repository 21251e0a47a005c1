import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SelfCheckStanding } from '@branchline/contracts/http/self-check';
import type { SelfCheckKind, SelfCheckLine } from '@branchline/contracts/self-check';
import { ANSWER_FILE, WISH_FILE } from '@branchline/contracts/self-check-wish';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { checkDocument } from '../branch/document.ts';
import { wishTaker } from '../self-check/wish.ts';
import { selfCheck } from './self-check.ts';

const DOCUMENT = readFileSync(new URL('../../systemd/first-branch.yaml', import.meta.url), 'utf8');
const STARTED = '2026-01-05T02:00:00.000Z';
const line = (check: SelfCheckKind, result: SelfCheckLine['result'] = 'passed'): SelfCheckLine => ({
  ...{ check, result, tookMs: 1_200 },
  ...(result === 'not-done' ? { because: 'calls' as const } : {}),
  ...(result === 'failed' ? { because: 'silent' as const } : {}),
});

let dir: string;
let clock: ManualClock;
let printed: string[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'self-check-'));
  clock = new ManualClock();
  printed = [];
});
afterEach(() => rmSync(dir, { recursive: true }));

const ask = (...args: string[]) =>
  selfCheck(['--data', dir, '--language', 'en', ...args], {
    dataDir: () => dir,
    lastGood: () => checkDocument(DOCUMENT),
    now: () => clock.now(),
    pause: (ms) => {
      clock.advance(ms);
      return Promise.resolve();
    },
    print: (text) => printed.push(text),
  });

/** A service whose checks give these lines, one each three seconds. */
function serviceWith(lines: readonly SelfCheckLine[], refuses?: 'running' | 'nothing') {
  const ordered: unknown[] = [];
  let done = -1;
  const run = () => ({
    run: 'order-1',
    why: 'order' as const,
    startedAt: STARTED,
    lines: lines.slice(0, done),
  });
  const more = (): void => {
    done += 1;
    if (done <= lines.length) clock.after(3_000, more);
  };
  const standing = (): SelfCheckStanding => {
    const running = done >= 0 && done <= lines.length;
    return {
      running: running ? { ...run(), endedAt: null, now: null, left: lines.length - done } : null,
      last: done > lines.length ? { ...run(), endedAt: STARTED } : null,
      next: null,
    };
  };
  const order = (checks: readonly SelfCheckKind[] | undefined, by: string) => {
    ordered.push([checks, by]);
    if (!refuses) more();
    return refuses;
  };
  const part = wishTaker({ dataDir: dir, clock, log: silentLog, selfCheck: { order, standing } });
  part.start();
  return { ordered, part };
}

it('lines are told as they come, and the exit code says how it went', async () => {
  const { ordered } = serviceWith([line('agents'), line('flow'), line('backup')]);
  expect(await ask()).toBe(0);
  expect(printed).toHaveLength(3);
  expect(printed[0]).toMatch(/^✓ .+ \(1\.2 s\)$/);
  expect(ordered).toEqual([[undefined, 'command']]);
  expect(existsSync(join(dir, WISH_FILE))).toBe(false);
});

it('what failed counts more than what could not be checked', async () => {
  serviceWith([line('agents', 'not-done'), line('flow')]);
  expect(await ask()).toBe(3);
  expect(printed[0]).toMatch(/^– /);
});

it('what failed is told with its reason', async () => {
  const { ordered } = serviceWith([line('agents', 'not-done'), line('flow', 'failed')]);
  expect(await ask('agents', 'flow')).toBe(1);
  expect(printed[1]).toMatch(/^✗ .+: .+/);
  expect(ordered).toEqual([[['agents', 'flow'], 'command']]);
});

it('a service that goes on with another check, or has none, says so', async () => {
  const { part } = serviceWith([], 'running');
  await expect(ask()).rejects.toThrow('already');
  part.stop();
  serviceWith([], 'nothing');
  await expect(ask()).rejects.toThrow('self-check.checks');
});

it('without a service the order is taken back; one that falls silent is told', async () => {
  await expect(ask()).rejects.toThrow('did not take the order for 10 s');
  expect(existsSync(join(dir, WISH_FILE))).toBe(false);
  const { part } = serviceWith([line('agents'), line('backup')]);
  clock.after(5_000, () => part.stop());
  await expect(ask()).rejects.toThrow('has said nothing for 60 s');
});

it('a check that there is not, and an order that waits, are named', async () => {
  await expect(ask('moon')).rejects.toThrow("no check 'moon'");
  writeFileSync(join(dir, WISH_FILE), '');
  await expect(ask()).rejects.toThrow('another order waits');
});

it('a wish that nobody can read is taken away, and the next one is taken', async () => {
  const { ordered } = serviceWith([line('agents')]);
  writeFileSync(join(dir, WISH_FILE), '{"id": 5}');
  clock.advance(2_000);
  expect(existsSync(join(dir, ANSWER_FILE))).toBe(false);
  expect(await ask()).toBe(0);
  expect(ordered).toHaveLength(1);
});
