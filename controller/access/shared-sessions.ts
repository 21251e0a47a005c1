/** Sessions that every controller of a fleet knows. */
import type { InBackground } from '@branchline/runtime/background';
import type { Clock } from '@branchline/runtime/clock';
import { SessionCookie } from '@branchline/runtime/web/session-cookie';
import {
  isInForce,
  NOT_SIGNED_IN,
  NOTE_USE_MS,
  SESSION_RULES,
  type Request,
  type RequestHandler,
  type Response,
  type SessionKeeper,
} from '@branchline/runtime/web/sessions';
import type { AccessStore, KeptSession } from '../store/access.ts';
import type { SharedAccess } from './shared.ts';

export interface SharedSessionsParts {
  readonly clock: Clock;
  readonly background: InBackground;
  readonly store: AccessStore;
  readonly shared: SharedAccess;
  /** The same at every controller. */
  readonly cookie: string;
}

export class SharedSessions implements SessionKeeper {
  readonly #parts: SharedSessionsParts;
  readonly #cookie: SessionCookie;

  constructor(parts: SharedSessionsParts) {
    this.#parts = parts;
    this.#cookie = new SessionCookie(parts.cookie);
  }

  /** When any controller can know of it. @throws what the store says: then nobody has signed in */
  async begin(request: Request, response: Response, person = ''): Promise<void> {
    const { clock, store, shared } = this.#parts;
    const now = clock.now();
    const hash = this.#cookie.give(request, response, SESSION_RULES.absoluteMs).toString('hex');
    const session = { hash, person, made_at: now, seen_at: now };
    await store.sweep(now - SESSION_RULES.idleMs, now - SESSION_RULES.absoluteMs);
    await store.begin(session);
    shared.sessions.set(hash, session);
  }

  async end(request: Request, response: Response): Promise<void> {
    const { store, shared } = this.#parts;
    const hash = this.#hashOf(request);
    if (hash !== undefined) await shared.change(() => store.end(hash));
    this.#cookie.clear(request, response);
  }

  async endOthers(request: Request, person: string): Promise<void> {
    const { store, shared } = this.#parts;
    await shared.change(() => store.endAll(person, this.#hashOf(request)));
  }

  holds(request: Request): boolean {
    return this.personOf(request) !== undefined;
  }

  personOf(request: Request): string | undefined {
    const hash = this.#hashOf(request);
    return hash === undefined ? undefined : this.#used(this.#parts.shared.sessions.get(hash));
  }

  /** One that was begun, or used last, at another controller is not in the copy as it is. */
  async find(request: Request): Promise<string | undefined> {
    const known = this.personOf(request);
    const hash = this.#hashOf(request);
    if (known !== undefined || hash === undefined) return known;
    const { store, shared } = this.#parts;
    const kept = await store.session(hash);
    if (!kept) return undefined;
    shared.sessions.set(hash, kept);
    const { person } = kept;
    // So may he be.
    if (!shared.people.has(person)) await shared.read();
    return this.#used(kept);
  }

  readonly require: RequestHandler = (request, _response, next) => {
    if (this.holds(request)) return void next();
    this.find(request).then((person) => (person === undefined ? next(NOT_SIGNED_IN) : next()), next);
  };

  #used(session: KeptSession | undefined): string | undefined {
    const { clock, background, store, shared } = this.#parts;
    const now = clock.now();
    if (!session || !isInForce(session, now, SESSION_RULES)) return undefined;
    if (Math.abs(now - session.seen_at) >= NOTE_USE_MS) {
      shared.sessions.set(session.hash, { ...session, seen_at: now });
      if (store.answers) background('session', store.used(session.hash, now));
    }
    return session.person;
  }

  #hashOf(request: Request): string | undefined {
    return this.#cookie.of(request)?.toString('hex');
  }
}
