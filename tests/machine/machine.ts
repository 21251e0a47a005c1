/** A machine in an emulator, with a disk that forgets, and hands inside it. Slow: everything in there takes ten times as long. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '@branchline/runtime/clock';
import type { Image } from './image.ts';

/** Far more than anything takes here. */
const HUNG_MS = 300_000;
const MEMORY_MB = 2048;

export interface Answer {
  readonly code: number;
  readonly output: string;
}

export interface MachineOptions {
  /** Devices and options of the emulator. */
  readonly more?: readonly string[];
  /** What is written to the disk stays there. */
  readonly keep?: boolean;
}

export class Machine {
  readonly #dir = mkdtempSync(join(tmpdir(), 'branchline-machine-'));
  readonly #emulator: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #socket: Socket | undefined;
  #numbers = 0;

  private constructor(image: Image, { more = [], keep = false }: MachineOptions) {
    this.#emulator = spawn('qemu-system-x86_64', this.#arguments(image, more, keep), {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    process.once('exit', this.#kill);
  }

  static async start(image: Image, options: MachineOptions = {}): Promise<Machine> {
    const machine = new Machine(image, options);
    await machine.#open();
    await machine.answers();
    return machine;
  }

  #arguments(image: Image, more: readonly string[], keep: boolean): string[] {
    return [
      // Time in there goes by instructions, 1 ns each, and stands still while this machine does something else: what waits for a
      // second waits for a second of work, however slow the emulator and however busy its host.
      ...[
        '-accel',
        'tcg',
        '-icount',
        'shift=0,sleep=on',
        '-rtc',
        'clock=vm',
        '-cpu',
        'Nehalem-v1',
        '-smp',
        '1',
      ],
      ...['-m', String(MEMORY_MB)],
      ...['-display', 'none', '-serial', `file:${this.#path('console')}`, '-monitor', 'none'],
      ...['-nic', 'user,model=virtio-net-pci,restrict=on'],
      ...['-kernel', image.kernel, '-initrd', image.initrd],
      ...['-append', 'root=/dev/vda rw console=ttyS0 quiet net.ifnames=0'],
      // Unless it is to be kept it is written to a file that goes with the emulator: the disk is the same for the next machine.
      ...['-drive', `file=${image.disk},if=virtio,format=raw,snapshot=${keep ? 'off' : 'on'}`],
      ...['-chardev', `socket,id=agent,path=${this.#path('agent')},server=on,wait=off`],
      ...['-device', 'virtio-serial', '-device', 'virtserialport,chardev=agent,name=branchline.agent'],
      ...more,
    ];
  }

  #path(name: string): string {
    return join(this.#dir, name);
  }

  async #open(): Promise<void> {
    const until = systemClock.monotonic() + HUNG_MS;
    for (;;) {
      const socket = connect(this.#path('agent'));
      const open = await once(socket, 'connect').then(
        () => true,
        () => false,
      );
      if (open) {
        this.#socket = socket;
        createInterface({ input: socket }).on('line', (line) => this.#hear(line));
        return;
      }
      if (this.#emulator.exitCode !== null || systemClock.monotonic() > until)
        throw new Error('the emulator did not start');
      await pause(50);
    }
  }

  #hear(line: string): void {
    const [number = '', code = '', output = ''] = line.split(' ');
    this.#waiting.get(Number(number))?.({
      code: Number(code),
      output: Buffer.from(output, 'base64').toString().trim(),
    });
    this.#waiting.delete(Number(number));
  }

  /** Runs it inside as root, with bash. @throws when the machine does not answer in time */
  ask(script: string, withinMs = HUNG_MS): Promise<Answer> {
    const number = (this.#numbers += 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(number);
        reject(new Error(`the machine has not answered within ${withinMs} ms: ${script}\n${this.console()}`));
      }, withinMs);
      this.#waiting.set(number, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#socket?.write(`${number} ${Buffer.from(script).toString('base64')}\n`);
    });
  }

  /** What it says. @throws when it fails, with what it says */
  async run(script: string, withinMs = HUNG_MS): Promise<string> {
    const { code, output } = await this.ask(script, withinMs);
    if (code !== 0) throw new Error(`${script}\nended with ${code}: ${output}`);
    return output;
  }

  /** Until it succeeds in the machine, tried twice a second there. @throws with its last words when it does not */
  async until(script: string, withinS = 240): Promise<string> {
    const end = `end=$((SECONDS + ${withinS}))`;
    return this.run(
      `${end}; until out=$( { ${script}; } 2>&1 ); do [ $SECONDS -lt $end ] || { echo "$out"; exit 1; }; sleep 0.5; done; echo "$out"`,
      (withinS + 60) * 1000,
    );
  }

  /** Also after it was started anew: what was asked before is never answered. */
  async answers(): Promise<void> {
    const until = systemClock.monotonic() + HUNG_MS;
    while (systemClock.monotonic() < until) {
      const heard = await this.ask('echo here', 3_000).catch(() => undefined);
      if (heard?.output === 'here') return;
    }
    throw new Error(`the machine does not answer:\n${this.console()}`);
  }

  /** The last that its kernel and its systemd have said. */
  console(): string {
    return readFileSync(this.#path('console'), 'latin1').slice(-3000);
  }

  get ended(): Promise<unknown> {
    return this.#emulator.exitCode === null ? once(this.#emulator, 'exit') : Promise.resolve();
  }

  readonly #kill = (): void => {
    this.#emulator.kill('SIGKILL');
  };

  async stop(): Promise<void> {
    process.off('exit', this.#kill);
    const { ended } = this;
    this.#kill();
    this.#socket?.destroy();
    await ended;
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
