import { describe, expect, test } from 'vitest';
import { START, TrunkBench } from './testing/trunk-bench.ts';
import { keptOf, type TrunkEvent } from './truth-state.ts';
import { usableChannels } from './truth.ts';

const line = (state: 'good' | 'bad' | 'unclear', what: string, more = {}): TrunkEvent => ({
  type: 'line',
  evidence: { source: 'snmp-poll', at: START + 60_000, line: 'e1-0', state, what, ...more },
});
const call = (fared: 'answered' | 'failed' | 'full'): TrunkEvent => ({
  type: 'call',
  result: { id: 'new', at: START + 60_000, fared },
});

/** Each way to stand, and how a trunk gets there. */
const STANDS = {
  unknown: () => new TrunkBench(),
  up: () => new TrunkBench().options(true),
  degraded: () => new TrunkBench().options(true).calls('failed', 3),
  clearing: () => new TrunkBench().options(true).calls('failed', 3).calls('answered'),
  down: () => new TrunkBench().options(true).options(false),
  settling: () => new TrunkBench().options(true).options(false).options(true),
  quarter: () => new TrunkBench().options(true).options(false).options(true).wait(5_000),
  half: () => new TrunkBench().options(true).options(false).options(true).wait(20_000),
  draining: () => new TrunkBench().options(true).tell({ type: 'drain', by: 'console 10.0.0.9' }),
} as const;

test.each(Object.entries(STANDS))('the bench gets to %s', (name, make) => {
  const stands = {
    clearing: 'degraded:clearing',
    settling: 'down:settling',
    quarter: 'degraded:quarter',
    half: 'degraded:half',
  } as Record<string, string>;
  expect(make().stands).toBe(stands[name] ?? name);
});

const EVENTS: readonly (readonly [string, TrunkEvent])[] = [
  ['answers', { type: 'options', good: true }],
  ['no answer', { type: 'options', good: false }],
  ['answer not known', { type: 'options', good: undefined }],
  ['registered', { type: 'registration', good: true }],
  ['not registered', { type: 'registration', good: false }],
  ['line good', line('good', 'no alarm')],
  ['LOS', line('bad', 'LOS')],
  ['D-channel down', line('bad', 'd-channel down')],
  ['RAI by poll', line('bad', 'RAI')],
  ['RAI by trap', line('bad', 'RAI', { source: 'snmp-trap' })],
  ['line unclear', line('unclear', 'timeout')],
  ['15 blocked', line('good', 'no alarm', { blockedChannels: 15 })],
  ['30 blocked', line('good', 'no alarm', { blockedChannels: 30 })],
  ['call answered', call('answered')],
  ['call failed', call('failed')],
  ['call found it full', call('full')],
  ['test heard both ways', { type: 'tested', verdict: 'both-ways' }],
  ['test silent', { type: 'tested', verdict: 'silent' }],
  ['test unjudged', { type: 'tested', verdict: 'unjudged' }],
  ['drained', { type: 'drain', by: 'console 10.0.0.9' }],
  ['put back', { type: 'put-back' }],
  ['test ordered', { type: 'test' }],
  ['other rules', { type: 'rules' }],
  ['lines forgotten', { type: 'lines-forgotten' }],
  ['time', { type: 'tick' }],
];

test('what each event makes of each state, at once', () => {
  const rows = EVENTS.map(([name, event]) => [
    name,
    ...Object.values(STANDS).map((make) => make().tell(event).stands),
  ]);
  const table = [['', ...Object.keys(STANDS)], ...rows];
  const widths = table[0]?.map((_, at) => Math.max(...table.map((row) => (row[at] ?? '').length))) ?? [];
  const text = table.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join(' | ')
      .trimEnd(),
  );
  expect(`\n${text.join('\n')}\n`).toBe(TABLE);
});

