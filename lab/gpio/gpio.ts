/** The lab's GPIO: a bank behind executables named as libgpiod's tools, and the contacts of a branch wired to it. */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LabContactFault, LabGpioFault } from '@branchline/contracts/lab';
import { GpioBank } from './bank.ts';
import { run } from './commands.ts';

/** A contact, lamp, button or relay at a line of the bank. */
export interface Wired {
  readonly name: string;
  readonly line: number;
  readonly role: string;
  readonly activeLow: boolean;
}

export interface LabGpioPlan {
  /** Where the executables are put. */
  readonly tools: string;
  readonly contacts: readonly Wired[];
  readonly chip?: string;
  readonly label?: string;
}

const TOOLS = ['gpiodetect', 'gpioinfo', 'gpioget', 'gpiomon', 'gpioset'] as const;
const LINES = 64;
const INPUTS = ['tamper', 'door', 'button'];

export class LabGpio {
  readonly name = 'bank';
  readonly bank: GpioBank;
  readonly contacts: readonly Wired[];
  readonly #tools: string;
  readonly #open = new Set<Socket>();
  readonly #active = new Set<string>();
  readonly #server: Server;

  constructor({ tools, contacts, chip = 'gpiochip0', label = 'lab-gpio' }: LabGpioPlan) {
    this.#tools = tools;
    this.contacts = contacts;
    const names = Object.fromEntries(contacts.map(({ name, line }) => [line, name]));
    this.bank = new GpioBank({ chip, label, lines: LINES, names });
    for (const { name, role } of contacts) if (INPUTS.includes(role)) this.set(name, false);
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Serves on loopback, and writes the executables. */
  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    mkdirSync(this.#tools, { recursive: true });
    for (const tool of TOOLS) writeFileSync(join(this.#tools, tool), scriptOf(tool, port), { mode: 0o755 });
  }

  /** The chip is gone, or back. */
  fault(fault: LabGpioFault, on: boolean): void {
    const does: Record<LabGpioFault, () => void> = { missing: () => this.bank.setMissing(on) };
    does[fault]();
  }

  get faults(): readonly LabGpioFault[] {
    return this.bank.missing ? ['missing'] : [];
  }

  /** What a contact is wired to: open or not, pressed or not. */
  set(name: string, active: boolean): void {
    const one = this.#wired(name);
    if (active) this.#active.add(name);
    else this.#active.delete(name);
    this.bank.pull(one.line, active !== one.activeLow);
  }

  isActive(name: string): boolean {
    const { role, line, activeLow } = this.#wired(name);
    return INPUTS.includes(role) ? this.#active.has(name) : this.bank.level(line) !== activeLow;
  }

  /** Each as something that can be switched from outside. */
  get switches(): readonly { readonly name: string; fault(fault: LabContactFault, on: boolean): void }[] {
    const inputs = this.contacts.filter(({ role }) => INPUTS.includes(role));
    return inputs.map(({ name }) => ({ name, fault: (_, on) => this.set(name, on) }));
  }

  state(): object {
    return this.contacts.map(({ name, role, line }) => ({
      ...{ name, role, line },
      on: this.isActive(name),
      blinksMs: this.bank.driveOf(line)?.periodsMs ?? [],
      heldBy: this.bank.lines[line]?.held?.consumer ?? null,
    }));
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #wired(name: string): Wired {
    const found = this.contacts.find((one) => one.name === name);
    if (!found) throw new Error(`the lab has no contact '${name}'`);
    return found;
  }

  /** The program's name and arguments, a line each, and an empty one; then what it writes, until it ends. */
  #serve(socket: Socket): void {
    this.#open.add(socket);
    let gone = (): void => undefined;
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#open.delete(socket);
      gone();
    });
    const words: string[] = [];
    const lines = createInterface(socket);
    lines.on('line', (line) => {
      if (line !== '') return void words.push(line);
      lines.close();
      const [tool = '', ...args] = words;
      run(this.bank, tool, args, {
        out: (text) => void socket.write(`o${text}\n`),
        err: (text) => void socket.write(`e${text}\n`),
        exit: (code) => void socket.end(`x${code}\n`),
        onGone: (listener) => {
          gone = listener;
          // The other end is gone when it sends no more.
          socket.resume();
        },
      });
    });
  }
}

/** A pipe to the bank and nothing more. */
const scriptOf = (tool: string, port: number): string => `#!/bin/bash
exec 3<>/dev/tcp/127.0.0.1/${port} || exit 1
printf '%s\\n' ${tool} "$@" '' >&3
while IFS= read -r line <&3; do
  case $line in
    o*) printf '%s\\n' "\${line:1}" ;;
    e*) printf '%s\\n' "\${line:1}" >&2 ;;
    x*) exit "\${line:1}" ;;
  esac
done
exit 1
`;
