/** Makes the engine's root directory from Debian's packages: whole or not at all, and once. */
import { spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { userInfo } from 'node:os';
import {
  engineVersion,
  isAtLeast,
  mmdebstrapArgs,
  OLDEST_ENGINE,
  RECIPE,
  ROOT_FILES,
  saysIndexExpired,
  stepsOf,
  type RecipeChoices,
} from './recipe.ts';

export interface PrepareOptions extends RecipeChoices {
  /** Absolute; its parent is made if need be. */
  readonly dir: string;
  readonly asRoot: boolean;
  readonly onStep: (step: string) => void;
  readonly onWarning: (text: string) => void;
  readonly signal?: AbortSignal;
}

export interface PreparedRoot {
  readonly dir: string;
  readonly engine: string;
  /** False when the root was there already. */
  readonly made: boolean;
}

/** A root is 280 MB; while it is made, the packages it is made of lie in it as well. */
const ROOM_MB = 500;
const STAMP = 'etc/branchline-root.json';

/** @throws with a sentence that names the remedy: a missing package, no network, an index out of date, an engine too old. */
export async function prepareRoot(options: PrepareOptions): Promise<PreparedRoot> {
  const present = readStamp(options.dir);
  if (present !== undefined) return { dir: options.dir, engine: present, made: false };
  requireHostTools(options.asRoot);

  const part = `${options.dir}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(dirname(options.dir), { recursive: true });
  requireRoom(dirname(options.dir));
  await makeTree(options, part);
  const engine = requireEngine(part);
  for (const [path, text] of Object.entries(ROOT_FILES)) {
    // A link would lead the write out of the tree.
    rmSync(join(part, path), { force: true });
    writeFileSync(join(part, path), text);
  }
  writeFileSync(join(part, STAMP), `${JSON.stringify({ recipe: RECIPE, engine, suite: options.suite })}\n`);
  rmSync(options.dir, { recursive: true, force: true });
  renameSync(part, options.dir);
  return { dir: options.dir, engine, made: true };
}

/** The engine version of a root made by this recipe; undefined when it must be made. */
function readStamp(dir: string): string | undefined {
  const path = join(dir, STAMP);
  if (!existsSync(path)) return undefined;
  const stamp = JSON.parse(readFileSync(path, 'utf8')) as { recipe?: number; engine?: string };
  return stamp.recipe === RECIPE && isAtLeast(stamp.engine ?? '0', OLDEST_ENGINE) ? stamp.engine : undefined;
}

async function makeTree(options: PrepareOptions, part: string): Promise<void> {
  const strict = await runRecipe({ ...options, allowExpiredIndex: false }, part);
  if (strict.code === 0) return;
  if (!saysIndexExpired(strict.output)) throw failure(strict);
  if (!options.allowExpiredIndex) {
    throw new Error(
      `The package index of Debian ${options.suite} is past its validity date, so it may hide newer packages. ` +
        'Use a current mirror (--mirror URL), check the clock of this machine, or accept it with --allow-expired-index.',
    );
  }
  options.onWarning(
    `The package index of Debian ${options.suite} is past its validity date. Going on, as --allow-expired-index was given: ` +
      'signatures are checked, but newer packages may exist.',
  );
  rmSync(part, { recursive: true, force: true });
  const lenient = await runRecipe(options, part);
  if (lenient.code !== 0) throw failure(lenient);
}

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

function failure(outcome: Outcome): Error {
  const last = outcome.output
    .trim()
    .split('\n')
    .filter((line) => /^E: /.test(line))
    .slice(-3)
    .join(' ');
  return new Error(
    `The engine's root could not be made (mmdebstrap ended with ${outcome.code}): ${last || outcome.output.slice(-400)}`,
  );
}

function runRecipe(options: PrepareOptions, part: string): Promise<Outcome> {
  const args = mmdebstrapArgs(options, options.asRoot ? { dir: part } : 'tar');
  const maker = spawn('mmdebstrap', args, { stdio: ['ignore', 'pipe', 'pipe'], signal: options.signal });
  const nothing: Outcome = { code: 0, output: '' };
  const unpacked = options.asRoot ? Promise.resolve(nothing) : unpack(maker.stdout, part, options.signal);
  return new Promise((resolve, reject) => {
    let output = '';
    maker.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const step of stepsOf(text)) options.onStep(step);
    });
    if (options.asRoot) maker.stdout.resume();
    maker.once('error', reject);
    maker.once('close', (code) => {
      unpacked.then((tar) => resolve(together({ code, output }, tar)), reject);
    });
  });
}

/** A maker that fails says why; tar then gets half a tree or none, and has nothing to add. */
function together(maker: Outcome, tar: Outcome): Outcome {
  if (maker.code !== 0 && /^E: /m.test(maker.output)) return maker;
  return { code: maker.code === 0 ? tar.code : maker.code, output: maker.output + tar.output };
}

/** Device nodes cannot be made by an ordinary user, and every instance brings its own /dev. */
function unpack(tar: NodeJS.ReadableStream, part: string, signal?: AbortSignal): Promise<Outcome> {
  mkdirSync(join(part, 'dev'), { recursive: true });
  const args = ['-x', '-C', part, '--exclude=./dev/*', '--no-same-owner', '--delay-directory-restore'];
  const unpacker = spawn('tar', args, { stdio: ['pipe', 'ignore', 'pipe'], signal });
  tar.pipe(unpacker.stdin);
  // When tar ends early its exit code tells; the broken pipe adds nothing.
  unpacker.stdin.on('error', () => undefined);
  let output = '';
  unpacker.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    unpacker.once('error', reject);
    unpacker.once('close', (code) => resolve({ code, output: output.replaceAll(/^(?=.)/gm, 'E: ') }));
  });
}

function requireEngine(tree: string): string {
  const version = engineVersion(readFileSync(join(tree, 'var/lib/dpkg/status'), 'utf8'));
  if (version === undefined) throw new Error(`The tree ${tree} has no package asterisk.`);
  if (!isAtLeast(version, OLDEST_ENGINE)) {
    throw new Error(
      `The suite carries Asterisk ${version}; ${OLDEST_ENGINE} is the oldest without known holes. Choose another with --suite.`,
    );
  }
  return version;
}

function requireRoom(place: string): void {
  const { bavail, bsize } = statfsSync(place);
  const freeMb = Math.floor((bavail * bsize) / 1e6);
  if (freeMb >= ROOM_MB) return;
  throw new Error(
    `Only ${freeMb} MB are free in ${place}; the engine's root needs ${ROOM_MB} MB. Make room there.`,
  );
}

function requireHostTools(asRoot: boolean): void {
  const needed = asRoot ? { mmdebstrap: 'mmdebstrap' } : { mmdebstrap: 'mmdebstrap', newuidmap: 'uidmap' };
  const missing = Object.entries(needed).filter(([tool]) => !installed(tool));
  if (missing.length > 0) {
    const packages = missing.map(([, name]) => name).join(' ');
    throw new Error(
      `Missing on this machine: ${packages}. Type: sudo apt-get install --no-install-recommends -y ${packages}`,
    );
  }
  const { username } = userInfo();
  if (!asRoot && !readIfThere('/etc/subuid').includes(`${username}:`)) {
    throw new Error(
      `The user ${username} has no subordinate user ids, which building a root as an ordinary user needs. ` +
        `Type: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${username}`,
    );
  }
}

const readIfThere = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

function installed(tool: string): boolean {
  return ['/usr/bin', '/usr/sbin', '/bin', '/usr/local/bin'].some((dir) => {
    try {
      accessSync(join(dir, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
