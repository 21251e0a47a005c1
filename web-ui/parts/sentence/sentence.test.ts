import { describe, expect, test } from 'vitest';
import type { Facts, QueueFacts, TrunkFacts } from './facts.ts';
import { sentence } from './sentence.ts';

const at = '2026-11-22T01:12:00.000Z';
const now = Date.parse(at) + 60_000;

const e1: TrunkFacts = { name: 'e1', state: 'up', since: at, channels: 30, calls: 3 };
const copper: TrunkFacts = { name: 'copper', state: 'up', since: at, channels: 8, calls: 1 };
const service: QueueFacts = {
  name: 'service',
  waiting: 0,
  oldest: null,
  ready: 1,
  signedIn: 2,
  busy: 1,
  goalMs: 20_000,
};
const well: Facts = {
  engine: { state: 'up', since: at },
  trunks: [e1, copper],
  phones: [{ name: 'desk-1', person: null, reachable: true, since: at }],
  alarms: [],
  calls: 3,
  queues: [service],
};
const of = (change: Partial<Facts>) => sentence({ ...well, ...change }, now);
const queue = (change: Partial<QueueFacts>) =>
  of({ queues: [{ ...service, waiting: 2, oldest: at, ...change }] });

test('all is well: lines, calls, nobody waiting', () => {
  expect(of({})).toEqual({
    tone: 'good',
    says: {
      key: 'sentence.good',
      holes: {
        calls: { say: { key: 'sentence.calls', holes: { count: 3 } } },
        waiting: { say: { key: 'sentence.waiting', holes: { count: 0 } } },
      },
    },
    next: null,
    place: null,
    also: [],
  });
});

test('nothing heard yet', () => {
  expect(sentence(undefined, now)).toMatchObject({ tone: 'unknown', says: { key: 'sentence.unheard' } });
});

test('an engine that has not reported is not called well', () => {
  expect(of({ engine: null })).toMatchObject({ tone: 'unknown', says: { key: 'sentence.engineUnknown' } });
});

describe('lines', () => {
  test('one lost: what takes over and how much of it is left', () => {
    expect(of({ trunks: [{ ...e1, state: 'down' }, copper] })).toMatchObject({
      tone: 'bad',
      says: {
        key: 'sentence.lineLost',
        holes: { line: 'e1', at: { at }, others: { list: ['copper'] }, free: 7 },
      },
      next: { key: 'sentence.lineNext' },
      place: 'lines',
    });
  });
  test('all lost', () => {
    const down = [e1, copper].map((trunk) => ({ ...trunk, state: 'down' as const }));
    expect(of({ trunks: down })).toMatchObject({ tone: 'bad', says: { key: 'sentence.noLine' } });
  });
  test.each([
    ['degraded', 'trunk.degradedLine'],
    ['draining', 'trunk.drainingLine'],
  ] as const)('one that is %s is told, and is no lost line', (state, key) => {
    expect(of({ trunks: [{ ...e1, state }, copper] })).toMatchObject({
      tone: 'warn',
      says: { key, holes: { line: 'e1', at: { at } } },
      place: 'lines',
    });
  });
  test('what is drained takes over only when nothing else is left', () => {
    const [down, drained] = [
      { ...e1, state: 'down' as const },
      { ...copper, state: 'draining' as const },
    ];
    const others = (...trunks: TrunkFacts[]) => of({ trunks }).says.holes?.others;
    expect(others(down, drained, { ...e1, name: 'e2' })).toEqual({ list: ['e2'] });
    expect(others(down, drained)).toEqual({ list: ['copper'] });
  });
  test('an unknown line is no fault, but nothing claims that all lines are up', () => {
    const told = of({ trunks: [{ ...e1, state: 'unknown' }] });
    expect(told).toMatchObject({ tone: 'good', says: { key: 'sentence.goodBusy' } });
    expect(told.also[0]?.says.key).toBe('sentence.lineUnknown');
  });
  test('none set up', () => {
    expect(of({ trunks: [] })).toMatchObject({
      tone: 'warn',
      says: { key: 'sentence.noTrunk' },
      place: 'setup',
    });
  });
});

