/**
 * Speaks texts into files that the engine plays. Those of the document are made beforehand, one after the other; a value
 * that is known only during a call is spoken then, within a time.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '@branchline/contracts/branch/model';
import { writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Log } from '@branchline/runtime/log';
import { atTelephoneRate, readWav, TELEPHONE_RATE } from './telephone-sound.ts';
import { digitPieces, speechArguments, speechName, SPEECH_PACKAGE } from './voices.ts';

export interface SpeakerOptions {
  /** Where the files are kept; the engine reads there. */
  readonly dir: string;
  readonly log: Log;
  readonly wavHeader: (format: { channels: number; rate: number; bits: 16 }, dataBytes: number) => Buffer;
  /** Told once there are texts to be spoken: whether a speech engine is there. */
  readonly onEngine: (state: 'there' | 'missing') => void;
  /** The program; SPEECH_PACKAGE's own by default. */
  readonly program?: string;
}

export interface Saying {
  readonly language: Language;
  readonly text: string;
}

/** For one text of the document; made at leisure. */
const AT_LEISURE_MS = 20_000;
/** A caller waits for it. */
const DURING_A_CALL_MS = 1_500;
/** Bytes: four minutes of what the engine makes. */
const LONGEST_SOUND = 12_000_000;

export class Speaker {
  readonly #options: SpeakerOptions;
  readonly #program: string;
  #engine: Promise<string | undefined> | undefined;
  #version: string | undefined;
  readonly #making = new Map<string, Promise<string | undefined>>();
  #stopped = false;

  constructor(options: SpeakerOptions) {
    this.#options = options;
    this.#program = options.program ?? SPEECH_PACKAGE;
  }

  /** Makes what is not there yet. Resolves when all have been tried. */
  async prepare(texts: readonly Saying[]): Promise<void> {
    if (texts.length === 0) return;
    mkdirSync(this.#options.dir, { recursive: true, mode: 0o755 });
    this.#version = await this.#engineVersion();
    this.#options.onEngine(this.#version === undefined ? 'missing' : 'there');
    if (this.#version === undefined) return;
    const languages = [...new Set(texts.map(({ language }) => language))];
    const digits = languages.flatMap((language) => digitPieces(language).map((text) => ({ language, text })));
    for (const saying of [...digits, ...texts]) {
      if (this.#stopped) return;
      await this.#made(saying, AT_LEISURE_MS);
    }
  }

  /** The file's name without its ending, when it lies ready. */
  ready({ text, language }: Saying): string | undefined {
    if (this.#version === undefined) return undefined;
    const name = speechName(text, language, this.#version);
    return existsSync(this.#pathOf(name)) ? name : undefined;
  }

  /** Spoken now; undefined when that takes longer than a caller may wait, or cannot be. */
  async now(saying: Saying): Promise<string | undefined> {
    return this.#version === undefined ? undefined : this.#made(saying, DURING_A_CALL_MS);
  }

  stop(): void {
    this.#stopped = true;
  }

  #pathOf(name: string): string {
    return join(this.#options.dir, `${name}.wav`);
  }

  #made(saying: Saying, withinMs: number): Promise<string | undefined> {
    const name = speechName(saying.text, saying.language, this.#version ?? '');
    if (existsSync(this.#pathOf(name))) return Promise.resolve(name);
    const work =
      this.#making.get(name) ?? this.#make(saying, name, withinMs).finally(() => this.#making.delete(name));
    this.#making.set(name, work);
    return work;
  }

  async #make({ text, language }: Saying, name: string, withinMs: number): Promise<string | undefined> {
    const { log, wavHeader } = this.#options;
    try {
      const said = await run(this.#program, speechArguments(language), text, withinMs);
      const samples = atTelephoneRate(readWav(said));
      const sound = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
      const header = wavHeader({ channels: 1, rate: TELEPHONE_RATE, bits: 16 }, sound.length);
      writeFileAtomic(this.#pathOf(name), Buffer.concat([header, sound]), 0o644);
      return name;
    } catch (error) {
      log.warn({ err: error, language, length: text.length }, 'a text could not be spoken');
      return undefined;
    }
  }

  #engineVersion(): Promise<string | undefined> {
    this.#engine ??= run(this.#program, ['--version'], '', AT_LEISURE_MS).then(
      (said) => said.toString('utf8').split('\n')[0],
      () => undefined,
    );
    return this.#engine;
  }
}

/** What a program writes, given a text. Rejects when it fails, is not there, or takes too long; then it is ended. */
function run(program: string, args: readonly string[], input: string, withinMs: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: withinMs,
    killSignal: 'SIGKILL',
  });
  const pieces: Buffer[] = [];
  let bytes = 0;
  child.stdout.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > LONGEST_SOUND) child.kill('SIGKILL');
    else pieces.push(piece);
  });
  child.stdin.on('error', () => undefined);
  child.once('error', reject);
  child.once('close', (code, signal) => {
    if (code === 0) resolve(Buffer.concat(pieces));
    else reject(new Error(`${program} ended with ${code ?? signal ?? 'nothing'}`));
  });
  child.stdin.end(input);
  return promise;
}
