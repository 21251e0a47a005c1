/** A UPS of the lab on a wire: behind a serial server, and on a pseudo-terminal. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { LabUpsFault } from '@branchline/contracts/lab';
import { openPty, type Pty } from '../pty.ts';
import { answerTo, type LabFamily } from './answers.ts';
import {
  moved,
  newMachine,
  ordered,
  shownBy,
  SMALL_OFFICE,
  type Machine,
  type MachinePlan,
} from './machine.ts';

export interface LabUpsPlan {
  readonly name: string;
  readonly family: LabFamily;
  readonly machine?: Partial<MachinePlan>;
  /** Ms since 1970. */
  readonly now?: () => number;
}

const JUNK = '\u00ff\u0000~~#@!\u0007\r';

export class LabUps {
  readonly name: string;
  readonly #family: LabFamily;
  readonly #plan: MachinePlan;
  readonly #now: () => number;
  readonly #faults = new Set<LabUpsFault>();
  readonly #open = new Set<Socket>();
  readonly #heard: string[] = [];
  #machine: Machine;
  #server: Server | undefined;
  #pty: Pty | undefined;

  constructor({ name, family, machine, now = Date.now }: LabUpsPlan) {
    this.name = name;
    this.#family = family;
    this.#plan = { ...SMALL_OFFICE, ...machine };
    this.#now = now;
    this.#machine = newMachine(now());
  }

  get faults(): readonly LabUpsFault[] {
    return [...this.#faults].sort();
  }

  /** As it stands now. */
  get machine(): Machine {
    this.#machine = moved(this.#machine, this.#plan, this.#faults, this.#now());
    return this.#machine;
  }

  /** What it was told, without the questions after its state. */
  get orders(): readonly string[] {
    return this.#heard.filter((command) => /^(T|C|S)/.test(command));
  }

  fault(fault: LabUpsFault, on: boolean): void {
    // As things were until now.
    void this.machine;
    if (on) this.#faults.add(fault);
    else this.#faults.delete(fault);
    if (fault === 'unplugged' && on) for (const socket of this.#open) socket.destroy();
  }

  /** A battery of so much, 0 to 1. */
  charge(to: number): void {
    this.#machine = { ...this.machine, charge: to };
  }

  /** Behind a serial server. Resolves with the port, which the system chooses for 0. */
  async serve(host: string, port: number): Promise<number> {
    const server = createServer((socket) => {
      if (this.#faults.has('unplugged')) return void socket.destroy();
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
      this.#speak(socket, socket);
    });
    server.listen(port, host);
    await once(server, 'listening');
    this.#server = server;
    const address = server.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  /** On a pseudo-terminal. Resolves with the path to open; undefined where the machine can make none. */
  async pty(): Promise<string | undefined> {
    await this.#pty?.close();
    this.#pty = await openPty();
    if (this.#pty) this.#speak(this.#pty.from, this.#pty.to);
    return this.#pty?.path;
  }

  /** The adapter is pulled: its end of the terminal is gone. */
  async pullPty(): Promise<void> {
    await this.#pty?.close();
    this.#pty = undefined;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await this.#pty?.close();
    const server = this.#server;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #speak(from: Readable, to: Writable): void {
    let typed = '';
    to.on('error', () => undefined);
    from.on('error', () => undefined);
    from.on('data', (bytes: Buffer) => {
      typed += bytes.toString('latin1');
      const commands = typed.split('\r');
      typed = commands.pop() ?? '';
      for (const command of commands) this.#answer(command, to);
    });
  }

  #answer(command: string, to: Writable): void {
    this.#heard.push(command);
    const { machine } = this;
    if (this.#faults.has('silent') || machine.off) return;
    const shown = shownBy(machine, this.#plan, this.#faults);
    const { text, order } = answerTo(command, this.#family, shown, this.#plan.nominalBatteryV);
    if (order) this.#machine = ordered(machine, order, this.#now());
    const bytes = this.#faults.has('junk')
      ? JUNK
      : this.#faults.has('half-lines')
        ? text.slice(0, Math.floor(text.length / 2))
        : text;
    if (bytes !== '') to.write(Buffer.from(bytes, 'latin1'));
  }
}
