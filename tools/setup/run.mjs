/**
 * The door to every command: `npm start`, `npm test`, `npm run check` and the rest come through here, typed with any Node
 * from 20 up. It brings what is missing, says what it is doing, and hands over to the repository's own Node.
 * Plain JavaScript without packages, because it runs before there are any.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (text) => console.log(`[branchline] ${text}`);
const [command = '', ...rest] = process.argv.slice(2);

const COMMANDS = {
  start: { needs: ['engine', 'pages'], runs: ['tools/desk/start.ts'] },
  stop: { needs: [], runs: ['tools/desk/stop.ts'] },
  build: { needs: [], runs: ['tools/build.ts'] },
  check: { needs: [], runs: ['tools/check/main.ts'] },
  test: { needs: ['engine', 'browser', 'pages'], runs: ['tools/test.ts'] },
  bench: { needs: ['engine'], runs: ['tests/bench/main.ts'] },
};

/** Debian's packages behind each need, and a file that shows they are there. */
const SYSTEM = {
  engine: [
    ['mmdebstrap', '/usr/bin/mmdebstrap'],
    ['uidmap', '/usr/bin/newuidmap'],
  ],
  browser: [
    ['chromium', '/usr/bin/chromium'],
    ['fonts-noto-cjk', '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'],
  ],
  pages: [],
};

const chosen = COMMANDS[command];
if (!chosen) {
  console.error(`There is no command '${command}'. Known: ${Object.keys(COMMANDS).join(', ')}.`);
  process.exit(2);
}
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Node ${process.versions.node} is too old: install Node 20 or newer.`);
  process.exit(2);
}

bringPackages();
bringSystem(chosen.needs);
const [script, ...args] = chosen.runs;
process.exit(run(nodeOf(), [join(root, script), ...args, ...rest]));

/** npm's packages, and with them the repository's own Node: only when what is there is not what the lock file says. */
function bringPackages() {
  if (existsSync(nodeOf()) && packagesFit()) return;
  say('installing packages (about a minute, once) ...');
  // The lock file has settled the versions, and what runs afterwards is the repository's Node, not this one.
  const code = run('npm', ['ci', '--engine-strict=false', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) fail('npm ci failed; its message stands above.');
}

/** npm writes down what it has installed; packages for other machines are missing there, and rightly so. */
function packagesFit() {
  const installed = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const there = packagesOf(installed);
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(
    ([path, { version, optional, devOptional }]) => {
      if (path === '' || there[path] === undefined)
        return path === '' || optional === true || devOptional === true;
      return there[path].version === version;
    },
  );
}

function bringSystem(needs) {
  const missing = needs
    .flatMap((need) => SYSTEM[need])
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
  if (missing.length === 0) return;
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];
  const isRoot = process.getuid?.() === 0;
  const hasSudo = !isRoot && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  if (!isRoot && !hasSudo)
    fail(`these Debian packages are missing. Type this once, then try again:\n  sudo ${install.join(' ')}`);
  say(`installing Debian packages: ${missing.join(', ')} ...`);
  const asRoot = (args) =>
    run(
      isRoot ? args[0] : 'sudo',
      isRoot ? args.slice(1) : args,
      { DEBIAN_FRONTEND: 'noninteractive' },
      'quiet',
    );
  asRoot(['apt-get', 'update']);
  if (asRoot(install) !== 0) fail(`could not install ${missing.join(', ')}. Type: sudo ${install.join(' ')}`);
}

function nodeOf() {
  return join(root, 'node_modules/.bin/node');
}

function run(file, args, env = {}, loud = 'loud') {
  mkdirSync(join(root, '.branchline'), { recursive: true });
  const path = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`;
  const result = spawnSync(file, args, {
    cwd: root,
    stdio: loud === 'loud' ? 'inherit' : ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PATH: path, SCARF_ANALYTICS: 'false', ...env },
  });
  if (result.error) fail(`${file} could not be started: ${result.error.message}`);
  return result.status ?? 1;
}

function fail(text) {
  console.error(`[branchline] ${text}`);
  process.exit(1);
}
