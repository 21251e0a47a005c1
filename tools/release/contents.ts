/** Which files of the repository, once it is built, a machine needs. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FOLDERS = ['dist', 'web-ui/dist', 'firmware/prompts', 'firmware/devices/gateways/models', 'systemd'];
/** Of packages: what compiles, describes or explains them. */
const NOT_RUN =
  /\.(c|cc|cpp|h|hpp|gyp|gypi|md|map|ts|mts|cts)$|(^|\/)(test|tests|deps|docs|example|examples)\//;

export interface Content {
  /** In the release. */
  path: string;
  /** In the file system. */
  from: string;
}

/** Sorted by path, each once. @throws Error when a package or a folder is not there. */
export function contentsOf(
  repository: string,
  packages: readonly string[],
  architecture: 'x64' | 'arm64',
): Content[] {
  const found = new Map<string, string>();
  for (const folder of FOLDERS)
    for (const path of filesBeneath(join(repository, folder)))
      found.set(`${folder}/${path}`, join(repository, folder, path));
  for (const folder of packagesWithTheirs(repository, packages)) {
    for (const path of filesBeneath(join(repository, folder)))
      if (!NOT_RUN.test(path)) found.set(`${folder}/${path}`, join(repository, folder, path));
  }
  found.set('package.json', join(repository, 'package.json'));
  const node = join(repository, 'node_modules', `node-linux-${architecture}`, 'bin/node');
  if (!existsSync(node)) throw new Error(`${node} is not there: build on a machine of that architecture`);
  found.set('node_modules/.bin/node', node);
  return [...found].map(([path, from]) => ({ path, from })).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Folders, in the repository, of packages and of all that they depend on. */
function packagesWithTheirs(repository: string, names: readonly string[]): string[] {
  const folders = new Set<string>();
  const add = (name: string, from: string, optional: boolean): void => {
    const folder = placeOf(repository, name, from);
    if (folder === undefined) {
      if (optional) return;
      throw new Error(`package ${name}, which ${from || 'a bundle'} needs, is not installed: npm install`);
    }
    if (folders.has(folder)) return;
    folders.add(folder);
    const file = readFileSync(join(repository, folder, 'package.json'), 'utf8');
    const needs = JSON.parse(file) as Partial<Record<`${'d' | 'optionalD'}ependencies`, object>>;
    const may = Object.keys(needs.optionalDependencies ?? {});
    for (const each of Object.keys(needs.dependencies ?? {})) add(each, folder, may.includes(each));
    for (const each of may) add(each, folder, true);
  };
  for (const name of names) add(name, '', false);
  return [...folders];
}

/** As Node looks: in the package's own node_modules, then in each above. */
function placeOf(repository: string, name: string, from: string): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const place = join(at, 'node_modules', name);
    if (existsSync(join(repository, place, 'package.json'))) return place;
    if (at === '' || at === '.') return undefined;
  }
}

/** Regular files, by their path in the folder; a package's own packages are counted for themselves. */
function filesBeneath(folder: string): string[] {
  if (!existsSync(folder)) throw new Error(`${folder} is not there: npm run build makes it`);
  const paths: string[] = [];
  const walk = (within: string): void => {
    for (const name of readdirSync(join(folder, within))) {
      if (name === 'node_modules') continue;
      const path = within === '' ? name : `${within}/${name}`;
      if (statSync(realpathSync(join(folder, path))).isDirectory()) walk(path);
      else paths.push(path);
    }
  };
  walk('');
  return paths;
}
