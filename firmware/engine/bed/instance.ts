/** An engine instance of a test's own: free ports, a directory that goes away, and an end in every case. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { Branch } from '@branchline/contracts/branch/model';
import { spawnRooted } from '@branchline/runtime/rooted';
import { connectEngine } from '../connect.ts';
import { instanceBinds, instanceLayout, type InstanceLayout } from '../instance/layout.ts';
import { probeSip } from '../instance/probe.ts';
import type { EngineAccess } from '../instance/start.ts';
import type { Engine, EngineEvent } from '../port.ts';
import type { EngineSettings } from '../settings.ts';

export const ENGINE_ROOT = process.env['BRANCHLINE_ENGINE_ROOT'];

export interface BedInstance {
  readonly settings: EngineSettings;
  readonly layout: InstanceLayout;
  readonly process: ChildProcess;
  /** Milliseconds from spawn to the first answer to OPTIONS. */
  readonly firstAnswerMs: number;
  connect(onEvent: (event: EngineEvent) => void): Promise<Engine>;
  access(): EngineAccess;
  /** What the engine's own command line says. */
  console(command: string): Promise<string>;
  log(): string;
  stop(): Promise<void>;
}

export async function startInstance(
  branch: Branch,
  phoneSecrets: EngineSettings['phoneSecrets'],
  lineSecrets: Readonly<Record<string, string>> = {},
): Promise<BedInstance> {
  const root = ENGINE_ROOT;
  if (root === undefined) throw new Error('Set BRANCHLINE_ENGINE_ROOT to a prepared engine root.');
  const dir = mkdtempSync(join(tmpdir(), 'branchline-engine-'));
  const rtp = 20_000 + 400 * Math.floor(Math.random() * 60);
  const settings: EngineSettings = {
    sip: { address: '127.0.0.1', port: await freeUdpPort() },
    mediaAddress: '127.0.0.1',
    rtp: { first: rtp, last: rtp + 399 },
    ari: { port: await freeTcpPort() },
    phoneSecrets,
    lineSecrets,
    lineCa: rootCertificates.join('\n'),
  };
  const siteFile = join(dir, 'site.json');
  writeFileSync(siteFile, JSON.stringify({ branch, settings }), { mode: 0o600 });
  const layout = instanceLayout({ dir });
  const main = fileURLToPath(new URL('../instance/main.ts', import.meta.url));
  const spawned = performance.now();
  const child = spawn(process.execPath, [main, '--root', root, '--instance', dir, '--site', siteFile], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  await firstAnswer(settings.sip, child);
  return {
    settings,
    layout,
    process: child,
    firstAnswerMs: performance.now() - spawned,
    connect: (onEvent) => connectSoon(layout, onEvent),
    access: () => accessOf(layout),
    console: (command) => runConsole(root, layout, command),
    log: () => readFileSync(join(layout.log, 'messages.log'), 'utf8'),
    stop: async () => {
      process.off('exit', kill);
      const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
      child.kill('SIGKILL');
      await gone;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function firstAnswer(sip: EngineSettings['sip'], child: ChildProcess): Promise<void> {
  const end = performance.now() + 15_000;
  while (performance.now() < end && child.exitCode === null) {
    if ((await probeSip(sip, 100)) !== undefined) return;
  }
  throw new Error(
    child.exitCode === null ? 'no SIP answer within 15 s' : `the engine ended with ${child.exitCode}`,
  );
}

const accessOf = (layout: InstanceLayout): EngineAccess =>
  JSON.parse(readFileSync(layout.access, 'utf8')) as EngineAccess;

/** SIP is there a moment before the web server of the engine. */
async function connectSoon(layout: InstanceLayout, onEvent: (event: EngineEvent) => void): Promise<Engine> {
  const access = accessOf(layout);
  for (const end = performance.now() + 5_000; ;) {
    try {
      return await connectEngine({ access, timeoutMs: 2_000, onEvent });
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
}

async function runConsole(root: string, layout: InstanceLayout, command: string): Promise<string> {
  const child = spawnRooted(
    { root, binds: instanceBinds(layout), user: 'asterisk', argv: ['/usr/sbin/asterisk', '-rx', command] },
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(child, 'close');
  return text;
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((closed) => socket.close(() => closed()));
  return port;
}

async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise<void>((closed) => server.close(() => closed()));
  return port;
}
