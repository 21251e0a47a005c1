import { beforeEach, describe, expect, it } from 'vitest';
import type { AlarmCode } from '@branchline/contracts/alarms';
import { resolvePower, power, type Power } from '@branchline/contracts/branch/power';
import { eventBodies, type NewEvent } from '@branchline/contracts/ledger';
import { powerHealth } from '@branchline/contracts/power';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { UpsListener } from '../devices/ups/port.ts';
import { PowerKeeper, type KeeperDeps } from './keeper.ts';
import type { KeptPolicy } from './policy.ts';
import type { UpsReading } from './reading.ts';
import type { KeptUps } from './ups-state.ts';

const MAINS: UpsReading = {
  onMains: true,
  low: false,
  overload: false,
  replaceBattery: false,
  failed: false,
  testing: false,
  inputV: 230,
  loadPercent: 30,
};
const out = (minutesLeft: number): UpsReading => ({ ...MAINS, onMains: false, inputV: 0, minutesLeft });
const documentOf = (text: object): Power => resolvePower(power.parse(text));

let clock: ManualClock;
let told: Record<string, UpsListener>;
let done: string[];
let events: NewEvent[];
let open: Set<string>;
let keptUps: Record<string, KeptUps | null>;
let keptPolicy: KeptPolicy | undefined;
let changes: number;
let inForce: Power;

beforeEach(() => {
  clock = new ManualClock();
  told = {};
  done = [];
  events = [];
  open = new Set();
  keptUps = {};
  keptPolicy = undefined;
  changes = 0;
  inForce = documentOf({ ups: { ups: { port: '/dev/ttyS1' } }, 'self-test': { between: '23:00-23:30' } });
});

function start(change: Partial<KeeperDeps> = {}): PowerKeeper {
  const alarms = {
    raise: (code: AlarmCode, subject: string) => void open.add(`${code} ${subject}`),
    clear: (code: AlarmCode, subject: string) => void open.delete(`${code} ${subject}`),
  };
  const keeper = new PowerKeeper({
    clock,
    log: silentLog,
    power: () => inForce,
    watch: ({ name }, listener) => {
      told[name] = listener;
      return {
        start: () => undefined,
        stop: () => Promise.resolve(),
        test: () => done.push(`test ${name}`),
        cut: (afterS) => Promise.resolve(void done.push(`cut ${name} in ${afterS} s`)),
        keepOn: () => Promise.resolve(void done.push(`keep ${name} on`)),
      };
    },
    alarms,
    append: (more) => events.push(...more),
    keptUps: (name) => keptUps[name] ?? undefined,
    keepUps: (name, kept) => {
      keptUps[name] = kept === null ? null : (JSON.parse(JSON.stringify(kept)) as KeptUps);
    },
    keptPolicy,
    keepPolicy: (kept) => {
      keptPolicy = kept;
    },
    bootedAt: clock.now() - 60_000,
    lastHeardAt: undefined,
    minuteOfDay: () => 600,
    perform: (action, on) => done.push(`${on ? '+' : '-'} ${action}`),
    onChange: () => (changes += 1),
    ...change,
  });
  keeper.start();
  return keeper;
}

/** Said every two seconds for so long. */
function says(reading: UpsReading, ms = 2_000): void {
  for (let at = 0; at < ms; at += 2_000) {
    clock.advance(2_000);
    told['ups']?.reading(reading);
  }
}

