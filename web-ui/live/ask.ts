/** One request to the service, typed and checked by its entry in the route table. */
import { problem, type Problem } from '@branchline/contracts/http/common';
import { pathOf, type Route } from '@branchline/contracts/http/route';
import type { z } from 'zod';

/** A refusal by the service, or its absence: `code` says which. */
export class Refusal extends Error {
  readonly problem: Problem;
  constructor(of: Problem, options?: ErrorOptions) {
    super(of.message, options);
    this.problem = of;
  }
}

export interface Question {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Rejects with a Refusal only. Codes of our own: 'unreachable', 'not-understood'. */
export type Ask = <Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  route: Route<Q, B, R>,
  question?: Question,
) => Promise<z.output<R>>;

const TIMEOUT_MS = 20_000;

export function createAsk(doFetch: typeof fetch, onSignedOut: () => void): Ask {
  return async (route, question = {}) => {
    const answer = await send(doFetch, route, question);
    const json: unknown = await answer.json().catch(() => undefined);
    if (answer.ok) {
      const fits = route.response?.safeParse(json);
      if (fits?.success) return fits.data;
      throw new Refusal({
        code: 'not-understood',
        message: `${route.path}: ${fits?.error.message ?? 'no JSON'}`,
      });
    }
    if (answer.status === 401 && route.access === 'session') onSignedOut();
    const refused = problem.safeParse(json);
    throw new Refusal(
      refused.success ? refused.data : { code: `http-${answer.status}`, message: answer.statusText },
    );
  };
}

async function send(doFetch: typeof fetch, route: Route, question: Question): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await doFetch(urlOf(route, question), {
      method: route.method.toUpperCase(),
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      signal: question.signal ? AbortSignal.any([question.signal, timeout]) : timeout,
      ...(question.body === undefined ? {} : { body: JSON.stringify(question.body) }),
    });
  } catch (cause) {
    throw new Refusal({ code: 'unreachable', message: String(cause) }, { cause });
  }
}

function urlOf(route: Route, { path, query }: Question): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return pathOf(route.path, path) + (text && `?${text}`);
}
