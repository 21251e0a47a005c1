/** A time server (RFC 4330 §6) that tells this machine's time, and can lie about it. */
import type { Socket } from 'node:dgram';
import type { LabTimeFault } from '@branchline/contracts/lab';
import { openUdp, type Endpoint } from '../udp.ts';

const BYTES = 48;
/** No warning, version 4, server. */
const SERVER = 0x24;
const CLIENT_MODE = 3;
/** Of a server with a clock of its own at hand. */
const STRATUM = 2;
const FROM_1900_S = 2_208_988_800;
/** How far its time is off when it is wrong, ms: who believes it finds his own clock slow. */
export const WRONG_BY_MS = 90_000;

export class LabTime {
  readonly name = 'server';
  readonly #socket: Socket;
  readonly #now: () => number;
  readonly #on = new Set<LabTimeFault>();

  private constructor(socket: Socket, now: () => number) {
    this.#socket = socket;
    this.#now = now;
    socket.on('message', (question, { address, port }) => {
      const answer = this.#answer(question);
      if (answer) socket.send(answer, port, address);
    });
  }

  /** @param now ms since 1970. */
  static async open(at: Endpoint, now: () => number = Date.now): Promise<LabTime> {
    return new LabTime(await openUdp(at.host, at.port), now);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  get faults(): readonly LabTimeFault[] {
    return [...this.#on];
  }

  fault(fault: LabTimeFault, on: boolean): void {
    if (on) this.#on.add(fault);
    else this.#on.delete(fault);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  #answer(question: Buffer): Buffer | undefined {
    const [first = 0] = question;
    if (question.length < BYTES || (first & 7) !== CLIENT_MODE || this.#on.has('silent')) return undefined;
    const now = this.#now() + (this.#on.has('wrong') ? WRONG_BY_MS : 0);
    const answer = Buffer.alloc(BYTES);
    answer[0] = SERVER;
    answer[1] = STRATUM;
    question.copy(answer, 24, 40, BYTES);
    for (const at of [16, 32, 40]) stamp(answer, at, now);
    return answer;
  }
}

function stamp(bytes: Buffer, at: number, ms: number): void {
  bytes.writeUInt32BE((Math.floor(ms / 1_000) + FROM_1900_S) % 2 ** 32, at);
  bytes.writeUInt32BE(Math.floor(((ms % 1_000) / 1_000) * 2 ** 32), at + 4);
}
