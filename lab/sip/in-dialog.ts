/** What the other end may ask within a call, and the answers. */
import { header, type SipRequest } from './message.ts';
import { identityOf, takesSequence, type Dialog } from './dialog.ts';
import { endOf } from './call-end.ts';
import type { Call, CallContext } from './call.ts';
import { followRefer } from './refer.ts';
import { ALLOW, responseTo, type ResponseParts } from './respond.ts';
import { SdpError } from './sdp.ts';
import type { ServerTransaction } from './server-transaction.ts';

export interface InDialog {
  readonly call: Call;
  readonly context: CallContext;
  readonly dialog: Dialog;
}

/** Returns the transaction of a re-INVITE that was accepted: its ACK comes by dialog. */
export function answerInDialog(
  { call, context, dialog }: InDialog,
  request: SipRequest,
  transaction: ServerTransaction,
): ServerTransaction | undefined {
  const respond = (status: number, parts: ResponseParts = {}): undefined =>
    void transaction.respond(responseTo(request, status, parts));
  if (!takesSequence(dialog, request)) return void respond(500);
  switch (request.method) {
    case 'BYE':
      respond(200);
      call.hasEnded(endOf(request));
      return undefined;
    case 'INVITE':
    case 'UPDATE':
      return changeSession({ call, context, dialog }, request, transaction);
    case 'NOTIFY':
      respond(200);
      noteTransfer(call, request);
      return undefined;
    case 'INFO':
      respond(200);
      noteDigit(call, request);
      return undefined;
    case 'REFER':
      void followRefer({ call, context }, request, transaction);
      return undefined;
    case 'OPTIONS':
      return void respond(200, { headers: [ALLOW] });
    default:
      return void respond(405, { headers: [ALLOW] });
  }
}

/** A re-INVITE always has a session to settle; an UPDATE only when it brings an offer (RFC 3311). */
function changeSession(
  { call, context, dialog }: InDialog,
  request: SipRequest,
  transaction: ServerTransaction,
): ServerTransaction | undefined {
  const respond = (status: number, parts: ResponseParts = {}): undefined =>
    void transaction.respond(responseTo(request, status, parts));
  if (call.reinviting && (request.method === 'INVITE' || request.body !== '')) return void respond(491);
  const contact = header(request, 'Contact');
  if (contact !== undefined) dialog.target = /<([^>]+)>/.exec(contact)?.[1] ?? contact;
  const wasHeld = call.heldByRemote;
  let body: string | undefined;
  try {
    if (request.body !== '') body = call.media.answer(request.body);
    else body = request.method === 'INVITE' ? call.media.offer() : '';
  } catch (error) {
    if (!(error instanceof SdpError)) throw error;
  }
  if (body === undefined) return void respond(488);
  const content = body === '' ? [] : ([['Content-Type', 'application/sdp']] as const);
  transaction.respond(responseTo(request, 200, { headers: [context.contact, ALLOW, ...content], body }), () =>
    call.hasEnded({ by: 'fault', text: 'The answer to a re-INVITE was never acknowledged.' }),
  );
  if (header(request, 'P-Asserted-Identity') !== undefined) call.setRemote(identityOf(request, 'From'));
  if (call.heldByRemote !== wasHeld) call.emit('held', call.heldByRemote);
  return request.method === 'INVITE' ? transaction : undefined;
}

/** The body is the status line of the call that the other end is placing (RFC 3515 section 2.4.5). */
function noteTransfer(call: Call, request: SipRequest): void {
  if (!/^refer\b/i.test(header(request, 'Event') ?? '')) return;
  const status = /^SIP\/2\.0 (\d{3})/m.exec(request.body)?.[1];
  if (status !== undefined) call.emit('transfer', { status: Number(status) });
}

function noteDigit(call: Call, request: SipRequest): void {
  const digit = /^Signal\s*=\s*([0-9*#A-D])\s*$/im.exec(request.body)?.[1];
  if (digit !== undefined) call.emit('digit', digit);
}
