/**
 * The peer that an installer knows: two machines with Asterisk and one address, which keepalived (VRRP, RFC 5798) moves to the second when the
 * first is no longer heard. Each machine is a network namespace of the kernel's. Needs root and Debian's package keepalived.
 *
 *     caller 10.83.0.1 ─── bridge ─┬─ first  10.83.0.2 ┐
 *                                  └─ second 10.83.0.3 ┴ 10.83.0.10 is with one of them
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Programs } from '../rig/programs.ts';

export const CALLER = '10.83.0.1';
export const SHARED = '10.83.0.10';
const BRIDGE = 'bl-pair';
const LOOK_MS = 20;
const PATIENCE_MS = 60_000;
const MACHINES = {
  first: { own: '10.83.0.2', other: '10.83.0.3', priority: 150 },
  second: { own: '10.83.0.3', other: '10.83.0.2', priority: 100 },
} as const;
export type Machine = keyof typeof MACHINES;

export class Pair {
  readonly #dir = mkdtempSync(join(tmpdir(), 'branchline-pair-'));
  readonly #programs = new Programs(join(this.#dir, 'logs'));
  readonly #engineRoot: string;

  private constructor(engineRoot: string) {
    this.#engineRoot = engineRoot;
  }

  /** Why there can be none on this machine; undefined when there can. */
  static hindrance(): string | undefined {
    if (spawnSync('keepalived', ['--version']).status !== 0)
      return 'keepalived is not installed (apt-get install keepalived)';
    return ip('link add', BRIDGE, 'type bridge') ? undefined : 'no network namespaces can be made here';
  }

  static async start(engineRoot: string): Promise<Pair> {
    const pair = new Pair(engineRoot);
    try {
      must('address add', `${CALLER}/24`, 'dev', BRIDGE);
      must('link set', BRIDGE, 'up');
      for (const machine of ['first', 'second'] as const) pair.#wire(machine);
      pair.begin('first');
      await pair.untilHeldBy('first');
      pair.begin('second');
      for (const machine of ['first', 'second'] as const) await pair.untilReady(machine);
      return pair;
    } catch (error) {
      await pair.stop();
      throw error;
    }
  }

  /** As a machine that has been switched on. */
  begin(machine: Machine): void {
    must('-n', nameOf(machine), 'link set eth0 up');
    const through = ['ip', 'netns', 'exec', nameOf(machine)];
    const dir = join(this.#dir, machine);
    this.#programs.start(`${machine}-engine`, 'measured', {
      script: 'tests/bench/continuity/pair-engine.ts',
      args: [this.#engineRoot, join(dir, 'engine'), SHARED, CALLER],
      through,
    });
    const config = join(dir, 'keepalived.conf');
    writeFileSync(config, keepalived(machine), { mode: 0o644 });
    const pids = ['--pid', '--vrrp_pid'].map((flag) => `${flag}=${join(dir, flag.slice(2))}`);
    this.#programs.run(`${machine}-keepalived`, 'load', [
      ...through,
      ...['keepalived', '--dont-fork', '--log-console', '--vrrp', `--use-file=${config}`, ...pids],
    ]);
  }

  /** At once, and all of it: as a machine that has lost its power. */
  async kill(machine: Machine): Promise<void> {
    must('-n', nameOf(machine), 'link set eth0 down');
    const name = nameOf(machine);
    const pids = said('ip', ['netns', 'pids', name]);
    for (const pid of pids.split('\n').filter((line) => line !== '')) process.kill(Number(pid), 'SIGKILL');
    await Promise.all(
      ['engine', 'keepalived'].map((what) => this.#programs.stop(`${machine}-${what}`, 'SIGKILL')),
    );
    spawnSync('ip', ['-n', name, 'address', 'del', `${SHARED}/32`, 'dev', 'eth0']);
  }

  untilHeldBy(machine: Machine): Promise<void> {
    const address = ['-n', nameOf(machine), 'address', 'show', 'dev', 'eth0'];
    return this.#until(`${machine}-keepalived`, () => said('ip', address).includes(SHARED));
  }

  /** Its Asterisk would answer, and its keepalived has heard the other. */
  untilReady(machine: Machine): Promise<void> {
    const sockets = ['netns', 'exec', nameOf(machine), 'ss', '-lun'];
    return this.#until(`${machine}-engine`, () => said('ip', sockets).includes(':5060'));
  }

  async #until(program: string, fits: () => boolean): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    while (!fits()) {
      if (performance.now() > until)
        throw new Error(`${program} is not ready: ${this.#programs.lastWords(program)}`);
      await pause(LOOK_MS);
    }
  }

  async stop(): Promise<void> {
    await this.#programs.stopAll();
    for (const machine of ['first', 'second'] as const) ip('netns del', nameOf(machine));
    ip('link del', BRIDGE);
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #wire(machine: Machine): void {
    mkdirSync(join(this.#dir, machine), { recursive: true });
    const [name, outside] = [nameOf(machine), `${BRIDGE}-${machine.slice(0, 1)}`];
    must('netns add', name);
    must('link add', outside, 'type veth peer name eth0 netns', name);
    must('link set', outside, 'master', BRIDGE, 'up');
    must('-n', name, 'link set lo up');
    must('-n', name, 'address add', `${MACHINES[machine].own}/24`, 'dev eth0');
    // The second's Asterisk listens at the shared address before it has it, as is usual with such pairs.
    spawnSync('ip', ['netns', 'exec', name, 'sysctl', '-q', 'net.ipv4.ip_nonlocal_bind=1']);
  }
}

const nameOf = (machine: Machine): string => `bl-pair-${machine}`;

/** keepalived's own intervals: an advertisement a second, three of them missed. The one who comes back takes nothing from who has it. */
function keepalived(machine: Machine): string {
  const { own, other, priority } = MACHINES[machine];
  return `global_defs { router_id ${machine} }
vrrp_instance branch {
  state BACKUP
  nopreempt
  interface eth0
  virtual_router_id 83
  priority ${priority}
  advert_int 1
  unicast_src_ip ${own}
  unicast_peer { ${other} }
  virtual_ipaddress { ${SHARED}/32 dev eth0 }
}
`;
}

const said = (program: string, args: readonly string[]): string =>
  spawnSync(program, args, { encoding: 'utf8' }).stdout;

const words = (parts: readonly string[]): string[] => parts.flatMap((part) => part.split(' '));

function ip(...parts: string[]): boolean {
  return spawnSync('ip', words(parts)).status === 0;
}

function must(...parts: string[]): void {
  const { status, stderr } = spawnSync('ip', words(parts), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${parts.join(' ')}: ${stderr.trim()}`);
}
