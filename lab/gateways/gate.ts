/** A socket for net-snmp that can be switched off, as a device without power is, or made slow. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import { createTimers, type Timers } from '../timers.ts';

export class Gate {
  readonly #timers: Timers = createTimers();
  open = true;
  /** How long a question waits for its answer, ms. */
  delayMs = 0;

  readonly dgramModule = { createSocket: (): EventEmitter => new GatedSocket(this, this.#timers) };

  close(): void {
    this.#timers.clear();
  }
}

class GatedSocket extends EventEmitter {
  readonly #socket: Socket = createSocket('udp4');

  constructor(gate: Gate, timers: Timers) {
    super();
    this.#socket.on('error', (error) => this.emit('error', error));
    this.#socket.on('message', (data: Buffer, from: RemoteInfo) => {
      if (!gate.open) return;
      if (gate.delayMs === 0) this.emit('message', data, from);
      else timers.after(gate.delayMs, () => this.emit('message', data, from));
    });
  }

  bind(port: number, host?: string | null): void {
    this.#socket.bind(port, host ?? undefined);
  }
  send(...args: Parameters<Socket['send']>): void {
    this.#socket.send(...args);
  }
  address(): ReturnType<Socket['address']> {
    return this.#socket.address();
  }
  ref(): void {
    this.#socket.ref();
  }
  unref(): void {
    this.#socket.unref();
  }
  close(done?: () => void): void {
    this.#socket.close(done);
  }
}
