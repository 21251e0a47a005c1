/** SIP addresses: URIs and the name-addr form of From, To, Contact and Refer-To (RFC 3261 section 19 and 20.10). */
import type { Endpoint } from '../udp.ts';
import { SipSyntaxError } from './message.ts';

export type Params = Readonly<Record<string, string>>;

export interface SipUri {
  readonly scheme: 'sip' | 'sips' | 'tel';
  readonly user: string;
  readonly host: string;
  /** As written; 5060 is what a missing port means over UDP. */
  readonly port?: number;
  readonly params: Params;
  /** The headers a URI asks for, such as Replaces in a Refer-To, unescaped. */
  readonly headers: Params;
}

export interface NameAddr {
  readonly name: string;
  readonly uri: string;
  readonly params: Params;
}

export function parseUri(text: string): SipUri {
  const [, scheme, rest = ''] = /^(sips?|tel):(.+)$/i.exec(text.trim()) ?? [];
  if (!scheme) throw new SipSyntaxError(`'${text}' is not a SIP address.`);
  const [beforeHeaders, headerText = ''] = splitOnce(rest, '?');
  const at = beforeHeaders.lastIndexOf('@');
  const userPart = at < 0 ? '' : beforeHeaders.slice(0, at);
  const [hostPart = '', ...paramParts] = beforeHeaders.slice(at + 1).split(';');
  const kind = scheme.toLowerCase() as SipUri['scheme'];
  const params = parseParams(paramParts);
  const headers = parseParams(headerText === '' ? [] : headerText.split('&'));
  if (kind === 'tel') return { scheme: kind, user: hostPart, host: '', params, headers };
  const host = /^(\[[0-9a-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i.exec(hostPart);
  if (!host) throw new SipSyntaxError(`'${hostPart}' in '${text}' is not a host.`);
  const user = unescape(userPart.split(';')[0]?.split(':')[0] ?? '');
  const port = host[2] === undefined ? {} : { port: Number(host[2]) };
  return { scheme: kind, user, host: host[1] ?? '', ...port, params, headers };
}

/** Where a request for this URI is sent. */
export function targetOf(text: string): Endpoint {
  const uri = parseUri(text);
  return { host: uri.params['maddr'] ?? uri.host, port: uri.port ?? 5060 };
}

/** '"Wang Fang" <sip:8001@10.0.0.1>;tag=x' or the bare form, where parameters belong to the header. */
export function parseNameAddr(text: string): NameAddr {
  const angled = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<([^>]+)>(.*)$/s.exec(text);
  if (angled) {
    const name = angled[1] === undefined ? (angled[2] ?? '').trim() : angled[1].replace(/\\(.)/g, '$1');
    return { name, uri: angled[3] ?? '', params: parseParams((angled[4] ?? '').split(';')) };
  }
  const [uri = '', ...params] = text.trim().split(';');
  if (uri === '') throw new SipSyntaxError(`'${text}' is not an address.`);
  return { name: '', uri, params: parseParams(params) };
}

export function formatNameAddr(address: NameAddr): string {
  const name = address.name === '' ? '' : `"${address.name.replace(/["\\]/g, '\\$&')}" `;
  const params = Object.entries(address.params).map(
    ([key, value]) => `;${key}${value === '' ? '' : `=${value}`}`,
  );
  return `${name}<${address.uri}>${params.join('')}`;
}

/** The parameters of a header value such as Via or Contact, after its first part. */
export function paramsAfter(value: string): Params {
  return parseParams(value.split(';').slice(1));
}

/** A user part, with what a URI does not take escaped. */
export const escapeUser = (user: string): string =>
  user.replace(/[^\w.!~*'()&=+$,;?/-]/g, (char) => encodeURIComponent(char));

/** A value for the header part of a URI, as in Refer-To: <sip:x@y?Replaces=...>. */
export const escapeUriHeader = (value: string): string =>
  encodeURIComponent(value).replace(/[*']/g, (char) => `%${char.charCodeAt(0).toString(16)}`);

function parseParams(parts: readonly string[]): Params {
  const params: Record<string, string> = {};
  for (const part of parts) {
    const [key, value = ''] = splitOnce(part.trim(), '=');
    if (key !== '') params[key.trim().toLowerCase()] = unescape(value.trim().replace(/^"(.*)"$/, '$1'));
  }
  return params;
}

function splitOnce(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
