/** A gateway's status page, read in a rhythm. */
import type { HttpAccess } from '@branchline/contracts/branch/gateways';
import { errorText, type SourceDeps, type SourceWatch } from '../source.ts';
import { judgeRows, jsonRows, renamed, textRows, type Judgement } from '../judging.ts';
import type { HttpModel } from '../model.ts';
import { Rhythm } from '../../rhythm.ts';
import { page, Refusal } from './page.ts';

/** A status is small; what is longer is no status. */
export const LONGEST_ANSWER = 256 * 1024;
const WITHIN_MS = 3_000;

/** One judgement a line. @throws Error in a few words when the answer holds no line. */
export function readStatus(
  { rows, list, names, rules }: HttpModel,
  text: string,
): Readonly<Record<string, Judgement>> {
  const found = rows ? textRows(text, rows) : jsonRows(parsed(text), list ?? '');
  if (!found) throw new Error('the status has no list where the model expects one');
  const lines = judgeRows(
    found.map((row) => renamed(row, names)),
    rules,
  );
  if (Object.keys(lines).length === 0) throw new Error('the status tells of no line');
  return lines;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the status is no JSON');
  }
}

export class HttpWatch implements SourceWatch {
  readonly #host: string;
  readonly #access: HttpAccess;
  readonly #model: HttpModel;
  readonly #deps: SourceDeps;
  readonly #rhythm: Rhythm;

  constructor(host: string, access: HttpAccess, model: HttpModel, deps: SourceDeps) {
    this.#host = host;
    this.#access = access;
    this.#model = model;
    this.#deps = deps;
    const { clock, random } = deps;
    const run = (signal: AbortSignal): Promise<boolean> => this.#look(signal);
    this.#rhythm = new Rhythm({ clock, random, everyMs: access.everyMs, run });
  }

  start(): void {
    this.#rhythm.start();
  }
  look(): Promise<void> {
    return this.#rhythm.now();
  }
  stop(): Promise<void> {
    return this.#rhythm.stop();
  }

  async #look(signal: AbortSignal): Promise<boolean> {
    try {
      const lines = readStatus(this.#model, await this.#fetched(signal));
      this.#deps.tell.stands(
        'http',
        Object.entries(lines).map(([line, judgement]) => ({ line, reading: 'status', judgement })),
      );
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      this.#deps.tell.unclear('http', errorText(error));
      return false;
    }
  }

  async #fetched(ended: AbortSignal): Promise<string> {
    const late = new AbortController();
    const timer = this.#deps.clock.after(WITHIN_MS, () => late.abort());
    const signal = AbortSignal.any([ended, late.signal]);
    try {
      const { port, certificate } = this.#access;
      const order = { host: this.#host, port, path: this.#model.path, headers: this.#headers() };
      const answer = await page({ ...order, ...(certificate !== undefined && { certificate }) }, signal);
      const { statusCode = 0 } = answer;
      // An address that sends elsewhere would take the password with it: that is not followed.
      if (statusCode < 200 || statusCode > 299) {
        answer.destroy();
        throw new Refusal(`the status is refused (${statusCode})`);
      }
      return await shortText(answer);
    } catch (error) {
      if (late.signal.aborted) throw new Error(`no status within ${WITHIN_MS} ms`, { cause: error });
      if (error instanceof Refusal) throw error;
      throw new Error('the status page is not reached', { cause: error });
    } finally {
      timer.cancel();
    }
  }

  #headers(): Record<string, string> {
    const { user = '', secret } = this.#access;
    if (secret === undefined) return {};
    const password = this.#deps.secretOf(secret);
    if (password === undefined) throw new Refusal(`there is no secret '${secret}' on this box`);
    return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  }
}

async function shortText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.byteLength;
    if (bytes > LONGEST_ANSWER) throw new Refusal(`the status is longer than ${LONGEST_ANSWER} bytes`);
    text += decoder.decode(piece, { stream: true });
  }
  return text;
}
