/** The one password of a service: made at first start, told once, kept as an argon2id hash. */
import { randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { Clock } from '../clock.ts';
import type { Db } from '../sqlite.ts';

/** No 0/O, 1/l/i: it is read aloud and typed on telephones. 31 signs. */
const SIGNS = '23456789abcdefghjkmnpqrstuvwxyz';
const GROUPS = 4;
const GROUP_LENGTH = 5;

/** Four groups of five: 31^20 possibilities, 99 bit. */
export function newPassword(random: (below: number) => number = (below) => randomInt(below)): string {
  const group = (): string =>
    Array.from({ length: GROUP_LENGTH }, () => SIGNS[random(SIGNS.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/** argon2id. */
export const hashPassword = (password: string): Promise<string> => hash(password);
export const isPassword = (hashed: string, password: string): Promise<boolean> => verify(hashed, password);

export class PasswordBook {
  readonly #db: Db;
  readonly #clock: Clock;

  constructor(db: Db, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** At the first start the new password, to be shown on the console once; later undefined. */
  async first(): Promise<string | undefined> {
    return this.#hash() === undefined ? this.replace() : undefined;
  }

  /** A new password in place of the old one; every session ends. */
  async replace(): Promise<string> {
    const password = newPassword();
    const hashed = await hash(password);
    this.#db.transaction(() => {
      this.#db
        .prepare('insert or replace into password (id, hash, made_at) values (1, ?, ?)')
        .run(hashed, this.#clock.now());
      this.#db.prepare('delete from session').run();
    })();
    return password;
  }

  /** False for a wrong password of before. Sessions stay: whoever asks knows which of them is his own. */
  async change(now: string, becomes: string): Promise<boolean> {
    if (!(await this.matches(now))) return false;
    const hashed = await hash(becomes);
    this.#db.prepare('update password set hash = ?, made_at = ? where id = 1').run(hashed, this.#clock.now());
    return true;
  }

  async matches(password: string): Promise<boolean> {
    const hashed = this.#hash();
    return hashed !== undefined && (await verify(hashed, password));
  }

  #hash(): string | undefined {
    const row = this.#db.prepare('select hash from password where id = 1').get() as
      { hash: string } | undefined;
    return row?.hash;
  }
}

/** Signing in where there is one password, and nobody is known by name. */
export const byPassword =
  (passwords: PasswordBook) =>
  async ({ password }: { readonly password: string }): Promise<string | undefined> =>
    (await passwords.matches(password)) ? '' : undefined;
