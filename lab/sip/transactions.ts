/** Finds the transaction a message belongs to (RFC 3261 section 17.1.3 and 17.2.3). */
import { randomBytes } from 'node:crypto';
import type { After } from '../timers.ts';
import type { Endpoint } from '../udp.ts';
import { paramsAfter } from './address.ts';
import { startClientTransaction, type ClientHandlers, type ClientTransaction } from './client-transaction.ts';
import {
  cseqOf,
  header,
  requiredHeader,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './message.ts';
import { ServerTransaction } from './server-transaction.ts';
import type { SipTiming } from './timing.ts';

export interface TransactionDeps {
  readonly local: Endpoint;
  readonly send: (message: SipMessage, to: Endpoint) => void;
  readonly after: After;
  readonly timing: SipTiming;
  /** A new request, and the transaction that takes its responses. An ACK of a 2xx comes without one. */
  readonly onRequest: (request: SipRequest, transaction: ServerTransaction | undefined) => void;
}

export class Transactions {
  readonly #deps: TransactionDeps;
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #servers = new Map<string, ServerTransaction>();

  constructor(deps: TransactionDeps) {
    this.#deps = deps;
  }

  /** Sends a request (its Via is added here) and returns it as sent. */
  request(bare: SipRequest, to: Endpoint, handlers: ClientHandlers): SipRequest {
    const request = this.#withVia(bare, newBranch());
    const key = clientKey(request);
    const transaction = startClientTransaction(request, handlers, {
      send: (message) => this.#deps.send(message, to),
      after: this.#deps.after,
      timing: this.#deps.timing,
      onEnd: () => this.#clients.delete(key),
    });
    this.#clients.set(key, transaction);
    return request;
  }

  /** A message outside any transaction of ours: the ACK of a 2xx. */
  sendAck(bare: SipRequest, to: Endpoint): void {
    this.#deps.send(this.#withVia(bare, newBranch()), to);
  }

  /** A CANCEL carries the very Via of what it cancels (section 9.1). */
  cancel(invite: SipRequest, to: Endpoint): void {
    const kept = invite.headers.filter(([name]) =>
      ['via', 'from', 'to', 'call-id', 'route'].includes(name.toLowerCase()),
    );
    const headers = [...kept, ['Max-Forwards', '70'], ['CSeq', `${cseqOf(invite).number} CANCEL`]] as const;
    const cancel: SipRequest = { kind: 'request', method: 'CANCEL', uri: invite.uri, headers, body: '' };
    const key = clientKey(cancel);
    const transaction = startClientTransaction(
      cancel,
      { onResponse: () => undefined, onTimeout: () => undefined },
      {
        send: (message) => this.#deps.send(message, to),
        after: this.#deps.after,
        timing: this.#deps.timing,
        onEnd: () => this.#clients.delete(key),
      },
    );
    this.#clients.set(key, transaction);
  }

  /** Ends every wait for an answer. */
  close(): void {
    const open = [...this.#clients.values()];
    this.#clients.clear();
    for (const transaction of open) transaction.abandon();
  }

  receive(message: SipMessage, from: Endpoint): void {
    if (message.kind === 'response') this.#clients.get(clientKey(message))?.receive(message);
    else this.#receiveRequest(message, from);
  }

  /** The INVITE that this CANCEL is for, while it has no final answer. */
  cancelled(cancel: SipRequest): ServerTransaction | undefined {
    const invite = this.#servers.get(serverKey(cancel, 'INVITE'));
    return invite && !invite.answered ? invite : undefined;
  }

  #receiveRequest(received: SipRequest, from: Endpoint): void {
    const request = withSource(received, from);
    if (request.method === 'ACK') {
      const refused = this.#servers.get(serverKey(request, 'INVITE'));
      if (refused) return refused.acknowledged();
      return this.#deps.onRequest(request, undefined);
    }
    const key = serverKey(request, request.method);
    const known = this.#servers.get(key);
    if (known) return known.repeated();
    const transaction = new ServerTransaction(request, {
      send: (response: SipResponse) => this.#deps.send(response, from),
      after: this.#deps.after,
      timing: this.#deps.timing,
      onEnd: () => this.#servers.delete(key),
    });
    this.#servers.set(key, transaction);
    this.#deps.onRequest(request, transaction);
  }

  #withVia(request: SipRequest, branch: string): SipRequest {
    const { host, port } = this.#deps.local;
    const via = ['Via', `SIP/2.0/UDP ${host}:${port};branch=${branch};rport`] as const;
    return { ...request, headers: [via, ...request.headers] };
  }
}

const newBranch = (): string => `z9hG4bK${randomBytes(9).toString('base64url')}`;

/** The answer finds its way back through NAT (RFC 3581 section 4). */
function withSource(request: SipRequest, from: Endpoint): SipRequest {
  const at = request.headers.findIndex(([name]) => /^(via|v)$/i.test(name));
  const [name, value] = request.headers[at] ?? ['Via', ''];
  const stamped = value.replace(/;rport(?=[;,]|$)/, `;rport=${from.port};received=${from.host}`);
  return { ...request, headers: request.headers.with(at, [name, stamped]) };
}

function clientKey(message: SipMessage): string {
  return `${paramsAfter(requiredHeader(message, 'Via'))['branch']} ${cseqOf(message).method}`;
}

function serverKey(request: SipRequest, method: string): string {
  const via = header(request, 'Via') ?? '';
  return `${paramsAfter(via)['branch']} ${via.split(';')[0]} ${method}`;
}
