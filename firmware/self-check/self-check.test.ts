import { beforeEach, expect, test } from 'vitest';
import type { Branch } from '@branchline/contracts/branch/model';
import { eventBodies, type NewEvent } from '@branchline/contracts/ledger';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { CALM_MS, type Check } from './plan.ts';
import { SelfCheck, type KeptSelfCheck } from './self-check.ts';
import { failed, passed, type Verdict } from './verdict.ts';

const branch = {
  site: { language: 'zh' },
  flows: { welcome: {} },
  trunks: {},
  selfCheck: { at: 210, putOffMs: 7_200_000, calls: 0, checks: ['agents', 'flow'], backups: 2 },
} as unknown as Branch;

let clock: ManualClock;
let events: NewEvent[];
let alarms: string[];
let kept: KeptSelfCheck | undefined;
let calls: number;
/** What each check says; one that is not in here goes on until it is given up. */
let verdicts: Record<string, Verdict | Error>;
let begun: string[];

beforeEach(() => {
  clock = new ManualClock(Date.UTC(2026, 10, 22, 20));
  [events, alarms, kept, calls, verdicts, begun] = [[], [], undefined, 0, { agents: passed() }, []];
});

function selfCheck(): SelfCheck {
  return new SelfCheck({
    clock,
    log: silentLog,
    branch: () => branch,
    dateAt: (at) => {
      const iso = new Date(at).toISOString();
      return { date: iso.slice(0, 10), minute: Number(iso.slice(11, 13)) * 60 + Number(iso.slice(14, 16)) };
    },
    here: () => ({ calls, engineUp: true, onBattery: false, maintenance: false }),
    check: ({ check }: Check, signal) => {
      begun.push(check);
      const verdict = verdicts[check];
      if (verdict instanceof Error) return Promise.reject(verdict);
      if (verdict) return Promise.resolve(verdict);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('given up')));
      });
    },
    append: (more) => events.push(...more),
    alarms: {
      raise: (code, subject, detail) => alarms.push(`raise ${code} ${subject}: ${detail ?? ''}`),
      clear: (code) => alarms.push(`clear ${code}`),
    },
    kept,
    keep: (now) => {
      kept = now;
    },
    onChange: () => undefined,
  });
}

/** What is settled by now has been heard of. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

const lines = (): string[] =>
  events.map((event) => {
    const body = eventBodies['self-check.done'].parse(event.body);
    return `${body.check} ${body.result} ${body.because ?? ''} ${body.why}`;
  });

test('what failed is in the ledger, in the health report and in an alarm, in both languages; a check that passes clears it', async () => {
  verdicts.flow = failed('silent', 'welcome');
  const box = selfCheck();
  box.start();
  expect(box.order(undefined, 'console 127.0.0.1')).toBeUndefined();
  await settle();
  expect(lines()).toEqual(['agents passed  order', 'flow failed silent order']);
  expect(events[1]?.body).toMatchObject({ subject: 'welcome', by: 'console 127.0.0.1', detail: 'welcome' });
  expect(alarms.at(-1)).toBe(
    'raise self-check-failed self-check: {both|流程“welcome”：播放了，但什么都听不到（welcome）|flow welcome: it was played, and nothing was heard (welcome)}',
  );
  expect(box.health()).toMatchObject({ passed: 1, failed: ['flow welcome'], notDone: 0 });

  verdicts.flow = passed();
  box.order(['flow'], 'console 127.0.0.1');
  await settle();
  expect(alarms.at(-1)).toBe('clear self-check-failed');
  // What was not asked for stands as it stood.
  expect(box.health()).toMatchObject({ passed: 2, failed: [] });
  box.stop();
});

test('a check that breaks says so, and the next one is made', async () => {
  verdicts.agents = new Error('no such thing');
  verdicts.flow = passed();
  const box = selfCheck();
  box.start();
  box.order(undefined, 'console 127.0.0.1');
  await settle();
  expect(lines()).toEqual(['agents failed broke order', 'flow passed  order']);
  box.stop();
});

test('one that comes to no end is ended, and has failed', async () => {
  const box = selfCheck();
  box.start();
  box.order(['flow'], 'console 127.0.0.1');
  clock.advance(60_000);
  await settle();
  expect(lines()).toEqual(['flow failed took-too-long order']);
  box.stop();
});

test('a caller ends what is being made at once; it is made anew when he has gone', async () => {
  const box = selfCheck();
  box.start();
  box.order(['flow'], 'console 127.0.0.1');
  calls = 1;
  box.happened();
  await settle();
  expect(box.standing().running).toMatchObject({ now: null, left: 1 });
  calls = 0;
  box.happened();
  verdicts.flow = passed();
  clock.advance(CALM_MS + 5_000);
  await settle();
  expect(begun).toEqual(['flow', 'flow']);
  expect(lines()).toEqual(['flow passed  order']);
  box.stop();
});

test('one that was made when the service ended, or was killed, is not begun again: it is told as undone', async () => {
  const box = selfCheck();
  box.start();
  box.order(['flow'], 'console 127.0.0.1');
  const whenKilled = structuredClone(kept);
  box.stop();
  await settle();
  expect(lines()).toEqual(['flow not-done restart order']);

  kept = whenKilled;
  events = [];
  const next = selfCheck();
  next.start();
  await settle();
  expect(lines()).toEqual(['flow not-done restart order']);
  expect(begun).toEqual(['flow']);
  expect(next.standing().running).toBeNull();
  next.stop();
});

test('it is refused while one goes on, and where there is nothing to be checked', () => {
  const box = selfCheck();
  box.start();
  expect(box.order(['trunk'], 'x')).toBe('nothing');
  expect(box.order(['flow'], 'x')).toBeUndefined();
  expect(box.order(['agents'], 'x')).toBe('running');
  box.stop();
});

test('at its hour it begins by itself, and says when the next one is', async () => {
  verdicts.flow = passed();
  const box = selfCheck();
  box.start();
  expect(box.standing().next).toBe('2026-11-23T03:30:00.000Z');
  clock.advance(7.5 * 3_600_000 + 60_000);
  await settle();
  expect(lines()).toEqual(['agents passed  schedule', 'flow passed  schedule']);
  expect(box.standing().next).toBe('2026-11-24T03:30:00.000Z');
  box.stop();
});
