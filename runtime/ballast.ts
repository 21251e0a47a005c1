/** A file that only takes up room, so that on a full disk something can be let go: a full SQLite cannot even delete. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';

export interface Ballast {
  /** Makes the room that is kept; quietly does without when the disk has no room for it. True when it is there. */
  hold(): boolean;
  /** Lets it go; true when there was any. */
  release(): boolean;
}

const CHUNK = Buffer.alloc(1024 * 1024, 0xb1);

export function ballast(path: string, megabytes: number): Ballast {
  const isHeld = (): boolean => existsSync(path) && statSync(path).size >= megabytes * CHUNK.length;
  return {
    hold() {
      if (isHeld()) return true;
      const file = openSync(path, 'w', 0o600);
      try {
        for (let written = 0; written < megabytes; written += 1) writeSync(file, CHUNK);
        fsyncSync(file);
        return true;
      } catch {
        ftruncateSync(file, 0);
        return false;
      } finally {
        closeSync(file);
      }
    },
    release() {
      const held = existsSync(path);
      rmSync(path, { force: true });
      return held;
    },
  };
}
