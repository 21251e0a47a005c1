import { expect, test } from 'vitest';
import type { Branch } from '@branchline/contracts/branch/model';
import type { LiveQueue } from '@branchline/contracts/live';
import { ManualClock } from '@branchline/runtime/clock';
import { queueAlarmsPart } from './queue-alarms.ts';

test('what the board shows of a queue becomes its alarm, and a queue that is taken out has none', () => {
  const clock = new ManualClock();
  const open = new Map<string, string | undefined>();
  const since = new Date(clock.now()).toISOString();
  const queue: LiveQueue = {
    id: 'sales',
    waiting: [{ call: 'c1', from: '+86', since, priority: 0 }],
    ...{ agentsReady: 0, agentsSignedIn: 0, callbacks: [] },
    today: {
      ...{ offered: 11, answered: 4, abandoned: 6, shortAbandoned: 0, overflowed: 0 },
      ...{ serviceLevel: 40, longestWaitMs: 0 },
    },
    serviceLevelGoal: { percent: 80, withinMs: 20_000 },
  };
  const alarm = { unattendedMs: 30_000, longestWaitMs: 40_000 };
  let queues = { sales: { alarm } } as unknown as Branch['queues'];
  const part = queueAlarmsPart({
    clock,
    queues: () => [queue],
    branch: () => ({ queues }),
    alarms: {
      raise: (code, subject, detail) => void open.set(`${code} ${subject}`, detail),
      clear: (code, subject) => void open.delete(`${code} ${subject}`),
      keepOnly: (code, subjects) => {
        const kept = new Set([...subjects].map((subject) => `${code} ${subject}`));
        for (const key of open.keys()) if (key.startsWith(code) && !kept.has(key)) open.delete(key);
      },
    },
  });
  void part.start();
  clock.advance(30_000);
  expect([...open]).toEqual([['queue-unattended sales', '1']]);
  clock.advance(10_000);
  expect(open.get('queue-waiting sales')).toBe('0:40 > 0:40 (1)');
  queues = {};
  clock.advance(5_000);
  expect([...open]).toEqual([]);
  void part.stop();
});
