/**
 * People and sessions of several controllers, from their one database: this controller's copy of them, as they were a second ago at most. What
 * is not in the copy is looked for in the database before anybody is refused. While the database is away the copy serves.
 */
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Part } from '@branchline/runtime/lifecycle';
import type { Log } from '@branchline/runtime/log';
import type { AccessStore, KeptPerson, KeptSession } from '../store/access.ts';

const LOOK_EVERY_MS = 1_000;

export interface SharedAccessParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: AccessStore;
}

export class SharedAccess implements Part {
  readonly name = 'shared access';
  readonly people = new Map<string, KeptPerson>();
  readonly sessions = new Map<string, KeptSession>();
  readonly #parts: SharedAccessParts;
  #version = -1;
  #timer: Timer | undefined;
  #looking: Promise<void> = Promise.resolve();
  #reading: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: SharedAccessParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    await this.read();
    this.#lookLater();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#looking;
  }

  /** All of it anew. One after the other, so that nothing older comes last. */
  read(): Promise<void> {
    const read = this.#reading.then(() => this.#read());
    this.#reading = read.catch(() => undefined);
    return read;
  }

  async #read(): Promise<void> {
    const { store } = this.#parts;
    // First the version: what is written meanwhile is read again.
    const version = await store.version();
    const [people, sessions] = [await store.people(), await store.sessions()];
    this.people.clear();
    for (const person of people) this.people.set(person.name, person);
    this.sessions.clear();
    for (const session of sessions) this.sessions.set(session.hash, session);
    this.#version = version;
  }

  /** A change, and the copy with it in it. */
  async change<T>(work: () => Promise<T>): Promise<T> {
    const result = await this.#parts.store.changing(work);
    await this.read();
    return result;
  }

  #lookLater(): void {
    if (this.#stopped) return;
    this.#timer = this.#parts.clock.after(LOOK_EVERY_MS, () => {
      this.#looking = this.#look().finally(() => this.#lookLater());
    });
  }

  async #look(): Promise<void> {
    try {
      if ((await this.#parts.store.version()) !== this.#version) await this.read();
    } catch (err) {
      this.#parts.log.debug({ err }, 'who may come in could not be read; it stays as it was');
    }
  }
}
