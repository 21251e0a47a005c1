import { describe, expect, test } from 'vitest';
import { faultText } from '../faults.ts';
import { resolveBranch } from '../resolve.ts';
import { destination, destinationText } from '../values.ts';
import { overflowWhen, percent, pointsPerMinute } from './values.ts';

const base = {
  schema: 'branchline.branch/1',
  site: { id: 'b', name: 'B', country: 'CN', timezone: 'Asia/Shanghai' },
  hours: { open: { open: { 'mon-fri': '09:00-18:00' } } },
  phones: { p: {} },
  people: {
    ann: { name: 'Ann', extension: 8001, phones: ['p'], agent: { queues: { q: 2 }, skills: { refund: 3 } } },
  },
};
const withQueue = (queue: object, more: object = {}) =>
  resolveBranch({ ...base, queues: { q: queue, other: {} }, ...more });
const queueOf = (queue: object) => {
  const found = withQueue(queue);
  if (!found.ok) throw new Error(found.faults.map((fault) => faultText(fault, 'en')).join('\n'));
  return found.branch.queues.q!;
};
const faultsOf = (queue: object, more: object = {}): string[] => {
  const found = withQueue(queue, more);
  return found.ok ? [] : found.faults.map((fault) => faultText(fault, 'en'));
};

describe('a queue as a person writes it', () => {
  test('the words of the example', () => {
    const queue = queueOf({
      needs: { refund: 1 },
      prefers: { refund: 5, relax: { after: '20s', to: 3 } },
      priority: { vip: 10, default: 0, ageing: '1/min' },
      'service-level': { answer: '80%', within: '20s' },
      waiting: { announce: ['position', 'expected-wait'], every: '30s', press: { 1: 'extension 8001' } },
      overflow: [
        { when: 'waiting > 3m', to: 'queue other' },
        { when: 'nobody signed in', to: 'hang-up' },
      ],
    });
    expect(queue).toMatchObject({
      prefers: { refund: 5 },
      relax: [{ afterMs: 20_000, insists: { refund: 3 } }],
      priority: { default: 0, tags: { vip: 10 }, ageingPerMinute: 1 },
      serviceLevel: { percent: 80 },
      announce: { say: ['position', 'expected-wait'], firstMs: 30_000, everyMs: 30_000 },
      exits: { 1: { kind: 'extension', name: '8001' } },
      overflow: [
        { when: { kind: 'waiting', overMs: 180_000 }, to: { kind: 'queue', name: 'other' } },
        { when: { kind: 'nobody-signed-in' }, to: { kind: 'hang-up' } },
      ],
    });
  });

  test('nothing said is enough', () => {
    expect(queueOf({})).toMatchObject({
      order: 'longest-idle',
      relax: [],
      priority: { default: 0, ageingPerMinute: 1 },
      outAfterMisses: 1,
      exits: {},
      overflow: [],
    });
    expect(queueOf({ order: 'ring-all' }).outAfterMisses).toBe(0);
  });

  test('steps of relaxation follow each other, each from what was left', () => {
    const prefers = { refund: 5, english: 2, relax: [{ after: '10s', to: { refund: 3 } }, { after: '30s' }] };
    expect(queueOf({ prefers }).relax).toEqual([
      { afterMs: 10_000, insists: { refund: 3, english: 2 } },
      { afterMs: 30_000, insists: {} },
    ]);
  });

  test('callers by tag, and an agent with levels', () => {
    const found = withQueue({}, { callers: { vip: ['+86 571 8600 2000..2099'] } });
    expect(found.ok && found.branch.callers).toEqual([
      { tag: 'vip', numbers: [{ first: '+8657186002000', last: '+8657186002099' }] },
    ]);
    expect(found.ok && found.branch.people.ann?.agent).toEqual({
      queues: { q: 2 },
      skills: { refund: 3 },
      atOnce: 1,
    });
  });
});