describe('an outage', () => {
  it('from the first second to the way back: actions, events, alarms, and what the page is shown', () => {
    const keeper = start();
    keeper.calls(1);
    says(MAINS);
    expect(powerHealth.parse(keeper.health())).toMatchObject({ state: 'mains', asks: [] });
    says(out(20));
    expect(done.splice(0)).toEqual(['+ tell-hq', '+ stop-background-work']);
    expect([...open]).toEqual(['on-battery mains']);
    says(out(7));
    expect(done.splice(0)).toEqual(['+ move-numbers-to-cloud']);
    expect(keeper.health()).toMatchObject({ state: 'battery', minutesLeft: 7, asks: ['take-numbers'] });
    says(out(3));
    const since = keeper.health()?.since;
    says(out(1.2));
    expect(keeper.health()).toMatchObject({ state: 'low', since });
    expect(done.splice(0)).toEqual(['+ refuse-new-calls', '+ drain']);
    expect([...open]).toEqual(['on-battery mains', 'battery-low mains']);
    keeper.calls(0);
    expect(done.splice(0)).toEqual(['cut ups in 60 s', '+ shut-down']);
    says(MAINS, 12_000);
    expect(done.splice(0)).toEqual(['keep ups on', '- shut-down', '- drain', '- refuse-new-calls']);
    expect([...open]).toEqual([]);
    says(MAINS, 300_000);
    expect(done).toEqual(['- move-numbers-to-cloud', '- stop-background-work', '- tell-hq']);
    expect(keeper.health()).toMatchObject({ state: 'mains', asks: [] });
    for (const { type, body } of events) expect(() => eventBodies[type].parse(body)).not.toThrow();
    const steps = events.flatMap(({ type, body }) => (type === 'power.step' ? [body.state] : []));
    expect(steps).toHaveLength(12);
  });

  it('switches loads off where the document says so, and on again without waiting for numbers to come home', () => {
    inForce = documentOf({
      ups: { ups: { port: '/dev/ttyS1' } },
      loads: { display: { contact: 'r1' }, fan: { contact: 'r2' } },
      'on-battery': [
        { do: ['tell-hq'], 'power-down': ['display'] },
        { below: '8m', do: ['move-numbers-to-cloud'] },
        { below: '2m', do: ['shut-down'], 'power-down': ['fan'] },
      ],
    });
    const keeper = start();
    says(MAINS);
    says(out(20));
    expect(done.splice(0)).toEqual(['+ tell-hq', '+ power-down display']);
    expect(keeper.health()?.steps[0]).toMatchObject({ state: 'begun', powerDown: ['display'] });
    says(out(1));
    expect(done.splice(0)).toEqual([
      '+ move-numbers-to-cloud',
      '+ power-down fan',
      'cut ups in 60 s',
      '+ shut-down',
    ]);
    says(MAINS, 12_000);
    expect(done).toEqual(['keep ups on', '- shut-down', '- power-down fan', '- power-down display']);
    expect(events.filter(({ type }) => type === 'power.step')).toHaveLength(4);
  });

  it('whose mains come back while the machine goes down is one: nothing is taken back, and the UPS cuts, or the machine would stay down', () => {
    let leaving = false;
    const goesDown = start({ leaving: () => leaving });
    says(MAINS);
    says(out(3), 20_000);
    says(out(1));
    expect(done.slice(-2)).toEqual(['cut ups in 60 s', '+ shut-down']);
    leaving = true;
    done = [];
    says(out(1), 4_000);
    says(MAINS, 30_000);
    expect(done).toEqual([]);
    expect(events.filter(({ type }) => type === 'power.battery')).toHaveLength(0);
    expect(keptUps['ups']?.battery.trials).toHaveLength(1);
    void goesDown.stop();
    const [lastHeardAt, bootedAt] = [clock.now(), clock.now() + 90_000];
    clock.advance(120_000);
    events = [];
    start({ bootedAt, lastHeardAt });
    says(MAINS, 304_000);
    expect(events.filter(({ body }) => 'action' in body && body.action === 'shut-down')).toEqual([]);
    expect(keptUps['ups']?.battery.trials).toHaveLength(1);
    expect(done.slice(-3)).toEqual(['- move-numbers-to-cloud', '- stop-background-work', '- tell-hq']);
  });

  it('whose machine was to go down and is still there after five minutes of mains is over', () => {
    start({ leaving: () => true });
    says(MAINS);
    says(out(1));
    done = [];
    says(MAINS, 290_000);
    expect(done).toEqual([]);
    clock.advance(12_000);
    expect(done.slice(0, 3)).toEqual(['keep ups on', '- shut-down', '- drain']);
  });

  it('with mains off and on ten times in a minute is told once', () => {
    start();
    says(MAINS);
    for (let i = 0; i < 10; i += 1) {
      says(out(30), 4_000);
      says(MAINS);
    }
    expect(events.map(({ type }) => type)).toEqual([
      'power.changed',
      'power.changed',
      'power.step',
      'power.step',
    ]);
    expect(changes).toBeLessThan(30);
  });

  it('goes on by the clock when its UPS falls silent: that is low', () => {
    const keeper = start();
    keeper.calls(2);
    says(MAINS);
    says(out(30));
    told['ups']?.silent('it does not answer');
    expect([...open].sort()).toEqual(['battery-low mains', 'on-battery mains', 'ups-lost ups']);
    expect(done).not.toContain('+ shut-down');
    clock.advance(60_000);
    expect(done.slice(-2)).toEqual(['cut ups in 60 s', '+ shut-down']);
  });
});

