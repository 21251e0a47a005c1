/** Two users cannot work in one clone by turns: each leaves files that the other, or the other's call engine, may not write. */
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

const WRITTEN = ['.', 'node_modules', 'dist', 'dist/chunks', 'web-ui/dist', '.branchline', '.branchline/box'];

/**
 * @param {string} tree the repository's root
 * @param {number} uid who asks
 * @returns {string | undefined} what stands in the way, with its remedy
 */
export function inTheWay(tree, uid) {
  const owner = ownerOf(join(tree, '.branchline'));
  // Root may write everything; the engine, which gives up root's rights, may not.
  if (uid === 0 && owner !== undefined && owner !== 0)
    return `.branchline belongs to the user with the number ${owner}: work as that user, or remove the folder to begin anew.`;
  const foreign = WRITTEN.filter(
    (place) => ownerOf(join(tree, place)) !== undefined && !mayWrite(join(tree, place)),
  );
  if (foreign.length === 0) return undefined;
  return (
    `this user may not write ${foreign.join(', ')}: somebody else, probably root, has worked here. Type this once, then try again:\n` +
    `  sudo chown -R "$USER": ${tree}`
  );
}

const ownerOf = (path) => statSync(path, { throwIfNoEntry: false })?.uid;

function mayWrite(path) {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