/** Drawn, with its reasons, in docs/trunk-truth.md: a change here is a change there. */
const TABLE = `
                     | unknown  | up       | degraded          | clearing          | down          | settling      | quarter          | half          | draining
answers              | up       | up       | degraded          | degraded:clearing | down:settling | down:settling | degraded:quarter | degraded:half | draining
no answer            | down     | down     | down              | down              | down          | down          | down             | down          | down
answer not known     | unknown  | unknown  | degraded          | degraded:clearing | down:settling | down:settling | unknown          | unknown       | draining
registered           | up       | up       | degraded          | degraded:clearing | down          | down:settling | degraded:quarter | degraded:half | draining
not registered       | down     | down     | down              | down              | down          | down          | down             | down          | down
line good            | unknown  | up       | degraded          | degraded:clearing | down          | down:settling | degraded:quarter | degraded:half | draining
LOS                  | down     | down     | down              | down              | down          | down          | down             | down          | down
D-channel down       | down     | down     | down              | down              | down          | down          | down             | down          | down
RAI by poll          | down     | down     | down              | down              | down          | down          | down             | down          | down
RAI by trap          | degraded | degraded | degraded          | degraded          | down          | down:settling | degraded:quarter | degraded:half | draining
line unclear         | unknown  | up       | degraded          | degraded:clearing | down          | down:settling | degraded:quarter | degraded:half | draining
15 blocked           | degraded | degraded | degraded          | degraded          | down          | down:settling | degraded:quarter | degraded:half | draining
30 blocked           | draining | draining | draining          | draining          | down          | down:settling | draining:quarter | draining:half | draining
call answered        | up       | up       | degraded:clearing | degraded:clearing | down:settling | down:settling | degraded:quarter | degraded:half | draining
call failed          | unknown  | up       | degraded          | degraded:clearing | down          | down:settling | degraded:quarter | degraded:half | draining
call found it full   | unknown  | up       | degraded          | degraded:clearing | down          | down:settling | degraded:quarter | degraded:half | draining
test heard both ways | up       | up       | degraded          | degraded:clearing | down          | down:settling | degraded:quarter | degraded:half | draining
test silent          | degraded | degraded | degraded          | degraded          | down          | down:settling | degraded:quarter | degraded:half | draining
test unjudged        | unknown  | up       | degraded          | degraded:clearing | down          | down:settling | degraded:quarter | degraded:half | draining
drained              | draining | draining | draining          | draining:clearing | down          | down:settling | draining:quarter | draining:half | draining
put back             | unknown  | up       | degraded          | degraded:clearing | down          | down:settling | degraded:quarter | degraded:half | up
test ordered         | unknown  | up       | degraded          | degraded:clearing | down          | down:settling | degraded:quarter | degraded:half | draining
other rules          | unknown  | up       | degraded          | degraded:clearing | down          | down:settling | degraded:quarter | degraded:half | draining
lines forgotten      | unknown  | up       | degraded          | degraded:clearing | down          | down:settling | degraded:quarter | degraded:half | draining
time                 | unknown  | up       | degraded          | degraded:clearing | down          | down:settling | degraded:quarter | degraded:half | draining
`;

describe('the way back', () => {
  const fallen = (): TrunkBench => new TrunkBench().options(true).wait(60_000).options(false).options(true);

  test('by steps: settles, a quarter, a half, up', () => {
    const trunk = fallen();
    const seen = [5_000, 15_000, 15_000].map((ms) => {
      trunk.wait(ms);
      return [trunk.stands, usableChannels(trunk.truth, trunk.now, trunk.rules)];
    });
    expect(seen).toEqual([
      ['degraded:quarter', 8],
      ['degraded:half', 15],
      ['up', 30],
    ]);
  });

  test('a trunk that is tried for the first time is up at its first answer, even if it was late', () => {
    expect(new TrunkBench().options(false).wait(30_000).options(true).stands).toBe('up');
  });

  test('after each further fall the steps are twice as long, ten minutes at most', () => {
    const trunk = fallen();
    const step = (): number => {
      const { returning } = trunk.truth;
      return ((returning?.until ?? 0) - (returning?.since ?? 0)) / 1_000;
    };
    const steps = Array.from({ length: 8 }, () => {
      const settling = step();
      trunk.wait(settling * 1_000);
      const quarter = step();
      trunk.options(false).options(true);
      return [settling, quarter];
    });
    expect(steps.map(([settling]) => settling)).toEqual([5, 10, 20, 40, 80, 120, 120, 120]);
    expect(steps.map(([, quarter]) => quarter)).toEqual([15, 30, 60, 120, 240, 480, 600, 600]);
  });

  test('a gateway that is there a little longer than it must settle is tried once, and not in every turn', () => {
    const trunk = new TrunkBench().options(true).wait(1_000);
    for (let round = 0; round < 40; round += 1) trunk.options(false).wait(9_000).options(true).wait(6_000);
    expect(trunk.changes.map(({ to }) => to)).toEqual(['up', 'down', 'degraded', 'down']);
  });

  test('a fall of half an hour ago is forgotten', () => {
    const trunk = fallen().wait(60_000);
    expect(trunk.stands).toBe('up');
    trunk
      .wait(31 * 60_000)
      .options(false)
      .options(true)
      .wait(5_000);
    const { returning } = trunk.truth;
    expect((returning?.until ?? 0) - (returning?.since ?? 0)).toBe(15_000);
  });

  test('a gateway that restarts in a loop is never tried', () => {
    const trunk = new TrunkBench().options(true).wait(1_000);
    for (let round = 0; round < 40; round += 1) trunk.options(false).wait(12_000).options(true).wait(3_000);
    expect(trunk.changes.map(({ to }) => to)).toEqual(['up', 'down']);
  });

  test('trouble is remembered over a restart of the service: the way back goes on by steps', () => {
    const kept = keptOf(new TrunkBench().options(true).options(false).truth);
    expect(new TrunkBench(undefined, kept).options(true).stands).toBe('degraded:quarter');
    const well = keptOf(new TrunkBench().options(true).truth);
    expect(new TrunkBench(undefined, well).options(true).stands).toBe('up');
  });
});

