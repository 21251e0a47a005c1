/** Responses (RFC 3261 section 8.2.6 and 21). */
import { formatNameAddr, parseNameAddr } from './address.ts';
import { requiredHeader, type Header, type SipRequest, type SipResponse } from './message.ts';

const REASONS: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  491: 'Request Pending',
  500: 'Server Internal Error',
  503: 'Service Unavailable',
  600: 'Busy Everywhere',
  603: 'Decline',
};

export const ALLOW: Header = ['Allow', 'INVITE, ACK, CANCEL, BYE, OPTIONS, REFER, NOTIFY, UPDATE, INFO'];

export interface ResponseParts {
  /** Our tag, for a response that begins or belongs to a dialog. */
  readonly tag?: string;
  readonly headers?: readonly Header[];
  readonly body?: string;
  readonly reason?: string;
}

export function responseTo(request: SipRequest, status: number, parts: ResponseParts = {}): SipResponse {
  const to = parseNameAddr(requiredHeader(request, 'To'));
  const tagged = to.params['tag'] !== undefined || parts.tag === undefined;
  const echoed = request.headers.filter(([name]) => /^(via|v|record-route)$/i.test(name));
  return {
    kind: 'response',
    status,
    reason: parts.reason ?? REASONS[status] ?? 'Unknown',
    headers: [
      ...echoed,
      ['From', requiredHeader(request, 'From')],
      [
        'To',
        tagged ? requiredHeader(request, 'To') : formatNameAddr({ ...to, params: { tag: parts.tag ?? '' } }),
      ],
      ['Call-ID', requiredHeader(request, 'Call-ID')],
      ['CSeq', requiredHeader(request, 'CSeq')],
      ...(parts.headers ?? []),
    ],
    body: parts.body ?? '',
  };
}
