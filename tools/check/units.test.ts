/** The units of systemd/: that systemd understands them, and that the watchdog ends what hangs and nothing else. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDocument } from '@branchline/firmware/branch/document';
import { readSettings as readStandInSettings } from '../../stand-in/settings.ts';

const folder = fileURLToPath(new URL('../../systemd', import.meta.url));
const units = readdirSync(folder).filter((name) => name.endsWith('.service'));
const installed = (program: string): boolean => existsSync(`/usr/bin/${program}`);
/** Far more than it takes. */
const LONGEST_MS = 30_000;

let dir = '';
const started: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'branchline-units-'));
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

const start = (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess => {
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, ...env },
  });
  started.push(child);
  return child;
};

describe.skipIf(!installed('systemd-analyze'))('the units', () => {
  it('are understood by systemd, word for word', () => {
    for (const unit of units) {
      const text = readFileSync(join(folder, unit), 'utf8')
        .replaceAll('/opt/branchline/node_modules/.bin/node', process.execPath)
        .replaceAll('/opt/branchline-releases/good/node_modules/.bin/node', process.execPath)
        .replaceAll('/opt/branchline/systemd', folder);
      writeFileSync(join(dir, unit), text);
    }
    const { status, stderr } = spawnSync(
      'systemd-analyze',
      ['verify', '--man=no', ...units.map((unit) => join(dir, unit))],
      { encoding: 'utf8', timeout: LONGEST_MS },
    );
    expect(stderr.split('\n').filter((line) => line.includes('branchline'))).toEqual([]);
    expect(status).toBe(0);
  });
});

/** As systemd counts it, 0 to 10, times ten. An engine enters a root of its own, which takes mounts and namespaces. */
const MOST_EXPOSED = {
  'branchline-box.service': 20,
  'branchline-hq.service': 20,
  'branchline-watchdog.service': 20,
  'branchline-release.service': 15,
  'branchline-engine.service': 45,
  'branchline-standin.service': 45,
};

describe.skipIf(!installed('systemd-analyze'))('what a unit may do', () => {
  it.each(Object.entries(MOST_EXPOSED))('%s: no more than it needs', (unit, most) => {
    const { status, stdout } = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', `--threshold=${most}`, join(folder, unit)],
      { encoding: 'utf8', timeout: LONGEST_MS },
    );
    expect(status, stdout).toBe(0);
  });
});

