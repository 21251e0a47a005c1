import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { judge, listen, silenceOf, watchEngine, type Health, type Listening } from './watch.ts';

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

describe('a silence', () => {
  const PACE = { everyMs: 1_000, timeoutMs: 2_000 };
  const well: Listening = { health: { state: 'answering', sipMs: 1, ariMs: 1 }, heardAt: 0, lateMs: 0 };
  /** Each round: so long after the last one it asks, and so long it takes. */
  const after = (
    rounds: readonly (readonly [pauseMs: number, tookMs: number])[],
    answers = NOBODY,
  ): Listening =>
    rounds.reduce((before, [pauseMs, tookMs]) => {
      const asked = before.heardAt + pauseMs;
      return listen(before, { answers, asked, heard: asked + tookMs, seen: true }, PACE);
    }, well);
  const inTime = [1_000, 2_000] as const;

  test('that was listened to counts in full', () => {
    expect(silenceOf(after([inTime, inTime, inTime]))).toBe(8_000);
    // A timer that is a little late is late on every machine.
    expect(silenceOf(after([inTime, [1_000, 2_200]]))).toBe(5_200);
  });

  test('of nine seconds in which this process did not run itself is none', () => {
    expect(silenceOf(after([[1_000, 9_000]]))).toBe(0);
    expect(silenceOf(after([inTime, [9_000, 2_000]]))).toBe(2_000 + 1_000 + 2_000);
    expect(silenceOf(after([[1_000, 9_000], inTime, inTime]))).toBe(6_000);
  });

  test('on a machine that is always late still has its end', () => {
    const starved = Array.from({ length: 30 }, () => [1_000, 3_000] as const);
    expect(silenceOf(after(starved))).toBe(30 * 4_000 - 1_000 - 60_000);
  });

  test('is over with the first answer, and what was late is forgotten', () => {
    const heard = listen(
      after([[1_000, 9_000]]),
      { answers: WELL, asked: 11_000, heard: 11_001, seen: true },
      PACE,
    );
    expect([heard.health.state, heard.lateMs, silenceOf(heard)]).toEqual(['answering', 0, 0]);
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
      onMute: () => undefined,
      signal: end.signal,
    });
  });
  end.abort();
});

test('one that answers telephones and leaves our connection without a word is told of, again and again', async () => {
  const end = new AbortController();
  const engine = createSocket('udp4');
  engine.on('message', (_, { port, address }) => engine.send('SIP/2.0 200 OK', port, address));
  engine.bind(0, '127.0.0.1');
  await once(engine, 'listening');
  let [mute, hung] = [0, 0];
  await new Promise<void>((resolve) => {
    void watchEngine({
      sip: { address: '127.0.0.1', port: engine.address().port },
      pingAri: () => Promise.reject(new Error('nothing came')),
      seen: () => true,
      takenAt: () => -Infinity,
      everyMs: 1,
      timeoutMs: 2_000,
      hungAfterMs: 2,
      onHealth: () => undefined,
      onHung: () => {
        hung += 1;
        return 'not-ended';
      },
      onMute: () => {
        mute += 1;
        if (mute === 2) resolve();
      },
      signal: end.signal,
    });
  });
  end.abort();
  engine.close();
  expect(hung).toBe(0);
});
