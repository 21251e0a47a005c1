/** People of headquarters: names, roles, passwords as argon2id hashes. The first is the owner `admin`, made at the first start. */
import type { Person, Role } from '@branchline/contracts/http/people';
import type { Clock } from '@branchline/runtime/clock';
import type { Db } from '@branchline/runtime/sqlite';
import { hashPassword, isPassword, newPassword } from '@branchline/runtime/web/password';
import { HttpProblem, notFound } from '@branchline/runtime/web/problem';

export const FIRST_OWNER = 'admin';

type Later<T> = T | Promise<T>;

/** What headquarters asks of those who may come in, wherever they are kept. */
export interface PeopleKeeper {
  /** At the first start the owner's new password, to be shown on the console once; later undefined. */
  first(): Promise<string | undefined>;
  all(): Person[];
  /** Undefined for whom nobody has let in, or lets in no more. */
  of(name: string): Person | undefined;
  /** The person's name when the password is right. */
  signIn(name: string, password: string): Promise<string | undefined>;
  /** The new password. @throws HttpProblem where the name is taken */
  add(name: string, role: Role, branches: readonly string[]): Promise<string>;
  /** @throws HttpProblem for nobody, and where no owner would be left */
  change(name: string, role: Role, branches: readonly string[]): Later<Person>;
  /** False for a wrong password of before. */
  changePassword(name: string, now: string, becomes: string): Promise<boolean>;
  /** Every session of the person ends. @throws HttpProblem for nobody */
  replacePassword(name: string): Promise<string>;
  /** Every session of the person ends. @throws HttpProblem for nobody, and for the last owner */
  remove(name: string): Later<void>;
}

export interface PersonRow {
  readonly name: string;
  readonly role: Role;
  readonly branches: string;
  readonly hash: string;
  readonly made_at: number;
  readonly seen_at: number | null;
}

/** In a file of this controller's own. */
export class People implements PeopleKeeper {
  readonly #db: Db;
  readonly #clock: Clock;
  #nobody: Promise<string> | undefined;

  constructor(db: Db, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /**
   * At the first start the owner's new password, to be shown on the console once; later undefined. The one password of
   * earlier releases becomes the owner's.
   */
  async first(): Promise<string | undefined> {
    if (this.#rows().length > 0) return undefined;
    const kept = this.#db.prepare('select hash from password where id = 1').get() as
      { hash: string } | undefined;
    const password = kept ? undefined : newPassword();
    const hash = kept?.hash ?? (await hashPassword(password ?? ''));
    this.#db.transaction(() => {
      this.#insert(FIRST_OWNER, 'owner', [], hash);
      this.#db.prepare('delete from password').run();
      this.#db.prepare("update session set person = ? where person = ''").run(FIRST_OWNER);
    })();
    return password;
  }

  all(): Person[] {
    return this.#rows().map(personOf);
  }

  /** Undefined for whom nobody has let in, or lets in no more. */
  of(name: string): Person | undefined {
    const row = this.#row(name);
    return row && personOf(row);
  }

  /** The person's name when the password is right. A name that is not there takes as long as one that is. */
  async signIn(name: string, password: string): Promise<string | undefined> {
    const row = this.#row(name);
    this.#nobody ??= hashPassword(newPassword());
    const right = await isPassword(row?.hash ?? (await this.#nobody), password);
    if (!row || !right) return undefined;
    this.#db.prepare('update person set seen_at = ? where name = ?').run(this.#clock.now(), row.name);
    return row.name;
  }

  /** The new password. @throws HttpProblem where the name is taken */
  async add(name: string, role: Role, branches: readonly string[]): Promise<string> {
    const password = newPassword();
    const hash = await hashPassword(password);
    if (this.#row(name)) throw taken(name);
    this.#insert(name, role, branches, hash);
    return password;
  }

  /** @throws HttpProblem for nobody, and where no owner would be left */
  change(name: string, role: Role, branches: readonly string[]): Person {
    this.#known(name);
    if (role !== 'owner') this.#needsAnotherOwner(name);
    this.#db
      .prepare('update person set role = ?, branches = ? where name = ?')
      .run(role, JSON.stringify(branchesOf(role, branches)), name);
    return personOf(this.#known(name));
  }

  /** False for a wrong password of before. */
  async changePassword(name: string, now: string, becomes: string): Promise<boolean> {
    const row = this.#row(name);
    if (!row || !(await isPassword(row.hash, now))) return false;
    const hash = await hashPassword(becomes);
    this.#db.prepare('update person set hash = ? where name = ?').run(hash, name);
    return true;
  }

  /** Every session of the person ends. @throws HttpProblem for nobody */
  async replacePassword(name: string): Promise<string> {
    const password = newPassword();
    const hash = await hashPassword(password);
    this.#known(name);
    this.#db.transaction(() => {
      this.#db.prepare('update person set hash = ? where name = ?').run(hash, name);
      this.#db.prepare('delete from session where person = ?').run(name);
    })();
    return password;
  }

  /** Every session of the person ends. @throws HttpProblem for nobody, and for the last owner */
  remove(name: string): void {
    this.#known(name);
    this.#needsAnotherOwner(name);
    this.#db.transaction(() => {
      this.#db.prepare('delete from person where name = ?').run(name);
      this.#db.prepare('delete from session where person = ?').run(name);
    })();
  }

  #insert(name: string, role: Role, branches: readonly string[], hash: string): void {
    this.#db
      .prepare('insert into person (name, role, branches, hash, made_at) values (?, ?, ?, ?, ?)')
      .run(name, role, JSON.stringify(branchesOf(role, branches)), hash, this.#clock.now());
  }

  #needsAnotherOwner(name: string): void {
    needsAnotherOwner(this.#rows(), name);
  }

  #known(name: string): PersonRow {
    return knownAs(name, this.#row(name));
  }

  #row(name: string): PersonRow | undefined {
    return this.#db.prepare('select * from person where name = ?').get(name) as PersonRow | undefined;
  }

  #rows(): PersonRow[] {
    return this.#db.prepare('select * from person order by name').all() as PersonRow[];
  }
}

/** @throws HttpProblem where no owner but this one is there */
export function needsAnotherOwner(rows: readonly PersonRow[], name: string): void {
  if (rows.some((row) => row.role === 'owner' && row.name !== name)) return;
  throw new HttpProblem(409, {
    code: 'last-owner',
    message: `'${name}' is the last owner.`,
    remedy: 'Make somebody else an owner first.',
  });
}

/** @throws HttpProblem for nobody */
export function knownAs(name: string, row: PersonRow | undefined): PersonRow {
  if (!row) throw notFound(`person '${name}'`, 'GET /api/people lists them.');
  return row;
}

export const branchesOf = (role: Role, branches: readonly string[]): readonly string[] =>
  role === 'technician' ? [...new Set(branches)].sort() : [];

export const personOf = ({ name, role, branches, made_at, seen_at }: PersonRow): Person => ({
  name,
  role,
  branches: JSON.parse(branches) as string[],
  madeAt: stamp(made_at),
  seenAt: seen_at === null ? null : stamp(seen_at),
});

const stamp = (at: number): string => new Date(at).toISOString();

export const taken = (name: string): HttpProblem =>
  new HttpProblem(409, {
    code: 'name-taken',
    message: `There is a person '${name}' already.`,
    field: 'body.name',
    value: name,
    remedy: 'Choose another name.',
  });
