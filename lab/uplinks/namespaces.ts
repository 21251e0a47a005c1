/**
 * A box with two uplinks and a server behind both, in network namespaces of the kernel: real interfaces, routes and silence. Needs the
 * right to make namespaces, which root has.
 *
 *     box: wan-a 10.81.0.2 ──── 10.81.0.1 ┐
 *                                          ├ far: 10.99.0.1
 *     box: wan-b 10.82.0.2 ──── 10.82.0.1 ┘
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';

export const FAR = '10.99.0.1';
export const DEVICES = ['wan-a', 'wan-b'] as const;
export type Device = (typeof DEVICES)[number];

/** The peer of an interface, the box's address and the gateway's. */
const AT: Record<Device, { peer: string; own: string; gateway: string; metric: number }> = {
  'wan-a': { peer: 'far-a', own: '10.81.0.2', gateway: '10.81.0.1', metric: 100 },
  'wan-b': { peer: 'far-b', own: '10.82.0.2', gateway: '10.82.0.1', metric: 700 },
};

export class Namespaces {
  readonly #box: string;
  readonly #far: string;
  readonly #children: ChildProcess[] = [];

  private constructor(box: string, far: string) {
    this.#box = box;
    this.#far = far;
  }

  /** Undefined where none may be made. @param id tells these from others on the machine; up to 8 characters. */
  static make(id: string): Namespaces | undefined {
    const made = new Namespaces(`bl-box-${id}`, `bl-far-${id}`);
    if (run(['ip', 'netns', 'add', made.#box]).status !== 0) return undefined;
    must(['ip', 'netns', 'add', made.#far]);
    made.#wire();
    return made;
  }

  /** Nothing comes back by it, and nobody is told. */
  cut(device: Device): void {
    this.#inFar(`route add blackhole ${AT[device].own}/32`);
  }

  mend(device: Device): void {
    this.#inFar(`route del blackhole ${AT[device].own}/32`);
  }

  /** Its cable. */
  pull(device: Device): void {
    this.#inFar(`link set ${AT[device].peer} down`);
  }

  plug(device: Device): void {
    this.#inFar(`link set ${AT[device].peer} up`);
  }

  /** The interface by which what the box sends to the server leaves; undefined without one. */
  way(): string | undefined {
    return /dev (\S+)/.exec(run(['ip', '-n', this.#box, 'route', 'get', FAR]).stdout)?.[1];
  }

  /** In the box's namespace, to its end. */
  run(command: readonly string[]): { status: number | null; stdout: string; stderr: string } {
    return run(['ip', 'netns', 'exec', this.#box, ...command]);
  }

  /** A program that runs on; it is ended with the namespaces. */
  spawn(where: 'box' | 'far', command: readonly string[]): ChildProcess {
    const args = ['netns', 'exec', where === 'box' ? this.#box : this.#far, ...command];
    const child = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#children.push(child);
    return child;
  }

  remove(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const name of [this.#box, this.#far]) run(['ip', 'netns', 'del', name]);
  }

  #wire(): void {
    this.#inBox('link set lo up');
    this.#inFar('link set lo up');
    this.#inFar(`address add ${FAR}/32 dev lo`);
    for (const device of DEVICES) {
      const { peer, own, gateway, metric } = AT[device];
      this.#inBox(`link add ${device} type veth peer name ${peer} netns ${this.#far}`);
      this.#inBox(`address add ${own}/24 dev ${device}`);
      this.#inBox(`link set ${device} up`);
      this.#inFar(`address add ${gateway}/24 dev ${peer}`);
      this.#inFar(`link set ${peer} up`);
      this.#inBox(`route add default via ${gateway} dev ${device} metric ${metric}`);
    }
  }

  #inBox(text: string): void {
    must(['ip', '-n', this.#box, ...text.split(' ')]);
  }

  #inFar(text: string): void {
    must(['ip', '-n', this.#far, ...text.split(' ')]);
  }
}

function run([program = '', ...args]: readonly string[]): {
  status: number | null;
  stdout: string;
  stderr: string;
} {
  return spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 });
}

function must(command: readonly string[]): void {
  const { status, stderr } = run(command);
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr.trim()}`);
}
