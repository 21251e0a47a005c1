/** The machine's interfaces, and the wish that another be used. */
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { LinkFault } from '@branchline/contracts/network';
import { writeFileAtomic } from '@branchline/runtime/atomic-file';
import { countersOf, defaultInterface } from './proc-net.ts';
import type { Counters } from './traffic.ts';

export interface Link {
  readonly fault: LinkFault | undefined;
  /** IPv4. */
  readonly address: string | undefined;
}

export interface NetHost {
  link(device: string): Promise<Link>;
  /** By interface. */
  counters(): Promise<ReadonlyMap<string, Counters>>;
  /** The interface that what the machine sends leaves by; undefined without a default route. */
  defaultInterface(): Promise<string | undefined>;
  /** The machine's, a new one with each start of it. */
  boot(): Promise<string>;
  /** The interface that is to be used. Whoever has the right does it: systemd/uplink.sh. */
  wish(device: string): void;
}

/** @param wishFile is watched by a unit of systemd. @param root for tests. */
export function netHost(wishFile: string, root = '/'): NetHost {
  const text = (path: string): Promise<string> => readFile(join(root, path), 'utf8').catch(() => '');
  return {
    link: async (device) => {
      const carrier = await readFile(join(root, 'sys/class/net', device, 'carrier'), 'utf8').then(
        (is) => is.trim(),
        // An interface that is not switched on has a file that cannot be read.
        (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? 'none' : '0'),
      );
      if (carrier === 'none') return { fault: 'no-interface', address: undefined };
      const address = networkInterfaces()[device]?.find(({ family }) => family === 'IPv4')?.address;
      if (carrier === '0') return { fault: 'no-carrier', address };
      return { fault: address === undefined ? 'no-address' : undefined, address };
    },
    counters: async () => countersOf(await text('proc/net/dev')),
    defaultInterface: async () => defaultInterface(await text('proc/net/route')),
    boot: async () => (await text('proc/sys/kernel/random/boot_id')).trim(),
    wish: (device) => writeFileAtomic(wishFile, `${device}\n`),
  };
}
