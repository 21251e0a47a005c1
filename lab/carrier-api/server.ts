/** A small carrier with the API of docs/carrier-api.md, on loopback, with the faults that such an API has. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Endpoint } from '../udp.ts';
import type { Routes } from '../pstn/routes.ts';

/** `lies`: says done, and does nothing. `silent`: does it and never answers. `busy`: 503 to the first questions. `forgets`: does it without an answer, and refuses its repeats. */
export type CarrierFault = 'none' | 'refuses' | 'lies' | 'silent' | 'busy' | 'forgets';

export class CarrierApi {
  fault: CarrierFault = 'none';
  /** Questions that get 503 before one is taken. */
  busyFor = 2;
  readonly routes: Routes;
  /** The key of each order that came, in their order. */
  readonly keys: string[] = [];
  /** The target of each. */
  readonly targets: string[] = [];
  /** The keys of orders that were done: a repeat does nothing. */
  readonly #done = new Set<string>();
  readonly #token: string;
  readonly #server: Server = createServer((request, response) => void this.#take(request, response));

  /** `routes`: of a public network that runs; without them it has every number and every target. */
  constructor(token: string, routes: Routes = anyRoutes()) {
    this.#token = token;
    this.routes = routes;
  }

  /** @returns its address */
  start(at: Endpoint = { host: '127.0.0.1', port: 0 }): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(at.port, at.host, () =>
        resolve(`http://${at.host}:${(this.#server.address() as AddressInfo).port}`),
      );
    });
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const number = /^\/numbers\/([^/]+)\/route$/.exec(request.url ?? '')?.[1];
    if (request.headers.authorization !== `Bearer ${this.#token}`) return void answer(response, 401);
    if (number === undefined) return void answer(response, 404);
    const name = decodeURIComponent(number);
    if (request.method === 'GET')
      return void answer(response, 200, { to: this.routes.get(name) ?? 'nowhere' });
    if (request.method !== 'PUT') return void answer(response, 405);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const to = targetIn(Buffer.concat(chunks).toString());
    if (to === undefined)
      return void answer(response, 400, { error: 'the body is to be {"to": "..."}: the name of a target' });
    const key = String(request.headers['idempotency-key']);
    const done = this.#done.has(key);
    this.keys.push(key);
    this.targets.push(to);
    if (this.fault === 'refuses' || (this.fault === 'forgets' && this.keys.length > 1))
      return void answer(response, 409);
    if (this.fault === 'busy' && this.busyFor-- > 0) return void answer(response, 503);
    if (this.fault !== 'lies' && !done) {
      if (!this.routes.set(name, to))
        return void answer(response, 409, { error: `'${name}' cannot be led to '${to}'` });
      this.#done.add(key);
    }
    if (this.fault !== 'silent' && this.fault !== 'forgets') answer(response, 200, { to });
  }
}

function targetIn(body: string): string | undefined {
  try {
    const { to } = JSON.parse(body) as { to?: unknown };
    return typeof to === 'string' ? to : undefined;
  } catch {
    return undefined;
  }
}

function anyRoutes(): Routes {
  const routes = new Map<string, string>();
  return { get: (number) => routes.get(number), set: (number, to) => Boolean(routes.set(number, to)) };
}

function answer(response: ServerResponse, status: number, body: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
