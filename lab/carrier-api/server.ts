/** A small carrier with the API of docs/carrier-api.md, on loopback, with the faults that such an API has. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `lies`: says done, and does nothing. `silent`: does it and never answers. `busy`: 503 to the first questions. `forgets`: does it without an answer, and refuses its repeats. */
export type CarrierFault = 'none' | 'refuses' | 'lies' | 'silent' | 'busy' | 'forgets';

export class CarrierApi {
  fault: CarrierFault = 'none';
  /** Questions that get 503 before one is taken. */
  busyFor = 2;
  readonly routes = new Map<string, string>();
  /** The key of each order that came, in their order. */
  readonly keys: string[] = [];
  readonly #token: string;
  readonly #server: Server = createServer((request, response) => void this.#take(request, response));

  constructor(token: string) {
    this.#token = token;
  }

  /** @returns its address */
  start(): Promise<string> {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`),
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
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { to } = JSON.parse(Buffer.concat(chunks).toString()) as { to: string };
    this.keys.push(String(request.headers['idempotency-key']));
    if (this.fault === 'refuses' || (this.fault === 'forgets' && this.keys.length > 1))
      return void answer(response, 409);
    if (this.fault === 'busy' && this.busyFor-- > 0) return void answer(response, 503);
    if (this.fault !== 'lies') this.routes.set(name, to);
    if (this.fault !== 'silent' && this.fault !== 'forgets') answer(response, 200, { to });
  }
}

function answer(response: ServerResponse, status: number, body: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
