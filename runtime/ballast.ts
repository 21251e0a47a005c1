/** A file that only takes up room, so that on a full disk something can be let go: a full SQLite cannot even delete. */
import { existsSync, rmSync, statSync } from 'node:fs';
import { open, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface Ballast {
  /**
   * Makes the room that is kept, without holding anybody up; does without while the disk has not twice as much to spare,
   * as it would itself be what fills it. True when it is there.
   */
  hold(): Promise<boolean>;
  /** Lets it go; true when that made room. A disk that takes no change at all is no reason to throw: whoever asks is in need already. */
  release(): boolean;
}

const CHUNK = Buffer.alloc(1024 * 1024, 0xb1);

export function ballast(path: string, megabytes: number): Ballast {
  let making: Promise<boolean> | undefined;
  const wish = { letGo: false };
  const isLetGo = (): boolean => wish.letGo;
  const isHeld = (): boolean => existsSync(path) && statSync(path).size >= megabytes * CHUNK.length;

  const make = async (): Promise<boolean> => {
    if (isHeld()) return true;
    const { bavail, bsize } = await statfs(dirname(path));
    if (isLetGo() || bavail * bsize < 2 * megabytes * CHUNK.length) return false;
    const file = await open(path, 'w', 0o600);
    try {
      for (let written = 0; written < megabytes && !isLetGo(); written += 1) await file.writeFile(CHUNK);
      await file.sync();
      return !isLetGo();
    } catch {
      await file.truncate(0);
      return false;
    } finally {
      await file.close();
    }
  };

  return {
    hold() {
      if (making) return making;
      wish.letGo = false;
      making = make().finally(() => (making = undefined));
      return making;
    },
    release() {
      wish.letGo = true;
      const held = existsSync(path) && statSync(path).size > 0;
      try {
        rmSync(path, { force: true });
        return held;
      } catch {
        return false;
      }
    },
  };
}
