import { describe, expect, it, test } from 'vitest';
import { queueAlarm, resolveQueueAlarm } from '@branchline/contracts/branch/queues/alarm';
import { GONE_MS, queueStep, UNSEEN, type QueueWatchState, type SeenQueue } from './queue-watch.ts';

const MINUTE = 60_000;
const REST: SeenQueue = { waiting: 0, longestMs: 0, signedIn: 2, decided: 0, answeredWithin: 0 };

class Watching {
  readonly #rules;
  #state: QueueWatchState = UNSEEN;
  now = 0;

  constructor(written: object) {
    this.#rules = resolveQueueAlarm(queueAlarm.parse(written));
  }

  see(change: Partial<SeenQueue>, afterMs = 0): object {
    this.now += afterMs;
    const { state, open } = queueStep(this.#state, { ...REST, ...change }, this.#rules, this.now);
    this.#state = state;
    return open;
  }
}

describe('a queue that nobody has signed in to', () => {
  const alone = { waiting: 2, signedIn: 0 };

  it('is told of after a while, and until somebody has been there for one', () => {
    const watching = new Watching({});
    expect(watching.see(alone)).toEqual({});
    expect(watching.see(alone, MINUTE - 1)).toEqual({});
    expect(watching.see({ ...alone, waiting: 3 }, 1)).toEqual({ 'queue-unattended': '3' });
    expect(watching.see({ waiting: 3 }, 5_000)).toHaveProperty('queue-unattended');
    expect(watching.see({ waiting: 3 }, GONE_MS)).toEqual({});
  });

  it('for less than that, and again, is a change of shifts', () => {
    const watching = new Watching({});
    watching.see(alone);
    watching.see({ waiting: 2 }, MINUTE - 5);
    watching.see(alone, 5);
    expect(watching.see(alone, MINUTE - 5)).toEqual({});
  });

  it('is nobody to tell of where the document says so', () => {
    const watching = new Watching({ unattended: '0s' });
    watching.see(alone);
    expect(watching.see(alone, 60 * MINUTE)).toEqual({});
  });
});

test('somebody who waits too long is told of as long as the next one does too, and for a minute after', () => {
  const watching = new Watching({ 'longest-wait': '3m' });
  const waits = (longestMs: number): Partial<SeenQueue> => ({ waiting: 4, longestMs });
  expect(watching.see(waits(3 * MINUTE - 1))).toEqual({});
  expect(watching.see(waits(185_000))).toEqual({ 'queue-waiting': '3:05 > 3:00 (4)' });
  // The first was answered; the next has waited for as long before the minute is over.
  expect(watching.see(waits(160_000), 5_000)).toHaveProperty('queue-waiting');
  expect(watching.see(waits(3 * MINUTE), 30_000)).toHaveProperty('queue-waiting');
  expect(watching.see(waits(10_000), 5_000)).toHaveProperty('queue-waiting');
  expect(watching.see(waits(70_000), GONE_MS)).toEqual({});
});

describe('the service level', () => {
  const rules = { 'service-level': 60, over: '30m', calls: 5 };
  const counts = (decided: number, answeredWithin: number): Partial<SeenQueue> => ({
    decided,
    answeredWithin,
  });

  it('is that of the time that is asked for, and not of the day', () => {
    const watching = new Watching(rules);
    watching.see(counts(0, 0));
    // A morning in which everybody was served, counted each minute.
    for (let minute = 1; minute <= 100; minute += 1)
      expect(watching.see(counts(minute, minute), MINUTE)).toEqual({});
    let told: object = {};
    for (let minute = 1; minute <= 20; minute += 1) told = watching.see(counts(100 + minute, 100), MINUTE);
    expect(told).toEqual({ 'queue-service-level': '33 % < 60 % (30)' });
    // Ten in thirty minutes were not: 67 %, which is above the limit by enough.
    for (let minute = 1; minute <= 20; minute += 1)
      told = watching.see(counts(120 + minute, 100 + minute), MINUTE);
    expect(told).toHaveProperty('queue-service-level');
    told = watching.see(counts(141, 121), MINUTE);
    expect(told).toEqual({});
  });

  it('of fewer calls than it takes is none, and what was counted before midnight is no part of it', () => {
    const watching = new Watching(rules);
    watching.see(counts(10, 10));
    expect(watching.see(counts(14, 10), MINUTE)).toEqual({});
    expect(watching.see(counts(15, 10), MINUTE)).toEqual({ 'queue-service-level': '0 % < 60 % (5)' });
    expect(watching.see(counts(3, 0), MINUTE)).toHaveProperty('queue-service-level');
    expect(watching.see(counts(4, 1), GONE_MS)).toEqual({});
  });
});
