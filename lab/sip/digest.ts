/** Digest authentication, the client's side (RFC 7616; RFC 2617 and 2069 for what is in the field; RFC 8760 for SIP). */
import { createHash } from 'node:crypto';

export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: Algorithm;
  /** 'auth' when the server offers it; undefined when it speaks RFC 2069 only. */
  readonly qop?: 'auth';
  readonly opaque?: string;
  readonly stale: boolean;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export interface DigestRequest {
  readonly method: string;
  readonly uri: string;
  /** How often this nonce was used, this time included. */
  readonly nonceCount: number;
  readonly cnonce: string;
}

const HASHES = { MD5: 'md5', 'MD5-sess': 'md5', 'SHA-256': 'sha256', 'SHA-256-sess': 'sha256' } as const;
export type Algorithm = keyof typeof HASHES;

/** undefined when the scheme, the algorithm or the quality of protection is one we do not speak. */
export function parseChallenge(value: string): Challenge | undefined {
  const [, scheme, rest = ''] = /^\s*(\w+)\s+(.*)$/s.exec(value) ?? [];
  if (scheme?.toLowerCase() !== 'digest') return undefined;
  const fields = digestFields(rest);
  const named = fields.get('algorithm') ?? 'MD5';
  const algorithm = (Object.keys(HASHES) as Algorithm[]).find(
    (key) => key.toLowerCase() === named.toLowerCase(),
  );
  const offered = fields
    .get('qop')
    ?.split(',')
    .map((part) => part.trim().toLowerCase());
  const realm = fields.get('realm');
  const nonce = fields.get('nonce');
  if (!algorithm || realm === undefined || nonce === undefined) return undefined;
  if (offered && !offered.includes('auth')) return undefined;
  const opaque = fields.get('opaque');
  return {
    realm,
    nonce,
    algorithm,
    ...(offered ? { qop: 'auth' as const } : {}),
    ...(opaque === undefined ? {} : { opaque }),
    stale: fields.get('stale')?.toLowerCase() === 'true',
  };
}

/** The first challenge we can answer: the server lists them in its order of preference (RFC 7616 section 3.7). */
export function chooseChallenge(values: readonly string[]): Challenge | undefined {
  return values.map(parseChallenge).find((challenge) => challenge !== undefined);
}

export function digestResponse(challenge: Challenge, who: Credentials, request: DigestRequest): string {
  const hash = (text: string): string => createHash(HASHES[challenge.algorithm]).update(text).digest('hex');
  const count = nonceCountText(request.nonceCount);
  const base = hash(`${who.user}:${challenge.realm}:${who.password}`);
  const a1 = challenge.algorithm.endsWith('-sess')
    ? hash(`${base}:${challenge.nonce}:${request.cnonce}`)
    : base;
  const a2 = hash(`${request.method}:${request.uri}`);
  const middle = challenge.qop
    ? `${challenge.nonce}:${count}:${request.cnonce}:${challenge.qop}`
    : challenge.nonce;
  return hash(`${a1}:${middle}:${a2}`);
}

/** The value of an Authorization or Proxy-Authorization header. */
export function authorization(challenge: Challenge, who: Credentials, request: DigestRequest): string {
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
  const fields = [
    `username=${quoted(who.user)}`,
    `realm=${quoted(challenge.realm)}`,
    `nonce=${quoted(challenge.nonce)}`,
    `uri=${quoted(request.uri)}`,
    `response="${digestResponse(challenge, who, request)}"`,
    `algorithm=${challenge.algorithm}`,
    ...(challenge.qop || challenge.algorithm.endsWith('-sess') ? [`cnonce=${quoted(request.cnonce)}`] : []),
    ...(challenge.qop ? [`qop=${challenge.qop}`, `nc=${nonceCountText(request.nonceCount)}`] : []),
    ...(challenge.opaque === undefined ? [] : [`opaque=${quoted(challenge.opaque)}`]),
  ];
  return `Digest ${fields.join(', ')}`;
}

/** The fields of a challenge or an answer, by lower-case name, quotes removed. */
export function digestFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const match of text.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)) {
    const value = match[2] === undefined ? (match[3] ?? '') : match[2].replace(/\\(.)/g, '$1');
    fields.set((match[1] ?? '').toLowerCase(), value);
  }
  return fields;
}

const nonceCountText = (count: number): string => count.toString(16).padStart(8, '0');
