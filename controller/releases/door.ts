/** Where boxes fetch releases: HTTPS with the box's certificate, a file from any byte on, and nothing else. */
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { TLSSocket } from 'node:tls';
import type { KeptRelease } from '@branchline/contracts/http/releases';
import { releasePathOf } from '@branchline/contracts/fleet/releases';
import type { Log } from '@branchline/runtime/log';
import type { ListenAddress } from '@branchline/runtime/web/listen';
import { identityOf } from '../broker/access-rules.ts';
import type { Releases } from './releases.ts';

export interface ReleaseDoorOptions {
  readonly listen: ListenAddress;
  readonly tenant: string;
  /** PEM. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  readonly standing: (box: string, fingerprint: string) => Promise<string>;
  readonly releases: Pick<Releases, 'list' | 'pathOf'>;
  readonly log: Log;
}

const TIMES = { headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 5_000 } as const;
/** A box that takes nothing for so long has gone: it comes again for the rest. */
const IDLE_MS = 60_000;
const MOST_CONNECTIONS = 512;

export class ReleaseDoor {
  readonly #options: ReleaseDoorOptions;
  #server: Server | undefined;

  constructor(options: ReleaseDoorOptions) {
    this.#options = options;
  }

  /** Undefined while it is closed. */
  get port(): number | undefined {
    return (this.#server?.address() as AddressInfo | undefined)?.port;
  }

  async open(): Promise<void> {
    const { tls, listen, log } = this.#options;
    const rules = { requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const;
    const server = createServer({ ...tls, ...rules, ...TIMES }, (request, response) => {
      this.#answer(request, response).catch((err: unknown) => {
        log.debug({ err }, 'a box left before it had its release');
        response.destroy();
      });
    });
    server.maxConnections = MOST_CONNECTIONS;
    server.setTimeout(IDLE_MS);
    server.on('tlsClientError', (error) => log.info({ why: error.message }, 'a connection was refused'));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(listen.port, listen.host, resolve);
    });
    this.#server = server;
    log.info({ ...listen, port: this.port }, 'boxes can fetch releases');
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await new Promise<void>((resolve) => {
      if (!server) return resolve();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const box = await this.#boxOf(request.socket);
    if (box === undefined) return void end(response, 403);
    if (request.method !== 'GET') return void end(response, 405);
    const release = this.#options.releases.list().find((each) => releasePathOf(each) === request.url);
    if (!release) return void end(response, 404);
    const from = startOf(request.headers.range);
    if (from === undefined || from >= release.bytes)
      return void end(response, 416, { 'content-range': `bytes */${release.bytes}` });
    this.#options.log.info({ box, version: release.version, from }, 'a box fetches a release');
    await this.#send(response, release, from);
  }

  async #boxOf(socket: Socket): Promise<string | undefined> {
    const { tenant, standing, log } = this.#options;
    if (!(socket instanceof TLSSocket)) return undefined;
    const { subject, fingerprint256 } = socket.getPeerCertificate();
    const box = identityOf(subject, tenant)?.box;
    if (box !== undefined && (await standing(box, fingerprint256).catch(() => 'unknown')) === 'in-force')
      return box;
    log.warn({ box, address: socket.remoteAddress }, 'a box without standing was refused');
    return undefined;
  }

  async #send(response: ServerResponse, release: KeptRelease, from: number): Promise<void> {
    const last = release.bytes - 1;
    response.writeHead(from === 0 ? 200 : 206, {
      'content-type': 'application/gzip',
      'content-length': release.bytes - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${last}/${release.bytes}` }),
    });
    await pipeline(createReadStream(this.#options.releases.pathOf(release), { start: from }), response);
  }
}

/** Of 'bytes=N-', which is all that a box asks for; 0 without a range, undefined for any other. */
function startOf(range: string | undefined): number | undefined {
  if (range === undefined) return 0;
  const from = /^bytes=(\d{1,12})-$/.exec(range)?.[1];
  return from === undefined ? undefined : Number(from);
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, 'content-length': 0 }).end();
}
