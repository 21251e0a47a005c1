/**
 * Boxes' pages that people have open. One at a time of a box; asked for by a command, which the box answers by connecting; ended by its time, by
 * either side, by the loss of the line, because the person has signed out or may not look any more, or the box has lost its standing.
 */
import type { ClientHttp2Session } from 'node:http2';
import type { Role } from '@branchline/contracts/http/people';
import type { SentCommand } from '@branchline/contracts/http/commands';
import type { Visit } from '@branchline/contracts/http/visits';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { Waits } from '@branchline/runtime/wait';
import type { TlsIdentity } from '@branchline/runtime/web/certificate';
import { HttpProblem } from '@branchline/runtime/web/problem';
import type { Asker, Commands } from '../commands/commands.ts';
import type { NewAudit } from '../store/document-versions.ts';
import { PageWindow } from './window.ts';

export interface PageVisitsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly commands: Pick<Commands, 'ask'>;
  readonly isOnline: (box: string) => boolean;
  /** The listener that boxes connect to: it gives its port. */
  readonly door: { open(): Promise<number>; close(): Promise<void> };
  readonly host: string;
  /** Where browsers look; 0 leaves it to the system. */
  readonly ports: { readonly first: number; readonly last: number };
  readonly identity: () => Promise<TlsIdentity | undefined>;
  /** Whether the person may still have it open, in the role that the box was told. */
  readonly may: (visit: Pick<Visit, 'who' | 'role'>, box: string) => boolean;
  readonly note: (audit: NewAudit) => Promise<void>;
}

/** A box that is there connects within a second. */
const COMES_WITHIN_MS = 12_000;
/** The command is of no use to a box that comes back later. */
const COMMAND_WAITS_S = 10;

interface Open {
  readonly command: string;
  readonly visit: Visit;
  readonly window: PageWindow;
  readonly session: ClientHttp2Session;
  readonly timer: Timer;
}

type News =
  | { readonly is: 'arrived'; readonly command: string; readonly session: ClientHttp2Session }
  | { readonly is: 'ended'; readonly command: string; readonly because: string | null };

export interface AskedVisit extends Asker {
  readonly role: Role;
  readonly forMin: number;
}

export class PageVisits {
  readonly #deps: PageVisitsDeps;
  readonly #open = new Map<string, Open>();
  /** By box, the command that it is to come by. */
  readonly #expected = new Map<string, string>();
  readonly #news: Waits<News>;

  constructor(deps: PageVisitsDeps) {
    this.#deps = deps;
    this.#news = new Waits(deps.clock);
  }

  of(box: string): Visit | undefined {
    return this.#open.get(box)?.visit;
  }

