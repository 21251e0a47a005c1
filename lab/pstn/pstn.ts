/** The public network and its gateways as one running engine. */
import type { ChildProcess } from 'node:child_process';
import { chownSync, mkdirSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { accountOf, runsAsRoot, spawnRooted } from '@branchline/runtime/rooted';
import type { LabPlan } from '../plan.ts';
import type { Pacer } from '../rtp/pacer.ts';
import { silence } from '../rtp/sources.ts';
import { UserAgent } from '../sip/user-agent.ts';
import { edgeOf } from './carrier-conf.ts';
import { CarrierEdge } from './edge.ts';
import { renderPstnFiles } from './render.ts';
import { writeFirstRoutes } from './routes.ts';
import { hostsFile, INSIDE } from './small-confs.ts';

export interface Pstn {
  readonly pid: number;
  /** Resolves when the engine has ended, however it came. */
  readonly ended: Promise<PstnEnd>;
  stop(): Promise<void>;
}

export interface PstnEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const START_MS = 20_000;
const STOP_MS = 5_000;
const ACCOUNT = 'asterisk';

/** Resolves when it answers SIP. Rejects when it ends before, or does not answer within 20 s. */
export async function startPstn(plan: LabPlan, pacer: Pacer): Promise<Pstn> {
  const dir = plan.pstn.instance;
  writeInstance(plan);
  const child = spawnEngine(plan, dir);
  const ended = new Promise<PstnEnd>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });
  const edges: CarrierEdge[] = [];
  const stop = async (): Promise<void> => {
    await stopChild(child, ended);
    await Promise.all(edges.map((edge) => edge.close()));
  };
  try {
    for (const edge of plan.pstn.carriers.flatMap((carrier) => edgeOf(carrier) ?? []))
      edges.push(await CarrierEdge.open(edge));
    await Promise.race([
      answersSip(plan, pacer),
      ended.then((end) => {
        throw new Error(`The PSTN's engine ended at its start (${JSON.stringify(end)}): ${lastWords(dir)}`);
      }),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid ?? 0, ended, stop };
}

function writeInstance(plan: LabPlan): void {
  const dir = plan.pstn.instance;
  const places = ['etc', 'run', 'log', 'spool', 'state', 'net'].map((name) => join(dir, name));
  rmSync(join(dir, 'etc'), { recursive: true, force: true });
  // Registrations of an earlier run name ports that nobody listens on any more.
  rmSync(join(dir, 'state'), { recursive: true, force: true });
  for (const place of places) mkdirSync(place, { recursive: true, mode: 0o700 });
  const files = Object.entries(renderPstnFiles(plan)).map(
    ([name, text]) => [join(dir, 'etc', name), text] as const,
  );
  for (const [path, text] of files) writeFileSync(path, text, { mode: 0o600 });
  writeFirstRoutes(plan);
  writeFileSync(join(dir, 'net/hosts'), hostsFile(hostname()), { mode: 0o644 });
  if (!runsAsRoot()) return;
  const { uid, gid } = accountOf(plan.pstn.engineRoot, ACCOUNT);
  for (const path of [dir, ...places, ...files.map(([path]) => path)]) chownSync(path, uid, gid);
}

/** The engine dies with this process, whatever ends it: a lab that was killed leaves nothing behind. */
function spawnEngine({ pstn: { engineRoot } }: LabPlan, dir: string): ChildProcess {
  const console = openSync(consoleOf(dir), 'w', 0o600);
  const child = spawnRooted(
    {
      root: engineRoot,
      user: ACCOUNT,
      binds: [
        { from: dir, to: INSIDE },
        { from: join(dir, 'net/hosts'), to: '/etc/hosts', readOnly: true },
      ],
      argv: [
        '/usr/bin/setpriv',
        '--pdeathsig=KILL',
        '--',
        '/usr/sbin/asterisk',
        '-f',
        '-C',
        `${INSIDE}/etc/asterisk.conf`,
      ],
    },
    { stdio: ['ignore', console, console] },
  );
  closeSync(console);
  return child;
}

const consoleOf = (dir: string): string => join(dir, 'log/console.log');

const lastWords = (dir: string): string => readFileSync(consoleOf(dir), 'utf8').trim().slice(-600);

/** Any answer will do; a request that is lost while the engine starts is repeated by its transaction. */
async function answersSip(plan: LabPlan, pacer: Pacer): Promise<void> {
  const probe = await UserAgent.open({
    host: plan.subscriberHost,
    user: 'probe',
    server: plan.pstn.exchange,
    pacer,
    source: silence(),
    timing: { t1: START_MS / 64, t2: 100, t4: 100 },
  });
  try {
    await probe.ping();
  } catch (cause) {
    throw new Error(`The PSTN's engine did not answer SIP within ${START_MS / 1_000} s.`, { cause });
  } finally {
    await probe.close();
  }
}

async function stopChild(child: ChildProcess, ended: Promise<PstnEnd>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(impatience);
}
