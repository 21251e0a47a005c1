import type { Branch } from '@branchline/contracts/branch/model';
import { eventBodies, type NewEvent } from '@branchline/contracts/ledger';
import { liveTrunk, type LiveTrunk } from '@branchline/contracts/trunks';
import { ManualClock } from '@branchline/runtime/clock';
import { beforeEach, describe, expect, test } from 'vitest';
import { branchOf, smallBranch } from '../calls/bench.ts';
import type { TestOrder, TestOutcome } from './test-call.ts';
import { TrunkBook } from './trunk-book.ts';
import type { KeptTruth } from './truth-state.ts';

const withTest = (more: object = {}): Branch => {
  const { pstn } = smallBranch.trunks;
  return branchOf({ ...smallBranch, trunks: { ...smallBranch.trunks, pstn: { ...pstn, ...more } } });
};
const testCall = { 'test-call': { to: '0571 8777 0003', every: '10m' } };

let clock: ManualClock;
let branch: Branch;
let written: NewEvent[];
let alarms: Map<string, string | undefined>;
let shown: Map<string, LiveTrunk>;
let kept: Map<string, KeptTruth>;
let made: {
  readonly to: string;
  readonly at?: TestOrder['at'];
  readonly settle: (outcome: TestOutcome) => void;
}[];
let givenUp: string[];
let listened: string[];
let minute: number;
let book: TrunkBook;

beforeEach(() => {
  clock = new ManualClock();
  branch = withTest(testCall);
  [written, made, givenUp, listened] = [[], [], [], []];
  alarms = new Map();
  shown = new Map();
  kept = new Map();
  minute = 0;
  book = newBook();
});

function newBook(): TrunkBook {
  return new TrunkBook({
    clock,
    branch: () => branch,
    alarms: {
      raise: (code, subject, detail) => void alarms.set(`${code} ${subject}`, detail),
      clear: (code, subject) => void alarms.delete(`${code} ${subject}`),
    },
    board: {
      set: (_, id, value) => void (value === null ? shown.delete(id) : shown.set(id, liveTrunk.parse(value))),
    },
    append: (events) => written.push(...events),
    kept: (trunk) => kept.get(trunk),
    keep: (trunk, truth) => void (truth === null ? kept.delete(trunk) : kept.set(trunk, truth)),
    minuteOfDay: () => minute,
    tests: {
      make: ({ to, ...more }) =>
        new Promise((settle) => made.push({ to, ...(more.at && { at: more.at }), settle })),
      giveUp: (trunk) => givenUp.push(trunk),
    },
    sound: {
      answered: (...about) => listened.push(about.join(' ')),
      ended: (channel) => listened.push(`ended ${channel}`),
    },
    onChange: () => undefined,
  });
}

const changes = (): string[] =>
  written.flatMap((event) => {
    if (event.type !== 'trunk.changed') return [];
    eventBodies[event.type].parse(event.body);
    const { trunk, from, to, because } = event.body;
    return [`${trunk} ${from} ${to} ${because.map(({ what }) => what).join()}`];
  });
const los = { source: 'snmp-trap', line: 'e1-0', state: 'bad', what: 'LOS' } as const;

test('nothing is known at first', () => {
  expect(shown.get('pstn')).toMatchObject({ state: 'unknown', since: null, evidence: [], back: null });
  expect([written, book.worth('pstn')]).toEqual([[], 'unknown']);
});

test('the E1 is pulled: the ledger, the alarm, the board, and what goes in its place', () => {
  book.gateway('e1', true);
  book.gateway('fxo', true);
  book.carries(new Map([['copper', ['c1']]]));
  book.lineEvidence('e1', { ...los, at: clock.now() });
  expect(changes()).toEqual([
    'pstn unknown up answers',
    'copper unknown up answers',
    'pstn up down line-down',
  ]);
  expect([...alarms]).toEqual([
    ['trunk-down pstn', '{trunk.line-down} e1-0: LOS (snmp-trap) (127.0.0.11:5060)'],
  ]);
  expect(shown.get('pstn')).toMatchObject({
    state: 'down',
    usable: 0,
    because: [{ kind: 'physical', what: 'line-down' }],
    instead: [{ trunk: 'copper', free: 3 }],
    back: { step: 'evidence', needs: ['physical'] },
  });
  expect(shown.get('copper')?.instead).toEqual([]);
  expect([book.worth('pstn'), book.worth('copper')]).toEqual(['down', 'up']);
});

