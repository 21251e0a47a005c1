/** Transfers: the addresses we ask others to call, and the calls that others ask us to make (RFC 3515, RFC 3891). */
import { escapeUriHeader, parseNameAddr, parseUri } from './address.ts';
import type { Call, CallContext } from './call.ts';
import { replacesOf } from './dialog.ts';
import { header, type Header, type SipRequest } from './message.ts';
import { requestWithin } from './requests.ts';
import { responseTo } from './respond.ts';
import type { ServerTransaction } from './server-transaction.ts';

/** The Refer-To of an attended transfer: whoever calls it takes the place of our end of `consultation`. */
export function addressReplacing(consultation: Call): string {
  const dialog = consultation.dialogInForce;
  return `${dialog.target.split('?')[0]}?Replaces=${escapeUriHeader(replacesOf(dialog))}`;
}

export interface ReplacedDialog {
  readonly callId: string;
  readonly ourTag: string;
}

/** The call that an INVITE is to replace; undefined when it names none. */
export function replacedBy(invite: SipRequest): ReplacedDialog | undefined {
  const [callId = '', ...params] = (header(invite, 'Replaces') ?? '').split(';').map((part) => part.trim());
  const ourTag = params.find((param) => param.startsWith('to-tag='))?.slice('to-tag='.length);
  return callId === '' || ourTag === undefined ? undefined : { callId, ourTag };
}

/** Takes a REFER on: answers 202, places the call, reports each status by NOTIFY. Resolves when it is reported. */
export async function followRefer(
  { call, context }: { readonly call: Call; readonly context: CallContext },
  request: SipRequest,
  transaction: ServerTransaction,
): Promise<void> {
  const referTo = header(request, 'Refer-To');
  if (referTo === undefined) return void transaction.respond(responseTo(request, 400));
  // Kept here: what is to be reported is reported after the end of the call too.
  const dialog = call.dialogInForce;
  const { uri } = parseNameAddr(referTo);
  const replaces = parseUri(uri).headers['replaces'];
  const target = uri.split('?')[0] ?? uri;
  transaction.respond(responseTo(request, 202, { headers: [context.contact] }));
  call.emit('referred', { target });
  const report = (line: string, over: boolean): Promise<unknown> => {
    const state = over ? 'terminated;reason=noresource' : 'active;expires=60';
    const headers: readonly Header[] = [
      ['Event', 'refer'],
      ['Subscription-State', state],
      ['Content-Type', 'message/sipfrag;version=2.0'],
    ];
    return requestWithin(context, dialog, 'NOTIFY', headers, `SIP/2.0 ${line}\r\n`);
  };
  try {
    await report('100 Trying', false);
    const placed = await context.follow(target, replaces === undefined ? [] : [['Replaces', replaces]]);
    await placed.answered(120_000);
    await report('200 OK', true);
  } catch {
    await report('503 Service Unavailable', true).catch(() => undefined);
  }
}
