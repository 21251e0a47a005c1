/**
 * Binds a table of routes to handlers. The table says method, path, who may ask, and the schemas; what is not in the
 * table is not served. The table's type is taken structurally: this package knows nobody's contracts.
 */
import express from 'express';
import type { Express, Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { HttpProblem } from './problem.ts';
import { checkInput } from './input.ts';

export interface RouteEntry {
  readonly method: 'get' | 'post' | 'delete';
  /** With parameters in braces: /api/calls/{call}. */
  readonly path: string;
  readonly access: 'public' | 'session';
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** The JSON answer; absent where the handler writes the answer itself. */
  readonly response?: z.ZodType;
}
export type RouteTable = Readonly<Record<string, RouteEntry>>;

type Told<S> = S extends z.ZodType ? z.output<S> : undefined;
type Part<R extends RouteEntry, K extends 'query' | 'body' | 'response'> = Told<NonNullable<R[K]>>;

/** What a handler is given: everything in it has been checked against the table. */
export interface Asked<R extends RouteEntry = RouteEntry> {
  readonly query: Part<R, 'query'>;
  readonly body: Part<R, 'body'>;
  /** A parameter of the path; throws for a name that the route's path does not have. */
  readonly param: (name: string) => string;
  /** The person who has signed in; '' where nobody need have. */
  readonly who: string;
  readonly request: Request;
  readonly response: Response;
}

/** Returns the JSON answer; a route without `response` writes to `asked.response` itself. */
export type Handler<R extends RouteEntry> = (asked: Asked<R>) => Answer<R> | Promise<Answer<R>>;
type Answer<R extends RouteEntry> = Part<R, 'response'> extends undefined ? void : Part<R, 'response'>;

/** One handler for each route of the table: a missing one does not compile. */
export type Handlers<T extends RouteTable> = { readonly [K in keyof T]: Handler<T[K]> };

export interface Binding<T extends RouteTable> {
  readonly table: T;
  readonly handlers: Handlers<T>;
  /** Lets the request pass, or calls next with a problem. */
  readonly requireSession: RequestHandler;
  /** The name of the person who has signed in. */
  readonly whoOf?: (request: Request) => string;
  /** Checks every answer against its schema: for tests, as it costs. */
  readonly checkAnswers: boolean;
}

const PUBLIC_BODY_BYTES = 16 * 1024;
const SESSION_BODY_BYTES = 4 * 1024 * 1024;
const LONGEST_PARAM = 200;

export function bindRoutes<T extends RouteTable>(app: Express, binding: Binding<T>): void {
  for (const key of Object.keys(binding.table) as (keyof T & string)[]) {
    const entry = binding.table[key] as RouteEntry;
    const handler = binding.handlers[key] as Handler<RouteEntry>;
    const path = entry.path.replace(/\{(\w+)\}/g, ':$1');
    const steps: RequestHandler[] = entry.access === 'session' ? [binding.requireSession] : [];
    if (entry.body) {
      const limit = entry.access === 'session' ? SESSION_BODY_BYTES : PUBLIC_BODY_BYTES;
      steps.push(requireJson, express.json({ limit, type: 'application/json', inflate: false }));
    }
    steps.push(answer(entry, handler, binding));
    app[entry.method](path, ...steps);
  }
}

/** Only JSON is read: a form of a foreign page cannot send that type without asking first. */
const requireJson: RequestHandler = (request, _response, next) => {
  if (request.is('application/json')) return void next();
  next(
    new HttpProblem(415, {
      code: 'not-json',
      message: 'The body must be JSON.',
      field: 'header.content-type',
      value: request.get('content-type')?.slice(0, 100) ?? null,
      remedy: 'Send Content-Type: application/json.',
    }),
  );
};

function answer(
  entry: RouteEntry,
  handler: Handler<RouteEntry>,
  { checkAnswers, whoOf }: Pick<Binding<RouteTable>, 'checkAnswers' | 'whoOf'>,
): RequestHandler {
  return async (request, response) => {
    const asked: Asked = {
      query: entry.query ? checkInput('query', entry.query, request.query) : undefined,
      body: entry.body ? checkInput('body', entry.body, request.body) : undefined,
      param: (name) => param(request, name),
      who: entry.access === 'session' ? (whoOf?.(request) ?? '') : '',
      request,
      response,
    };
    const result = await handler(asked);
    if (!entry.response) return;
    if (checkAnswers) entry.response.parse(result);
    response.set('Cache-Control', 'no-store').json(result);
  };
}

function param(request: Request, name: string): string {
  const value: unknown = request.params[name];
  if (typeof value !== 'string') throw new Error(`the route ${request.path} has no parameter '${name}'`);
  if (value.length <= LONGEST_PARAM) return value;
  throw new HttpProblem(400, {
    code: 'bad-request',
    message: `path.${name} is longer than ${LONGEST_PARAM} characters.`,
    field: `path.${name}`,
    remedy: 'Give a name from a list of this API.',
  });
}
