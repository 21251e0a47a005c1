/** npm's packages, and with them the repository's own Node. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeOf, root, run } from './programs.mjs';
import { during, fail } from './voice.mjs';

/** Brings them when what is there is not what the lock file says. */
export async function bringPackages() {
  if (packagesFit(root)) return;
  // The lock file has settled the versions, and what runs afterwards is the repository's Node, not this one.
  const ci = ['ci', '--engine-strict=false', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await during(
    "npm's packages, once",
    () => run('npm', ci, { onLine: () => undefined }),
    () => howFar(root),
  );
  if (code !== 0) fail('npm ci failed; its message stands above.');
  if (!existsSync(nodeOf()))
    fail(
      `npm has brought no Node for this machine (${process.platform} on ${process.arch}): needed is Linux on x64 or arm64.`,
    );
}

/** npm writes down what it has installed; packages for other machines are missing there, and rightly so. */
export function packagesFit(tree) {
  const installed = join(tree, 'node_modules/.package-lock.json');
  if (!existsSync(nodeOf(tree)) || !existsSync(installed)) return false;
  const there = packagesOf(installed);
  return wanted(tree).every(([path, { version, optional, devOptional }]) =>
    there[path] === undefined ? optional === true || devOptional === true : there[path].version === version,
  );
}

/** '120 of 365': npm says nothing of its own when nobody watches it at a terminal. */
export function howFar(tree) {
  const node = `node_modules/node-${process.platform}-${process.arch}`;
  // What is optional is there for some machines alone; the Node of this one is the largest of all, and comes last.
  const paths = wanted(tree).flatMap(([path, { optional, link }]) =>
    path === node || !(optional || link) ? [path] : [],
  );
  const there = paths.filter((path) => existsSync(join(tree, path, 'package.json')));
  return `${there.length} of ${paths.length}`;
}

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

const wanted = (tree) =>
  Object.entries(packagesOf(join(tree, 'package-lock.json'))).filter(([path]) => path !== '');
