/** The box's own page and its API, as a part of the service. */
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { consoleRoutes } from '@branchline/contracts/http/console';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Db } from '@branchline/runtime/sqlite';
import { openAccessStore } from '@branchline/runtime/web/access-store';
import { webApp } from '@branchline/runtime/web/app';
import { EventStream } from '@branchline/runtime/web/events';
import { isLoopback, listen, type ListenAddress, type Listening } from '@branchline/runtime/web/listen';
import { byPassword, PasswordBook } from '@branchline/runtime/web/password';
import { SESSION_RULES, Sessions } from '@branchline/runtime/web/sessions';
import { signInHandlers } from '@branchline/runtime/web/sign-in';
import { consoleHandlers } from './handlers.ts';
import { listenWhenThere, type LateListening } from './listen-when-there.ts';
import type { LiveBoard } from './live-board.ts';
import type { ConsoleNeeds } from './needs.ts';
import { addressOf, operatorBook } from './operators.ts';
import { VisitorDoor, visitorOf } from './visitors.ts';

export interface ConsoleSettings {
  /** In the clear on loopback; any other address is served over TLS with a certificate made here. */
  readonly listen: ListenAddress;
  /** Names and addresses a browser may use for the box, for that certificate. */
  readonly names: readonly string[];
  /** Of access.sqlite and the certificate. */
  readonly dataDir: string;
  /** The built pages; absent while developing the API alone. */
  readonly uiDir?: string;
  /** Shown above the password. */
  readonly box: string;
  /** Holds every answer against its schema: for tests, as it costs. */
  readonly checkAnswers?: boolean;
}

export interface ConsoleDeps {
  readonly settings: ConsoleSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly board: LiveBoard;
  readonly needs: ConsoleNeeds;
  /** At the very first start: to be shown to the person in front of the box, and never logged. */
  readonly onFirstPassword: (password: string) => void;
}

/** Cookies do not tell ports apart: headquarters on the same machine uses another name. */
export const COOKIE = 'branchline-box';

export class Console {
  readonly name = 'console';
  readonly #deps: ConsoleDeps;
  #stop: (() => Promise<void>) | undefined;
  #listening: LateListening | undefined;
  #visitors: VisitorDoor | undefined;

  constructor(deps: ConsoleDeps) {
    this.#deps = deps;
  }

  /** As a person on this machine types it; undefined before the start, and until its address is there. */
  get url(): string | undefined {
    return this.#listening?.url;
  }

  /** A connection to this page for somebody whom headquarters has let in; undefined before the start. */
  connect(who: string): Duplex | undefined {
    return this.#visitors?.connect(who);
  }

  async start(): Promise<void> {
    const { settings, clock, log, board, onFirstPassword } = this.#deps;
    const db = openAccessStore(join(settings.dataDir, 'access.sqlite'));
    const passwords = new PasswordBook(db, clock);
    const first = await passwords.first();
    if (first !== undefined) onFirstPassword(first);
    const sessions = new Sessions(db, clock, COOKIE, SESSION_RULES, visitorOf);
    const live = new EventStream({
      clock,
      snapshot: () => board.snapshot(),
      mayLook: (request) => sessions.holds(request),
    });
    let listening: LateListening;
    try {
      const app = this.#app(passwords, sessions, live);
      this.#visitors = new VisitorDoor(app);
      const { host } = settings.listen;
      listening = await listenWhenThere({ open: await this.#opening(app), host, clock, log });
    } catch (error) {
      db.close();
      throw error;
    }
    this.#listening = listening;
    const unsubscribe = board.subscribe((change) => live.change(change));
    this.#stop = () => stopAll(unsubscribe, live, listening, db);
  }

  async stop(): Promise<void> {
    await this.#stop?.();
    this.#stop = undefined;
  }

  #app(passwords: PasswordBook, sessions: Sessions, live: EventStream) {
    const { settings, clock, log, needs } = this.#deps;
    const operators = operatorBook(clock, needs.append);
    const signIn = signInHandlers({
      door: 'box',
      name: settings.box,
      whoSignsIn: byPassword(passwords),
      sessions,
      changePassword: (_person, now, becomes) => passwords.change(now, becomes),
      onChange: (request, success) =>
        operators.note(addressOf(request), success ? 'password-changed' : 'password-change-refused'),
      onTry: (address, success) => operators.note(address, success ? 'signed-in' : 'sign-in-refused'),
    });
    return webApp({
      table: consoleRoutes,
      handlers: {
        ...signIn,
        signOut: (asked) => {
          operators.note(addressOf(asked.request), 'signed-out');
          return signIn.signOut(asked);
        },
        ...consoleHandlers(needs, live, operators),
      },
      requireSession: sessions.require,
      checkAnswers: settings.checkAnswers ?? false,
      log,
      ...(settings.uiDir !== undefined && { pages: { dir: settings.uiDir, entry: 'box.html' } }),
    });
  }

  async #opening(app: ReturnType<typeof webApp>): Promise<() => Promise<Listening>> {
    const { listen: at, dataDir, names } = this.#deps.settings;
    if (isLoopback(at.host)) return () => listen(app, at, undefined);
    // The library behind it is large: a box that is reached through loopback alone never loads it.
    const { serviceCertificate } = await import('@branchline/runtime/web/certificate');
    const identity = await serviceCertificate({ dir: dataDir, name: 'console', names }, this.#deps.clock);
    return () => listen(app, at, identity);
  }
}

async function stopAll(
  unsubscribe: () => void,
  live: EventStream,
  listening: LateListening,
  db: Db,
): Promise<void> {
  unsubscribe();
  live.close();
  await listening.stop();
  db.close();
}
