/**
 * NUT's own programs, run in a directory of their own: its server, its dummy driver, its driver for the serial families. From Debian's package
 * nut-server, or from one that was unpacked under BRANCHLINE_NUT_ROOT. Where things lie they take from the environment (nut.conf(5)).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const ROOT = process.env['BRANCHLINE_NUT_ROOT'] ?? '/';
const PROGRAMS = join(ROOT, 'lib/nut');
const HUNG_MS = 10_000;

/** What these tests lack, in words; undefined when nothing is missing. */
export const missing = (): string | undefined =>
  ['upsd', 'dummy-ups', 'nutdrv_qx'].every((program) => existsSync(join(PROGRAMS, program)))
    ? undefined
    : "Debian's package nut-server is missing: apt-get install --no-install-recommends nut-server";

export class Nut {
  readonly dir: string;
  readonly #children: ChildProcess[] = [];

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async make(): Promise<Nut> {
    return new Nut(await mkdtemp(join(tmpdir(), 'branchline-nut-')));
  }

  /** `ups`: what stands in ups.conf of each. Resolves when upsd listens. */
  async start(host: string, port: number, ups: Readonly<Record<string, string>>): Promise<void> {
    const sections = Object.entries(ups).map(([name, text]) => `[${name}]\n${text}\n`);
    await this.write('ups.conf', `maxretry = 1\n${sections.join('')}`);
    await this.write('upsd.conf', `LISTEN ${host} ${port}\nSTATEPATH ${this.dir}\nMAXAGE 4\n`);
    await this.write('upsd.users', '[box]\n  password = "pass word"\n  instcmds = ALL\n');
    for (const [name, text] of Object.entries(ups)) {
      const [, driver = ''] = /driver = (\S+)/.exec(text) ?? [];
      this.#run(driver, ['-a', name]);
      await this.#until(`the driver ${driver}`, () => existsSync(join(this.dir, `${driver}-${name}`)));
    }
    this.#run('upsd', []);
    await this.#until('upsd', () => reached(host, port));
  }

  write(name: string, text: string): Promise<void> {
    return writeFile(join(this.dir, name), text, { mode: 0o640 });
  }

  /** The first of its drivers dies. */
  async endDriver(): Promise<void> {
    if (this.#children[0]) await ended(this.#children[0]);
  }

  async stop(): Promise<void> {
    for (const child of this.#children.reverse()) await ended(child);
    await rm(this.dir, { recursive: true, force: true });
  }

  #run(program: string, args: readonly string[]): void {
    const env = {
      ...process.env,
      NUT_CONFPATH: this.dir,
      NUT_STATEPATH: this.dir,
      NUT_ALTPIDPATH: this.dir,
      ...(ROOT === '/' ? {} : { LD_LIBRARY_PATH: libraries() }),
    };
    // Twice -F: in the foreground, and no look for one that runs already.
    const all = [...args, '-FF', '-u', userInfo().username];
    this.#children.push(spawn(join(PROGRAMS, program), all, { env, cwd: this.dir, stdio: 'ignore' }));
  }

  async #until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
    const until = performance.now() + HUNG_MS;
    while (!(await is())) {
      if (performance.now() > until) throw new Error(`${what} of NUT did not start within ${HUNG_MS} ms`);
      await pause(50);
    }
  }
}

const libraries = (): string =>
  ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'lib/aarch64-linux-gnu']
    .map((dir) => join(ROOT, dir))
    .join(':');

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function reached(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