describe('every wrong field is named', () => {
  test.each<[object, RegExp]>([
    [{ order: 'fastest' }, /queues\.q\.order.*longest-idle/],
    [{ prefers: { refund: 12 } }, /queues\.q\.prefers\.refund.*9/],
    [{ prefers: { refund: 5, relax: { after: 'soon' } } }, /queues\.q\.prefers\.relax\.after.*a duration/],
    [{ prefers: { relax: { after: '5s' } } }, /queues\.q\.prefers\.SKILL/],
    [
      {
        prefers: {
          refund: 5,
          relax: [
            { after: '30s', to: 3 },
            { after: '20s', to: 1 },
          ],
        },
      },
      /relax\[1\]\.after.*later than/,
    ],
    [{ prefers: { refund: 5, relax: { after: '5s', to: { english: 1 } } } }, /relax\.to.*english.*refund/],
    [{ priority: { vip: 500 } }, /queues\.q\.priority.*/],
    [{ priority: { ageing: 'fast' } }, /queues\.q\.priority.*/],
    [{ levels: { 1: '5s' } }, /queues\.q\.levels.*2 to 9/],
    [{ overflow: [{ when: 'bored', to: 'hang-up' }] }, /overflow\[0\]\.when.*waiting > 3m/],
    [{ overflow: [{ when: 'waiting > 0s', to: 'hang-up' }] }, /overflow\[0\]\.when.*1s or more/],
    [{ overflow: [{ when: 'waiting > 3m', to: 'queue nowhere' }] }, /overflow\[0\]\.to.*nowhere/],
    [{ overflow: [{ when: 'waiting > 3m', to: 'voicemail nowhere' }] }, /overflow\[0\]\.to.*nowhere/],
    [{ waiting: { press: { 1: 'call-back q' } } }, /waiting\.press\.1.*'hang-up'/],
    [{ waiting: { press: { 1: 'callback q' } } }, /queues\.q\.callback.*missing.*\{\} takes the defaults/],
    [{ waiting: { press: { 1: 'callback nowhere' } } }, /waiting\.press\.1.*nowhere/],
    [{ callback: {} }, /'routes' is missing.*national and to mobile.*queue 'q'/],
    [{ callback: { first: 'nobody' } }, /callback\.first.*agent, customer/],
    [{ callback: { tries: 0 } }, /callback\.tries/],
    [{ callback: { ring: '1s' } }, /callback\.ring.*5s or more/],
    [{ callback: { 'again-after': 'soon' } }, /callback\.again-after.*duration/],
    [{ callback: { hours: 'never' } }, /callback\.hours.*never/],
    [{ overflow: [{ when: 'waiting > 3m', to: 'queue q' }] }, /overflow\[0\]\.to.*leads back/],
    [{ overflow: [{ when: 'closed', to: 'hang-up' }] }, /queues\.q\.hours.*missing/],
    [{ hours: 'never' }, /queues\.q\.hours.*never/],
    [{ waiting: { press: { x: 'hang-up' } } }, /waiting\.press.*digit/],
    [{ 'last-agent': { within: 'long' } }, /last-agent\.within.*duration/],
    [{ colour: 'red' }, /no field 'queues\.q\.colour'/],
  ])('%j', (queue, expected) => {
    expect(faultsOf(queue).join('\n')).toMatch(expected);
  });

  test('an agent of a queue that is not there', () => {
    const people = { ann: { ...base.people.ann, agent: { queues: { gone: 1 } } } };
    expect(faultsOf({}, { people }).join('\n')).toMatch(/people\.ann\.agent\.queues\.gone.*gone/);
  });
});

test('the small words', () => {
  expect(overflowWhen('length > 10')).toEqual({ kind: 'length', over: 10 });
  expect(overflowWhen('expected wait > 5m')).toEqual({ kind: 'expected-wait', overMs: 300_000 });
  expect(overflowWhen('length > 10s')).toBeUndefined();
  for (const text of ['queue sales', 'voicemail shop', 'hang-up', 'extension 8001', 'outside +8657186002000'])
    expect(destinationText(destination(text)!)).toBe(text);
  expect(destination('outside 110')).toBeUndefined();
  expect([percent('80%'), percent('0%'), pointsPerMinute('30/h'), pointsPerMinute('x')]).toEqual([
    80,
    undefined,
    0.5,
    undefined,
  ]);
});
