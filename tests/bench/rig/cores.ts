/** Which core runs what: what is measured on one, what loads it on the other. With a single core nothing is pinned. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

export type Core = 'measured' | 'load';

const NUMBERS: Readonly<Record<Core, string>> = { measured: '0', load: '1' };

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-pc', String(process.pid)]).status === 0;

/** As /proc/stat names it; '' where nothing is pinned and all cores count together. */
export const coreNumber = (core: Core): string => (canPin ? NUMBERS[core] : '');

export const pinning = canPin ? 'measured on core 0, load on core 1' : 'not pinned';

/** The command in front of which nothing or taskset stands. */
export function onCore(core: Core, command: readonly string[]): [string, ...string[]] {
  const [file = '', ...args] = command;
  return canPin ? ['taskset', '-c', NUMBERS[core], file, ...args] : [file, ...args];
}

/** Every thread of this process, and what it starts from now on. */
export function moveHere(core: Core): void {
  if (canPin) spawnSync('taskset', ['-apc', NUMBERS[core], String(process.pid)]);
}
