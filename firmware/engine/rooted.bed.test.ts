/** Needs a Debian tree: BRANCHLINE_ENGINE_ROOT. */
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spawnRooted } from '@branchline/runtime/rooted';

const root = process.env['BRANCHLINE_ENGINE_ROOT'];

describe.skipIf(root === undefined)('a program in its root', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'rooted-'));
    mkdirSync(join(dir, 'etc'));
    mkdirSync(join(dir, 'run'));
    chmodSync(join(dir, 'run'), 0o777);
    writeFileSync(join(dir, 'etc/marker'), 'from outside');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  async function run(
    script: string,
    etc = join(dir, 'etc'),
  ): Promise<{ pid: number; code: number; out: string; err: string }> {
    const binds = [
      { from: etc, to: '/etc/asterisk', readOnly: true },
      { from: join(dir, 'run'), to: '/run/own' },
    ];
    const child = spawnRooted(
      { root: root ?? '', binds, user: 'asterisk', argv: ['/bin/sh', '-c', script] },
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let [out, err] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
    const [code] = (await once(child, 'close')) as [number];
    return { pid: child.pid ?? 0, code, out: out.trim(), err };
  }

  it('is the process that was spawned', async () => {
    const { pid, out } = await run('echo $$');
    expect(Number(out)).toBe(pid);
  });

  it('sees what is bound, writes where it may, and nowhere else', async () => {
    const { out } = await run(
      'cat /etc/asterisk/marker; for f in /etc/x /etc/asterisk/x /usr/x; do touch $f 2>/dev/null && echo wrote $f; done; umask 0; echo mine > /run/own/file; true',
    );
    expect(out).toBe('from outside');
    expect(readFileSync(join(dir, 'run/file'), 'utf8')).toBe('mine\n');
  });

  it('holds no privilege and can gain none', async () => {
    const { out } = await run('grep -E "^(CapEff|CapBnd|NoNewPrivs)" /proc/self/status | tr -s "\\t" " "');
    expect(out.split('\n')).toEqual([
      'CapEff: 0000000000000000',
      'CapBnd: 0000000000000000',
      'NoNewPrivs: 1',
    ]);
  });

  it('is not started at all when a bind has nothing to show', async () => {
    const { code, err } = await run('echo started', '/nowhere/at/all');
    expect(code).toBe(125);
    expect(err).toContain("'/nowhere/at/all'");
  });
});
