/** Watches recordings grow while calls go on, and takes them into the vault when calls have ended. The engine does the recording itself. */
import { readdirSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NewEvent, Party } from '@branchline/contracts/ledger';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { hasCode } from '@branchline/runtime/atomic-file';
import type { CallEvent } from '../calls/events.ts';
import { look, startGrowth, type Growth } from './growth.ts';
import type { Vault } from './vault.ts';

const LOOK_MS = 2_000;
/** The engine closes a file some milliseconds after its call; it is closed when it has not changed for this long. */
const SETTLE_MS = 400;
const LONGEST_SETTLE_MS = 10_000;
/** The engine's buffer: what a killed engine has not written yet, in ms of sound. */
const ENGINE_BUFFER_MS = 2_050;

export interface KeepOrder {
  readonly call: string;
  readonly recording: string;
  readonly file: string;
  readonly parties: readonly Party[];
  readonly salvaged: boolean;
}

export interface RecorderDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Where the engine writes raw files. */
  readonly rawDir: string;
  readonly vault: Vault;
  readonly append: (events: readonly NewEvent[]) => void;
  readonly happen: (event: CallEvent) => void;
}

export class Recorder {
  readonly #deps: RecorderDeps;
  readonly #watched = new Map<string, { file: string; growth: Growth }>();
  #timer: Timer | undefined;
  readonly #keeping = new Set<Promise<void>>();
  readonly #inHand = new Set<string>();
  /** Told of once; they are tried again at the next start. */
  readonly #failed = new Set<string>();

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
  }

  watch(call: string, file: string): void {
    this.#watched.set(call, { file, growth: startGrowth(this.#deps.clock.monotonic()) });
    this.#schedule();
  }

  unwatch(call: string): void {
    this.#watched.delete(call);
  }

  keep(order: KeepOrder): void {
    const work = this.#keep(order).catch((error: unknown) => {
      this.#failed.add(order.file);
      this.#deps.log.error({ recording: order.recording, err: error }, 'a recording could not be kept');
      const because = error instanceof Error ? error.message : String(error);
      this.#note(order.call, 'recording.missing', { recording: order.recording, because });
    });
    this.#inHand.add(order.file);
    this.#keeping.add(work);
    void work.finally(() => {
      this.#keeping.delete(work);
      this.#inHand.delete(order.file);
    });
  }

  /** Nothing was said: what the engine has made for the call goes. */
  drop(file: string): void {
    void rm(join(this.#deps.rawDir, file), { force: true }).catch((error: unknown) => {
      this.#deps.log.warn({ file, err: error }, 'an empty recording could not be removed');
    });
  }

  /** Raw files that no call in progress owns: left by an end of ours between a call's end and its recording's. */
  salvage(openFiles: ReadonlySet<string>): number {
    const left = readdirSync(this.#deps.rawDir).filter(
      (file) =>
        file.endsWith('.raw') && !openFiles.has(file) && !this.#inHand.has(file) && !this.#failed.has(file),
    );
    for (const file of left) {
      const recording = file.replace(/\.raw$/, '');
      this.keep({ call: recording, recording, file, parties: [], salvaged: true });
    }
    return left.length;
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await Promise.allSettled(this.#keeping);
  }

  async #keep({ call, recording, file, salvaged }: KeepOrder): Promise<void> {
    const { vault, clock, rawDir } = this.#deps;
    const raw = join(rawDir, file);
    const bytes = await this.#settled(raw);
    if (bytes === 0) {
      const because = 'nothing was recorded: the parties were never joined, or the disk refused';
      this.#note(call, 'recording.missing', { recording, because });
      await rm(raw, { force: true });
      return;
    }
    const kept = await vault.take(recording, raw, clock.now());
    const { durationMs, sha256 } = kept;
    this.#note(call, 'recording.ended', {
      recording,
      durationMs,
      bytes: kept.bytes,
      sha256,
      salvaged,
      ...(salvaged ? { lostMs: ENGINE_BUFFER_MS } : {}),
    });
  }

  /** The file's size once it no longer changes. */
  async #settled(raw: string): Promise<number> {
    const { clock } = this.#deps;
    const until = clock.monotonic() + LONGEST_SETTLE_MS;
    let before = -1;
    for (;;) {
      const size = await sizeOf(raw);
      if (size === before || clock.monotonic() > until) return size;
      before = size;
      await new Promise<void>((resolve) => void clock.after(SETTLE_MS, resolve));
    }
  }

  #note<T extends 'recording.ended' | 'recording.missing'>(
    call: string,
    type: T,
    body: Extract<NewEvent, { type: T }>['body'],
  ): void {
    this.#deps.append([{ type, call, at: this.#deps.clock.now(), body } as NewEvent]);
  }

  #schedule(): void {
    this.#timer ??= this.#deps.clock.after(LOOK_MS, () => {
      this.#timer = undefined;
      void this.#lookAll().finally(() => {
        if (this.#watched.size > 0) this.#schedule();
      });
    });
  }

  async #lookAll(): Promise<void> {
    await Promise.all([...this.#watched].map(([call, { file }]) => this.#lookAt(call, file)));
  }

  async #lookAt(call: string, file: string): Promise<void> {
    const bytes = await sizeOf(join(this.#deps.rawDir, file)).catch((error: unknown) => {
      this.#deps.log.warn({ file, err: error }, 'a recording cannot be looked at');
      return 0;
    });
    const watched = this.#watched.get(call);
    if (!watched) return;
    const growth = look(watched.growth, bytes, this.#deps.clock.monotonic());
    const changed = growth.stalled !== watched.growth.stalled;
    this.#watched.set(call, { file, growth });
    if (growth.empty && !watched.growth.empty) this.#deps.happen({ type: 'recording-empty', call });
    if (changed)
      this.#deps.happen(
        growth.stalled ? { type: 'recording-stalled', call, bytes } : { type: 'recording-grows', call },
      );
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0;
    throw error;
  }
}
