/** Power put together: the UPS of the document, what is kept of them, and what each action of the policy does. */
import { rmSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import type { Ups } from '@branchline/contracts/branch/power';
import type { PowerAction } from '@branchline/contracts/power';
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
import type { KeptPolicy } from './power/policy.ts';
import type { KeptUps } from './power/ups-state.ts';

const KEPT_UPS = 'power/ups/';
const KEPT_POLICY = 'power/policy';
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
}

export function makePower(around: Around, keeping: Keeping, orders: PowerOrders): PowerSupply {
  const { settings, wall, log, documents, changed } = around;
  const { ledger, journal, alarms, append } = keeping;
  const room = roomLog(log, 'power');
  const powerOff = join(settings.dataDir, POWER_OFF);
  // One that was written before the machine went down was for then.
  rmSync(powerOff, { force: true });
  const perform = (action: PowerAction, on: boolean): void => {
    if (action === 'refuse-new-calls') orders.refuseNew(on);
    if (action === 'stop-background-work') orders.background(!on);
    if (action !== 'shut-down') return;
    journal.flush();
    if (on) writeFileAtomic(powerOff, `${new Date(wall.now()).toISOString()}\n`);
    else rmSync(powerOff, { force: true });
  };
  const keeper = new PowerKeeper({
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
    onChange: changed,
  });
  documents.onChange(({ refused }) => {
    if (!refused) keeper.follow();
  });
  return { keeper, part: { name: 'power', start: () => keeper.start(), stop: () => keeper.stop() } };
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
