/** Who gets a branch's webhooks: checks each as docs/alarms.md says a receiver should, and keeps what is genuine. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { webhookBody, type WebhookBody } from '@branchline/contracts/notice';

/** A message that is older, or younger, is somebody's who has overheard it, seconds. */
const REPLAY_WINDOW_S = 300;

export interface HeardWebhook {
  readonly verdict: 'genuine' | 'not-signed' | 'forged' | 'too-old' | 'seen';
  readonly body: WebhookBody | undefined;
}

export class WebhookReceiver {
  readonly heard: HeardWebhook[] = [];
  /** What is answered to those that are genuine. */
  answers = 204;
  readonly #secret: string;
  readonly #now: () => number;
  readonly #seen = new Set<string>();
  readonly #server: Server;

  private constructor(secret: string, now: () => number) {
    this.#secret = secret;
    this.#now = now;
    this.#server = createServer((request, response) => {
      void this.#hear(request).then((status) => response.writeHead(status).end());
    });
  }

  /** @param now ms since 1970 */
  static async open(secret: string, now: () => number = Date.now): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(secret, now);
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/branchline`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #hear(request: IncomingMessage): Promise<number> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString();
    const verdict = this.#judge(request, text);
    const genuine = verdict === 'genuine' || verdict === 'seen';
    this.heard.push({ verdict, body: genuine ? webhookBody.parse(JSON.parse(text)) : undefined });
    if (!genuine) return 401;
    if (this.answers < 300) this.#seen.add(String(request.headers['branchline-message']));
    return this.answers;
  }

  #judge({ headers }: IncomingMessage, text: string): HeardWebhook['verdict'] {
    const timestamp = headers['branchline-timestamp'];
    const given = headers['branchline-signature'];
    if (typeof timestamp !== 'string' || typeof given !== 'string') return 'not-signed';
    const mac = createHmac('sha256', this.#secret).update(`${timestamp}.`).update(text).digest('hex');
    const wanted = Buffer.from(`v1=${mac}`);
    const got = Buffer.from(given);
    if (got.length !== wanted.length || !timingSafeEqual(got, wanted)) return 'forged';
    if (Math.abs(this.#now() / 1000 - Number(timestamp)) > REPLAY_WINDOW_S) return 'too-old';
    return this.#seen.has(String(headers['branchline-message'])) ? 'seen' : 'genuine';
  }
}
