/**
 * The box's page for a person at headquarters: the box opens a TLS connection with its certificate, and headquarters asks over it in HTTP/2
 * with the roles turned round. Nothing but the box's own page can be reached by it.
 */
import type { Http2Session, ServerHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { COMMAND_HEADER, passOn } from '@branchline/contracts/page-wire';
import type { CommandWith } from '@branchline/contracts/fleet/commands';
import type { Visit } from '@branchline/contracts/http/visits';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { CommandEnd } from './commands-core.ts';
import type { Doing, Performer } from './commands.ts';
import type { Reading } from './identity.ts';

const { request: ask } = process.getBuiltinModule('node:http');

export interface PageVisitDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly readIdentity: () => Promise<Reading>;
  /** Of headquarters' broker. */
  readonly host: () => string | undefined;
  /** A connection to the box's page for this person. */
  readonly connect: (who: string) => Duplex | undefined;
}

const CONNECT_MS = 10_000;
/** Requests at the same time: a browser asks for six and keeps one stream of events a tab. */
const MOST_STREAMS = 64;

type Why = 'time' | 'closed-here' | 'closed-there' | 'given-up';

interface Open {
  readonly visit: Visit;
  readonly end: (why: Why) => void;
}

export class PageVisit implements Performer<'open-page'> {
  readonly #deps: PageVisitDeps;
  #open: Open | undefined;

  constructor(deps: PageVisitDeps) {
    this.#deps = deps;
  }

  now(): Visit | undefined {
    return this.#open?.visit;
  }

  end(): boolean {
    this.#open?.end('closed-here');
    return this.#open !== undefined;
  }

  async perform(args: CommandWith<'open-page'>, doing: Doing): Promise<CommandEnd> {
    const reading = await this.#deps.readIdentity();
    const host = args.host ?? this.#deps.host();
    if (!reading.fit || host === undefined) return { state: 'failed', because: 'headquarters-out-of-reach' };
    const { key, cert, ca } = reading.identity;
    const socket = connect({ host, port: args.port, key, cert, ca, minVersion: 'TLSv1.2' });
    try {
      await secured(socket, this.#deps.clock, doing.signal);
    } catch (error) {
      socket.destroy();
      this.#deps.log.warn(
        { err: error, host, port: args.port },
        'headquarters was not reached for its visit',
      );
      return { state: 'failed', because: 'headquarters-out-of-reach' };
    }
    return this.#serve(socket, args, doing);
  }

  async #serve(socket: TLSSocket, args: CommandWith<'open-page'>, doing: Doing): Promise<CommandEnd> {
    const { clock, log } = this.#deps;
    const { who, id, signal } = doing;
    // Few boxes are ever visited: those that are not never load it.
    const { performServerHandshake } = process.getBuiltinModule('node:http2');
    const session = performServerHandshake(socket, { settings: { maxConcurrentStreams: MOST_STREAMS } });
    let requests = 0;
    session.on('stream', (stream, headers) => {
      if (headers[':method'] === 'OPTIONS' && headers[':path'] === '*')
        return stream.respond({ ':status': 200, [COMMAND_HEADER]: id }, { endStream: true });
      requests += 1;
      this.#pass(stream, headers, who);
    });
    const since = clock.now();
    const until = since + args.forS * 1_000;
    const visit = { who, role: args.role, since: stamp(since), until: stamp(until) };
    log.info({ who, role: args.role, forS: args.forS }, "headquarters visits the box's page");
    const because = await new Promise<Why>((resolve) => {
      this.#open = { visit, end: resolve };
      const timer = clock.after(until - since, () => resolve('time'));
      session.once('close', () => {
        timer.cancel();
        resolve('closed-there');
      });
      session.on('error', (error) => log.debug({ err: error }, 'the visit was broken off'));
      signal.addEventListener('abort', () => resolve('given-up'), { once: true });
    });
    this.#open = undefined;
    endSession(session);
    log.info({ who, because, requests }, "headquarters' visit has ended");
    return { state: 'done', answer: { because, requests } };
  }

  /** One request of the person, put to the box's own page. */
  #pass(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, who: string): void {
    const into = this.#deps.connect(who);
    stream.on('error', () => into?.destroy());
    if (!into) return stream.close();
    const request = ask({
      createConnection: () => into,
      method: headers[':method'],
      path: headers[':path'],
      headers: { ...passOn(headers, 'request'), host: 'box', connection: 'close' },
    });
    request.once('response', (response) => {
      if (stream.destroyed) return void response.destroy();
      stream.respond({ ':status': response.statusCode ?? 502, ...passOn(response.headers, 'answer') });
      response.pipe(stream);
    });
    request.once('error', () => {
      if (stream.destroyed) return;
      if (stream.headersSent) return stream.close();
      stream.respond({ ':status': 502 }, { endStream: true });
    });
    stream.once('close', () => request.destroy());
    stream.pipe(request);
  }
}

function secured(socket: TLSSocket, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(CONNECT_MS, () => reject(new Error(`no connection within ${CONNECT_MS} ms`)));
    const failed = (error: Error): void => {
      timer.cancel();
      reject(error);
    };
    socket.once('secureConnect', () => {
      timer.cancel();
      resolve();
    });
    socket.on('error', failed);
    signal.addEventListener('abort', () => failed(new Error('given up')), { once: true });
  });
}

/** What is under way is broken off: a stream of events would never end by itself. */
function endSession(session: Http2Session): void {
  if (!session.destroyed) session.destroy();
}

const stamp = (at: number): string => new Date(at).toISOString();
