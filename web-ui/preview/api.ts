import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers a request of the API; undefined for a path it does not know. */
export type Api = (
  method: string,
  url: URL,
  body: unknown,
  request: IncomingMessage,
  response: ServerResponse,
) => unknown;
