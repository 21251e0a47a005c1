import type { LiveState } from '@branchline/contracts/live';
import { expect, test } from 'vitest';
import { factsOfLive } from './facts.ts';

const at = '2026-11-22T01:00:00Z';
const name = { zh: '李雷', en: 'Li Lei' };
const live: LiveState = {
  at,
  site: { id: 'b', name, timezone: 'Asia/Shanghai' },
  calls: {},
  agents: {
    a: {
      id: 'a',
      name,
      extension: '8001',
      queues: ['q'],
      state: 'wrap-up',
      reason: null,
      since: at,
      call: null,
      answeredToday: 0,
    },
    b: {
      id: 'b',
      name,
      extension: '8002',
      queues: ['other'],
      state: 'talking',
      reason: null,
      since: at,
      call: null,
      answeredToday: 0,
    },
  },
  queues: {
    q: {
      id: 'q',
      waiting: [
        { call: '1', from: '', since: '2026-11-22T00:59:30Z', priority: 9 },
        { call: '2', from: '', since: '2026-11-22T00:59:00Z', priority: 1 },
      ],
      agentsReady: 0,
      agentsSignedIn: 1,
      today: {
        offered: 0,
        answered: 0,
        abandoned: 0,
        shortAbandoned: 0,
        overflowed: 0,
        serviceLevel: null,
        longestWaitMs: 0,
      },
      serviceLevelGoal: { percent: 80, withinMs: 20_000 },
      callbacks: [],
    },
  },
  trunks: {},
  phones: {
    p: { id: 'p', model: 'm', extension: '8001', person: name, reachable: false, since: null },
    spare: { id: 'spare', model: 'm', extension: null, person: null, reachable: false, since: null },
  },
  alarms: {},
  voicemail: {},
  health: {},
};

test('the longest wait, the busy of each queue, and only phones that somebody has', () => {
  const facts = factsOfLive(live);
  expect(facts.queues).toMatchObject([{ waiting: 2, oldest: '2026-11-22T00:59:00Z', busy: 1, signedIn: 1 }]);
  expect(facts.phones.map((phone) => phone.name)).toEqual(['p']);
  expect(facts.engine).toBeNull();
  expect(facts.presence).toBeUndefined();
});
