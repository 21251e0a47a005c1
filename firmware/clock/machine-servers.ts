/** The time servers that the machine's own time service is set to, read from its files: systemd-timesyncd(8), chrony. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { timeServer, type TimeServer } from '@branchline/contracts/branch/clock';

const TIMESYNCD = [
  'etc/systemd/timesyncd.conf',
  'etc/systemd/timesyncd.conf.d',
  'run/systemd/timesyncd.conf.d',
];
const CHRONY = ['etc/chrony/chrony.conf', 'etc/chrony/conf.d', 'etc/chrony/sources.d'];

/** None where the machine has no such service. @param root for tests. */
export async function machineServers(root = '/'): Promise<readonly TimeServer[]> {
  const chrony = chronyServers(await textOf(root, CHRONY));
  return chrony.length > 0 ? chrony : timesyncdServers(await textOf(root, TIMESYNCD));
}

/** chrony.conf(5): `server NAME …`, `pool NAME …`, `peer NAME …`. */
export const chronyServers = (conf: string): readonly TimeServer[] =>
  known([...conf.matchAll(/^[ \t]*(?:server|pool|peer)[ \t]+(\S+)/gim)].map(([, name = '']) => name));

/** timesyncd.conf(5). What Debian was built with stands in its file as a comment. */
export function timesyncdServers(conf: string): readonly TimeServer[] {
  const of = (line: RegExp): readonly TimeServer[] =>
    known([...conf.matchAll(line)].flatMap(([, names = '']) => names.trim().split(/\s+/)));
  for (const line of [/^NTP=(.*)$/gm, /^FallbackNTP=(.*)$/gm, /^#FallbackNTP=(.*)$/gm]) {
    const found = of(line);
    if (found.length > 0) return found;
  }
  return [];
}

const known = (names: readonly string[]): readonly TimeServer[] =>
  [...new Set(names)].flatMap((name) => timeServer(name) ?? []);

async function textOf(root: string, paths: readonly string[]): Promise<string> {
  const texts = await Promise.all(paths.map((path) => read(join(root, path))));
  return texts.join('\n');
}

/** A file, or all files of a folder; empty for what is not there. */
async function read(path: string): Promise<string> {
  const names = await readdir(path).catch(() => undefined);
  if (!names) return readFile(path, 'utf8').catch(() => '');
  const files = names.filter((name) => /\.(conf|sources)$/.test(name)).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(path, name), 'utf8').catch(() => '')));
  return texts.join('\n');
}
