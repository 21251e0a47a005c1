/** Sends requests and answers the challenges they meet (RFC 3261 section 22). */
import { randomBytes } from 'node:crypto';
import type { Endpoint } from '../udp.ts';
import { nextHop, requestInDialog, type Dialog } from './dialog.ts';
import { authorization, chooseChallenge, type Credentials } from './digest.ts';
import { headerValues, type Header, type SipRequest, type SipResponse } from './message.ts';
import type { Transactions } from './transactions.ts';

export interface Exchange {
  /** Builds the request, with a sequence number of its own at each call. */
  readonly build: (more: readonly Header[]) => SipRequest;
  readonly to: Endpoint;
  /** The request as it went out; again when it is repeated with an answer to a challenge. */
  readonly onSent?: (request: SipRequest) => void;
  readonly onResponse: (response: SipResponse, request: SipRequest) => void;
  readonly onTimeout: () => void;
}

export class SipTimeout extends Error {
  override readonly name = 'SipTimeout';
}

export function sendRequest(
  transactions: Transactions,
  who: Credentials | undefined,
  exchange: Exchange,
  answered?: { readonly headers: readonly Header[]; readonly nonce: string },
): void {
  const request = transactions.request(exchange.build(answered?.headers ?? []), exchange.to, {
    onTimeout: exchange.onTimeout,
    onResponse: (response) => {
      const answer = who && answerChallenge(response, request, who);
      // The same nonce challenged again means that the answer was wrong; a new one may be a stale nonce renewed.
      if (!answer || (answered && (!answer.stale || answer.nonce === answered.nonce))) {
        return exchange.onResponse(response, request);
      }
      sendRequest(transactions, who, exchange, answer);
    },
  });
  exchange.onSent?.(request);
}

/** The final response. Rejects with SipTimeout when none comes within 64 T1. */
export function exchange(
  transactions: Transactions,
  who: Credentials | undefined,
  request: Pick<Exchange, 'build' | 'to'>,
): Promise<SipResponse> {
  return new Promise((resolve, reject) => {
    sendRequest(transactions, who, {
      ...request,
      onResponse: (response) => {
        if (response.status >= 200) resolve(response);
      },
      onTimeout: () => reject(new SipTimeout(`No answer from ${request.to.host}:${request.to.port}`)),
    });
  });
}

/** A request within a dialog, and its final response; of use while and after the call of that dialog. */
export function requestWithin(
  context: {
    readonly transactions: Transactions;
    readonly credentials: Credentials | undefined;
    readonly contact: Header;
  },
  dialog: Dialog,
  method: string,
  headers: readonly Header[],
  body = '',
): Promise<SipResponse> {
  const build = (more: readonly Header[]) =>
    requestInDialog(dialog, method, [context.contact, ...headers, ...more], body);
  return exchange(context.transactions, context.credentials, { build, to: nextHop(dialog) });
}

function answerChallenge(response: SipResponse, request: SipRequest, who: Credentials) {
  if (response.status !== 401 && response.status !== 407) return undefined;
  const proxy = response.status === 407;
  const challenge = chooseChallenge(
    headerValues(response, proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate'),
  );
  if (!challenge) return undefined;
  const cnonce = randomBytes(12).toString('hex');
  const value = authorization(challenge, who, {
    method: request.method,
    uri: request.uri,
    nonceCount: 1,
    cnonce,
  });
  const headers: readonly Header[] = [[proxy ? 'Proxy-Authorization' : 'Authorization', value]];
  return { headers, nonce: challenge.nonce, stale: challenge.stale };
}
