/** The calls that pass through a gateway, as far as their messages tell, and how to end one from the middle (RFC 3261, section 12 and 15). Pure. */
import {
  cseqOf,
  header,
  requiredHeader,
  type Header,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from '../sip/message.ts';
import { parseNameAddr } from '../sip/address.ts';

export type Side = 'box' | 'line';

export interface PassingCall {
  readonly id: string;
  /** Who called. */
  readonly from: Side;
  readonly invite: SipRequest;
  /** The answer that made it a call. */
  readonly answer?: SipResponse;
}

export type PassingCalls = ReadonlyMap<string, PassingCall>;

export const callIdOf = (message: SipMessage): string => requiredHeader(message, 'Call-ID');
export const otherSide = (side: Side): Side => (side === 'box' ? 'line' : 'box');

/** An INVITE that begins a call: its To has no tag yet. */
export const isNewCall = (message: SipMessage): boolean =>
  message.kind === 'request' &&
  message.method === 'INVITE' &&
  parseNameAddr(requiredHeader(message, 'To')).params['tag'] === undefined;

export function followed(calls: PassingCalls, message: SipMessage, from: Side): PassingCalls {
  const id = callIdOf(message);
  const call = calls.get(id);
  if (message.kind === 'request' && isNewCall(message))
    return call ? calls : new Map(calls).set(id, { id, from, invite: message });
  if (!call) return calls;
  if (message.kind === 'request') return message.method === 'BYE' ? without(calls, id) : calls;
  if (cseqOf(message).method !== 'INVITE' || from === call.from) return calls;
  if (message.status >= 200 && message.status < 300)
    return call.answer ? calls : new Map(calls).set(id, { ...call, answer: message });
  // A refused re-INVITE leaves the call as it was.
  return message.status >= 300 && !call.answer ? without(calls, id) : calls;
}

export function without(calls: PassingCalls, id: string): PassingCalls {
  const rest = new Map(calls);
  rest.delete(id);
  return rest;
}

/** Above every number that the two ends have come to. */
const CSEQ = 1_000_000;

/** Ends a call towards one of its sides, as if the other had. */
export function byeTo(
  side: Side,
  { from: caller, invite, answer, id }: PassingCall,
  reason: Header,
): SipRequest | undefined {
  if (!answer) return undefined;
  const toCaller = side === caller;
  const own = toCaller ? invite : answer;
  const contact = header(own, 'Contact');
  if (contact === undefined) return undefined;
  const callerName = requiredHeader(invite, 'From');
  const calledName = requiredHeader(answer, 'To');
  return {
    kind: 'request',
    method: 'BYE',
    uri: parseNameAddr(contact).uri,
    headers: [
      [
        'Via',
        `SIP/2.0/UDP lab-gateway.invalid;rport;branch=${OUR_BRANCH}${id.replace(/[^A-Za-z0-9]/g, '').slice(0, 40)}`,
      ],
      ['Max-Forwards', '70'],
      ['From', toCaller ? calledName : callerName],
      ['To', toCaller ? callerName : calledName],
      ['Call-ID', id],
      ['CSeq', `${CSEQ} BYE`],
      reason,
    ],
    body: '',
  };
}

/** Ends towards the called side what was not answered yet (section 9.1). */
export function cancelOf({ invite, id }: PassingCall): SipRequest {
  const via = requiredHeader(invite, 'Via');
  return {
    kind: 'request',
    method: 'CANCEL',
    uri: invite.uri,
    headers: [
      ['Via', via],
      ['Max-Forwards', '70'],
      ['From', requiredHeader(invite, 'From')],
      ['To', requiredHeader(invite, 'To')],
      ['Call-ID', id],
      ['CSeq', `${cseqOf(invite).number} CANCEL`],
    ],
    body: '',
  };
}

const OUR_BRANCH = 'z9hG4bK-lab-gateway-';

/** The answer to a BYE of the gateway itself: neither side has asked for it. */
export const isOurs = (message: SipMessage): boolean =>
  message.kind === 'response' && requiredHeader(message, 'Via').includes(OUR_BRANCH);
