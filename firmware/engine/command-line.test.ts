import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EngineSilent } from './ari/errors.ts';
import { commandLine } from './command-line.ts';

/** Longer than the path of a socket may be. */
const DEEP = 'a-directory-with-a-long-name/'.repeat(5);

let folder: string;
let path: string;
let server: Server;
let heard: string[];
let answer: (line: Socket) => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'branchline-line-'));
  mkdirSync(join(folder, DEEP), { recursive: true });
  path = join(folder, DEEP, 'asterisk.ctl');
  heard = [];
  answer = (line) => line.end('nothing of the kind\n');
  server = createServer((line) => {
    line.write('box/1234/22.10.1\n');
    line.on('error', () => undefined);
    line.once('data', (data) => {
      heard.push(data.toString());
      answer(line);
    });
  });
  const before = process.cwd();
  process.chdir(join(folder, DEEP));
  await new Promise<void>((resolve) => server.listen('asterisk.ctl', resolve));
  process.chdir(before);
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

test('asks, and gives what is said after the greeting, however deep the socket lies', async () => {
  expect(await commandLine(path, 2_000).ask('mixmonitor list c1')).toBe('nothing of the kind\n');
  expect(heard).toEqual(['cli quit after mixmonitor list c1\0']);
});

test('a wait for an engine that does not end it is ended', async () => {
  answer = () => undefined;
  await expect(commandLine(path, 50).ask('core show uptime')).rejects.toBeInstanceOf(EngineSilent);
});

test('nobody there is said at once', async () => {
  const nowhere = commandLine(join(folder, 'not-here/asterisk.ctl'), 60_000);
  await expect(nowhere.ask('core show uptime')).rejects.toBeInstanceOf(EngineSilent);
});

test('two commands in one are refused', async () => {
  await expect(commandLine(path, 2_000).ask('core show uptime\ncore stop now')).rejects.toThrow(
    'not one command',
  );
  expect(heard).toEqual([]);
});
