/** A name server on loopback that can fall silent, and a world in which programs ask it and nobody else. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:dgram';
import { join } from 'node:path';
import { openUdp } from '@branchline/lab/udp';

/** RFC 1035, 4.1.1: a response, recursion available, with the code for 'there is no such name'. */
const ANSWER_FLAGS = 0x8183;
const HEADER_BYTES = 12;
const LOOK_UP_MS = 10_000;

export class Resolver {
  /** What it was asked so far, answered or not. */
  asked = 0;
  /** Swallows every question from now on, as one behind a dead line does. */
  dead = false;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (question, from) => {
      this.asked += 1;
      if (this.dead || question.length < HEADER_BYTES) return;
      const answer = Buffer.from(question);
      answer.writeUInt16BE(ANSWER_FLAGS, 2);
      // No records follow: not even an OPT of the question's own.
      answer.fill(0, 6, HEADER_BYTES);
      socket.send(answer.subarray(0, endOfQuestion(answer)), from.port, from.address);
    });
  }

  static async open(address: string, port = 53): Promise<Resolver> {
    return new Resolver(await openUdp(address, port));
  }

  get port(): number {
    return this.#socket.address().port;
  }

  close(): void {
    this.#socket.close();
  }
}

/** After the name, its type and its class. */
function endOfQuestion(message: Buffer): number {
  let at = HEADER_BYTES;
  while (at < message.length && (message[at] ?? 0) !== 0) at += (message[at] ?? 0) + 1;
  return Math.min(message.length, at + 5);
}

/**
 * The command through which a program sees this name server, on the machine and in the engine's root: mounts of its own,
 * which end with it. For root only. `dir` keeps the file that is mounted.
 */
export function askingOnly(address: string, dir: string, engineRoot: string): readonly string[] {
  const file = join(dir, 'resolv.conf');
  writeFileSync(file, `nameserver ${address}\noptions timeout:5 attempts:2\n`);
  const bind = 'mount --bind "$0" /etc/resolv.conf && mount --bind "$0" "$1" && shift && exec "$@"';
  const inRoot = join(engineRoot, 'etc/resolv.conf');
  return ['unshare', '-m', '--propagation', 'private', 'sh', '-c', bind, file, inRoot];
}

/** Looks a name up as programs do, on the machine or in a root; resolves when that has come to an end. */
export async function lookUp(through: readonly string[], root?: string): Promise<void> {
  const inRoot = root === undefined ? [] : ['chroot', root];
  const command: readonly string[] = [...through, ...inRoot, 'getent', 'hosts', 'name.bench.invalid'];
  const [file = '', ...args] = command;
  await once(spawn(file, args, { stdio: 'ignore', timeout: LOOK_UP_MS }), 'exit');
}
