import { beforeEach, describe, expect, test } from 'vitest';
import type { NewEvent } from '@branchline/contracts/ledger';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { LedgerBatch } from '../store/ledger.ts';
import { Journal } from './journal.ts';
import { noChanges } from '../acd/changes.ts';
import type { StepResult } from './step.ts';

const GATHER_MS = 500;
const RETRY_MS = 1_000;

const full = (): Error => Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
const event = (version: string): NewEvent => ({
  type: 'service.started',
  at: 0,
  body: { version, adoptedCalls: 0, closedCalls: 0 },
});
const step = (version: string, changed: Record<string, unknown>, plan: string): StepResult =>
  ({ events: [event(version)], changed, acdChanged: { ...noChanges, plan } }) as unknown as StepResult;

let clock: ManualClock;
let written: LedgerBatch[];
let attempts: number;
let refusal: Error | undefined;
let ballast: boolean;
let releases: number;
let disk: string[];
let journal: Journal;
let noted: LedgerBatch[];
let cuts: number;
let noRoom: boolean;
const versions = (): unknown[] =>
  written.flatMap(({ events }) => events.map(({ body }) => (body as { version: string }).version));

beforeEach(() => {
  clock = new ManualClock();
  written = [];
  [attempts, releases, refusal, ballast, disk] = [0, 0, undefined, true, []];
  [noted, cuts, noRoom] = [[], 0, false];
  journal = new Journal({
    clock,
    log: silentLog,
    steps: stepLog(),
    store: {
      append: (batch) => {
        attempts += 1;
        if (refusal) throw refusal;
        written.push(batch);
      },
    },
    onDisk: (state) => disk.push(state),
    releaseBallast: () => {
      releases += 1;
      const had = ballast;
      ballast = false;
      return had;
    },
  });
});

const stepLog = (): ConstructorParameters<typeof Journal>[0]['steps'] => ({
  get serial() {
    return noted.length;
  },
  write: (batch) => {
    if (noRoom) throw Object.assign(new Error('no room for a step'), { code: 'ENOSPC' });
    noted.push(batch);
  },
  taken: () => {
    cuts += 1;
  },
});

describe('noting', () => {
  test('each step is in the log before the turn is over, and the database says which was the last it took', () => {
    journal.step(step('1', { a: { at: 'flow' } }, 'first'));
    journal.append([event('2')]);
    expect(noted).toMatchObject([
      { openCalls: { a: { at: 'flow' } }, about: { acd: { plan: 'first' } } },
      { events: [{}] },
    ]);
    expect(written).toEqual([]);
    clock.advance(GATHER_MS);
    expect(written).toMatchObject([{ step: 2 }]);
    expect(cuts).toBe(1);
  });

  test('what the ACD was told goes with its step, once, and in its order', () => {
    const told = (at: number) => ({ at, events: [{ type: 'tick' as const }] });
    const input = (at: number) =>
      journal.step({ events: [], changed: {}, acdChanged: noChanges, acdInputs: told(at) });
    input(1);
    refusal = full();
    journal.flush();
    input(2);
    refusal = undefined;
    journal.flush();
    journal.flush();
    expect(noted.map(({ acdInputs }) => acdInputs)).toEqual([[told(1)], [told(2)]]);
    expect(written.map(({ acdInputs }) => acdInputs)).toEqual([[told(1), told(2)]]);
  });

  test('a step that says nothing is not noted', () => {
    journal.step({ events: [], changed: {}, acdChanged: noChanges });
    expect(noted).toEqual([]);
  });

  test('a step that the log has no room for goes into the database at once', () => {
    journal.append([event('1')]);
    noRoom = true;
    journal.append([event('2')]);
    clock.advance(0);
    expect(versions()).toEqual(['1', '2']);
  });

  test('a log that is longer than what the database took is not cut off', () => {
    const { store } = talkativeStore();
    const talkative: Journal = new Journal({
      clock,
      log: silentLog,
      onDisk: () => undefined,
      releaseBallast: () => false,
      steps: stepLog(),
      store: { append: (batch) => store(batch, talkative) },
    });
    talkative.append([event('first')]);
    clock.advance(GATHER_MS);
    expect(cuts).toBe(0);
    clock.advance(GATHER_MS);
    expect(cuts).toBe(1);
  });
});

/** Has more to say as soon as something is written, once. */
function talkativeStore(): { store: (batch: LedgerBatch, journal: Journal) => void; said: LedgerBatch[] } {
  const said: LedgerBatch[] = [];
  return {
    said,
    store: (batch, to) => {
      said.push(batch);
      if (said.length === 1) to.append([event('second')]);
    },
  };
}

