/** The folder that everything is kept in, made and found fit before anything else: a disk that takes nothing is named, with what to do. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { hasCode } from '@branchline/runtime/atomic-file';

const probe = (dir: string): void => {
  mkdirSync(dir, { recursive: true, mode: 0o750 });
  accessSync(dir, constants.W_OK | constants.X_OK);
};

/** @throws Error in words where nothing can be written there (docs/decisions/read-only-start.md) */
export function readyDataDir(dir: string, look = probe): void {
  try {
    look(dir);
  } catch (cause) {
    if (hasCode(cause, 'EROFS'))
      throw new Error(
        `the disk of ${dir} (BRANCHLINE_BOX_DATA_DIR) is read-only: the engine takes calls alone until it is repaired. dmesg says why; as a rule the disk is dying: docs/runbooks/disk-full.md`,
        { cause },
      );
    if (hasCode(cause, 'EACCES'))
      throw new Error(
        `this service may not write to ${dir} (BRANCHLINE_BOX_DATA_DIR): give the folder to its user, or name another`,
        { cause },
      );
    throw cause;
  }
}
