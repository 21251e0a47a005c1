/**
 * The peer that records as ARI would have it: a bridge of the application's own, recorded by `POST /bridges/{id}/record`. It
 * answers StasisStart and does nothing else; its work is not counted, which is to the peer's good.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineAccess } from '@branchline/firmware/engine/instance/start';

const APP = 'bench';
const LEG = 'leg';

interface Message {
  readonly type: string;
  readonly args?: readonly string[];
  readonly channel?: { readonly id: string };
  /** Of an answer, beside its status and text. */
  readonly request_id?: string;
  readonly status_code?: number;
  readonly message_body?: string;
}

interface Pending {
  readonly what: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class AriRecorder {
  readonly #socket: WebSocket;
  /** The bridge that ends with this channel. */
  readonly #bridges = new Map<string, string>();
  readonly #pending = new Map<string, Pending>();
  #next = 0;
  #fault: Error | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      this.#take(JSON.parse(String(data)) as Message).catch((error: unknown) => {
        this.#fault ??= error instanceof Error ? error : new Error(String(error));
      });
    });
  }

  /** `instance` is the directory of an engine that runs. */
  static async open(instance: string): Promise<AriRecorder> {
    const access = JSON.parse(readFileSync(join(instance, 'run/ari.json'), 'utf8')) as EngineAccess;
    const key = encodeURIComponent(`${access.user}:${access.secret}`);
    const socket = new WebSocket(`${access.url}?app=${APP}&api_key=${key}`);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () =>
        reject(new Error("the peer's ARI does not take the recorder in")),
      );
    });
    return new AriRecorder(socket);
  }

  /** @throws what went wrong since it was opened. */
  check(): void {
    if (this.#fault)
      throw new Error(`the ARI recorder failed: ${this.#fault.message}`, { cause: this.#fault });
  }

  close(): void {
    this.#socket.close();
  }

  async #take(message: Message): Promise<void> {
    const { type, args = [], channel } = message;
    if (type === 'RESTResponse') this.#settle(message);
    else if (channel === undefined) return;
    else if (type === 'StasisStart' && args[0] === LEG)
      await this.#join(channel.id, args[1] ?? '', args[2] ?? '');
    else if (type === 'StasisStart') await this.#offer(channel.id, args[0] ?? '');
    else if (type === 'StasisEnd') await this.#end(channel.id);
  }

  async #offer(caller: string, phone: string): Promise<void> {
    const bridge = `bench-${caller}`;
    this.#bridges.set(caller, bridge);
    await this.#ask('POST', 'bridges', { type: 'mixing', bridgeId: bridge });
    await this.#ask('POST', 'channels', {
      endpoint: `PJSIP/phone-${phone}`,
      app: APP,
      appArgs: [LEG, bridge, caller].join(','),
      originator: caller,
    });
  }

  async #join(leg: string, bridge: string, caller: string): Promise<void> {
    await this.#ask('POST', `channels/${caller}/answer`, {});
    await this.#ask('POST', `bridges/${bridge}/addChannel`, { channel: `${caller},${leg}` });
    await this.#ask('POST', `bridges/${bridge}/record`, {
      name: bridge,
      format: 'wav',
      ifExists: 'overwrite',
    });
  }

  async #end(channel: string): Promise<void> {
    const bridge = this.#bridges.get(channel);
    this.#bridges.delete(channel);
    if (bridge !== undefined) await this.#ask('DELETE', `bridges/${bridge}`, {});
  }

  #ask(method: string, path: string, query: Readonly<Record<string, string>>): Promise<void> {
    const id = String((this.#next += 1));
    const uri = `${path}?${new URLSearchParams(query).toString()}`;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { what: `${method} ${path}`, resolve, reject });
      this.#socket.send(
        JSON.stringify({ type: 'RESTRequest', transaction_id: id, request_id: id, method, uri }),
      );
    });
  }

  #settle({ request_id: id = '', status_code: status = 0, message_body: body = '' }: Message): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (status >= 200 && status < 300) pending?.resolve();
    else pending?.reject(new Error(`${pending.what}: ${status} ${body}`));
  }
}
