/** Voicemail of the branch: takes in what the engine has recorded, keeps it for its time, lights the lamps, tells the ledger. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { VoicemailBox } from '@branchline/contracts/branch/flows/model';
import type { NewEvent } from '@branchline/contracts/ledger';
import { hasCode } from '@branchline/runtime/atomic-file';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { HeardMessage } from './listening.ts';
import { fileName, MessageStore, type Message } from './message-store.ts';

export interface VoicemailDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Of the document in force. */
  readonly boxes: () => Readonly<Record<string, VoicemailBox>>;
  /** Where messages are kept; the engine reads there. */
  readonly dir: string;
  /** Where the engine records to: raw samples, 8 kHz, 16 bit, one channel. */
  readonly recordedDir: string;
  readonly wavHeader: (format: { channels: number; rate: number; bits: 16 }, dataBytes: number) => Buffer;
  readonly append: (events: readonly NewEvent[]) => void;
  /** Shows the counts of a box on its telephones and pages. */
  readonly showCounts: (box: string, counts: { fresh: number; heard: number }) => void;
  /** A message that has just been left, with the file of its sound. */
  readonly onMessage: (message: Message, path: string, box: VoicemailBox) => void;
}

export interface MessageOrder {
  readonly call: string;
  readonly box: string;
  readonly recording: string;
  readonly from: string;
  readonly at: number;
}

/** Shorter than a word: the caller has hung up after the tone. */
const SHORTEST_MS = 700;
const BYTES_A_MS = 16;
const SETTLE_MS = 300;
const LONGEST_SETTLE_MS = 5_000;
const TIDY_MS = 3_600_000;

export class Voicemail {
  readonly #deps: VoicemailDeps;
  readonly #store: MessageStore;
  readonly #keeping = new Map<string, Promise<void>>();
  #timer: Timer | undefined;

  constructor(deps: VoicemailDeps) {
    this.#deps = deps;
    this.#store = new MessageStore(deps.dir);
  }

  /** @param openRecordings those of calls in progress; what else lies there was left by an end of ours, and is taken in. */
  start(openRecordings: ReadonlySet<string>): void {
    this.#salvage(openRecordings);
    this.#tidy();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await Promise.allSettled(this.#keeping.values());
  }