describe('the wire', () => {
  test('a dead line is down at once, whatever answers; its end begins the way back', () => {
    const trunk = new TrunkBench().options(true).line('good', 'no alarm').calls('answered');
    trunk.line('bad', 'LOS', { source: 'snmp-trap' });
    expect(trunk.stands).toBe('down');
    expect(trunk.truth.because).toMatchObject([
      { kind: 'physical', what: 'line-down', detail: 'e1-0: LOS (snmp-trap)' },
    ]);
    trunk.line('good', 'no alarm').wait(5_000);
    expect(trunk.stands).toBe('degraded:quarter');
  });

  test('what cannot be read leaves what was read in force, until that is too old', () => {
    const trunk = new TrunkBench().options(true).line('bad', 'LOS').wait(60_000).line('unclear', 'timeout');
    expect(trunk.stands).toBe('down');
    trunk.wait(179_000).line('unclear', 'timeout');
    expect(trunk.stands).toBe('down');
    trunk.wait(1_000);
    expect(trunk.stands).toBe('down:settling');
  });

  test('an alarm told once holds for an hour, as nobody reads it again', () => {
    const trunk = new TrunkBench()
      .options(true)
      .line('bad', 'LOS', { source: 'syslog' })
      .wait(59 * 60_000);
    expect(trunk.stands).toBe('down');
    expect(trunk.wait(70_000).stands).toBe('degraded:quarter');
  });

  test('one of eight copper lines dead: degraded, with the channels that are left', () => {
    const trunk = new TrunkBench({ channels: 8, calls: 0, drained: false }).options(true);
    for (let port = 1; port <= 8; port += 1) trunk.line('good', 'line voltage', { line: `port ${port}` });
    trunk.line('bad', 'no line voltage', { line: 'port 3' });
    expect(trunk.stands).toBe('degraded');
    expect(usableChannels(trunk.truth, trunk.now, trunk.rules)).toBe(7);
  });

  test('every channel blocked from the far end drains it', () => {
    const trunk = new TrunkBench().options(true).line('good', 'no alarm', { blockedChannels: 30 });
    expect([trunk.stands, trunk.truth.because[0]?.what]).toEqual(['draining', 'all-blocked']);
    expect(trunk.line('good', 'no alarm').stands).toBe('degraded:clearing');
  });
});

describe('real calls', () => {
  test('three failures on end make it worse, five put it down; one that succeeds begins the way back', () => {
    const trunk = new TrunkBench().options(true).calls('failed', 2);
    expect(trunk.stands).toBe('up');
    expect(trunk.calls('failed').stands).toBe('degraded');
    expect(trunk.calls('failed', 2).stands).toBe('down');
    expect(trunk.calls('answered').stands).toBe('down:settling');
  });

  test('a full trunk is no failed trunk, however often', () => {
    expect(new TrunkBench().options(true).calls('full', 40).stands).toBe('up');
  });

  test('one that says it is full with channels free is worse, but never down', () => {
    expect(new TrunkBench().options(true).calls('full-early', 40).stands).toBe('degraded');
  });

  test('calls that are answered without a sound put it down', () => {
    const trunk = new TrunkBench().options(true).calls('one-way', 2);
    expect([trunk.stands, trunk.truth.because[0]?.what]).toEqual(['degraded', 'one-way-often']);
    expect(trunk.calls('one-way').stands).toBe('down');
  });

  test('down by calls alone: without any the failures age, and it is tried again', () => {
    const trunk = new TrunkBench()
      .options(true)
      .calls('failed', 5)
      .wait(14 * 60_000);
    expect(trunk.stands).toBe('down');
    expect(trunk.wait(2 * 60_000).stands).toBe('up');
  });

  test('a gateway that never answers OPTIONS, and carries calls, is not down', () => {
    const trunk = new TrunkBench().options(false).wait(1_000).calls('answered');
    expect(trunk.stands).toBe('degraded');
    expect(trunk.wait(1_000).line('bad', 'LOS').stands).toBe('down');
  });
});

