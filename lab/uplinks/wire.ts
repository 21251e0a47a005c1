/**
 * A wire between a box and a server, that can be cut as a wire is cut: what is open hears nothing more, and who knocks gets no answer.
 * A program of its own relays; it is stopped for a cut, and the few places in its queue are taken, so that the kernel drops who comes
 * next. Needs no privilege.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

export interface Address {
  readonly host: string;
  readonly port: number;
}

const KERNEL_MS = 100;

export class Wire {
  readonly address: Address;
  readonly #relay: ChildProcess;
  #fillers: Socket[] = [];

  private constructor(relay: ChildProcess, address: Address) {
    this.#relay = relay;
    this.address = address;
  }

  /** @param at port 0 for any. */
  static async open(
    at: Address,
    to: Address,
    program = join(import.meta.dirname, 'relay-process.ts'),
  ): Promise<Wire> {
    const args = [at.host, at.port, to.host, to.port].map(String);
    const relay = spawn(process.execPath, [program, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: relay.stdout });
    const [line] = (await Promise.race([once(lines, 'line'), ended(relay)])) as [string];
    lines.close();
    return new Wire(relay, { host: at.host, port: Number(line) });
  }

  /** Resolves when nobody is let in any more. */
  async cut(): Promise<void> {
    if (this.#fillers.length > 0) return;
    this.#relay.kill('SIGSTOP');
    while (await this.#letsIn()) continue;
  }

  /** Resolves when who knocks is let in again. */
  async mend(): Promise<void> {
    this.#joined();
    const knock = connect(this.address);
    await once(knock, 'connect');
    knock.destroy();
  }

  #joined(): void {
    for (const filler of this.#fillers) filler.destroy();
    this.#fillers = [];
    this.#relay.kill('SIGCONT');
  }

  /** One that is let in keeps its place; the kernel's answer on loopback comes at once or never. */
  async #letsIn(): Promise<boolean> {
    const filler = connect(this.address).on('error', () => undefined);
    this.#fillers.push(filler);
    return Promise.race([once(filler, 'connect').then(() => true), pause(KERNEL_MS).then(() => false)]);
  }

  async close(): Promise<void> {
    this.#joined();
    const gone = once(this.#relay, 'exit');
    this.#relay.kill('SIGKILL');
    await gone;
  }
}

async function ended(relay: ChildProcess): Promise<never> {
  const [code] = (await once(relay, 'exit')) as [number | null];
  throw new Error(`the relay of a wire ended at once, with ${code ?? 'a signal'}; its message stands above`);
}
