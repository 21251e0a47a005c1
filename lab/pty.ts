/**
 * A pseudo-terminal, which `script` of util-linux makes: it holds the one end, what it starts keeps the other one open.
 * So a program that opens a serial port has one to open.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

export interface Pty {
  /** Of the end to be opened, such as '/dev/pts/3'. */
  readonly path: string;
  readonly from: Readable;
  readonly to: Writable;
  close(): Promise<void>;
}

/** Undefined where the machine has no such program. */
export async function openPty(): Promise<Pty | undefined> {
  const child = spawn('script', ['-qefc', 'stty raw -echo; tty; exec sleep 3600', '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const failed = once(child, 'error').then(() => undefined);
  const path = await Promise.race([firstLine(child.stdout), failed]);
  if (path?.startsWith('/dev/') !== true) {
    child.kill('SIGKILL');
    return undefined;
  }
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return { path, from: child.stdout, to: child.stdin, close };
}

async function firstLine(stream: Readable): Promise<string | undefined> {
  let text = '';
  for (;;) {
    const [piece] = (await Promise.race([
      once(stream, 'data'),
      once(stream, 'end').then(() => [undefined]),
    ])) as [Buffer?];
    if (!piece) return undefined;
    text += piece.toString('latin1');
    const [line = '', ...rest] = text.split('\n');
    if (rest.length > 0) return line.trim();
  }
}
