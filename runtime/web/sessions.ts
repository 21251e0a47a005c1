/** Who has signed in: a random 256-bit id in a cookie, of which only the hash is kept. */
import { createHash, randomBytes } from 'node:crypto';
import type { CookieOptions, Request, RequestHandler, Response } from 'express';
import type { Clock } from '../clock.ts';
import { isDiskFault, type Db } from '../sqlite.ts';
import { HttpProblem } from './problem.ts';

export interface SessionRules {
  /** A session that nobody has used for so long ends, ms. */
  readonly idleMs: number;
  /** However busy, a session ends after so long, ms. */
  readonly absoluteMs: number;
}
const HOUR_MS = 3_600_000;
export const SESSION_RULES: SessionRules = { idleMs: 12 * HOUR_MS, absoluteMs: 7 * 24 * HOUR_MS };
/** Use is noted at most so often, to spare the disk, ms. */
const NOTE_USE_MS = 60_000;

interface Row {
  readonly made_at: number;
  readonly seen_at: number;
  readonly person: string;
}

export class Sessions {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #cookie: string;
  readonly #rules: SessionRules;
  readonly #otherwise: (request: Request) => string | undefined;
  /** Begun while the disk was full, by their hash in hex: whoever comes to see why must be let in. They end with the process. */
  readonly #unkept = new Map<string, Row>();

  /**
   * `cookie` names the cookie: cookies do not tell ports apart, so two services of one machine need two names. `otherwise` knows people
   * who were let in by another way, and need no cookie.
   */
  constructor(
    db: Db,
    clock: Clock,
    cookie: string,
    rules: SessionRules = SESSION_RULES,
    otherwise: (request: Request) => string | undefined = () => undefined,
  ) {
    if (!/^[a-z0-9-]+$/.test(cookie)) throw new Error(`not a cookie name: '${cookie}' (use a-z, 0-9, -)`);
    this.#db = db;
    this.#clock = clock;
    this.#cookie = cookie;
    this.#rules = rules;
    this.#otherwise = otherwise;
  }

  /** `person` is who has signed in, where the service knows people by name. */
  begin(request: Request, response: Response, person = ''): void {
    const id = randomBytes(32).toString('base64url');
    const now = this.#clock.now();
    const hash = hashOf(id);
    const kept = this.#write(() => {
      this.#sweep(now);
      this.#db
        .prepare('insert into session (hash, made_at, seen_at, person) values (?, ?, ?, ?)')
        .run(hash, now, now, person);
    });
    if (!kept) this.#unkept.set(hash.toString('hex'), { made_at: now, seen_at: now, person });
    const maxAge = this.#rules.absoluteMs;
    response.cookie(this.#cookie, id, { ...cookieOptions(request), maxAge });
  }

  end(request: Request, response: Response): void {
    const id = this.#idOf(request);
    if (id !== undefined) {
      this.#unkept.delete(hashOf(id).toString('hex'));
      this.#db.prepare('delete from session where hash = ?').run(hashOf(id));
    }
    response.clearCookie(this.#cookie, cookieOptions(request));
  }

  /** Every session of this person but the request's own. */
  endOthers(request: Request, person: string): void {
    const id = this.#idOf(request);
    const own = id === undefined ? Buffer.alloc(0) : hashOf(id);
    for (const [hash, row] of this.#unkept)
      if (row.person === person && hash !== own.toString('hex')) this.#unkept.delete(hash);
    this.#db.prepare('delete from session where person = ? and hash <> ?').run(person, own);
  }

  /** Whether the request carries a session that is in force; being asked counts as use. */
  holds(request: Request): boolean {
    return this.personOf(request) !== undefined;
  }

  /** Whose session in force the request carries; undefined for none. */
  personOf(request: Request): string | undefined {
    const other = this.#otherwise(request);
    if (other !== undefined) return other;
    const id = this.#idOf(request);
    if (id === undefined) return undefined;
    const hash = hashOf(id);
    const kept = this.#db.prepare('select made_at, seen_at, person from session where hash = ?').get(hash);
    const row = (kept as Row | undefined) ?? this.#unkept.get(hash.toString('hex'));
    const now = this.#clock.now();
    if (!row || !this.#inForce(row, now)) return undefined;
    if (Math.abs(now - row.seen_at) >= NOTE_USE_MS)
      this.#write(() => this.#db.prepare('update session set seen_at = ? where hash = ?').run(now, hash));
    return row.person;
  }

  /** False when the disk will not have it. */
  #write(work: () => void): boolean {
    try {
      this.#db.transaction(work)();
      return true;
    } catch (error) {
      if (isDiskFault(error)) return false;
      throw error;
    }
  }

  readonly require: RequestHandler = (request, _response, next) => {
    if (this.holds(request)) return void next();
    next(
      new HttpProblem(401, {
        code: 'not-signed-in',
        message: 'Nobody has signed in here, or the session has ended.',
        remedy: 'Sign in with the password.',
      }),
    );
  };

  #inForce(row: Row, now: number): boolean {
    return now - row.seen_at < this.#rules.idleMs && now - row.made_at < this.#rules.absoluteMs;
  }

  #sweep(now: number): void {
    const { idleMs, absoluteMs } = this.#rules;
    this.#db
      .prepare('delete from session where seen_at <= ? or made_at <= ?')
      .run(now - idleMs, now - absoluteMs);
  }

  #idOf(request: Request): string | undefined {
    for (const pair of (request.get('cookie') ?? '').split(';')) {
      const [name, value = ''] = pair.trim().split('=');
      if (name === this.#cookie && /^[\w-]{43}$/.test(value)) return value;
    }
    return undefined;
  }
}

const hashOf = (id: string): Buffer => createHash('sha256').update(id).digest();

function cookieOptions(request: Request): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', secure: request.secure, path: '/' };
}