describe('gathering', () => {
  test('what is said within a turn is one write, in its order', () => {
    journal.append([event('1')]);
    clock.advance(GATHER_MS - 1);
    journal.append([event('2'), event('3')]);
    expect(written).toEqual([]);
    clock.advance(1);
    expect(attempts).toBe(1);
    expect(versions()).toEqual(['1', '2', '3']);
    expect(journal.waiting).toBe(0);
  });

  test('of calls and of state the last word counts', () => {
    journal.step(step('1', { a: { at: 'flow' }, b: { at: 'flow' } }, 'first'));
    journal.step(step('2', { a: { at: 'talking' }, b: null }, 'second'));
    journal.keep('alarms', ['x']);
    clock.advance(GATHER_MS);
    expect(written).toMatchObject([
      { openCalls: { a: { at: 'talking' }, b: null }, about: { acd: { plan: 'second' }, alarms: ['x'] } },
    ]);
  });

  test('nothing to say is no write', () => {
    journal.flush();
    clock.advance(60_000);
    expect(attempts).toBe(0);
  });

  test('a flush writes at once, and is not followed by a second write', () => {
    journal.append([event('1')]);
    journal.flush();
    expect(versions()).toEqual(['1']);
    clock.advance(60_000);
    expect(attempts).toBe(1);
  });
});

describe('a disk that refuses', () => {
  test('makes events wait in their order, and they are written later, once each', () => {
    refusal = full();
    ballast = false;
    journal.step(step('1', { a: { at: 'flow' } }, 'first'));
    clock.advance(GATHER_MS);
    journal.step(step('2', { a: null }, 'second'));
    journal.append([event('3')]);
    clock.advance(10 * RETRY_MS);
    expect(journal.waiting).toBe(3);
    expect(disk).toEqual(['refuses']);
    refusal = undefined;
    clock.advance(RETRY_MS);
    expect(versions()).toEqual(['1', '2', '3']);
    expect(written).toMatchObject([{ openCalls: { a: null }, about: { acd: { plan: 'second' } } }]);
    expect(journal.waiting).toBe(0);
    expect(disk).toEqual(['refuses', 'takes']);
    clock.advance(60_000);
    expect(written).toHaveLength(1);
  });

  test('is tried once a second, not once an event', () => {
    refusal = full();
    ballast = false;
    journal.append([event('0')]);
    clock.advance(GATHER_MS);
    const before = attempts;
    for (let n = 0; n < 100; n += 1) {
      journal.append([event('again')]);
      clock.advance(50);
    }
    expect(attempts - before).toBe(5);
  });

  test('is given the room in reserve, once, and then taken at once', () => {
    refusal = full();
    journal.append([event('1')]);
    clock.advance(GATHER_MS - 1);
    expect(releases).toBe(0);
    clock.advance(1);
    expect([releases, attempts]).toEqual([1, 2]);
    clock.advance(10 * RETRY_MS);
    expect(releases).toBe(1);
    refusal = undefined;
    clock.advance(RETRY_MS);
    expect(versions()).toEqual(['1']);
  });

  test('that takes after the reserve was let go loses no time', () => {
    refusal = full();
    journal.append([event('1')]);
    const release = clock.after(GATHER_MS, () => (refusal = undefined));
    clock.advance(GATHER_MS);
    release.cancel();
    expect(versions()).toEqual(['1']);
    expect(disk).toEqual(['refuses', 'takes']);
  });

  test('a second time, long after, is told again and has the reserve again', () => {
    for (const version of ['1', '2']) {
      refusal = full();
      ballast = true;
      journal.append([event(version)]);
      clock.advance(GATHER_MS);
      refusal = undefined;
      clock.advance(RETRY_MS);
    }
    expect(disk).toEqual(['refuses', 'takes', 'refuses', 'takes']);
    expect(releases).toBe(2);
    expect(versions()).toEqual(['1', '2']);
  });

  test('any other fault of the store loses nothing either', () => {
    refusal = new Error('the database connection is not open');
    journal.append([event('1')]);
    clock.advance(GATHER_MS);
    expect(journal.waiting).toBe(1);
    refusal = undefined;
    clock.advance(RETRY_MS);
    expect(versions()).toEqual(['1']);
  });
});

test('who hears of what is written may have more to say at once: it is written next, and nothing twice', () => {
  const { store, said } = talkativeStore();
  const talkative: Journal = new Journal({
    clock,
    log: silentLog,
    onDisk: () => undefined,
    releaseBallast: () => false,
    steps: stepLog(),
    store: { append: (batch) => store(batch, talkative) },
  });
  talkative.append([event('first')]);
  clock.advance(2 * GATHER_MS);
  expect(said.map(({ events }) => events.map(({ body }) => body))).toMatchObject([
    [{ version: 'first' }],
    [{ version: 'second' }],
  ]);
});