test('the way back shows its steps and when they come, and the alarm is over once it is tried', () => {
  book.gateway('e1', true);
  book.lineEvidence('e1', { ...los, at: clock.now() });
  book.lineEvidence('e1', { ...los, at: clock.now(), state: 'good', what: 'no alarm' });
  const in5s = new Date(clock.now() + 5_000).toISOString();
  const in35s = new Date(clock.now() + 35_000).toISOString();
  expect(shown.get('pstn')?.back).toEqual({ step: 'settling', at: in5s, fullAt: in35s, needs: [] });
  clock.advance(5_000);
  expect(shown.get('pstn')).toMatchObject({ state: 'degraded', usable: 8, back: { step: 'quarter' } });
  expect([...alarms.keys()]).toEqual([]);
  clock.advance(30_000);
  expect([shown.get('pstn')?.state, shown.get('pstn')?.back]).toEqual(['up', null]);
});

test('what it is worth is told when it changes, and of each at first', () => {
  const told: string[] = [];
  const end = book.onWorth((trunk, worth) => told.push(`${trunk} ${worth}`));
  expect(told.splice(0)).toEqual(['pstn unknown', 'copper unknown']);
  book.gateway('e1', true);
  book.gateway('e1', true);
  book.carries(new Map([['pstn', ['c1']]]));
  book.gateway('e1', false);
  expect(told.splice(0)).toEqual(['pstn up', 'pstn down']);
  end();
  book.gateway('fxo', true);
  expect(told).toEqual([]);
});

test('on its way back a trunk that has its share of calls is tried last', () => {
  book.gateway('e1', true);
  book.gateway('e1', false);
  book.gateway('e1', true);
  clock.advance(5_000);
  expect(book.worth('pstn')).toBe('degraded');
  book.carries(new Map([['pstn', Array.from({ length: 8 }, (_, at) => `c${at}`)]]));
  expect(book.worth('pstn')).toBe('draining');
});

describe('an engine that was just started', () => {
  test('is not believed for a moment when it says that a gateway is away', () => {
    book.gateway('e1', true);
    book.engineIsNew();
    book.gateway('e1', false);
    clock.advance(1_000);
    book.gateway('e1', true);
    clock.advance(10_000);
    expect(changes()).toEqual(['pstn unknown up answers']);
  });

  test('is believed when the gateway does not answer it either', () => {
    book.engineIsNew();
    book.gateway('e1', false);
    expect(changes()).toEqual([]);
    clock.advance(4_000);
    expect(changes()).toEqual(['pstn unknown down no-answer']);
    clock.advance(4_000);
    book.gateway('e1', true);
    expect(changes().at(-1)).toBe('pstn down up answers');
  });
});

describe('orders', () => {
  test('drained and put back, kept over a restart', () => {
    book.gateway('e1', true);
    expect(book.drain('pstn', 'console 10.0.0.9')).toBeUndefined();
    expect([book.worth('pstn'), shown.get('pstn')?.back?.step]).toEqual(['draining', 'order']);
    book.stop();
    book = newBook();
    book.gateway('e1', true);
    expect(book.worth('pstn')).toBe('draining');
    book.putBack('pstn');
    expect(book.worth('pstn')).toBe('up');
  });

  test('busied out: told to the calls, also of a trunk that is down, and kept over a restart', () => {
    book.gateway('e1', true);
    book.drain('pstn', 'a');
    expect(book.busyOut('pstn', 'b')).toBeUndefined();
    expect(shown.get('pstn')).toMatchObject({
      state: 'draining',
      because: [{ kind: 'order', what: 'busied-out', detail: 'b' }],
    });
    book.stop();
    book = newBook();
    const told: string[] = [];
    book.onWorth((trunk, worth) => told.push(`${trunk} ${worth}`));
    book.gateway('e1', false);
    expect(book.worth('pstn')).toBe('refusing');
    book.gateway('e1', true);
    book.putBack('pstn');
    expect(told).toEqual(['pstn refusing', 'copper unknown', `pstn ${book.worth('pstn')}`]);
    expect(book.worth('pstn')).not.toBe('refusing');
  });

  test('what cannot be done is refused with its reason', () => {
    expect(book.drain('isdn', 'x')).toBe('no-such-trunk');
    expect(book.test('copper')).toBe('no-number');
    book.carries(new Map([['pstn', Array.from({ length: 30 }, (_, at) => `c${at}`)]]));
    expect(book.test('pstn')).toBe('no-room');
    book.carries(new Map());
    expect(book.test('pstn')).toBeUndefined();
    expect(book.test('pstn')).toBe('running');
  });
});

