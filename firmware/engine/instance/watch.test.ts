import { describe, expect, test } from 'vitest';
import { judge, watchEngine, type Health } from './watch.ts';

const NOBODY = { sipMs: undefined, ariMs: undefined };
const WELL = { sipMs: 1, ariMs: 2 };

describe('the judgement on an engine', () => {
  test('one that has not answered yet is starting, but not for ever', () => {
    let health: Health = { state: 'starting' };
    health = judge(health, NOBODY, 1_000);
    expect(health.state).toBe('starting');
    health = judge(health, NOBODY, 30_000);
    expect(health.state).toBe('starting');
    expect(judge(health, NOBODY, 31_000)).toEqual({
      state: 'silent',
      since: 31_000,
      missing: ['sip', 'ari'],
    });
  });

  test('one that others have heard of is not starting any more', () => {
    expect(judge({ state: 'starting' }, NOBODY, 500, true).state).toBe('silent');
  });

  test('silence counts from the first question without an answer', () => {
    const silent = judge({ state: 'answering', sipMs: 1, ariMs: 1 }, NOBODY, 5_000);
    expect(judge(silent, { ...WELL, sipMs: undefined }, 9_000)).toEqual({
      state: 'silent',
      since: 5_000,
      missing: ['sip'],
    });
    expect(judge(silent, WELL, 9_000)).toEqual({ state: 'answering', ...WELL });
  });
});

test('a hung engine whose process was not found is tried again for as long as it is silent', async () => {
  const end = new AbortController();
  let times = 0;
  await new Promise<void>((resolve) => {
    void watchEngine({
      // Nobody listens there.
      sip: { address: '127.0.0.1', port: 9 },
      pingAri: () => Promise.reject(new Error('not connected')),
      seen: () => true,
      takenAt: () => -Infinity,
      everyMs: 1,
      timeoutMs: 1,
      hungAfterMs: 2,
      onHealth: () => undefined,
      onHung: () => {
        times += 1;
        if (times === 3) resolve();
        return 'not-ended';
      },
      signal: end.signal,
    });
  });
  end.abort();
});
