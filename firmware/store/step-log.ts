/**
 * What the service has said and the database does not hold yet: a file that each step is appended to in one write, so that a
 * kill at any moment loses none of it. The database takes many steps at once, and then the file begins anew.
 *
 * A line is a checksum, a number that only grows, and a batch as JSON. A line that is torn, as by a power cut, ends the file.
 */
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { readIfThere } from '@branchline/runtime/atomic-file';
import type { LedgerBatch } from './ledger.ts';

export interface LoggedBatch {
  readonly serial: number;
  readonly batch: LedgerBatch;
}

/** Below this the file is kept as it is: cutting it off costs more than its length. In bytes. */
const WORTH_CUTTING = 64 * 1024;

export class StepLog {
  readonly #fd: number;
  #length: number;
  #serial: number;

  private constructor(fd: number, length: number, serial: number) {
    this.#fd = fd;
    this.#length = length;
    this.#serial = serial;
  }

  /** `after`: the last number that the database holds. `left`: what it does not hold, in order. @throws what the file system throws */
  static open(path: string, after: number): { readonly log: StepLog; readonly left: readonly LoggedBatch[] } {
    const fd = openSync(path, 'a+', 0o640);
    const { batches, length } = readLines(readFileSync(fd));
    ftruncateSync(fd, length);
    const serial = Math.max(after, batches.at(-1)?.serial ?? 0);
    return { log: new StepLog(fd, length, serial), left: batches.filter((each) => each.serial > after) };
  }

  /** Everything up to here is in the file. */
  get serial(): number {
    return this.#serial;
  }

  /** In one write; when the disk has no room for it, the file is as it was. @throws what the file system throws */
  write(batch: LedgerBatch): void {
    const text = `${JSON.stringify([this.#serial + 1, batch])}\n`;
    const line = Buffer.from(`${crc32(text).toString(16).padStart(8, '0')} ${text}`);
    const written = writeSync(this.#fd, line);
    if (written < line.length) {
      ftruncateSync(this.#fd, this.#length);
      throw Object.assign(new Error('no room for a step'), { code: 'ENOSPC' });
    }
    this.#length += written;
    this.#serial += 1;
  }

  /** The database holds everything that was written. */
  taken(): void {
    if (this.#length < WORTH_CUTTING) return;
    ftruncateSync(this.#fd, 0);
    this.#length = 0;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** What is in the file, for somebody who only looks; a service may be writing it. None when there is no file. */
export function loggedSteps(path: string): readonly LoggedBatch[] {
  const bytes = readIfThere(path);
  return bytes === undefined ? [] : readLines(Buffer.from(bytes, 'utf8')).batches;
}

function readLines(bytes: Buffer): { batches: LoggedBatch[]; length: number } {
  const batches: LoggedBatch[] = [];
  let length = 0;
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, length)) {
    const line = bytes.subarray(length, end + 1).toString('utf8');
    const text = line.slice(9);
    if (line.slice(0, 8) !== crc32(text).toString(16).padStart(8, '0')) break;
    const [serial, batch] = JSON.parse(text) as [number, LedgerBatch];
    batches.push({ serial, batch });
    length = end + 1;
  }
  return { batches, length };
}
