/** People and sessions where several controllers have them: read whole into memory, and written one change at a time. */
import type { Role } from '@branchline/contracts/http/people';
import type { Database } from './database.ts';

export interface KeptPerson {
  readonly name: string;
  readonly role: Role;
  /** JSON. */
  readonly branches: string;
  readonly hash: string;
  readonly made_at: number;
  readonly seen_at: number | null;
}

export interface KeptSession {
  /** Hex. */
  readonly hash: string;
  readonly person: string;
  readonly made_at: number;
  readonly seen_at: number;
}

export class AccessStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Whether the database answered last. */
  get answers(): boolean {
    return this.#db.answers;
  }

  /** One change after the other, of all controllers; each is seen by the others when they ask for the version. */
  changing<T>(work: () => Promise<T>): Promise<T> {
    return this.#db.together(async () => {
      await this.#db.run('update access_state set version = version + 1');
      return work();
    });
  }

  async version(): Promise<number> {
    return (await this.#db.one<{ version: number }>('select version from access_state'))?.version ?? 0;
  }

  people(): Promise<KeptPerson[]> {
    return this.#db.all<KeptPerson>('select * from person order by name');
  }

  person(name: string): Promise<KeptPerson | undefined> {
    return this.#db.one<KeptPerson>('select * from person where name = ?', name);
  }

  /** One that is there stays as it is. */
  async add({ name, role, branches, hash, made_at, seen_at }: KeptPerson): Promise<void> {
    await this.#db.run(
      `insert into person (name, role, branches, hash, made_at, seen_at) values (?, ?, ?, ?, ?, ?)
       on conflict (name) do nothing`,
      ...[name, role, branches, hash, made_at, seen_at],
    );
  }

  async change(name: string, role: Role, branches: string): Promise<void> {
    await this.#db.run('update person set role = ?, branches = ? where name = ?', role, branches, name);
  }

  async setHash(name: string, hash: string): Promise<void> {
    await this.#db.run('update person set hash = ? where name = ?', hash, name);
  }

  async seen(name: string, at: number): Promise<void> {
    await this.#db.run('update person set seen_at = ? where name = ?', at, name);
  }

  async remove(name: string): Promise<void> {
    await this.#db.run('delete from person where name = ?', name);
  }

  sessions(): Promise<KeptSession[]> {
    return this.#db.all<KeptSession>('select * from person_session');
  }

  session(hash: string): Promise<KeptSession | undefined> {
    return this.#db.one<KeptSession>('select * from person_session where hash = ?', hash);
  }

  async begin({ hash, person, made_at, seen_at }: KeptSession): Promise<void> {
    await this.#db.run(
      `insert into person_session (hash, person, made_at, seen_at) values (?, ?, ?, ?)
       on conflict (hash) do nothing`,
      ...[hash, person, made_at, seen_at],
    );
  }

  async used(hash: string, at: number): Promise<void> {
    await this.#db.run('update person_session set seen_at = ? where hash = ? and seen_at < ?', at, hash, at);
  }

  async end(hash: string): Promise<void> {
    await this.#db.run('delete from person_session where hash = ?', hash);
  }

  /** All of this person but one, which may be none. */
  async endAll(person: string, but = ''): Promise<void> {
    await this.#db.run('delete from person_session where person = ? and hash <> ?', person, but);
  }

  /** Those that nobody has used since, or that were begun before. */
  async sweep(usedBefore: number, begunBefore: number): Promise<void> {
    await this.#db.run(
      'delete from person_session where seen_at <= ? or made_at <= ?',
      usedBefore,
      begunBefore,
    );
  }
}
