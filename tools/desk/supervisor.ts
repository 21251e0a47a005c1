/** pm2 as a separate program with a home of its own: started, asked and ended by its command line. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { writeFileAtomic } from '@branchline/runtime/atomic-file';
import { repository } from '../processes.ts';
import { boxEnv, hqEnv, places } from './places.ts';

const pm2 = join(repository, 'node_modules/.bin/pm2');

/** pm2 keeps the environment of what it starts in its files: it is given the least that works, and no secret. */
const env = {
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '/',
  LANG: 'C.UTF-8',
  PM2_HOME: places.pm2,
};

interface App {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Of Node itself. */
  readonly node_args?: readonly string[];
}

const apps: readonly App[] = [
  { name: 'headquarters', script: 'dist/controller/main.mjs', env: hqEnv },
  {
    name: 'engine',
    script: 'dist/firmware/engine/instance/main.mjs',
    args: [
      '--root',
      places.engineRoot,
      '--instance',
      join(places.box, 'engine'),
      '--site',
      join(places.box, 'engine-site.json'),
    ],
  },
  // The young generation of the heap would grow with the burst of the start, and never shrink again.
  {
    name: 'box',
    script: 'dist/firmware/main.mjs',
    env: boxEnv,
    node_args: ['--max-semi-space-size=1'],
  },
  { name: 'lab', script: 'dist/lab/main.mjs', args: ['--plan', places.labPlan] },
];

export function startApps(): void {
  const ecosystem = {
    apps: apps.map((app) => ({
      ...app,
      cwd: repository,
      script: join(repository, app.script),
      interpreter: join(repository, 'node_modules/.bin/node'),
      exec_mode: 'fork',
      autorestart: true,
      restart_delay: 200,
      kill_timeout: 6_000,
      max_restarts: 1_000,
      min_uptime: 1_000,
      out_file: join(places.logs, `${app.name}.log`),
      error_file: join(places.logs, `${app.name}.log`),
      merge_logs: true,
      filter_env: ['npm_', 'INIT_CWD'],
    })),
  };
  const file = join(places.home, 'ecosystem.json');
  writeFileAtomic(file, JSON.stringify(ecosystem, null, 2));
  call(['start', file, '--silent']);
}

/** Ends everything that was started and pm2 itself; true when there was anything. */
export function stopApps(): boolean {
  if (spawnSync(pm2, ['pid'], { env, stdio: 'ignore' }).status === null) return false;
  call(['kill', '--silent'], true);
  return true;
}

function call(args: readonly string[], lenient = false): void {
  const result = spawnSync(pm2, [...args], { cwd: repository, env, encoding: 'utf8' });
  if (result.status !== 0 && !lenient)
    throw new Error(`pm2 ${args[0] ?? ''} failed:\n${result.stdout}${result.stderr}`);
}
