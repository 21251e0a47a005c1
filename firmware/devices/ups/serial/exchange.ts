/** Asks over a stream, one question at a time, and takes the lines that come; what was left from before is thrown away. */
import type { Duplex } from 'node:stream';
import { coded, CodedError, saidOf } from '@branchline/contracts/alarm-detail';
import type { Clock } from '@branchline/runtime/clock';
import { Waits, WaitEnded } from '@branchline/runtime/wait';
import { frames } from './frames.ts';

export class Exchange {
  readonly #stream: Duplex;
  readonly #waits: Waits<string>;
  readonly #answerMs: number;
  #rest = '';
  #gone: string | undefined;

  constructor(stream: Duplex, clock: Clock, answerMs: number) {
    this.#stream = stream;
    this.#waits = new Waits<string>(clock);
    this.#answerMs = answerMs;
    stream.on('data', (bytes: Uint8Array) => {
      const { rest, lines } = frames(this.#rest, bytes);
      this.#rest = rest;
      for (const line of lines) this.#waits.offer(line);
    });
    stream.on('error', (error: Error) => this.#end(saidOf(error)));
    stream.on('close', () => this.#end(coded('closed-by-far-end')));
    stream.on('end', () => this.#end(coded('closed-by-far-end')));
  }

  /** Why it cannot be asked any more. */
  get gone(): string | undefined {
    return this.#gone;
  }

  /**
   * The first line that comes, without its end; undefined when none comes in time.
   * @throws Error when the stream is gone.
   */
  async ask(command: string, signal: AbortSignal): Promise<string | undefined> {
    this.#mustLive();
    this.#rest = '';
    const answer = this.#waits.until(command, () => true, this.#answerMs, signal);
    this.#stream.write(`${command}\r`);
    try {
      return await answer;
    } catch (error) {
      if (error instanceof WaitEnded && error.why === 'timeout') return undefined;
      this.#mustLive();
      throw new CodedError(coded('watch-ended'), { cause: error });
    }
  }

  close(): void {
    this.#stream.destroy();
  }

  #mustLive(): void {
    if (this.#gone !== undefined) throw new CodedError(this.#gone);
  }

  #end(why: string): void {
    this.#gone ??= why;
    this.#waits.endAll();
  }
}
