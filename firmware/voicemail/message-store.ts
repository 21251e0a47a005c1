/**
 * Messages on disk, a folder a box: NAME.wav, and beside it NAME.json with what is known of it. A message is there from the
 * moment its NAME.json is, which is written last and whole.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';

const card = z.object({
  message: z.string(),
  box: z.string(),
  from: z.string(),
  /** When the caller began to speak, ms since 1970. */
  at: z.number(),
  durationMs: z.number(),
  bytes: z.number(),
  sha256: z.string(),
  call: z.string(),
  /** When it was first listened to, ms since 1970. */
  heardAt: z.number().optional(),
  /** It was left at the branch's stand-in, in a call of whose ledger this one's knows nothing. */
  standIn: z.literal(true).optional(),
});
export type Message = z.infer<typeof card>;

export class MessageStore {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Of a box, the oldest first. A card that cannot be read is passed over: its sound stays where it is. */
  list(box: string): Message[] {
    const folder = this.#folder(box);
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    return names.flatMap((name) => this.#read(join(folder, name)) ?? []).sort((a, b) => a.at - b.at);
  }

  find(box: string, message: string): Message | undefined {
    return this.#read(this.#path(box, message, 'json'));
  }

  soundPath(box: string, message: string): string {
    return this.#path(box, message, 'wav');
  }

  add(message: Message, wav: Uint8Array): void {
    // The engine reads here, which may run as another account.
    mkdirSync(this.#folder(message.box), { recursive: true, mode: 0o755 });
    writeFileAtomic(this.soundPath(message.box, message.message), wav, 0o644);
    this.#write(message);
  }

  setHeard(box: string, message: string, heardAt: number | undefined): Message | undefined {
    const found = this.find(box, message);
    if (!found) return undefined;
    const { heardAt: _, ...rest } = found;
    const changed = heardAt === undefined ? rest : { ...rest, heardAt };
    this.#write(changed);
    return changed;
  }

  /** The card first: without it there is no message, whatever comes between. */
  remove(box: string, message: string): Message | undefined {
    const found = this.find(box, message);
    rmSync(this.#path(box, message, 'json'), { force: true });
    rmSync(this.#path(box, message, 'wav'), { force: true });
    return found;
  }

  #write(message: Message): void {
    writeFileAtomic(this.#path(message.box, message.message, 'json'), JSON.stringify(message), 0o640);
  }

  #read(path: string): Message | undefined {
    try {
      const text = readIfThere(path);
      return text === undefined ? undefined : card.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  }

  #folder(box: string): string {
    return join(this.#dir, fileName(box));
  }

  #path(box: string, message: string, ending: 'wav' | 'json'): string {
    return join(this.#folder(box), `${fileName(message)}.${ending}`);
  }
}

/** Names come from the page, too: nothing in one may lead out of the folder. */
export const fileName = (name: string): string => name.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_');
