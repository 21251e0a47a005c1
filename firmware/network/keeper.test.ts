import { beforeEach, describe, expect, it } from 'vitest';
import { network, resolveNetwork, resolveUplinks, uplinks } from '@branchline/contracts/branch/network';
import { eventBodies, type NewEvent } from '@branchline/contracts/ledger';
import { networkHealth, type LinkFault, type NetworkHealth } from '@branchline/contracts/network';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { NetworkKeeper } from './keeper.ts';

const HQ = 'hq.example';
const TWO = {
  wired: { interface: 'eth0', capacity: { down: 100, up: 20 } },
  lte: { interface: 'wwan0', kind: 'cellular', metered: true, price: { 'per-gb': 10, currency: 'CNY' } },
};
const ADDRESSES: Record<string, string> = { eth0: '10.0.0.2', wwan0: '100.64.0.2' };

let clock: ManualClock;
let written: { network: object; uplinks: object };
/** Whom no answer comes from: hosts, the addresses that are sent from, or both as 'from>host'. */
let silent: Set<string>;
let faults: Record<string, LinkFault>;
let device: string | undefined;
let counted: number;
let wishes: string[];
let obeys: boolean;
let switched: string[];
let events: NewEvent[];
let open: Set<string>;
let kept: Map<string, unknown>;
let asked: string[];

beforeEach(() => {
  clock = new ManualClock();
  written = { network: { probe: ['1.1.1.1:53'] }, uplinks: TWO };
  [silent, faults, device, counted, wishes, obeys] = [new Set(), {}, 'eth0', 0, [], true];
  [switched, events, open, kept, asked] = [[], [], new Set(), new Map<string, unknown>(), []];
});

function start(): NetworkKeeper {
  const limits = () => resolveNetwork(network.parse(written.network));
  const keeper = new NetworkKeeper({
    clock,
    log: silentLog,
    limits,
    uplinks: () => resolveUplinks(uplinks.parse(written.uplinks), limits().probe),
    headquarters: { host: HQ, port: 8883 },
    probe: ({ host }, from = 'anywhere') => {
      asked.push(`${from}>${host}`);
      const isSilent = silent.has(host) || silent.has(from) || silent.has(`${from}>${host}`);
      return Promise.resolve(
        isSilent ? { heard: false, why: 'no-answer' } : { heard: true, ms: 20, refused: false },
      );
    },
    lines: () => [],
    probeLine: () => Promise.resolve({ heard: false, why: 'no-answer' }),
    host: {
      link: (name) => Promise.resolve({ fault: faults[name], address: ADDRESSES[name] }),
      counters: () => Promise.resolve(new Map([['wwan0', { down: counted, up: 0 }]])),
      defaultInterface: () => Promise.resolve(device),
      boot: () => Promise.resolve('b'),
      wish: (name) => {
        wishes.push(name);
        if (obeys) device = name;
      },
    },
    alarms: {
      raise: (code, subject) => void open.add(`${code} ${subject}`),
      clear: (code, subject) => void open.delete(`${code} ${subject}`),
    },
    append: (more) => events.push(...more),
    onChange: () => undefined,
    month: () => '2026-11',
    kept: (key) => kept.get(key),
    keep: (key, value) => void kept.set(key, value),
    onSwitched: (name) => switched.push(name),
  });
  keeper.start();
  return keeper;
}