describe('people who wait', () => {
  test('within the goal there is nothing to say', () => {
    expect(queue({ oldest: new Date(now - 20_000).toISOString() }).tone).toBe('good');
  });
  test.each([
    ['nobody signed in', { signedIn: 0, ready: 0, busy: 0 }, 'sentence.nobodyThere', 'bad'],
    ['every agent away', { ready: 0, busy: 0 }, 'sentence.nobodyReady', 'warn'],
    ['every agent on a call', { ready: 0, busy: 2 }, 'sentence.allBusy', 'warn'],
    ['agents ready all the same', { ready: 1 }, 'sentence.slow', 'warn'],
  ] as const)('%s', (_, change, key, tone) => {
    expect(queue(change)).toMatchObject({ tone, says: { key }, place: 'queues' });
  });
  test('more than three times the goal is grave', () => {
    expect(queue({ oldest: new Date(now - 61_000).toISOString() }).tone).toBe('bad');
  });
});

describe('what comes first', () => {
  const alarm = (code: string, severity: 'info' | 'warning' | 'major' | 'critical') => ({
    code,
    severity,
    subject: 's',
    since: at,
  });
  test('an emergency call before a dead engine before dead lines', () => {
    const told = of({
      alarms: [alarm('emergency-call', 'major')],
      engine: { state: 'down', since: at },
      trunks: [{ ...e1, state: 'down' }],
    });
    expect([told.says.key, ...told.also.map((matter) => matter.says.key)]).toEqual([
      'sentence.emergency',
      'sentence.engineDown',
      'sentence.noLine',
    ]);
  });
  test('an alarm that the facts tell already is not told twice', () => {
    const told = of({ alarms: [alarm('trunk-down', 'major')], trunks: [{ ...e1, state: 'down' }, copper] });
    expect(told.also).toEqual([]);
  });
  test('a note alone leaves the good sentence standing', () => {
    const told = of({ alarms: [alarm('uplink-down', 'info')] });
    expect(told.tone).toBe('good');
    expect(told.also[0]).toMatchObject({ tone: 'note', says: { key: 'sentence.alarm' } });
  });
  test('an alarm that is not in the catalogue is still told, by its code', () => {
    const told = of({ alarms: [alarm('new-thing', 'critical')] });
    expect(told).toMatchObject({ tone: 'bad', says: { holes: { title: 'new-thing' } }, next: null });
  });
  test('phones that were lost together are told once, by the alarm of what they share', () => {
    const phone = { name: 'desk-1', person: null, reachable: false, since: null };
    const told = of({ phones: [phone, phone, phone], alarms: [alarm('phones-unreachable', 'major')] });
    expect([told.says.key, told.also]).toEqual(['sentence.alarm', []]);
  });
  test('two phones are named, three are counted', () => {
    const phone = { name: 'desk-1', person: null, reachable: false, since: null };
    expect(of({ phones: [phone, phone] }).says.key).toBe('sentence.phoneGoneUnknown');
    expect(of({ phones: [phone, phone, phone] }).says).toMatchObject({
      key: 'sentence.phonesGone',
      holes: { count: 3 },
    });
  });
});

describe('seen from headquarters', () => {
  test('an absent box comes before everything but an emergency', () => {
    const told = of({
      presence: { online: false, since: at, reported: true },
      queues: null,
      engine: { state: 'down', since: at },
    });
    expect(told).toMatchObject({ says: { key: 'sentence.offline', holes: { age: { span: 60_000 } } } });
  });
  test('all is well without a word about queues', () => {
    const told = of({ presence: { online: true, since: at, reported: true }, queues: null });
    expect(told.says.key).toBe('sentence.goodFar');
  });
  test('connected, but silent', () => {
    const silent = {
      ...well,
      presence: { online: true, since: at, reported: false },
      trunks: null,
      engine: null,
    };
    expect(sentence(silent, now).tone).toBe('unknown');
  });
});
