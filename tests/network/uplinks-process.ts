/**
 * `uplinks-process.ts WISH HOST PORT`: the room network/ as the box runs it, over the machine's real interfaces, at a quicker pace. Prints
 * what it enters in the ledger and each interface that it finds itself on, a line each.
 */
import { network, resolveNetwork, resolveUplinks, uplinks } from '@branchline/contracts/branch/network';
import { NetworkKeeper } from '@branchline/firmware/network/keeper';
import { netHost } from '@branchline/firmware/network/net-host';
import { prober } from '@branchline/firmware/network/probe';
import { systemClock, type Clock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';

const TIMES = 25;
const [wish = '', host = '', port = ''] = process.argv.slice(2);
const began = systemClock.monotonic();
const quick: Clock = {
  now: () => systemClock.now(),
  monotonic: () => began + (systemClock.monotonic() - began) * TIMES,
  after: (ms, action) => systemClock.after(ms / TIMES, action),
};
const limits = resolveNetwork(network.parse({ latency: '9s', jitter: '9s', loss: 60, 'way-back': '60s' }));
const say = (what: object): void => console.log(JSON.stringify(what));

new NetworkKeeper({
  clock: quick,
  log: silentLog,
  lines: () => [],
  probeLine: () => Promise.resolve({ heard: false, why: 'no-answer' }),
  limits: () => limits,
  uplinks: () =>
    resolveUplinks(
      uplinks.parse({ a: { interface: 'wan-a' }, b: { interface: 'wan-b', metered: true } }),
      [],
    ),
  headquarters: { host, port: Number(port) },
  probe: prober(systemClock, 400),
  host: netHost(wish),
  alarms: {
    raise: (code, subject) => say({ raised: `${code} ${subject}` }),
    clear: () => undefined,
  },
  append: (events) => events.forEach(({ type, body }) => say({ type, ...body })),
  onChange: () => undefined,
  month: () => '2026-11',
  kept: () => undefined,
  keep: () => undefined,
  onSwitched: (device) => say({ switched: device }),
}).start();
