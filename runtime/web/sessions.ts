/** Who has signed in, in a file of the service's own: by the hash of what the browser's cookie holds. */
import type { Request, RequestHandler, Response } from 'express';
import type { Clock } from '../clock.ts';
import { isDiskFault, type Db } from '../sqlite.ts';
import { HttpProblem } from './problem.ts';
import { SessionCookie } from './session-cookie.ts';

export interface SessionRules {
  /** A session that nobody has used for so long ends, ms. */
  readonly idleMs: number;
  /** However busy, a session ends after so long, ms. */
  readonly absoluteMs: number;
}
const HOUR_MS = 3_600_000;
export const SESSION_RULES: SessionRules = { idleMs: 12 * HOUR_MS, absoluteMs: 7 * 24 * HOUR_MS };
/** Use is noted at most so often, to spare the disk, ms. */
export const NOTE_USE_MS = 60_000;

/** For sessions that are kept elsewhere: what they are handed. */
export type { Request, RequestHandler, Response };

/** What a service asks of its sessions, wherever they are kept. */
export interface SessionKeeper {
  begin(request: Request, response: Response, person?: string): void | Promise<void>;
  end(request: Request, response: Response): void | Promise<void>;
  /** Every session of this person but the request's own. */
  endOthers(request: Request, person: string): void | Promise<void>;
  /** Whose session in force the request carries, as far as this process knows; being asked counts as use. */
  personOf(request: Request): string | undefined;
  /** The same, looked for wherever sessions are. */
  find(request: Request): string | undefined | Promise<string | undefined>;
  readonly require: RequestHandler;
}

export const NOT_SIGNED_IN = new HttpProblem(401, {
  code: 'not-signed-in',
  message: 'Nobody has signed in here, or the session has ended.',
  remedy: 'Sign in with the password.',
});

/** Whether a session goes on, by when it was begun and used last; ms since 1970. */
export const isInForce = (
  row: { readonly made_at: number; readonly seen_at: number },
  now: number,
  rules: SessionRules,
): boolean => now - row.seen_at < rules.idleMs && now - row.made_at < rules.absoluteMs;

interface Row {
  readonly made_at: number;
  readonly seen_at: number;
  readonly person: string;
}

export class Sessions implements SessionKeeper {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #cookie: SessionCookie;
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
    this.#db = db;
    this.#clock = clock;
    this.#cookie = new SessionCookie(cookie);
    this.#rules = rules;
    this.#otherwise = otherwise;
  }

  /** `person` is who has signed in, where the service knows people by name. */
  begin(request: Request, response: Response, person = ''): void {
    const now = this.#clock.now();
    const hash = this.#cookie.give(request, response, this.#rules.absoluteMs);
    const kept = this.#write(() => {
      this.#sweep(now);
      this.#db
        .prepare('insert into session (hash, made_at, seen_at, person) values (?, ?, ?, ?)')
        .run(hash, now, now, person);
    });
    if (!kept) this.#unkept.set(hash.toString('hex'), { made_at: now, seen_at: now, person });
  }

  end(request: Request, response: Response): void {
    const hash = this.#cookie.of(request);
    if (hash !== undefined) {
      this.#unkept.delete(hash.toString('hex'));
      this.#db.prepare('delete from session where hash = ?').run(hash);
    }
    this.#cookie.clear(request, response);
  }

  /** Every session of this person but the request's own. */
  endOthers(request: Request, person: string): void {
    const own = this.#cookie.of(request) ?? Buffer.alloc(0);
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
    const hash = this.#cookie.of(request);
    if (hash === undefined) return undefined;
    const kept = this.#db.prepare('select made_at, seen_at, person from session where hash = ?').get(hash);
    const row = (kept as Row | undefined) ?? this.#unkept.get(hash.toString('hex'));
    const now = this.#clock.now();
    if (!row || !isInForce(row, now, this.#rules)) return undefined;
    if (Math.abs(now - row.seen_at) >= NOTE_USE_MS)
      this.#write(() => this.#db.prepare('update session set seen_at = ? where hash = ?').run(now, hash));
    return row.person;
  }

  find(request: Request): string | undefined {
    return this.personOf(request);
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
    next(NOT_SIGNED_IN);
  };

  #sweep(now: number): void {
    const { idleMs, absoluteMs } = this.#rules;
    this.#db
      .prepare('delete from session where seen_at <= ? or made_at <= ?')
      .run(now - idleMs, now - absoluteMs);
  }
}