describe('test calls', () => {
  const rules = {
    channels: 30,
    calls: 0,
    drained: false,
    test: { to: '057187770003', everyMs: 600_000, open: true },
  };

  test('one each round; a failed one again soon, and the second puts it down', () => {
    const trunk = new TrunkBench(rules).options(true).wait(600_000);
    expect(trunk.tests.map(({ why }) => why)).toEqual(['schedule']);
    trunk.tell({ type: 'tested', verdict: 'silent' });
    expect(trunk.stands).toBe('degraded');
    trunk.wait(20_000).tell({ type: 'tested', verdict: 'silent' });
    expect(trunk.stands).toBe('down');
    expect(trunk.tests.map(({ at }) => at - START)).toEqual([600_000, 620_000]);
  });

  test.each([
    ['nearly full', { calls: 24 }],
    ['outside of its hours', { test: { ...rules.test, open: false } }],
    ['drained by the document', { drained: true }],
  ])('never when it is %s', (_, change) => {
    const trunk = new TrunkBench({ ...rules, ...change }).options(true).wait(3_600_000);
    expect(trunk.tests).toEqual([]);
  });

  test('never by a dead wire', () => {
    expect(new TrunkBench(rules).options(true).options(false).wait(3_600_000).tests).toEqual([]);
  });

  test('calls that fail are doubt: one is made at once, and not over and over', () => {
    const trunk = new TrunkBench(rules).options(true).wait(1_000).calls('failed', 3);
    expect(trunk.tests.map(({ why }) => why)).toEqual(['doubt']);
    trunk.tell({ type: 'tested', verdict: 'both-ways' }).calls('failed', 1);
    expect(trunk.tests).toHaveLength(1);
  });

  test('what one proves outweighs failures before it: it is worse, not down', () => {
    const trunk = new TrunkBench(rules).options(true).calls('failed', 5);
    expect(trunk.stands).toBe('down');
    trunk.wait(2_000).tell({ type: 'tested', verdict: 'both-ways' }).wait(5_000);
    expect(trunk.stands).toBe('degraded:quarter');
  });

  test('a person may ask for one while any channel is free', () => {
    const trunk = new TrunkBench({ ...rules, calls: 29 }).options(true).tell({ type: 'test' });
    expect(trunk.tests.map(({ why }) => why)).toEqual(['order']);
    expect(new TrunkBench({ ...rules, calls: 30 }).options(true).tell({ type: 'test' }).tests).toEqual([]);
  });

  test('one that never tells its verdict is forgotten after a minute', () => {
    const trunk = new TrunkBench(rules).options(true).tell({ type: 'test' }).wait(61_000);
    expect(trunk.truth.testing).toBeUndefined();
  });
});

describe('orders', () => {
  test('drained: what it is worth underneath goes on, and shows when it is put back', () => {
    const trunk = new TrunkBench().options(true).tell({ type: 'drain', by: 'console 10.0.0.9' });
    expect(trunk.truth.because).toMatchObject([{ what: 'drained-by-person', detail: 'console 10.0.0.9' }]);
    expect(trunk.options(false).stands).toBe('down');
    trunk.options(true).wait(5_000);
    expect(trunk.truth.state).toBe('draining');
    expect(trunk.tell({ type: 'put-back' }).stands).toBe('degraded:quarter');
  });

  test('the order is kept over a restart', () => {
    const kept = keptOf(new TrunkBench().tell({ type: 'drain', by: 'console 10.0.0.9' }).truth);
    expect(new TrunkBench(undefined, kept).options(true).stands).toBe('draining');
  });
});

test('a change says how long it was what it was before', () => {
  const trunk = new TrunkBench().options(true).wait(90_000).options(false);
  expect(trunk.changes.at(-1)).toMatchObject({ from: 'up', to: 'down', lastedMs: 90_000 });
});

describe('a clock that is set back', () => {
  const YEAR_MS = 365 * 24 * 3_600_000;

  test('holds no trunk back: its steps go on from where they were', () => {
    const trunk = new TrunkBench().options(true).options(false).options(true).wait(5_000);
    expect(trunk.stands).toBe('degraded:quarter');
    trunk.now -= YEAR_MS;
    trunk.tell({ type: 'tick' }).wait(30_000);
    expect(trunk.stands).toBe('up');
  });

  test('lets evidence age as before', () => {
    const trunk = new TrunkBench().options(true).calls('failed', 3).wait(1_000);
    trunk.now -= YEAR_MS;
    trunk.tell({ type: 'tick' }).wait(16 * 60_000);
    expect(trunk.stands).toBe('up');
  });

  test('while the service was away: what was kept happened now at the latest', () => {
    const kept = {
      ...keptOf(new TrunkBench().options(true).options(false).truth),
      lastFallAt: START + YEAR_MS,
    };
    const trunk = new TrunkBench(undefined, kept);
    expect(trunk.truth.lastFallAt).toBe(START);
  });
});
