/** Fetches an archive from headquarters: on from where the file ends, no faster than was said, until it is whole. */
import { open, type FileHandle } from 'node:fs/promises';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Clock } from '@branchline/runtime/clock';

export interface FetchOrder {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** Of the whole archive. */
  readonly bytes: number;
  readonly kbitS: number;
}

export interface FetchParts {
  readonly clock: Clock;
  readonly identity: { readonly key: string; readonly cert: string; readonly ca: string };
  /** Where it is to lie. */
  readonly to: string;
  readonly signal: AbortSignal;
  readonly onBytes: (have: number) => void;
}

/** A line that says nothing for so long is given up, ms. */
const SILENT_MS = 30_000;

/** @throws Error when it is not whole; what has come stays, for the next time. */
export async function fetchArchive(order: FetchOrder, parts: FetchParts): Promise<void> {
  const file = await open(parts.to, 'a');
  try {
    // Root, who reads it, is of the same group and has no other right here.
    await file.chmod(0o640);
    const have = await lengthOf(file, order.bytes);
    parts.onBytes(have);
    if (have < order.bytes) await goOn(file, have, order, parts);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** More than there should be is of another archive. */
async function lengthOf(file: FileHandle, bytes: number): Promise<number> {
  const { size } = await file.stat();
  if (size <= bytes) return size;
  await file.truncate();
  return 0;
}

async function goOn(file: FileHandle, from: number, order: FetchOrder, parts: FetchParts): Promise<void> {
  const { clock, signal, onBytes } = parts;
  const answer = await asked(from, order, parts);
  const began = clock.now();
  let have = from;
  try {
    for await (const piece of answer) {
      const bytes = piece as Buffer;
      if (have + bytes.length > order.bytes)
        throw new Error(`headquarters sends more than ${order.bytes} bytes`);
      await file.appendFile(bytes);
      have += bytes.length;
      onBytes(have);
      const dueMs = began + ((have - from) * 8) / order.kbitS - clock.now();
      if (dueMs > 0) await pause(clock, dueMs, signal);
    }
  } finally {
    answer.destroy();
  }
  if (have < order.bytes) throw new Error(`it ended after ${have} of ${order.bytes} bytes`);
}

function asked(from: number, order: FetchOrder, { identity, signal }: FetchParts): Promise<IncomingMessage> {
  const { host, port, path } = order;
  // Importing it would read its every property, and one of them brings in a whole HTTP client.
  const { request } = process.getBuiltinModule('node:https');
  return new Promise((resolve, reject) => {
    const headers = from === 0 ? {} : { range: `bytes=${from}-` };
    const asking: ClientRequest = request(
      { ...identity, host, port, path, headers, signal, agent: false, minVersion: 'TLSv1.2' },
      (answer) => {
        if (answer.statusCode === (from === 0 ? 200 : 206)) return resolve(answer);
        answer.destroy();
        reject(
          new Error(`headquarters answered ${answer.statusCode ?? 'nothing'} for ${path} from byte ${from}`),
        );
      },
    );
    asking.setTimeout(SILENT_MS, () => asking.destroy(new Error(`nothing came for ${SILENT_MS / 1_000} s`)));
    asking.on('error', reject).end();
  });
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      timer.cancel();
      reject(new Error('broken off'));
    };
    const timer = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
