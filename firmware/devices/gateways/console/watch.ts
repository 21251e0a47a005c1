/** The lines of a gateway as its console tells them: a talk in a rhythm, and a growing pause after one that failed. */
import type { Duplex } from 'node:stream';
import type { ConsoleAccess } from '@branchline/contracts/branch/gateways';
import { errorText, type SourceDeps, type SourceWatch } from '../source.ts';
import { judgeRows, textRows } from '../judging.ts';
import type { ConsoleModel } from '../model.ts';
import { Rhythm } from '../../rhythm.ts';
import type { OpenStream } from '../../bytes/stream.ts';
import { talk, TalkFailed } from './talk.ts';

export interface ConsoleDeps extends SourceDeps {
  readonly open: OpenStream;
}

const PATIENCE_MS = 3_000;
const LONGEST_MS = 20_000;
const OPEN_MS = 3_000;

export class ConsoleWatch implements SourceWatch {
  readonly #access: ConsoleAccess;
  readonly #model: ConsoleModel;
  readonly #deps: ConsoleDeps;
  readonly #rhythm: Rhythm;

  constructor(access: ConsoleAccess, model: ConsoleModel, deps: ConsoleDeps) {
    this.#access = access;
    this.#model = model;
    this.#deps = deps;
    const { clock, random } = deps;
    const run = (signal: AbortSignal): Promise<boolean> => this.#look(signal);
    this.#rhythm = new Rhythm({ clock, random, everyMs: access.everyMs, backsOff: true, run });
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
    let stream: Duplex | undefined;
    try {
      const password = this.#password();
      stream = await this.#opened(signal);
      // What goes wrong on the wire is heard of as its end.
      stream.on('error', () => undefined);
      const { user = '' } = this.#access;
      const { clock } = this.#deps;
      const answers = await talk(
        stream,
        { model: this.#model, user, password, clock, patienceMs: PATIENCE_MS, longestMs: LONGEST_MS },
        signal,
      );
      this.#tell(answers);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      this.#deps.tell.unclear('console', errorText(error));
      return false;
    } finally {
      await closed(stream, this.#deps);
    }
  }

  async #opened(signal: AbortSignal): Promise<Duplex> {
    const late = new AbortController();
    const timer = this.#deps.clock.after(OPEN_MS, () => late.abort());
    try {
      return await this.#deps.open(this.#access, AbortSignal.any([signal, late.signal]));
    } finally {
      timer.cancel();
    }
  }

  #tell(answers: readonly string[]): void {
    const said = this.#model.commands.flatMap(({ name, rows, rules }, at) =>
      Object.entries(judgeRows(textRows(answers[at] ?? '', rows), rules)).map(([line, judgement]) => ({
        line,
        reading: name,
        judgement,
      })),
    );
    if (said.length === 0) throw new TalkFailed('the console answered, and nothing in it is known');
    this.#deps.tell.stands('console', said);
  }

  #password(): string {
    const { secret } = this.#access;
    const password = secret === undefined ? '' : this.#deps.secretOf(secret);
    if (password === undefined) throw new TalkFailed(`there is no secret '${secret ?? ''}' on this box`);
    return password;
  }
}

const CLOSE_MS = 500;

/** A port that is opened again before it has closed is refused by the system; one that does not close is left alone. */
async function closed(stream: Duplex | undefined, { clock }: SourceDeps): Promise<void> {
  if (!stream || stream.destroyed) return;
  await new Promise<void>((resolve) => {
    const timer = clock.after(CLOSE_MS, () => {
      stream.destroy();
      resolve();
    });
    stream.once('close', () => {
      timer.cancel();
      resolve();
    });
    // What is still to be sent (the leaving) goes first.
    stream.end(() => stream.destroy());
  });
}
