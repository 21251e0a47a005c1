/** The cookie of a session: a random 256-bit id, of which a service keeps the hash alone. */
import { createHash, randomBytes } from 'node:crypto';
import type { CookieOptions, Request, Response } from 'express';

export class SessionCookie {
  readonly #name: string;

  /** Cookies do not tell ports apart, so two services of one machine need two names. */
  constructor(name: string) {
    if (!/^[a-z0-9-]+$/.test(name)) throw new Error(`not a cookie name: '${name}' (use a-z, 0-9, -)`);
    this.#name = name;
  }

  /** Gives the browser a new one. @returns its hash */
  give(request: Request, response: Response, maxAge: number): Buffer {
    const id = randomBytes(32).toString('base64url');
    response.cookie(this.#name, id, { ...optionsFor(request), maxAge });
    return hashOf(id);
  }

  clear(request: Request, response: Response): void {
    response.clearCookie(this.#name, optionsFor(request));
  }

  /** The hash of the one that the request carries. */
  of(request: Request): Buffer | undefined {
    for (const pair of (request.get('cookie') ?? '').split(';')) {
      const [name, value = ''] = pair.trim().split('=');
      if (name === this.#name && /^[\w-]{43}$/.test(value)) return hashOf(value);
    }
    return undefined;
  }
}

const hashOf = (id: string): Buffer => createHash('sha256').update(id).digest();

const optionsFor = (request: Request): CookieOptions => ({
  ...{ httpOnly: true, sameSite: 'strict', secure: request.secure, path: '/' },
});