  keep(order: MessageOrder): void {
    if (this.#keeping.has(order.recording)) return;
    const work = this.#keep(order)
      .catch((error: unknown) => {
        this.#deps.log.error({ recording: order.recording, err: error }, 'a message could not be kept');
      })
      .finally(() => this.#keeping.delete(order.recording));
    this.#keeping.set(order.recording, work);
  }

  /** One that was left elsewhere, whole: it is there like any other, and nobody is told by mail. */
  admit(message: Message, wav: Uint8Array): void {
    this.#store.add(message, wav);
    this.#show(message.box);
  }

  get boxes(): Readonly<Record<string, VoicemailBox>> {
    return this.#deps.boxes();
  }

  list(box: string): readonly Message[] {
    return this.#store.list(box);
  }

  listFor(boxes: readonly string[]): readonly HeardMessage[] {
    const all = boxes.flatMap((box) => this.#store.list(box)).sort((a, b) => a.at - b.at);
    const told = all.map(({ box, message, heardAt }) => ({ box, message, fresh: heardAt === undefined }));
    return [...told.filter(({ fresh }) => fresh), ...told.filter(({ fresh }) => !fresh)];
  }

  soundOf(box: string, message: string): string | undefined {
    return this.#store.find(box, message) && this.#store.soundPath(box, message);
  }

  markHeard(box: string, message: string, by: string): Message | undefined {
    const found = this.#store.find(box, message);
    if (!found || found.heardAt !== undefined) return found;
    const heard = this.#store.setHeard(box, message, this.#deps.clock.now());
    this.#note(callOf(found), 'voicemail.heard', { box, message, by });
    this.#show(box);
    return heard;
  }

  markNew(box: string, message: string): Message | undefined {
    const changed = this.#store.setHeard(box, message, undefined);
    if (changed) this.#show(box);
    return changed;
  }

  remove(box: string, message: string, by: string): Message | undefined {
    const removed = this.#store.remove(box, message);
    if (!removed) return undefined;
    this.#note(callOf(removed), 'voicemail.deleted', { box, message, by });
    this.#show(box);
    return removed;
  }

  /** Every box as it should be shown: an engine that was started anew knows of none. */
  showAll(): void {
    for (const box of Object.keys(this.boxes)) this.#show(box);
  }

  #show(box: string): void {
    if (!this.boxes[box]) return;
    const messages = this.#store.list(box);
    const fresh = messages.filter(({ heardAt }) => heardAt === undefined).length;
    this.#deps.showCounts(box, { fresh, heard: messages.length - fresh });
  }

  async #keep({ call, box, recording, from, at }: MessageOrder): Promise<void> {
    const { recordedDir, wavHeader, onMessage } = this.#deps;
    const raw = join(recordedDir, `${recording}.sln`);
    const bytes = await this.#settled(raw);
    const durationMs = Math.round(bytes / BYTES_A_MS);
    if (durationMs < SHORTEST_MS) {
      this.#note(call, 'voicemail.empty', { box, from, durationMs });
      return rm(raw, { force: true });
    }
    const sound = await readFile(raw);
    const whole = sound.subarray(0, sound.length - (sound.length % 2));
    const wav = Buffer.concat([wavHeader({ channels: 1, rate: 8_000, bits: 16 }, whole.length), whole]);
    const sha256 = createHash('sha256').update(wav).digest('hex');
    const message: Message = {
      message: fileName(call),
      box,
      from,
      at,
      durationMs,
      bytes: wav.length,
      sha256,
      call,
    };
    this.#store.add(message, wav);
    this.#note(call, 'voicemail.left', {
      box,
      message: message.message,
      from,
      durationMs,
      bytes: wav.length,
      sha256,
    });
    await rm(raw, { force: true });
    this.#show(box);
    const plan = this.boxes[box];
    if (plan) onMessage(message, this.#store.soundPath(box, message.message), plan);
  }

  /** The file's size once it no longer changes; the engine writes its last samples when the call has ended. */
  async #settled(raw: string): Promise<number> {
    const { clock } = this.#deps;
    const until = clock.monotonic() + LONGEST_SETTLE_MS;
    for (let before = -1; ;) {
      const size = await sizeOf(raw);
      if (size === before || clock.monotonic() > until) return size;
      before = size;
      await new Promise<void>((resolve) => void clock.after(SETTLE_MS, resolve));
    }
  }

  #salvage(open: ReadonlySet<string>): void {
    const { recordedDir, clock } = this.#deps;
    if (!existsSync(recordedDir)) return;
    for (const file of readdirSync(recordedDir)) {
      const [, recording = '', box, call] = /^(vm_([a-z0-9.-]+)_(.+))\.sln$/.exec(file) ?? [];
      if (box === undefined || call === undefined || open.has(recording)) continue;
      this.keep({ call, box, recording, from: 'unknown', at: clock.now() });
    }
  }

  /** What has been kept for its time goes. */
  #tidy(): void {
    const { clock } = this.#deps;
    for (const { name, keepMs } of Object.values(this.boxes)) {
      for (const { message, at } of this.#store.list(name))
        if (at + keepMs < clock.now()) this.remove(name, message, 'retention');
    }
    this.#timer = clock.after(TIDY_MS, () => this.#tidy());
  }

  #note<T extends 'voicemail.left' | 'voicemail.empty' | 'voicemail.heard' | 'voicemail.deleted'>(
    call: string | undefined,
    type: T,
    body: Extract<NewEvent, { type: T }>['body'],
  ): void {
    this.#deps.append([
      { type, ...(call === undefined ? {} : { call }), at: this.#deps.clock.now(), body } as NewEvent,
    ]);
  }
}

/** In whose story something is entered; in none where that is the stand-in's. */
const callOf = ({ call, standIn }: Message): string | undefined => (standIn ? undefined : call);

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0;
    throw error;
  }
}
