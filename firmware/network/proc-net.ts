/** What Linux tells of the network in /proc/net, read from its text (proc_net(5)). Pure. */
import type { Counters } from './traffic.ts';

/** /proc/net/dev, by interface. */
export function countersOf(dev: string): ReadonlyMap<string, Counters> {
  const found = new Map<string, Counters>();
  for (const line of dev.split('\n')) {
    const [, name = '', rest = ''] = /^\s*([^\s:]+):\s*(.*)$/.exec(line) ?? [];
    const fields = rest.trim().split(/\s+/).map(Number);
    const [down = NaN, up = NaN] = [fields[0], fields[8]];
    if (name !== '' && Number.isFinite(down) && Number.isFinite(up)) found.set(name, { down, up });
  }
  return found;
}

const UP = 1;

/** /proc/net/route: the interface that the default route of the lowest metric leaves by; undefined without one. */
export function defaultInterface(route: string): string | undefined {
  const rows = route
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, to, , flags = '0', , , , mask]) => {
      return to === '00000000' && mask === '00000000' && (parseInt(flags, 16) & UP) === UP;
    })
    .sort((a, b) => Number(a[6]) - Number(b[6]));
  return rows[0]?.[0];
}