/** Seconds pass; each of them lets what is under way come to its end. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1_000);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }
}
const healthOf = (keeper: NetworkKeeper): NetworkHealth => networkHealth.parse(keeper.health());
const states = (keeper: NetworkKeeper) =>
  Object.fromEntries((healthOf(keeper).uplinks ?? []).map(({ name, state }) => [name, state]));

describe('two uplinks', () => {
  it('are measured each by itself, and the preferred one is used', async () => {
    const keeper = start();
    await pass(60);
    expect(states(keeper)).toEqual({ wired: 'up', lte: 'up' });
    expect(healthOf(keeper)).toMatchObject({
      paths: [{ to: 'headquarters', state: 'good' }],
      uplinks: [
        { name: 'wired', chosen: true, used: true },
        { name: 'lte', chosen: false, used: false },
      ],
    });
    expect([switched, [...open]]).toEqual([[], []]);
    for (const event of events) eventBodies[event.type].parse(event.body);
  });

  it('that is dead is left within a minute, with headquarters connected anew, and gone back to after five', async () => {
    const keeper = start();
    await pass(60);
    silent.add('10.0.0.2');
    await pass(45);
    expect([wishes.at(-1), switched, [...open]]).toEqual(['wwan0', ['wwan0'], ['wan-down wired']]);
    expect(healthOf(keeper).uplinks).toMatchObject([{ used: false, because: 'no-answer' }, { used: true }]);
    expect(healthOf(keeper).fault).toBeUndefined();
    silent.clear();
    await pass(240);
    expect(device).toBe('wwan0');
    await pass(140);
    expect([device, [...open]]).toEqual(['eth0', []]);
    const chosen = events.flatMap(({ type, body }) => (type === 'uplink.chosen' ? [body.because] : []));
    expect(chosen).toEqual(['first', 'down', 'preferred']);
  });

  it('without its cable is left at once', async () => {
    start();
    await pass(60);
    faults.eth0 = 'no-carrier';
    await pass(3);
    expect(device).toBe('wwan0');
  });

  it('are not blamed when headquarters is away and others answer', async () => {
    const keeper = start();
    await pass(60);
    silent.add(HQ);
    await pass(90);
    expect(states(keeper)).toEqual({ wired: 'up', lte: 'up' });
    expect(healthOf(keeper)).toMatchObject({ fault: 'headquarters', paths: [{ state: 'unreachable' }] });
    expect([wishes.slice(1), [...open]]).toEqual([[], []]);
  });

  it('are not blamed when headquarters is away and there is nobody else to ask', async () => {
    written.network = {};
    const keeper = start();
    await pass(60);
    silent.add(HQ);
    await pass(90);
    expect(states(keeper)).toEqual({ wired: 'unknown', lte: 'unknown' });
    expect([healthOf(keeper).fault, [...open]]).toEqual(['unknown', []]);
    silent.clear();
    silent.add('10.0.0.2');
    await pass(90);
    expect([...open]).toEqual(['wan-down wired']);
  });

  it('that cannot be changed to is an alarm, until it was', async () => {
    start();
    await pass(60);
    obeys = false;
    faults.eth0 = 'no-carrier';
    await pass(60);
    expect([...open].sort()).toEqual(['wan-down wired', 'wan-not-switched network']);
    device = 'wwan0';
    await pass(4);
    expect([switched, [...open]]).toEqual([['wwan0'], ['wan-down wired']]);
  });

  it('of which the one in use goes with its default route has headquarters connected anew by the other', async () => {
    start();
    await pass(60);
    [device, obeys] = [undefined, false];
    await pass(10);
    device = 'wwan0';
    await pass(4);
    expect(switched).toEqual(['wwan0']);
  });

  it('one that costs is asked seldom while it is not used', async () => {
    start();
    await pass(120);
    asked = [];
    await pass(3_600);
    const from = (address: string): number => asked.filter((one) => one.startsWith(address)).length;
    expect(from('10.0.0.2')).toBe(120);
    expect(from('100.64.0.2')).toBe(12);
  });

  it('has its bytes counted over a restart, and what they cost', async () => {
    const first = start();
    await pass(20);
    counted = 1_000_000_000;
    await pass(20);
    await first.stop();
    counted = 1_500_000_000;
    const second = start();
    await pass(20);
    const month = { name: '2026-11', mb: 1_500, cost: 15, currency: 'CNY' };
    expect(healthOf(second).uplinks).toMatchObject([{}, { name: 'lte', month }]);
  });

  it('that leaves the document leaves its alarm', async () => {
    const keeper = start();
    faults.eth0 = 'no-carrier';
    await pass(60);
    expect([...open]).toEqual(['wan-down wired']);
    written.uplinks = { lte: TWO.lte };
    keeper.follow();
    await pass(60);
    expect([states(keeper), [...open]]).toEqual([{ lte: 'up' }, []]);
  });
});

it('of no uplink in the document the way to headquarters alone is measured', async () => {
  written.uplinks = {};
  const keeper = start();
  await pass(60);
  expect(healthOf(keeper)).toMatchObject({ paths: [{ state: 'good' }] });
  expect(healthOf(keeper)).not.toHaveProperty('uplinks');
  silent.add(HQ);
  await pass(60);
  expect(healthOf(keeper).fault).toBe('headquarters');
});
