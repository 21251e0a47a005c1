/** SIP messages as data, and their text form (RFC 3261 section 7 and 25). */

export type Header = readonly [name: string, value: string];

export interface SipRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly Header[];
  readonly body: string;
}

export interface SipResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly Header[];
  readonly body: string;
}

export type SipMessage = SipRequest | SipResponse;

export class SipSyntaxError extends Error {
  override readonly name = 'SipSyntaxError';
}

/** Section 7.3.3 and the event packages' own short forms. */
const SHORT_FORMS: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
};

/** Headers that may carry several values in one line, separated by commas (section 7.3.1). */
const LISTS = new Set([
  'via',
  'route',
  'record-route',
  'contact',
  'allow',
  'supported',
  'require',
  'unsupported',
]);

const REQUIRED = ['via', 'from', 'to', 'call-id', 'cseq'] as const;

const canonical = (name: string): string => {
  const lower = name.toLowerCase();
  return SHORT_FORMS[lower] ?? lower;
};

/** The first value of a header; the name in any case. */
export function header(message: SipMessage, name: string): string | undefined {
  return headerValues(message, name)[0];
}

/** Every value of a header, in order; lists are taken apart. */
export function headerValues(message: SipMessage, name: string): readonly string[] {
  const wanted = canonical(name);
  const values = message.headers.filter(([key]) => canonical(key) === wanted).map(([, value]) => value);
  return LISTS.has(wanted) ? values.flatMap(splitList) : values;
}

/** The value of a header that every message must have. Throws SipSyntaxError when it is missing. */
export function requiredHeader(message: SipMessage, name: string): string {
  const value = header(message, name);
  if (value === undefined) throw new SipSyntaxError(`The header '${name}' is missing.`);
  return value;
}

export interface CSeq {
  readonly number: number;
  readonly method: string;
}

export function cseqOf(message: SipMessage): CSeq {
  const match = /^(\d{1,10})\s+(\S+)$/.exec(requiredHeader(message, 'CSeq').trim());
  const number = Number(match?.[1]);
  if (!match || number >= 2 ** 32) throw new SipSyntaxError('CSeq must be a number below 2^32 and a method.');
  return { number, method: match[2] ?? '' };
}

/** Throws SipSyntaxError naming what is wrong. */
export function parseMessage(data: Buffer | string): SipMessage {
  const text = typeof data === 'string' ? data : data.toString('utf8');
  const end = /\r?\n\r?\n/.exec(text);
  if (!end) throw new SipSyntaxError('The headers do not end with an empty line.');
  const [first = '', ...lines] = text
    .slice(0, end.index)
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/);
  const headers = lines.map(parseHeader);
  const message = startLine(first, headers, '');
  for (const name of REQUIRED) requiredHeader(message, name);
  cseqOf(message);
  return { ...message, body: bodyOf(message, text.slice(end.index + end[0].length)) };
}

export function serialiseMessage(message: SipMessage): string {
  const first =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`;
  const headers = message.headers.filter(([name]) => canonical(name) !== 'content-length');
  const lines = [first, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return `${lines.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(message.body)}\r\n\r\n${message.body}`;
}

/** Commas inside quotes or angle brackets do not separate. */
export function splitList(value: string): readonly string[] {
  const parts: string[] = [];
  let quoted = false;
  let depth = 0;
  let from = 0;
  for (let i = 0; i < value.length; i++) {
    const char = value[i];
    if (quoted) {
      if (char === '\\') i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '<') depth++;
    else if (char === '>') depth--;
    else if (char === ',' && depth === 0) {
      parts.push(value.slice(from, i).trim());
      from = i + 1;
    }
  }
  parts.push(value.slice(from).trim());
  return parts.filter((part) => part !== '');
}

function parseHeader(line: string): Header {
  const colon = line.indexOf(':');
  const name = line.slice(0, colon).trim();
  if (colon < 1 || !/^[\w.!%*+`'~-]+$/.test(name)) throw new SipSyntaxError(`'${line}' is not a header.`);
  return [name, line.slice(colon + 1).trim()];
}

function startLine(line: string, headers: readonly Header[], body: string): SipMessage {
  const status = /^SIP\/2\.0 ([1-6]\d\d) ?(.*)$/i.exec(line);
  if (status) {
    return { kind: 'response', status: Number(status[1]), reason: status[2] ?? '', headers, body };
  }
  const request = /^([A-Za-z0-9.!%*_+`'~-]+) (\S+) SIP\/2\.0$/i.exec(line);
  if (request) return { kind: 'request', method: request[1] ?? '', uri: request[2] ?? '', headers, body };
  throw new SipSyntaxError(`'${line.slice(0, 80)}' is neither a request line nor a status line.`);
}

/** Over UDP what follows Content-Length is thrown away, and too few bytes are an error (section 18.3). */
function bodyOf(message: SipMessage, rest: string): string {
  const stated = header(message, 'Content-Length');
  if (stated === undefined) return rest;
  const length = Number(stated);
  const bytes = Buffer.from(rest);
  if (!/^\d+$/.test(stated) || length > bytes.length) {
    throw new SipSyntaxError(`Content-Length is '${stated}', and ${bytes.length} bytes of body came.`);
  }
  return bytes.toString('utf8', 0, length);
}
