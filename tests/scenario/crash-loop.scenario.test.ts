/** A box service that is killed again and again, as a process of its own and without an engine: it ends in safe mode, says so, and is let out. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Starts } from '@branchline/firmware/safe-mode/starts';
import { Door } from '../bed/door.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const KILLS = 2;

let dir: string;
let env: Record<string, string>;
let door: Door;
let running: ChildProcess | undefined;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'crash-loop-'));
  copyFileSync(join(repository, 'contracts/samples/hangzhou-west.yaml'), join(dir, 'branch.yaml'));
  const port = await freePort();
  env = {
    BRANCHLINE_BOX_DATA_DIR: dir,
    BRANCHLINE_BOX_SIP_ADDRESS: '127.0.0.1',
    BRANCHLINE_BOX_CONSOLE_LISTEN: `127.0.0.1:${port}`,
    BRANCHLINE_BOX_SAFE_MODE_AFTER: String(KILLS + 1),
  };
  const said = spawnSync(process.execPath, [join(repository, 'firmware/prepare.ts')], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const { password } = JSON.parse(said.stdout.trim().split('\n').at(-1) ?? '{}') as { password: string };
  door = new Door(`http://127.0.0.1:${port}`, password);
});
afterEach(() => end('SIGKILL'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Resolves when its page answers. */
async function start(): Promise<void> {
  const child = spawn(process.execPath, [join(repository, 'firmware/main.ts')], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  running = child;
  await door.until('/api/ready', () => true, 20_000);
}

async function end(signal: NodeJS.Signals): Promise<void> {
  const child = running;
  running = undefined;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

const isSafe = async (): Promise<boolean> => {
  const live = await door.untilLive(({ health }) => health.now !== undefined, 10_000);
  const alarm = Object.values(live.alarms).some(({ code }) => code === 'safe-mode');
  expect(live.health.now?.safeMode !== undefined).toBe(alarm);
  return alarm;
};
const kept = (): Starts => JSON.parse(readFileSync(join(dir, 'starts.json'), 'utf8')) as Starts;

test('orderly ends are no crash loop; kills are, and the page says so; a person lets it out', async () => {
  await start();
  await end('SIGTERM');
  expect(kept().at).toEqual([]);
  for (let each = 0; each < KILLS; each += 1) {
    await start();
    await end('SIGKILL');
  }
  await start();
  expect(await isSafe()).toBe(true);
  await expect(door.get('/api/calls')).resolves.toMatchObject({ calls: [] });

  // Neither a kill nor an orderly end lets it out before its time.
  await end('SIGKILL');
  await start();
  expect(await isSafe()).toBe(true);

  const child = running;
  const ended = child && once(child, 'exit');
  await door.post('/api/safe-mode/leave', {});
  expect(await ended).toEqual([0, null]);
  running = undefined;
  await start();
  expect(await isSafe()).toBe(false);
  await expect(door.post('/api/safe-mode/leave', {})).rejects.toThrow('not-in-safe-mode');
}, 60_000);

test('a file of starts that nobody can read keeps the box from nothing', async () => {
  writeFileSync(join(dir, 'starts.json'), '{"at":');
  await start();
  expect(await isSafe()).toBe(false);
});