describe('test calls', () => {
  test('one by order: made, entered, shown', async () => {
    book.gateway('e1', true);
    book.test('pstn');
    // By its address, whether the engine thinks it is there or not: that is what the test is to show.
    expect(made).toMatchObject([{ to: '057187770003', at: { host: '127.0.0.11', port: 5060 } }]);
    expect(shown.get('pstn')?.test).toMatchObject({ running: true, last: null });
    made[0]?.settle({ verdict: 'both-ways', tookMs: 3_400, answerMs: 200 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(written.at(-1)).toMatchObject({
      type: 'trunk.tested',
      body: { trunk: 'pstn', to: '057187770003', why: 'order', verdict: 'both-ways', tookMs: 3_400 },
    });
    expect(shown.get('pstn')?.test).toMatchObject({ running: false, last: { verdict: 'both-ways' } });
    expect(shown.get('pstn')?.evidence.map(({ what }) => what)).toContain('test-both-ways');
  });

  test('by the clock, between the hours of the document only', () => {
    branch = withTest({ 'test-call': { ...testCall['test-call'], between: '02:00-05:00' } });
    book.documentChanged();
    book.gateway('e1', true);
    clock.advance(3_600_000);
    expect(made).toEqual([]);
    minute = 150;
    clock.advance(120_000);
    expect(made).toHaveLength(1);
  });

  test('a caller who needs the channel has it', () => {
    book.gateway('e1', true);
    book.test('pstn');
    book.carries(new Map([['pstn', Array.from({ length: 28 }, (_, at) => `c${at}`)]]));
    expect(givenUp).toEqual([]);
    book.carries(new Map([['pstn', Array.from({ length: 29 }, (_, at) => `c${at}`)]]));
    expect(givenUp).toEqual(['pstn']);
  });
});

describe('real calls', () => {
  const to = { kind: 'number', id: '057187770001', via: 'pstn' } as const;
  const failing = (call: string): NewEvent[] => [
    { type: 'call.leg-offered', call, at: clock.now(), body: { leg: `${call}-leg-1`, to, attempt: 1 } },
    {
      type: 'call.leg-refused',
      call,
      at: clock.now(),
      body: { leg: `${call}-leg-1`, to, reason: 'failed', cause: 38 },
    },
  ];

  test('that fail on end put the trunk down, with an alarm that says how many', () => {
    book.gateway('e1', true);
    for (const call of ['c1', 'c2', 'c3']) book.written(failing(call));
    expect([...alarms]).toEqual([['trunk-degraded pstn', '{trunk.calls-fail} 3/3 (127.0.0.11:5060)']]);
    for (const call of ['c4', 'c5']) book.written(failing(call));
    expect([...alarms.keys()]).toEqual(['trunk-down pstn']);
    expect(shown.get('pstn')?.figures).toMatchObject({ calls: 5, failed: 5 });
  });

  test('whose sound is looked at: those that go out, and those that came in', () => {
    book.carries(new Map([['pstn', ['c2']]]));
    book.written([
      { type: 'call.leg-offered', call: 'c1', at: clock.now(), body: { leg: 'c1-leg-1', to, attempt: 1 } },
      { type: 'call.answered', call: 'c1', at: clock.now(), body: { leg: 'c1-leg-1', by: to, waitedMs: 0 } },
      {
        type: 'call.answered',
        call: 'c2',
        at: clock.now(),
        body: { leg: 'c2-leg-1', by: { kind: 'agent', id: 'ann', via: 'p2' }, waitedMs: 0 },
      },
      {
        type: 'call.leg-ended',
        call: 'c1',
        at: clock.now(),
        body: { leg: 'c1-leg-1', who: to, talkMs: 9_000 },
      },
    ]);
    expect(listened).toEqual(['pstn c1-leg-1 c1-leg-1', 'pstn c2 c2', 'ended c1-leg-1']);
    for (const id of ['c1-leg-1', 'c2']) book.silent('pstn', id);
    expect(shown.get('pstn')?.figures.oneWay).toBe(2);
  });
});

test('a trunk that the document has no more is shown no more, and in no alarm', () => {
  book.gateway('e1', true);
  book.gateway('e1', false);
  branch = branchOf({
    ...smallBranch,
    trunks: { copper: smallBranch.trunks.copper },
    routes: [{ to: 'emergency', via: ['copper'] }],
  });
  book.documentChanged();
  expect([
    [...shown.keys()],
    [...alarms.keys()].filter((key) => key.includes('trunk')),
    book.worth('pstn'),
  ]).toEqual([['copper'], [], 'unknown']);
  expect(book.drain('pstn', 'x')).toBe('no-such-trunk');
});

test('the document may drain a trunk', () => {
  book.gateway('e1', true);
  branch = withTest({ drain: true });
  book.documentChanged();
  expect(shown.get('pstn')).toMatchObject({ state: 'draining', because: [{ what: 'drained-by-document' }] });
});
