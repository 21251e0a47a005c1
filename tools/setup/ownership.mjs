/** Whether this user may write what the commands write: not so when root has worked in the same clone before. */
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';

const WRITTEN = ['.', 'node_modules', 'dist', 'web-ui/dist', '.branchline', '.branchline/box'];

/** @param {string} tree the repository's root @returns {string[]} those places that are somebody else's */
export function foreignOf(tree) {
  return WRITTEN.filter((place) => existsSync(join(tree, place)) && !mayWrite(join(tree, place)));
}

function mayWrite(path) {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