describe('a restart', () => {
  it('of this service alone has what was begun stand, once', () => {
    start();
    says(MAINS);
    says(out(3));
    done = [];
    start({ bootedAt: clock.now() - 900_000, lastHeardAt: clock.now() });
    expect(done.splice(0)).toHaveLength(5);
    says(out(3));
    expect(done).toEqual(['cut ups in 60 s', '+ shut-down'].slice(0, 0));
    expect(events.filter(({ type }) => type === 'power.step')).toHaveLength(5);
  });

  it('of the machine after it went down as it should: no early death, and numbers come home when it has proved itself', () => {
    start();
    says(MAINS);
    says(out(1));
    expect(done).toContain('+ shut-down');
    const lastHeardAt = clock.now();
    clock.advance(3_600_000);
    [done, events] = [[], []];
    const again = start({ bootedAt: clock.now() - 30_000, lastHeardAt });
    expect(done.splice(0)).toEqual([
      '+ tell-hq',
      '+ stop-background-work',
      '+ move-numbers-to-cloud',
      '+ refuse-new-calls',
      '+ drain',
    ]);
    says(MAINS);
    expect(done.splice(0)).toEqual(['- drain', '- refuse-new-calls']);
    expect(again.health()?.asks).toEqual(['take-numbers']);
    says(MAINS, 298_000);
    expect(again.health()?.asks).toEqual(['take-numbers']);
    says(MAINS, 4_000);
    expect(again.health()?.asks).toEqual([]);
    expect(events.filter(({ type }) => type === 'power.battery')).toEqual([]);
  });

  it('of the machine in the middle of an outage: the battery has died early, and wants to be replaced', () => {
    start();
    says(MAINS);
    says({ ...out(30), chargePercent: 100 }, 60_000);
    const lastHeardAt = clock.now();
    clock.advance(600_000);
    start({ bootedAt: clock.now() - 30_000, lastHeardAt });
    says(MAINS);
    expect(events.find(({ type }) => type === 'power.battery')?.body).toMatchObject({
      verdict: 'died-early',
    });
    expect([...open]).toEqual(['replace-battery ups']);
  });
});

it('another document: a UPS that it no longer has leaves no alarm, and a new one is watched', () => {
  const keeper = start();
  told['ups']?.silent('no such port');
  expect([...open]).toEqual(['ups-lost ups']);
  inForce = documentOf({ ups: { other: { port: '/dev/ttyS2' } } });
  keeper.follow();
  expect([...open]).toEqual([]);
  expect(Object.keys(told)).toEqual(['ups', 'other']);
  inForce = documentOf({});
  keeper.follow();
  expect(keeper.health()).toBeUndefined();
});

it('a test is made when somebody asks for it, of a UPS that is there and on mains, and one at a time', () => {
  const keeper = start();
  expect(keeper.test('none')).toBe('no-such-ups');
  expect(keeper.test('ups')).toBe('not-on-mains');
  says(MAINS);
  expect(keeper.test('ups')).toBeUndefined();
  expect(keeper.test('ups')).toBe('running');
  expect(done).toEqual(['test ups']);
  told['ups']?.silent('no such port');
  expect(keeper.test('ups')).toBe('not-heard');
});
