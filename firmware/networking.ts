/** The network put together: what is probed, and who hears of it. */
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import type { Keeping } from './keeping.ts';
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
