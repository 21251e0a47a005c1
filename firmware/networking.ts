/** Network and clock put together: what is probed and asked, and who hears of it. */
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import type { Keeping } from './keeping.ts';
import { asker } from './clock/ask.ts';
import { ClockKeeper } from './clock/keeper.ts';
import { machineServers } from './clock/machine-servers.ts';
import { NetworkKeeper } from './network/keeper.ts';
import { prober } from './network/probe.ts';

export function makeNetwork(
  { settings, wall, log, documents, changed }: Around,
  keeping: Keeping,
): NetworkKeeper {
  const { hqHost, hqPort } = settings;
  return new NetworkKeeper({
    clock: wall,
    log: roomLog(log, 'network'),
    limits: () => documents.branch.network,
    alarms: keeping.alarms,
    append: keeping.append,
    onChange: changed,
    headquarters: hqHost === undefined ? undefined : { host: hqHost, port: hqPort },
    probe: prober(wall),
  });
}

export const makeTimeServers = ({ wall, log, documents, changed }: Around, keeping: Keeping): ClockKeeper =>
  new ClockKeeper({
    clock: wall,
    log: roomLog(log, 'clock'),
    rules: () => documents.branch.clock,
    machineServers: () => machineServers(),
    ask: asker(wall),
    alarms: keeping.alarms,
    append: keeping.append,
    onChange: changed,
  });
