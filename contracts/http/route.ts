/** A route of an HTTP API: declared once, served by a service, called by the pages, printed into the OpenAPI document. */
import type { z } from 'zod';

/**
 * look, act: also a technician, of his own branches. look-all, act-all: whoever is bound to no branches. own: the owner.
 * self: everybody, about himself.
 */
export type Needs = 'look' | 'look-all' | 'act' | 'act-all' | 'own' | 'self';

export interface Route<
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> {
  readonly method: 'get' | 'post' | 'delete';
  /** With parameters in braces: /api/calls/{call}. */
  readonly path: string;
  readonly says: string;
  /** Who may ask: anybody, or a person who has signed in. */
  readonly access: 'public' | 'session';
  /** At headquarters, what a role must hold to ask (controller/access/rules.ts). Of a route without it, the owner alone. */
  readonly needs?: Needs;
  readonly query?: Q;
  readonly body?: B;
  /** Of a route that takes a file as its body, and reads it itself. */
  readonly takes?: 'application/gzip';
  /** The JSON answer; absent for a stream or a file, which `answersWith` then names. */
  readonly response?: R;
  readonly answersWith?:
    'text/event-stream' | 'audio/wav' | 'application/json' | 'application/gzip' | 'text/csv';
}

export const route = <Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  entry: Route<Q, B, R>,
): Route<Q, B, R> => entry;

/** '/api/calls/{call}' with values in place of the braces, each escaped. */
export function pathOf(path: string, values: Readonly<Record<string, string>> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}
