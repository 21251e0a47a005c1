/** What both ends of a dialog remember, and the requests sent within it (RFC 3261 section 12). */
import { randomBytes } from 'node:crypto';
import type { Endpoint } from '../udp.ts';
import { formatNameAddr, parseNameAddr, parseUri, targetOf, type NameAddr } from './address.ts';
import {
  cseqOf,
  header,
  headerValues,
  requiredHeader,
  type Header,
  type SipRequest,
  type SipResponse,
} from './message.ts';

export interface Dialog {
  readonly callId: string;
  readonly local: NameAddr;
  readonly remote: NameAddr;
  /** The other end's Contact: the address of requests. */
  target: string;
  readonly routes: readonly string[];
  localSeq: number;
  remoteSeq: number;
}

export const newTag = (): string => randomBytes(6).toString('hex');

const localTag = (dialog: Dialog): string => dialog.local.params['tag'] ?? '';

/** Identifies a dialog at this end; the same for every request in it. */
export const dialogKey = (dialog: Dialog): string => `${dialog.callId} ${localTag(dialog)}`;

/** The key of the dialog that a received request speaks of; undefined outside any. */
export function dialogKeyOf(request: SipRequest): string | undefined {
  const tag = parseNameAddr(requiredHeader(request, 'To')).params['tag'];
  return tag === undefined ? undefined : `${requiredHeader(request, 'Call-ID')} ${tag}`;
}

/** The callee's dialog, from the INVITE and the tag it answers with. */
export function dialogOfInvite(invite: SipRequest, tag: string): Dialog {
  const local = parseNameAddr(requiredHeader(invite, 'To'));
  return {
    callId: requiredHeader(invite, 'Call-ID'),
    local: { ...local, params: { ...local.params, tag } },
    remote: parseNameAddr(requiredHeader(invite, 'From')),
    target: parseNameAddr(requiredHeader(invite, 'Contact')).uri,
    routes: headerValues(invite, 'Record-Route'),
    localSeq: 0,
    remoteSeq: cseqOf(invite).number,
  };
}

/** The caller's dialog, from its INVITE and the response that carries a tag. */
export function dialogOfResponse(invite: SipRequest, response: SipResponse): Dialog {
  const contact = header(response, 'Contact');
  return {
    callId: requiredHeader(invite, 'Call-ID'),
    local: parseNameAddr(requiredHeader(invite, 'From')),
    remote: parseNameAddr(requiredHeader(response, 'To')),
    target: contact === undefined ? invite.uri : parseNameAddr(contact).uri,
    routes: headerValues(response, 'Record-Route').toReversed(),
    localSeq: cseqOf(invite).number,
    remoteSeq: 0,
  };
}

/** A request within the dialog; takes the next number, or `seq` for the ACK of an INVITE. */
export function requestInDialog(
  dialog: Dialog,
  method: string,
  more: readonly Header[] = [],
  body = '',
  seq?: number,
): SipRequest {
  const number = seq ?? ++dialog.localSeq;
  const headers: readonly Header[] = [
    ...dialog.routes.map((route) => ['Route', route] as const),
    ['Max-Forwards', '70'],
    ['From', formatNameAddr(dialog.local)],
    ['To', formatNameAddr(dialog.remote)],
    ['Call-ID', dialog.callId],
    ['CSeq', `${number} ${method}`],
    ...more,
  ];
  return { kind: 'request', method, uri: dialog.target, headers, body };
}

/** The first loose router, or the target itself (section 12.2.1.1). */
export function nextHop(dialog: Dialog): Endpoint {
  const route = dialog.routes[0];
  return targetOf(route === undefined ? dialog.target : parseNameAddr(route).uri);
}

/** False for a request that is older than one already seen (section 12.2.2). */
export function takesSequence(dialog: Dialog, request: SipRequest): boolean {
  const { number } = cseqOf(request);
  if (number < dialog.remoteSeq) return false;
  dialog.remoteSeq = number;
  return true;
}

/** The value of a Replaces header that names this dialog as its other end sees it (RFC 3891 section 6.1). */
export const replacesOf = (dialog: Dialog): string =>
  `${dialog.callId};to-tag=${dialog.remote.params['tag'] ?? ''};from-tag=${localTag(dialog)}`;

export interface Identity {
  readonly name: string;
  readonly number: string;
}

/** Who a request says is calling: an asserted identity before From (RFC 3325). */
export function identityOf(message: SipRequest | SipResponse, fallback: 'From' | 'To'): Identity {
  const address = parseNameAddr(header(message, 'P-Asserted-Identity') ?? requiredHeader(message, fallback));
  return { name: address.name, number: parseUri(address.uri).user };
}
