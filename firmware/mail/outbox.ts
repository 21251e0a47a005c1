/**
 * Letters that no server has taken yet, on disk: a file each, whole or not there, so that a restart forgets none. The sound stays where the
 * message is; a letter whose message has been deleted has nothing to send.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';

const posted = z.object({
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
  text: z.string(),
  id: z.string(),
  /** Milliseconds since 1970, as `nextAt`. */
  at: z.number(),
  attachment: z.object({ name: z.string(), type: z.string(), path: z.string() }),
  /** How often a server has refused it. */
  tries: z.int().min(0),
  nextAt: z.number(),
});
export type Posted = z.infer<typeof posted>;

export class Outbox {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The oldest first. A file that cannot be read is passed over. */
  list(): Posted[] {
    const names = this.#names();
    return names.flatMap((name) => this.#read(name) ?? []).sort((a, b) => a.at - b.at);
  }

  /** @throws when the disk does not take it */
  put(letter: Posted): void {
    // Names of people and what they were called for: for nobody's eyes but the service's.
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    writeFileAtomic(this.#path(letter.id), JSON.stringify(letter), 0o600);
  }

  remove(id: string): void {
    rmSync(this.#path(id), { force: true });
  }

  #names(): string[] {
    try {
      return readdirSync(this.#dir).filter((name) => name.endsWith('.json'));
    } catch {
      return [];
    }
  }

  #read(name: string): Posted | undefined {
    try {
      return posted.safeParse(JSON.parse(readIfThere(join(this.#dir, name)) ?? '')).data;
    } catch {
      return undefined;
    }
  }

  #path(id: string): string {
    return join(this.#dir, `${id.replace(/[^\w-]/g, '_')}.json`);
  }
}
