/**
 * A machine that is a systemd of its own in namespaces of this one: as quick as this one is, and with the same kernel. It has no devices, no
 * udev and no boot loader, and its network leads nowhere.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { HUNG_MS, Machine, pause, type Answer } from './machine.ts';

const INSIDE = fileURLToPath(new URL('inside.sh', import.meta.url));
const ENTER = ['-m', '-p', '-n', '-u', '-i', '-C', '-r', '-w'];

export class Namespaces extends Machine {
  readonly #dir = mkdtempSync(join(tmpdir(), 'branchline-machine-'));
  readonly #group: string;
  readonly #keeps: string | undefined;
  #holder: ChildProcess | undefined;
  #init = 0;

  private constructor(layers: readonly string[], keeps: string | undefined) {
    super();
    this.#group = join(cgroups(), `branchline-machine-${process.pid}-${Date.now()}`);
    this.#keeps = keeps;
    this.#mount(layers);
    process.once('exit', this.#kill);
  }

  /**
   * @param layers folders that make up its disk, the uppermost first; nothing is written to them
   * @param keeps the folder that keeps what is written to the disk; forgotten with the machine when left out
   */
  static async start(layers: readonly string[], keeps?: string): Promise<Namespaces> {
    const machine = new Namespaces(layers, keeps);
    await machine.switchOn();
    return machine;
  }

  get root(): string {
    return join(this.#dir, 'root');
  }

  #mount(layers: readonly string[]): void {
    for (const name of ['top', 'root']) mkdirSync(join(this.#dir, name));
    const top = this.#keeps ?? join(this.#dir, 'top');
    if (this.#keeps === undefined) command('mount', ['-t', 'tmpfs', 'tmpfs', top]);
    for (const name of ['upper', 'work']) mkdirSync(join(top, name), { recursive: true });
    const options = `lowerdir=${layers.join(':')},upperdir=${top}/upper,workdir=${top}/work`;
    command('mount', ['-t', 'overlay', 'overlay', '-o', options, this.root]);
  }

  /** Also after it went down: its disk is as it was left. */
  async switchOn(): Promise<void> {
    mkdirSync(this.#group, { recursive: true });
    const unshare = 'unshare --fork --pid --mount --cgroup --net --uts --ipc --kill-child';
    const script = `echo $$ >"$1/cgroup.procs" && exec ${unshare} "$2" "$3"`;
    this.#holder = spawn('sh', ['-c', script, 'sh', this.#group, INSIDE, this.root], {
      stdio: 'ignore',
    });
    this.#init = await childOf(this.#holder.pid ?? 0);
    // From here on it is the machine's own systemd that is asked.
    while (
      (await this.ask('systemctl is-system-running --quiet; [ $? -lt 4 ] && [ -S /run/systemd/private ]'))
        .code !== 0
    )
      await pause(50);
  }

  /** When it has gone down by itself. @throws when it does not */
  async wentDown(): Promise<void> {
    const { exitCode, signalCode } = this.#holder ?? {};
    if (exitCode !== null || signalCode !== null) return;
    await once(this.#holder as ChildProcess, 'exit', { signal: AbortSignal.timeout(HUNG_MS) });
  }

  ask(script: string, withinMs = HUNG_MS): Promise<Answer> {
    const child = spawn('nsenter', ['-t', String(this.#init), ...ENTER, '/bin/bash', '-c', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`not within ${withinMs} ms: ${script}\n${output}`));
      }, withinMs);
      child.once('error', reject);
      // Not when the pipes are closed: what it leaves running may hold them.
      child.once('exit', (code) => {
        clearTimeout(timer);
        setImmediate(() => resolve({ code: code ?? 1, output: output.trim() }));
      });
    });
  }

  readonly #kill = (): void => {
    if (this.#init !== 0) spawnSync('kill', ['-KILL', String(this.#init)]);
  };

  async stop(): Promise<void> {
    process.off('exit', this.#kill);
    this.#kill();
    await this.wentDown().catch(() => undefined);
    command('umount', ['-l', this.root]);
    if (this.#keeps === undefined) command('umount', ['-l', join(this.#dir, 'top')]);
    spawnSync('find', [this.#group, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

function cgroups(): string {
  const line = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .find((mount) => / cgroup2 /.test(mount));
  const place = line?.split(' ')[1];
  if (place === undefined) throw new Error('there is no cgroup2 on this machine, which systemd needs');
  return place;
}

/** The process that another has forked, as soon as it has. */
async function childOf(parent: number): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim();
    if (children !== '') return Number(children.split(' ')[0]);
    await pause(20);
  }
  throw new Error('systemd did not start in namespaces: root is needed, and a kernel that has them');
}

function command(file: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
}