  /** Port and path that let this person's browser in. @throws HttpProblem saying why not */
  async open(box: string, asked: AskedVisit): Promise<{ port: number; path: string; visit: Visit }> {
    const there = this.#open.get(box);
    if (there && there.visit.who !== asked.who) throw taken(there.visit);
    const open = there ?? (await this.#begin(box, asked));
    return { port: open.window.port, path: open.window.ticket(), visit: open.visit };
  }

  /** A box has connected and says by which command. */
  arrived(box: string, command: string, session: ClientHttp2Session): boolean {
    if (this.#expected.get(box) !== command) return false;
    this.#expected.delete(box);
    this.#news.offer({ is: 'arrived', command, session });
    return true;
  }

  commandEnded({ id, because }: SentCommand): void {
    this.#news.offer({ is: 'ended', command: id, because });
  }

  async close(box: string, why: string): Promise<void> {
    const open = this.#open.get(box);
    if (!open) return;
    this.#open.delete(box);
    open.timer.cancel();
    open.session.destroy();
    const { clock, log, note } = this.#deps;
    const { requests, bytes } = open.window;
    const detail = `${open.command}: ${why}; ${requests} requests, ${bytes} bytes`;
    const noted = note({
      at: clock.now(),
      who: open.visit.who,
      address: '',
      action: 'page closed',
      box,
      detail,
    });
    await noted.catch((error: unknown) =>
      log.error({ err: error, box }, 'the end of a visit is not in the audit log'),
    );
    await open.window.close();
    await this.#shut();
  }

  /** This person has signed out, or was. */
  async left(who: string): Promise<void> {
    await this.#closeThose(({ visit }) => visit.who === who, `${who} has signed out`);
  }

  /** What people may do has changed. */
  async look(): Promise<void> {
    const { may } = this.#deps;
    await this.#closeThose(({ visit }, box) => !may(visit, box), 'this is no longer for who looks');
  }

  async #closeThose(which: (open: Open, box: string) => boolean, why: string): Promise<void> {
    for (const [box, open] of [...this.#open]) if (which(open, box)) await this.close(box, why);
  }

  /** Nobody is to find a port open that nobody needs. */
  async #shut(): Promise<void> {
    if (this.#open.size === 0 && this.#expected.size === 0) await this.#deps.door.close();
  }

  async stop(): Promise<void> {
    this.#news.endAll();
    for (const box of [...this.#open.keys()]) await this.close(box, 'headquarters ends');
    await this.#deps.door.close();
  }

  async #begin(box: string, asked: AskedVisit): Promise<Open> {
    const { clock, commands, isOnline, door, note } = this.#deps;
    if (!isOnline(box)) throw away(box);
    if (this.#expected.has(box)) throw BEING_OPENED;
    this.#expected.set(box, '');
    try {
      const { who, address, role } = asked;
      const given = { forS: asked.forMin * 60, port: await door.open(), role };
      const order = { do: 'open-page', with: given, withinS: COMMAND_WAITS_S } as const;
      const command = await commands.ask(box, order, { who, address });
      this.#expected.set(box, command.id);
      const session = await this.#comes(box, command.id);
      const open = await this.#show(box, command.id, session, asked);
      const detail = `${command.id}: ${asked.forMin} min as ${role}, at port ${open.window.port}`;
      await note({ at: clock.now(), who, address, action: 'page opened', box, detail });
      return open;
    } finally {
      this.#expected.delete(box);
      await this.#shut();
    }
  }

  async #comes(box: string, command: string): Promise<ClientHttp2Session> {
    const fits = (news: News): boolean => news.command === command;
    const news = await this.#news.until(`the page of ${box}`, fits, COMES_WITHIN_MS).catch(() => undefined);
    if (news?.is === 'arrived') return news.session;
    throw didNotCome(box, news?.because ?? null);
  }

  async #show(
    box: string,
    command: string,
    session: ClientHttp2Session,
    { who, role, forMin }: AskedVisit,
  ): Promise<Open> {
    const { clock, host, may, identity } = this.#deps;
    const since = clock.now();
    const until = since + forMin * 60_000;
    const window = new PageWindow({
      ...{ host, session, clock },
      port: this.#freePort(),
      identity: await identity(),
      may: () => may({ who, role }, box),
    });
    await window.open();
    const timer = clock.after(until - since, () => void this.close(box, 'its time is over'));
    const visit: Visit = { who, role, since: stamp(since), until: stamp(until) };
    const open: Open = { command, visit, window, session, timer };
    this.#open.set(box, open);
    session.once(
      'close',
      () => void (this.#open.get(box) === open && this.close(box, 'the box has ended it')),
    );
    return open;
  }

  #freePort(): number {
    const { first, last } = this.#deps.ports;
    if (first === 0) return 0;
    const used = new Set([...this.#open.values()].map(({ window }) => window.port));
    for (let port = first; port <= last; port++) if (!used.has(port)) return port;
    throw ALL_OPEN;
  }
}

const stamp = (at: number): string => new Date(at).toISOString();

const away = (box: string): HttpProblem =>
  new HttpProblem(409, {
    code: 'box-away',
    message: `${box} is not connected: its page cannot be opened from here.`,
    remedy: 'Wait until it is back, or look at its page at the branch.',
  });

const taken = ({ who, until }: Visit): HttpProblem =>
  new HttpProblem(409, {
    code: 'page-taken',
    message: `${who} has this page open until ${until}.`,
    remedy: 'Wait, or close it first.',
  });

const BEING_OPENED = new HttpProblem(409, {
  code: 'page-taken',
  message: 'This page is being opened by somebody just now.',
  remedy: 'Try again in some seconds.',
});

const ALL_OPEN = new HttpProblem(503, {
  code: 'all-pages-open',
  message: 'As many pages of boxes are open as headquarters has ports for.',
  remedy: 'Close one, or give it more ports (BRANCHLINE_HQ_VISIT_PORT_LAST).',
});

const didNotCome = (box: string, because: string | null): HttpProblem =>
  new HttpProblem(504, {
    code: 'box-did-not-come',
    message: `${box} has not opened its page${because === null ? ' in time' : `: ${because}`}.`,
    remedy:
      'Does it reach the port for boxes’ pages (docs/reference/ports-hq.md)? An older release has no such command.',
  });
