/**
 * Where finished recordings lie: one WAV file each, by day. The engine's raw file becomes the vault's file whole or not at
 * all. This is the place where a later vault encrypts, chains and archives.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesPerSecond, RECORDED, wavHeader } from './wav.ts';

export interface Kept {
  readonly path: string;
  readonly durationMs: number;
  readonly bytes: number;
  readonly sha256: string;
}

const CHUNK = 256 * 1024;
const FRAME = (RECORDED.channels * RECORDED.bits) / 8;

export class Vault {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
    mkdirSync(dir, { recursive: true, mode: 0o750 });
  }

  /** Copies the raw sound into the vault as a WAV file, syncs it, and only then lets the raw file go. */
  async take(recording: string, raw: string, startedAt: number): Promise<Kept> {
    const { size } = await stat(raw);
    const dataBytes = size - (size % FRAME);
    const path = this.#pathFor(recording, startedAt);
    const aside = `${path}.part`;
    const sha256 = await copyAsWav(raw, aside, dataBytes);
    await rename(aside, path);
    await rm(raw, { force: true });
    return {
      path,
      bytes: dataBytes + 44,
      sha256,
      durationMs: Math.round((1000 * dataBytes) / bytesPerSecond(RECORDED)),
    };
  }

  /** A finished file from elsewhere, which is on the same disk. */
  admit(recording: string, file: string, startedAt: number): void {
    renameSync(file, this.#pathFor(recording, startedAt));
  }

  #pathFor(recording: string, startedAt: number): string {
    const day = new Date(startedAt).toISOString().slice(0, 10);
    const folder = join(this.#dir, day);
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    return join(folder, `${fileName(recording)}.wav`);
  }

  /** The finished file of a recording, wherever its day is. */
  find(recording: string): { path: string; finished: boolean } | undefined {
    const name = `${fileName(recording)}.wav`;
    const days = existsSync(this.#dir) ? readdirSync(this.#dir).sort().reverse() : [];
    const day = days.find((candidate) => existsSync(join(this.#dir, candidate, name)));
    return day === undefined ? undefined : { path: join(this.#dir, day, name), finished: true };
  }
}

/** Recording names come from channel ids; nothing in a name may lead out of the vault. */
export const fileName = (recording: string): string =>
  recording.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_');

async function copyAsWav(from: string, to: string, dataBytes: number): Promise<string> {
  const hash = createHash('sha256');
  const source = await open(from, 'r');
  try {
    const target = await open(to, 'w', 0o640);
    try {
      const write = async (bytes: Uint8Array): Promise<void> => {
        hash.update(bytes);
        await target.writeFile(bytes);
      };
      await write(wavHeader(RECORDED, dataBytes));
      const buffer = Buffer.alloc(CHUNK);
      for (let at = 0; at < dataBytes;) {
        const { bytesRead } = await source.read(buffer, 0, Math.min(CHUNK, dataBytes - at), at);
        if (bytesRead === 0) throw new Error(`${from} became shorter while it was read`);
        await write(buffer.subarray(0, bytesRead));
        at += bytesRead;
      }
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
  return hash.digest('hex');
}
