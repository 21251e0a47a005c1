/** A UPS's bytes: a serial port or serial server, and a path in which `*` stands for what changes. */
import { readdir } from 'node:fs/promises';
import { dirname, basename, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { coded, CodedError } from '@branchline/contracts/alarm-detail';
import type { ConsolePort } from '@branchline/contracts/branch/gateways';
import { openStream } from '../../bytes/stream.ts';

/** @throws Error in a few words when it cannot be opened in time. */
export type OpenUps = (
  access: { readonly port: ConsolePort; readonly baud: number },
  signal: AbortSignal,
) => Promise<Duplex>;

/** An adapter that was unplugged may come back as another tty: the path is looked up at each opening. */
export const openUps: OpenUps = async ({ port, baud }, signal) =>
  openStream(
    { baud, port: port.kind === 'tcp' ? port : { kind: 'serial', path: await found(port.path) } },
    signal,
  );

/** @throws Error when no file, or more than one, has a name like this. */
export async function found(path: string): Promise<string> {
  if (!path.includes('*')) return path;
  const dir = dirname(path);
  const parts = basename(path).split('*').map(escaped);
  const like = new RegExp(`^${parts.join('.*')}$`);
  const names = (await readdir(dir).catch(() => [])).filter((name) => like.test(name)).sort();
  const [first, ...more] = names;
  if (first === undefined) throw new CodedError(coded('no-adapter', path));
  if (more.length > 0) throw new CodedError(coded('which-adapter', path, names.join(', ')));
  return join(dir, first);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
