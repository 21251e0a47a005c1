/**
 * One ARI connection: requests and events on one socket, in the order they were sent.
 *
 * Every wait ends: with the answer, with EngineSilent after `timeoutMs`, or with EngineSilent at once when the socket
 * goes. A connection that is lost is not repaired here; its owner opens another.
 */
import { connect, type Socket } from 'node:net';
import WebSocket from 'ws';
import { EngineRefused, EngineSilent } from './errors.ts';
import {
  decode,
  encodeRequest,
  type Answer,
  type OperationName,
  type RequestParts,
  type Result,
} from './messages.ts';
import type { AriEvent } from './types.generated.ts';

export interface AriOptions {
  /** ws://127.0.0.1:PORT/ari/events */
  readonly url: string;
  readonly user: string;
  readonly secret: string;
  readonly app: string;
  /** For opening and for each request, in milliseconds. */
  readonly timeoutMs: number;
  /** Types that are passed on; every other one is dropped. */
  readonly events: readonly AriEvent['type'][];
  /** Called in order, within the socket's own turn: return quickly, and do not throw. */
  readonly onEvent: (event: AriEvent) => void;
  /** Called once, after every pending request has been rejected. */
  readonly onLost: (reason: string) => void;
}

interface Pending {
  readonly operation: OperationName;
  readonly resolve: (body: string | undefined) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export class AriClient {
  readonly #socket: WebSocket;
  readonly #options: AriOptions;
  readonly #known: ReadonlySet<string>;
  readonly #pending = new Map<string, Pending>();
  readonly #line: Socket | undefined;
  #corked = false;
  #next = 0;
  #lost = false;

  private constructor(socket: WebSocket, line: Socket | undefined, options: AriOptions) {
    this.#socket = socket;
    this.#line = line;
    this.#options = options;
    this.#known = new Set(options.events);
    socket.on('message', (data: Buffer) => this.#receive(data));
    socket.once('close', (code) => this.#lose(`the connection was closed (${code})`));
  }

  /** @throws EngineSilent when nobody is there, the secret is not the engine's, or the time is over. */
  static open(options: AriOptions): Promise<AriClient> {
    const url = new URL(options.url);
    url.searchParams.set('app', options.app);
    let line: Socket | undefined;
    const socket = new WebSocket(url, {
      createConnection: () => (line = connect({ host: url.hostname, port: Number(url.port), noDelay: true })),
      headers: {
        authorization: `Basic ${Buffer.from(`${options.user}:${options.secret}`).toString('base64')}`,
      },
      handshakeTimeout: options.timeoutMs,
      perMessageDeflate: false,
      // A listing of every channel of a full branch stays well below this.
      maxPayload: 16 * 1024 * 1024,
    });
    return new Promise((resolve, reject) => {
      const refused = (error: Error): void => reject(new EngineSilent('open', error.message));
      socket.once('error', refused);
      socket.once('open', () => {
        socket.off('error', refused);
        // 'close' follows, and is where loss is handled.
        socket.on('error', () => undefined);
        resolve(new AriClient(socket, line, options));
      });
    });
  }

  /** Sent in this turn; requests are carried out by the engine in the order of these calls. */
  request<Name extends OperationName>(
    operation: Name,
    parameters: RequestParts<Name>,
  ): Promise<Result<Name>> {
    return new Promise<string | undefined>((resolve, reject) => {
      if (this.#lost) {
        reject(new EngineSilent(operation, 'there is no connection'));
        return;
      }
      const id = String((this.#next += 1));
      const text = encodeRequest(id, operation, parameters);
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new EngineSilent(operation, `nothing came within ${this.#options.timeoutMs} ms`));
      }, this.#options.timeoutMs);
      this.#pending.set(id, { operation, resolve, reject, timer });
      this.#gather();
      this.#socket.send(text);
    }).then((body) => (body ? (JSON.parse(body) as Result<Name>) : (undefined as Result<Name>)));
  }

  /** The requests of one turn leave in one packet: writing is what a request costs most. */
  #gather(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#line?.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#line?.uncork();
    });
  }

  /** Ends the connection from our side; channels stay as they are. */
  close(): void {
    this.#socket.close();
    // The engine may be hung: then no closing frame ever comes back.
    this.#lose('closed by us');
    this.#socket.terminate();
  }

  #receive(data: Buffer): void {
    const message = decode(data.toString('utf8'), this.#known);
    if (message.kind === 'event') this.#options.onEvent(message.event);
    if (message.kind === 'answer') this.#settle(message);
    if (message.kind === 'foreign' && message.type === 'ApplicationReplaced') {
      // Another process connected as the same application: two would act on the same calls.
      this.#lose('another process took the application over');
      this.#socket.terminate();
    }
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    if (!pending) return;
    this.#pending.delete(answer.id);
    clearTimeout(pending.timer);
    if (answer.status >= 200 && answer.status < 300) pending.resolve(answer.body);
    else pending.reject(new EngineRefused(pending.operation, answer.status, refusal(answer)));
  }

  #lose(reason: string): void {
    if (this.#lost) return;
    this.#lost = true;
    for (const { operation, reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(new EngineSilent(operation, reason));
    }
    this.#pending.clear();
    this.#options.onLost(reason);
  }
}

function refusal(answer: Answer): string {
  try {
    const body = JSON.parse(answer.body ?? '{}') as { message?: string; error?: string };
    return body.message ?? body.error ?? answer.reason;
  } catch {
    return answer.reason;
  }
}
