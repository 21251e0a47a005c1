/** pm2 as a separate program with a home of its own: started, asked and ended by its command line. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { enginePid } from '@branchline/firmware/engine/instance/watch';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import { repository } from '../processes.ts';
import { cloudPids } from './cloud.ts';
import { boxEnv, cloudEnv, hqEnv, places, secondEnv } from './places.ts';

/** How long a program may take to end by itself. */
const STOP_MS = 6_000;

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

const engineOf = (name: string, dataDir: string): App => ({
  name,
  script: 'dist/firmware/engine/instance/main.mjs',
  args: [
    ...['--root', places.engineRoot, '--instance', join(dataDir, 'engine')],
    ...['--site', join(dataDir, 'engine-site.json')],
  ],
});

const boxOf = (name: string, boxEnv: Readonly<Record<string, string>>): App => ({
  name,
  script: 'dist/firmware/main.mjs',
  env: boxEnv,
  // The young generation of the heap would grow with the burst of the start, and never shrink again.
  node_args: ['--max-semi-space-size=1'],
});

const apps: readonly App[] = [
  { name: 'headquarters', script: 'dist/controller/main.mjs', env: hqEnv },
  engineOf('engine', places.box),
  boxOf('box', boxEnv),
  engineOf('second-engine', places.second),
  boxOf('second', secondEnv),
  { name: 'cloud', script: 'dist/stand-in/main.mjs', env: cloudEnv },
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
      kill_timeout: STOP_MS,
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

/** Whether anything of a start before is still there. */
export const runs = (): boolean =>
  supervisorRuns() || cloudPids().length > 0 || DATA_DIRS.some((dir) => engineIn(dir) !== undefined);

/** Ends everything that was started, and pm2 itself. */
export async function stopApps(): Promise<void> {
  if (supervisorRuns()) call(['kill', '--silent'], true);
  await Promise.all([...DATA_DIRS.map(endEngine), endAll(cloudPids())]);
}

/** What a hand may stop and kill. */
export const SERVICES = ['headquarters', 'engine', 'box'] as const;
export type Service = (typeof SERVICES)[number];

/** Ends a service, which then stays away, or begins it again. */
export function setStopped(service: Service, stopped: boolean): void {
  if (stopped !== isStopped(service)) call([stopped ? 'stop' : 'start', service, '--silent']);
}

export const isStopped = (service: Service): boolean => pidOf(service) === 0;

/** As a fault of its own would: pm2 begins it again. */
export function killNow(service: Service): void {
  const pid = service === 'engine' ? (engineIn(places.box) ?? 0) : pidOf(service);
  if (pid > 0) process.kill(pid, 'SIGKILL');
}

function pidOf(service: Service): number {
  const { stdout } = spawnSync(pm2, ['pid', service], { cwd: repository, env, encoding: 'utf8' });
  return Number(stdout.trim().split('\n').at(-1) ?? 0) || 0;
}

function supervisorRuns(): boolean {
  const pid = readIfThere(join(places.pm2, 'pm2.pid'))?.trim();
  // After a restart of the machine the number may be another program's: pm2 writes its home into its title.
  return pid !== undefined && (readIfThere(`/proc/${pid}/cmdline`)?.includes(places.pm2) ?? false);
}

const DATA_DIRS = [places.box, places.second];
const engineIn = (dataDir: string): number | undefined => enginePid(join(dataDir, 'engine/run'));

/** The engine outlives a supervisor that was killed, as it should; the next one could not start it, and would not end it. */
async function endEngine(dataDir: string): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const pid = engineIn(dataDir);
    if (pid === undefined) return;
    process.kill(pid, signal);
    for (const until = performance.now() + STOP_MS; engineIn(dataDir) === pid && performance.now() < until;)
      await pause(50);
  }
}

/** Those that do not end when they are asked to are ended. */
async function endAll(pids: readonly number[]): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const pid of cloudPids().filter((each) => pids.includes(each))) process.kill(pid, signal);
    for (const until = performance.now() + STOP_MS; cloudPids().length > 0 && performance.now() < until;)
      await pause(50);
  }
}

function call(args: readonly string[], lenient = false): void {
  const result = spawnSync(pm2, [...args], { cwd: repository, env, encoding: 'utf8' });
  if (result.status !== 0 && !lenient)
    throw new Error(`pm2 ${args[0] ?? ''} failed:\n${result.stdout}${result.stderr}`);
}
