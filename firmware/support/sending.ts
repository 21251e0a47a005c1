/** Sends a bundle in pieces, the next when headquarters has stored the one before; goes on where it was after a lost line. */
import { createHash } from 'node:crypto';
import { CHUNK_BYTES } from '@branchline/contracts/fleet/commands';
import type { Payload } from '@branchline/contracts/topics';
import type { Clock, Timer } from '@branchline/runtime/clock';

export interface SendingDeps {
  readonly clock: Clock;
  /** Nothing happens while there is no line. */
  readonly send: (piece: Payload<'bundle'>) => void;
}

interface Sending {
  readonly id: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly progress: (percent: number) => void;
  readonly done: (answer: { sha256: string; bytes: number }) => void;
}

/** Without a word for so long, the piece is sent again. */
const AGAIN_MS = 10_000;

export class BundleSending {
  readonly #deps: SendingDeps;
  #sending: Sending | undefined;
  #from = 0;
  #timer: Timer | undefined;

  constructor(deps: SendingDeps) {
    this.#deps = deps;
  }

  /** Resolves when headquarters has all of it; rejects when aborted. One at a time. */
  send(
    id: string,
    bytes: Buffer,
    { progress, signal }: { readonly progress: (percent: number) => void; readonly signal: AbortSignal },
  ): Promise<{ sha256: string; bytes: number }> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        signal.removeEventListener('abort', onAbort);
        this.#timer?.cancel();
        this.#sending = undefined;
      };
      const onAbort = (): void => {
        end();
        reject(new Error('given up'));
      };
      const done: Sending['done'] = (answer) => {
        end();
        resolve(answer);
      };
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      this.#sending = { id, bytes, sha256, progress, done };
      this.#piece(0);
    });
  }

  acked({ id, have }: Payload<'bundle-ack'>): void {
    const sending = this.#sending;
    if (sending?.id !== id) return;
    const { bytes, sha256 } = sending;
    if (have >= bytes.length) return sending.done({ sha256, bytes: bytes.length });
    sending.progress(50 + Math.floor((50 * have) / bytes.length));
    this.#piece(have);
  }

  /** The line is there again: what was on it may be lost. */
  connected(): void {
    this.#piece(this.#from);
  }

  #piece(from: number): void {
    this.#from = from;
    const sending = this.#sending;
    if (!sending) return;
    const { id, bytes, sha256 } = sending;
    const data = bytes.subarray(from, from + CHUNK_BYTES).toString('base64');
    this.#deps.send({ v: 1, id, sha256, bytes: bytes.length, from, data });
    this.#timer?.cancel();
    this.#timer = this.#deps.clock.after(AGAIN_MS, () => this.#piece(from));
  }
}
