/**
 * The words on the ARI socket: requests out, responses and events in. Pure.
 * REST over WebSocket, Asterisk 22.2 and later: each request is a RESTRequest message, answered by a RESTResponse.
 */
import type { AriEvent, Operations } from './types.generated.ts';

export type OperationName = keyof Operations;
export type Result<Name extends OperationName> = Operations[Name]['result'];

type Part<Kind extends 'path' | 'query' | 'body', Name extends OperationName> =
  Operations[Name][Kind] extends Readonly<Record<string, never>>
    ? { readonly [K in Kind]?: undefined }
    : object extends Operations[Name][Kind]
      ? { readonly [K in Kind]?: Operations[Name][Kind] }
      : { readonly [K in Kind]: Operations[Name][Kind] };

export type RequestParts<Name extends OperationName> = Part<'path', Name> &
  Part<'query', Name> &
  Part<'body', Name>;

interface LooseParameters {
  readonly path?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
}

/** Every value is percent-encoded where it stands: a name from outside cannot lead to another resource. */
export function encodeRequest(
  id: string,
  name: OperationName,
  { path, query, body }: LooseParameters,
): string {
  const [method, template = ''] = name.split(' ');
  const resource = template
    .slice(1)
    .replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(segment(key, path?.[key])));
  const pairs = Object.entries(query ?? {}).flatMap(([key, value]) => queryPairs(key, value));
  return JSON.stringify({
    type: 'RESTRequest',
    transaction_id: id,
    request_id: id,
    method,
    uri: pairs.length > 0 ? `${resource}?${pairs.join('&')}` : resource,
    ...(body === undefined ? {} : { content_type: 'application/json', message_body: JSON.stringify(body) }),
  });
}

/** An empty or dotted segment would name the resource above. */
function segment(key: string, value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  if (text === '' || text === '.' || text === '..') throw new Error(`The ${key} '${text}' names nothing.`);
  return text;
}

function queryPairs(key: string, value: unknown): string[] {
  if (value === undefined) return [];
  // Queries are strings, numbers, booleans and lists of them: see types.generated.ts.
  const text = Array.isArray(value) ? value.join(',') : `${value as string | number | boolean}`;
  return [`${key}=${encodeURIComponent(text)}`];
}

export interface Answer {
  readonly kind: 'answer';
  readonly id: string;
  readonly status: number;
  readonly reason: string;
  readonly body: string | undefined;
}

export type Incoming =
  | Answer
  | { readonly kind: 'event'; readonly event: AriEvent }
  | { readonly kind: 'foreign'; readonly type: string };

/** @throws SyntaxError when it is not JSON. */
export function decode(text: string, known: ReadonlySet<string>): Incoming {
  const message = JSON.parse(text) as Record<string, unknown>;
  if (message['type'] === 'RESTResponse') {
    return {
      kind: 'answer',
      id: String(message['request_id']),
      status: Number(message['status_code']),
      reason: typeof message['reason_phrase'] === 'string' ? message['reason_phrase'] : '',
      body: typeof message['message_body'] === 'string' ? message['message_body'] : undefined,
    };
  }
  const type = String(message['type']);
  return known.has(type)
    ? { kind: 'event', event: message as unknown as AriEvent }
    : { kind: 'foreign', type };
}
