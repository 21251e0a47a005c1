/** A client of upsd over a stream: one question at a time, each with an end. */
import type { Duplex } from 'node:stream';
import { coded, CodedError, saidOf } from '@branchline/contracts/alarm-detail';
import type { Clock } from '@branchline/runtime/clock';
import { Waits, WaitEnded } from '@branchline/runtime/wait';
import { quoted, replyOf, whyOf, type Reply } from './messages.ts';

/** More than a UPS of any maker has; a server that goes on is none. */
const MOST_LINES = 2_000;
const LONGEST_LINE = 4_096;

type Said = Reply | { readonly kind: 'gone' };

export class NutClient {
  readonly #stream: Duplex;
  readonly #waits: Waits<Said>;
  readonly #answerMs: number;
  #rest = '';
  #gone: string | undefined;
  #lines: Said[] = [];

  constructor(stream: Duplex, clock: Clock, answerMs: number) {
    this.#stream = stream;
    this.#answerMs = answerMs;
    this.#waits = new Waits<Said>(clock);
    stream.on('data', (bytes: Uint8Array) => this.#hear(bytes));
    stream.on('error', (error: Error) => this.#end(saidOf(error)));
    stream.on('close', () => this.#end(coded('nut-closed')));
    stream.on('end', () => this.#end(coded('nut-closed')));
  }

  get gone(): string | undefined {
    return this.#gone;
  }

  /** Every variable of a UPS. @throws Error that says what is wrong. */
  async variables(ups: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    await this.#list(`LIST VAR ${quoted(ups)}`, signal, (reply) => {
      if (reply.kind === 'var') found.set(reply.name, reply.value);
    });
    return found;
  }

  /** The orders that a UPS takes. @throws Error that says what is wrong. */
  async commands(ups: string, signal: AbortSignal): Promise<readonly string[]> {
    const found: string[] = [];
    await this.#list(`LIST CMD ${quoted(ups)}`, signal, (reply) => {
      if (reply.kind === 'cmd') found.push(reply.name);
    });
    return found;
  }

  async logIn(user: string, password: string, signal: AbortSignal): Promise<void> {
    await this.#order(`USERNAME ${quoted(user)}`, signal);
    await this.#order(`PASSWORD ${quoted(password)}`, signal);
  }

  /** @throws Error that says what is wrong. */
  async command(ups: string, command: string, signal: AbortSignal): Promise<void> {
    await this.#order(`INSTCMD ${quoted(ups)} ${command}`, signal);
  }

  close(): void {
    this.#stream.destroy();
  }

  async #list(question: string, signal: AbortSignal, each: (reply: Reply) => void): Promise<void> {
    this.#say(question);
    for (let line = 0; line < MOST_LINES; line += 1) {
      const reply = await this.#next(signal);
      if (reply.kind === 'error') throw new CodedError(whyOf(reply.code));
      if (reply.kind === 'end') return;
      each(reply);
    }
    this.close();
    throw new CodedError(coded('nut-endless'));
  }

  async #order(line: string, signal: AbortSignal): Promise<void> {
    this.#say(line);
    const reply = await this.#next(signal);
    if (reply.kind === 'error') throw new CodedError(whyOf(reply.code));
  }

  #say(line: string): void {
    if (this.#gone !== undefined) throw new CodedError(this.#gone);
    this.#lines = [];
    this.#stream.write(`${line}\n`);
  }

  async #next(signal: AbortSignal): Promise<Reply> {
    const waiting = this.#lines.shift();
    const said = waiting ?? (await this.#wait(signal));
    if (said.kind === 'gone') throw new CodedError(this.#gone ?? coded('nut-closed'));
    return said;
  }

  async #wait(signal: AbortSignal): Promise<Said> {
    try {
      await this.#waits.until('upsd', () => true, this.#answerMs, signal);
      return this.#lines.shift() ?? { kind: 'gone' };
    } catch (error) {
      if (!(error instanceof WaitEnded) || error.why === 'peer-gone') return { kind: 'gone' };
      // What it answers later would be taken for the answer to the next question.
      this.close();
      throw new CodedError(coded(error.why === 'timeout' ? 'nut-silent' : 'watch-ended'), { cause: error });
    }
  }

  #hear(bytes: Uint8Array): void {
    const parts = (this.#rest + Buffer.from(bytes).toString('utf8')).split('\n');
    this.#rest = parts.pop() ?? '';
    if (this.#rest.length > LONGEST_LINE) return this.#end(coded('nut-endless'));
    for (const line of parts) {
      const reply = replyOf(line);
      if (this.#lines.length < MOST_LINES) this.#lines.push(reply);
      this.#waits.offer(reply);
    }
  }

  #end(why: string): void {
    this.#gone ??= why;
    this.#stream.destroy();
    this.#waits.endAll();
  }
}