describe('the unit of a host of stand-ins', () => {
  const unit = readFileSync(join(folder, 'branchline-standin.service'), 'utf8');
  const settings = Object.fromEntries(
    [...unit.matchAll(/^Environment=(\w+)=(.+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );

  it('ends the host alone: what it has started has calls', () => {
    expect(unit).toMatch(/^KillMode=process$/m);
    expect(unit).toMatch(/^OOMPolicy=continue$/m);
    expect(unit).not.toMatch(/^(RemoveIPC|PrivateTmp)=yes$/m);
  });

  it('is given all that it needs, by names that it knows', () => {
    const example = readFileSync(join(folder, 'standin.env.example'), 'utf8');
    const given = Object.fromEntries(example.split('\n').flatMap((line) => pairOf(line)));
    expect(readStandInSettings({ ...given, ...settings })).toMatchObject({
      name: 'cloud-1',
      service: '/opt/branchline/dist/firmware/main.mjs',
    });
  });
});

const pairOf = (line: string): [string, string][] => {
  const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
  return name === undefined || value === undefined ? [] : [[name, value]];
};

describe.skipIf(!installed('curl'))('the watchdog', () => {
  const PAGE =
    "let n = 0; const s = require('node:http').createServer((q, a) => { a.statusCode = process.env.ANSWERS.split(' ')[Math.min(n++, 1)]; a.end(); console.log('asked'); });" +
    "s.listen(Number(process.env.PORT), '127.0.0.1', () => console.log(s.address().port));";

  const page = async (answers = '200 200', at = '0'): Promise<{ page: ChildProcess; port: string }> => {
    const child = start(process.execPath, ['-e', PAGE], { ANSWERS: answers, PORT: at });
    return { page: child, port: await says(child, /(\d+)\n/) };
  };

  const asks = (): string => join(dir, 'asks');
  /** The watchdog believes it to be the unit; each time that it asks for it is a line of a file. */
  function isTheUnit({ pid }: ChildProcess): void {
    const next = join(dir, 'next');
    writeFileSync(next, `#!/bin/sh\necho >>${asks()}\necho ${String(pid)}\n`, { mode: 0o755 });
    renameSync(next, join(dir, 'systemctl'));
  }

  async function rounds(many: number): Promise<void> {
    writeFileSync(asks(), '');
    await expect.poll(() => readFileSync(asks()).length, { timeout: LONGEST_MS }).toBeGreaterThan(many);
  }

  const watchdogAt = (port: string): ChildProcess =>
    start(join(folder, 'watchdog.sh'), ['branchline-box.service', '0.2'], {
      PATH: `${dir}:${process.env.PATH ?? ''}`,
      BRANCHLINE_BOX_CONSOLE_LISTEN: `127.0.0.1:${port}`,
    });

  /** A page that answers so first and so from then on, and has been asked once. */
  async function watched(answers?: string): Promise<ChildProcess> {
    const { page: one, port } = await page(answers);
    isTheUnit(one);
    const asked = says(one, /(asked)/);
    watchdogAt(port);
    await asked;
    return one;
  }

  function says(child: ChildProcess, what: RegExp): Promise<string> {
    return new Promise((resolve) => {
      let text = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const match = what.exec(text)?.[1];
        if (match !== undefined) resolve(match);
      });
    });
  }

  it(
    'ends a service that is stopped',
    async () => {
      const page = await watched();
      const ended = once(page, 'exit');
      page.kill('SIGSTOP');
      expect(await ended).toEqual([null, 'SIGKILL']);
    },
    LONGEST_MS,
  );

  it(
    'ends a service that hung before anybody asked it, once until something answers',
    async () => {
      const first = await page();
      isTheUnit(first.page);
      const ended = once(first.page, 'exit');
      first.page.kill('SIGSTOP');
      watchdogAt(first.port);
      expect(await ended).toEqual([null, 'SIGKILL']);
      const second = await page('200 200', first.port);
      second.page.kill('SIGSTOP');
      isTheUnit(second.page);
      await rounds(6);
      expect([second.page.exitCode, second.page.signalCode]).toEqual([null, null]);
      second.page.kill('SIGCONT');
      await rounds(3);
      const endedAfterAll = once(second.page, 'exit');
      second.page.kill('SIGSTOP');
      expect(await endedAfterAll).toEqual([null, 'SIGKILL']);
    },
    LONGEST_MS,
  );

  it(
    'ends a service that says a loop of its own does not go on',
    async () => {
      const page = await watched('200 503');
      expect(await once(page, 'exit')).toEqual([null, 'SIGKILL']);
    },
    LONGEST_MS,
  );

  it(
    'leaves a service alone that answers, whatever it answers',
    async () => {
      const page = await watched('200 404');
      await says(page, /((asked\s*){8})/);
      expect(page.exitCode ?? page.signalCode).toBeNull();
    },
    LONGEST_MS,
  );
});

describe('a reset', () => {
  it('lays aside what made the box a branch, leaves what happened, and begins anew', () => {
    const data = join(dir, 'data');
    const here = ['ledger.db', 'recordings', 'branch.yaml', 'access.sqlite', 'identity', 'factory-reset'];
    mkdirSync(data);
    for (const name of here) writeFileSync(join(data, name), name);
    writeFileSync(join(dir, 'systemctl'), `#!/bin/sh\necho "$@" >> ${dir}/asked\n`, { mode: 0o755 });
    const env = { PATH: `${dir}:${process.env.PATH ?? ''}` };
    const { status, stderr } = spawnSync(join(folder, 'factory-reset.sh'), [data], { encoding: 'utf8', env });
    expect([status, stderr]).toEqual([0, '']);
    expect(readdirSync(data).sort()).toEqual(['before-reset', 'branch.yaml', 'ledger.db', 'recordings']);
    const [aside = ''] = readdirSync(join(data, 'before-reset'));
    expect(readdirSync(join(data, 'before-reset', aside)).sort()).toEqual([
      'access.sqlite',
      'branch.yaml',
      'identity',
    ]);
    const first = checkDocument(readFileSync(join(data, 'branch.yaml'), 'utf8'));
    expect(first.ok ? [] : first.faults).toEqual([]);
    expect(readFileSync(join(dir, 'asked'), 'utf8').trim().split('\n')).toEqual([
      'stop branchline-box.service branchline-engine.service',
      'start branchline-engine.service branchline-box.service',
    ]);
  });
});
