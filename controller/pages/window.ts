/**
 * Where one person's browser looks at one box's page: a port of its own, so that what the box's page runs is of another origin than
 * headquarters' and than any other box's. Who comes in shows a ticket once, and a cookie afterwards; neither reaches the box.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { ClientHttp2Session } from 'node:http2';
import { passOn } from '@branchline/contracts/page-wire';
import type { Clock } from '@branchline/runtime/clock';
import type { TlsIdentity } from '@branchline/runtime/web/certificate';
import { listen, type Listening } from '@branchline/runtime/web/listen';

export interface WindowOptions {
  readonly host: string;
  readonly port: number;
  readonly identity: TlsIdentity | undefined;
  readonly session: ClientHttp2Session;
  /** Whether the person may still look: roles change, people go. */
  readonly may: () => boolean;
  readonly clock: Clock;
}

const TICKET_MS = 60_000;
/** Of one request, and of all that a visit carries, bytes. */
export const LARGEST_BODY = 4 * 1024 * 1024;
export const MOST_BYTES = 512 * 1024 * 1024;
const ENTER = '/enter/';
const METHODS = ['GET', 'HEAD', 'POST', 'DELETE'];
/** Added to what the box says: a worker would outlive the visit, and wait for the next box at this port. */
const NO_WORKERS = "worker-src 'none'";

export class PageWindow {
  readonly #options: WindowOptions;
  readonly #secret = randomBytes(32).toString('base64url');
  readonly #tickets = new Map<string, number>();
  #listening: Listening | undefined;
  requests = 0;
  bytes = 0;

  constructor(options: WindowOptions) {
    this.#options = options;
  }

  get port(): number {
    return this.#listening?.port ?? 0;
  }

  async open(): Promise<void> {
    const { host, port, identity } = this.#options;
    this.#listening = await listen(this.#answer, { host, port }, identity);
  }

  async close(): Promise<void> {
    await this.#listening?.stop();
  }

  /** The path that lets a browser in, once, within a minute. */
  ticket(): string {
    const ticket = randomBytes(32).toString('base64url');
    this.#tickets.set(ticket, this.#options.clock.now() + TICKET_MS);
    return ENTER + ticket;
  }

  readonly #answer: RequestListener = (request, response) => {
    const path = request.url ?? '/';
    if (path.startsWith(ENTER)) return this.#enter(path.slice(ENTER.length), response);
    if (!this.#isKnown(request) || !this.#options.may())
      return refuse(response, 401, 'Open this page from headquarters again. 请从总部重新打开本页。');
    if (
      !isOwn(request, this.#options.identity !== undefined) ||
      request.headers['service-worker'] !== undefined
    )
      return refuse(response, 403, 'This request comes from another page. 这个请求来自别的页面。');
    if (!METHODS.includes(request.method ?? '')) return refuse(response, 405, 'Not here. 不支持。');
    if (this.bytes > MOST_BYTES)
      return refuse(
        response,
        429,
        'This visit has carried all that it may: open it again. 流量已用完，请重新打开。',
      );
    this.#pass(request, response);
  };

  #enter(ticket: string, response: ServerResponse): void {
    const until = this.#tickets.get(ticket) ?? 0;
    this.#tickets.delete(ticket);
    if (this.#options.clock.now() >= until)
      return refuse(
        response,
        401,
        'This link has served: open the page from headquarters again. 链接已失效，请从总部重新打开。',
      );
    const secure = this.#options.identity ? '; Secure' : '';
    response.writeHead(303, {
      Location: '/',
      'Set-Cookie': `${this.#cookie}=${this.#secret}; HttpOnly; SameSite=Strict; Path=/${secure}`,
      // Of a box that was seen at this port before.
      'Clear-Site-Data': '"cache", "storage"',
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
    });
    response.end();
  }

  /** Cookies do not tell ports apart: the name does. */
  get #cookie(): string {
    return `branchline-page-${this.port}`;
  }

  #isKnown({ headers }: IncomingMessage): boolean {
    const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
    const value = pairs.find((pair) => pair.startsWith(`${this.#cookie}=`))?.slice(this.#cookie.length + 1);
    return value !== undefined && timingSafeEqual(digest(value), digest(this.#secret));
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    const { session } = this.#options;
    if (session.destroyed) return refuse(response, 502, 'The box has closed its page. 网点设备已关闭本页。');
    this.requests += 1;
    const stream = session.request({
      ...passOn(request.headers, 'request'),
      ':method': request.method ?? 'GET',
      ':path': request.url ?? '/',
    });
    const broken = (): void => {
      stream.close();
      if (response.headersSent) response.destroy();
      else refuse(response, 502, 'The box does not answer. 网点设备没有应答。');
    };
    stream.on('error', broken);
    stream.once('response', (headers) => {
      const passed = passOn(headers, 'answer');
      const policy = passed['content-security-policy'];
      response.writeHead(headers[':status'] ?? 502, {
        ...passed,
        'content-security-policy': policy === undefined ? NO_WORKERS : `${policy}, ${NO_WORKERS}`,
      });
      response.flushHeaders();
    });
    stream.on('data', (bytes: Buffer) => {
      this.bytes += bytes.length;
      if (!response.write(bytes)) stream.pause();
    });
    response.on('drain', () => stream.resume());
    stream.once('end', () => response.end());
    response.once('close', () => stream.close());
    this.#send(request, stream, broken);
  }

  #send(request: IncomingMessage, stream: NodeJS.WritableStream, tooMuch: () => void): void {
    let size = 0;
    request.on('data', (bytes: Buffer) => {
      size += bytes.length;
      this.bytes += bytes.length;
      if (size > LARGEST_BODY) tooMuch();
    });
    request.pipe(stream);
  }
}

/** What changes something must come from the page itself; a program that is no browser says nothing of where it comes from. */
function isOwn({ method, headers }: IncomingMessage, isSecure: boolean): boolean {
  if (method === 'GET' || method === 'HEAD') return true;
  const { origin, host } = headers;
  if (origin !== undefined) return origin === `${isSecure ? 'https' : 'http'}://${host ?? ''}`;
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(`${why}\n`);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
