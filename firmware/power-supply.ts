/** Power put together: the UPS of the document, what is kept of them, and what each action of the policy does. */
import { existsSync, rmSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import type { Ups } from '@branchline/contracts/branch/power';
import { writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Part } from '@branchline/runtime/lifecycle';
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import { secretOf } from './branch/secrets.ts';
import type { UpsListener, UpsWatch } from './devices/ups/port.ts';
import { openStream } from './devices/bytes/stream.ts';
import { NutWatch } from './devices/ups/nut/watch.ts';
import { openUps } from './devices/ups/serial/bytes.ts';
import { SerialWatch } from './devices/ups/serial/watch.ts';
import { localTime } from './flows/hours.ts';
import type { Keeping } from './keeping.ts';
import { PowerKeeper } from './power/keeper.ts';
import { LoadKeeper } from './power/load-keeper.ts';
import type { KeptLoads } from './power/loads.ts';
import { isPowerDown, loadOf, type KeptPolicy, type PolicyAction } from './power/policy.ts';
import type { KeptUps } from './power/ups-state.ts';

const KEPT_UPS = 'power/ups/';
const KEPT_POLICY = 'power/policy';
const KEPT_LOADS = 'power/loads';
/** Written into the data directory when the machine is to go down; a unit of systemd beside this service sees it and does so. */
const POWER_OFF = 'power-off';

export interface PowerSupply {
  readonly keeper: PowerKeeper;
  readonly part: Part;
}

export interface PowerOrders {
  /** New calls are refused, but those of an emergency; or not any more. */
  refuseNew(on: boolean): void;
  /** What can wait is not begun. */
  background(may: boolean): void;
  /** Of a relay for loads. @throws Error in a few words. */
  turnContact(contact: string, to: 'on' | 'off'): Promise<void>;
}

export function makePower(around: Around, keeping: Keeping, orders: PowerOrders): PowerSupply {
  const { settings, wall, log, documents, changed } = around;
  const { ledger, journal, alarms, append } = keeping;
  const room = roomLog(log, 'power');
  const powerOff = join(settings.dataDir, POWER_OFF);
  // One that was written before the machine went down was for then.
  rmSync(powerOff, { force: true });
  let wished = false;
  const perform = (action: PolicyAction, on: boolean): void => {
    if (isPowerDown(action)) return loads.want(loadOf(action), on ? 'off' : 'on');
    if (action === 'refuse-new-calls') orders.refuseNew(on);
    if (action === 'stop-background-work') orders.background(!on);
    if (action !== 'shut-down') return;
    journal.flush();
    wished = on;
    if (on) writeFileAtomic(powerOff, `${new Date(wall.now()).toISOString()}\n`);
    else rmSync(powerOff, { force: true });
  };
  const keeper: PowerKeeper = new PowerKeeper({
    clock: wall,
    log: room,
    power: () => documents.branch.power,
    watch: (ups, listener) => watchOf(around, ups, listener),
    alarms,
    append,
    keptUps: (name) => ledger.about(KEPT_UPS + name) as KeptUps | undefined,
    keepUps: (name, kept) => journal.keep(KEPT_UPS + name, kept),
    keptPolicy: ledger.about(KEPT_POLICY) as KeptPolicy | undefined,
    keepPolicy: (kept) => journal.keep(KEPT_POLICY, kept),
    bootedAt: wall.now() - uptime() * 1_000,
    lastHeardAt: ledger.newestAt(),
    minuteOfDay: (now) => localTime(documents.branch.site.timezone, now).minute,
    perform,
    leaving: () => wished && !existsSync(powerOff),
    loads: () => loads.health(),
    onChange: changed,
  });
  const loads = makeLoads(around, keeping, orders, keeper);
  documents.onChange(({ refused }) => {
    if (refused) return;
    keeper.follow();
    loads.follow();
  });
  const part = {
    name: 'power',
    start: () => {
      keeper.start();
      loads.start();
    },
    stop: () => {
      loads.stop();
      return keeper.stop();
    },
  };
  return { keeper, part };
}

function makeLoads(
  { wall, log, documents, changed }: Around,
  { ledger, journal, alarms, append }: Keeping,
  orders: PowerOrders,
  keeper: PowerKeeper,
): LoadKeeper {
  return new LoadKeeper({
    clock: wall,
    log: roomLog(log, 'power'),
    power: () => documents.branch.power,
    turn: (load, to) =>
      load.by === 'ups' ? keeper.turnOutlet(load.ups, load.outlet, to) : orders.turnContact(load.contact, to),
    // A relay that is lost has an alarm of its own.
    lacks: (load) =>
      load.by === 'ups' ? keeper.outletLacks(load.ups, load.outlet) : Promise.resolve(undefined),
    ...{ alarms, append },
    kept: ledger.about(KEPT_LOADS) as KeptLoads | undefined,
    keep: (kept) => journal.keep(KEPT_LOADS, kept),
    onChange: changed,
  });
}

function watchOf({ wall, log, settings }: Around, ups: Ups, listener: UpsListener): UpsWatch {
  const shared = { clock: wall, log: roomLog(log, 'ups'), random: Math.random, listener };
  if (ups.driver === 'nut')
    return new NutWatch({
      ...shared,
      ups,
      open: (server, signal) => openStream({ baud: 0, port: { kind: 'tcp', ...server } }, signal),
      secretOf: (name) => secretOf(settings.dataDir, name),
    });
  return new SerialWatch({ ...shared, ups, open: openUps });
}
