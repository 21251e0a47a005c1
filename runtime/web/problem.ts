/** Refusals of an HTTP API: one JSON form for all, with what is wrong, where, and what would be right. */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Log } from '../log.ts';

export interface ProblemBody {
  /** To decide by; never changes with the language. */
  readonly code: string;
  readonly message: string;
  /** Where it is, as 'query.limit' or 'body.password'. */
  readonly field?: string;
  readonly value?: unknown;
  readonly remedy?: string;
}

/** Thrown by a handler, answered as JSON. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly body: ProblemBody;
  /** Seconds after which asking again makes sense. */
  readonly retryAfterS: number | undefined;

  constructor(status: number, body: ProblemBody, retryAfterS?: number) {
    super(`${body.code}: ${body.message}`);
    this.name = 'HttpProblem';
    this.status = status;
    this.body = body;
    this.retryAfterS = retryAfterS;
  }
}

export function notFound(what: string, remedy?: string): HttpProblem {
  const body = { code: 'not-found', message: `There is no ${what}.` };
  return new HttpProblem(404, remedy === undefined ? body : { ...body, remedy });
}

export const noSuchRoute: RequestHandler = (request, _response, next) => {
  const asked = `${request.method} ${request.path.slice(0, 200)}`;
  next(
    new HttpProblem(404, {
      code: 'no-such-route',
      message: `Nothing is served at ${asked}.`,
      remedy: 'Check the method and the path.',
    }),
  );
};

/** The last middleware. What is no HttpProblem is a fault of ours: logged whole, told in general words. */
export function answerProblems(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const problem = asProblem(error);
    if (!problem) log.error({ err: error, method: request.method, path: request.path }, 'a request failed');
    if (response.headersSent) return void next(error);
    const { status, body, retryAfterS } = problem ?? INTERNAL;
    if (retryAfterS !== undefined) response.set('Retry-After', String(retryAfterS));
    response.set('Cache-Control', 'no-store').status(status).json(body);
  };
}

const INTERNAL = new HttpProblem(500, {
  code: 'internal',
  message: 'The service failed to answer; the fault is in its log.',
  remedy: 'Try again; if it stays, send the log to support.',
});

function asProblem(error: unknown): HttpProblem | undefined {
  if (error instanceof HttpProblem) return error;
  const told = error as { status?: unknown; type?: unknown; limit?: unknown } | null;
  switch (told?.type) {
    case 'entity.too.large':
      return new HttpProblem(413, {
        code: 'body-too-large',
        message: `The body is larger than ${String(told.limit)} bytes.`,
        field: 'body',
        remedy: 'Send less.',
      });
    case 'entity.parse.failed':
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new HttpProblem(400, {
        code: 'not-json',
        message: 'The body is not JSON in UTF-8.',
        field: 'body',
        remedy: 'Send JSON with Content-Type: application/json.',
      });
    default:
      break;
  }
  if (typeof told?.status === 'number' && told.status >= 400 && told.status < 500) {
    return new HttpProblem(told.status, {
      code: 'bad-request',
      message: 'The request cannot be understood.',
      remedy: 'Check the address and the headers.',
    });
  }
  return undefined;
}
