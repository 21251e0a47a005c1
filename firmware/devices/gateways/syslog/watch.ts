/** What a gateway reports by syslog of its own accord, by the model's patterns. */
import { errorText, type SourceDeps, type SourceWatch } from '../source.ts';
import { ONLY_LINE } from '../judging.ts';
import type { Said } from '../lines.ts';
import type { SyslogModel } from '../model.ts';
import { Rhythm } from '../../rhythm.ts';
import type { Peers } from '../bytes/peers.ts';
import { readSyslog } from './message.ts';

export interface SyslogDeps extends SourceDeps {
  readonly receiver: () => Promise<Peers>;
  /** Something was said: the other sources may know more. */
  readonly onSaid: () => void;
}

/** A port that somebody else holds is asked for again after this. */
const AGAIN_MS = 10_000;

/** Undefined for what the model has no pattern for. */
export function newsOf(model: SyslogModel, text: string): Said | undefined {
  for (const { match, name, state, what } of model) {
    const found = match.exec(text);
    if (!found) continue;
    const groups = found.groups ?? {};
    const said = state === 'bad' ? (groups['what'] ?? what) : what;
    return { line: groups['line'] ?? ONLY_LINE, reading: name, judgement: { state, what: said } };
  }
  return undefined;
}

export class SyslogWatch implements SourceWatch {
  readonly #host: string;
  readonly #model: SyslogModel;
  readonly #deps: SyslogDeps;
  readonly #rhythm: Rhythm;
  #end: (() => void) | undefined;

  constructor(host: string, model: SyslogModel, deps: SyslogDeps) {
    this.#host = host;
    this.#model = model;
    this.#deps = deps;
    const { clock, random } = deps;
    const run = (signal: AbortSignal): Promise<boolean> => this.#listen(signal);
    this.#rhythm = new Rhythm({ clock, random, everyMs: AGAIN_MS, run });
  }

  start(): void {
    this.#rhythm.start();
  }
  /** Nothing can be asked of syslog. */
  look(): Promise<void> {
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.#rhythm.stop();
    this.#end?.();
  }

  async #listen(signal: AbortSignal): Promise<boolean> {
    if (this.#end) return true;
    try {
      const peers = await this.#deps.receiver();
      if (!signal.aborted) this.#end = peers.listen(this.#host, (data) => this.#onMessage(data));
      return true;
    } catch (error) {
      this.#deps.log.warn({ why: errorText(error) }, 'syslog cannot be heard');
      return false;
    }
  }

  #onMessage(data: Uint8Array): void {
    const news = newsOf(this.#model, readSyslog(data).text);
    if (!news) return;
    this.#deps.tell.more('syslog', [news]);
    this.#deps.onSaid();
  }
}
