import { beforeEach, describe, expect, it } from 'vitest';
import type { AlarmCode } from '@branchline/contracts/alarms';
import { power, resolvePower, type Power } from '@branchline/contracts/branch/power';
import { eventBodies, type NewEvent } from '@branchline/contracts/ledger';
import { loadHealth } from '@branchline/contracts/power';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { LoadKeeper } from './load-keeper.ts';
import { AGAIN_MS, type KeptLoads } from './loads.ts';

const UPS = { driver: 'nut', server: '127.0.0.1', user: 'box', secret: 'upsd' };
const documentOf = (loads: object): Power =>
  resolvePower(power.parse({ ups: { rack: UPS }, loads, 'on-battery': [{ do: ['tell-hq'] }] }));

let clock: ManualClock;
let inForce: Power;
let turned: string[];
let events: NewEvent[];
let open: Map<string, string | undefined>;
let kept: KeptLoads | undefined;
/** By load, why it cannot be switched. */
let refuses: Record<string, string>;
let lacks: Record<string, string>;

beforeEach(() => {
  clock = new ManualClock();
  inForce = documentOf({ display: { ups: 'rack', outlet: 2 }, fan: { contact: 'fan-relay' } });
  [turned, events, refuses, lacks] = [[], [], {}, {}];
  open = new Map();
  kept = undefined;
});

function start(): LoadKeeper {
  const keeper = new LoadKeeper({
    clock,
    log: silentLog,
    power: () => inForce,
    turn: ({ name }, to) => {
      turned.push(`${name} ${to}`);
      const because = refuses[name];
      return because === undefined ? Promise.resolve() : Promise.reject(new Error(because));
    },
    lacks: ({ name }) => Promise.resolve(lacks[name]),
    alarms: {
      raise: (code: AlarmCode, subject, detail) => void open.set(`${code} ${subject}`, detail),
      clear: (code, subject) => void open.delete(`${code} ${subject}`),
    },
    append: (more) => events.push(...more),
    kept,
    keep: (what) => (kept = structuredClone(what)),
    onChange: () => undefined,
  });
  keeper.start();
  return keeper;
}
const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
};

describe('a load', () => {
  it('is switched, entered in the ledger and shown with its times', async () => {
    const keeper = start();
    keeper.want('display', 'off');
    await settled();
    expect(turned).toEqual(['display off']);
    expect(keeper.health()?.map((each) => loadHealth.parse(each))).toMatchObject([
      { name: 'display', by: 'rack 2', state: 'off', since: new Date(clock.now()).toISOString() },
      { name: 'fan', by: 'fan-relay', state: 'on', since: null },
    ]);
    keeper.want('display', 'on');
    await settled();
    expect(turned).toEqual(['display off', 'display on']);
    expect(events.map(({ body }) => body)).toEqual([
      { load: 'display', to: 'off', done: true },
      { load: 'display', to: 'on', done: true },
    ]);
    for (const { type, body } of events) expect(() => eventBodies[type].parse(body)).not.toThrow();
  });

  it('that cannot be switched is an alarm with its reason, one event, and tried until it can', async () => {
    refuses = { display: 'rack: outlet.2.load.off' };
    const keeper = start();
    keeper.want('display', 'off');
    await settled();
    clock.advance(AGAIN_MS);
    await settled();
    expect([...open]).toEqual([['load-not-switched display', 'rack: outlet.2.load.off']]);
    expect(events).toHaveLength(1);
    expect(keeper.health()?.[0]).toMatchObject({ state: 'waits-off', because: 'rack: outlet.2.load.off' });
    refuses = {};
    clock.advance(AGAIN_MS);
    await settled();
    expect(turned).toHaveLength(3);
    expect([...open]).toEqual([]);
  });

  it('that its UPS has no order for is an alarm before the mains fail, and none once the document is put right', async () => {
    lacks = { display: 'rack: outlet.2.load.off' };
    const keeper = start();
    await settled();
    expect([...open.keys()]).toEqual(['load-not-switched display']);
    lacks = {};
    inForce = documentOf({ display: { ups: 'rack', outlet: 1 } });
    keeper.follow();
    await settled();
    expect([...open]).toEqual([]);
    expect(turned).toEqual([]);
  });

  it('that was switched off and is taken out of the document comes on again', async () => {
    const keeper = start();
    keeper.want('display', 'off');
    await settled();
    inForce = documentOf({});
    keeper.follow();
    await settled();
    expect(turned).toEqual(['display off', 'display on']);
    expect([keeper.health(), kept]).toEqual([undefined, []]);
  });

  it('is known to be off by a service that was started anew', async () => {
    start().want('display', 'off');
    await settled();
    const again = start();
    again.want('display', 'on');
    await settled();
    expect(turned).toEqual(['display off', 'display on']);
  });
});
