/** Network and clock put together: what is probed and asked, and who hears of it. */
import { join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import { asker } from './clock/ask.ts';
import { ClockKeeper } from './clock/keeper.ts';
import { machineServers } from './clock/machine-servers.ts';
import { localTime } from './flows/hours.ts';
import type { Keeping } from './keeping.ts';
import { NetworkKeeper } from './network/keeper.ts';
import { netHost } from './network/net-host.ts';
import { prober } from './network/probe.ts';
import { lineProber, type LineTarget } from './network/sip-probe.ts';
import type { Uplink } from './uplink/uplink.ts';

/** Written into the data directory when another uplink is to be used; a unit of systemd beside this service sees it and does so. */
const WISH = 'uplink';

export function makeNetwork(
  { settings, wall, log, documents, changed }: Around,
  { alarms, append, ledger, journal }: Keeping,
  uplink: Uplink | undefined,
): NetworkKeeper {
  const { hqHost, hqPort, dataDir } = settings;
  const probe = prober(wall);
  const keeper = new NetworkKeeper({
    clock: wall,
    log: roomLog(log, 'network'),
    limits: () => documents.branch.network,
    uplinks: () => documents.branch.uplinks,
    host: netHost(join(dataDir, WISH)),
    alarms,
    append,
    onChange: changed,
    month: (now) => localTime(documents.branch.site.timezone, now).date.slice(0, 7),
    kept: (key) => ledger.about(key),
    keep: (key, value) => journal.keep(key, value),
    onSwitched: (device) => uplink?.reconnect(`what is sent leaves by ${device} now`),
    headquarters: hqHost === undefined ? undefined : { host: hqHost, port: hqPort },
    probe,
    lines: () => linesOf(documents.branch),
    probeLine: lineProber(wall, probe),
  });
  documents.onChange(({ refused }) => {
    if (!refused) keeper.follow();
  });
  return keeper;
}

/** Of carriers; the gateways in the branch stand on its own network. */
const linesOf = ({ gateways }: Branch): LineTarget[] =>
  Object.values(gateways).flatMap(({ name, line }) =>
    line ? [{ name, host: line.server.host, port: line.server.port, transport: line.transport }] : [],
  );

export const makeTimeServers = (
  { wall, log, documents, changed }: Around,
  { alarms, append }: Keeping,
): ClockKeeper =>
  new ClockKeeper({
    clock: wall,
    log: roomLog(log, 'clock'),
    rules: () => documents.branch.clock,
    machineServers: () => machineServers(),
    ask: asker(wall),
    alarms,
    append,
    onChange: changed,
  });
