/** What comes in is held against its schema; the first fault is told with its place, its value and what would be right. */
import type { z } from 'zod';
import { SECRET_FIELDS } from '../log.ts';
import { HttpProblem } from './problem.ts';

const SHOWN_CHARACTERS = 100;

export function checkInput(part: 'query' | 'body', schema: z.ZodType, given: unknown): unknown {
  const result = schema.safeParse(given ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = (issue?.path ?? []).map(String);
  const field = [part, ...path].join('.');
  throw new HttpProblem(400, {
    code: 'bad-request',
    message: `${field}: ${issue?.message ?? 'does not fit'}`,
    field,
    value: shown(given, path),
    remedy: `Correct '${field}' and ask again.`,
  });
}

/** The offending value when it is short, plain and no secret; else null. */
function shown(given: unknown, path: readonly string[]): unknown {
  if (path.some((step) => (SECRET_FIELDS as readonly string[]).includes(step))) return null;
  let value = given;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return null;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'string' && value.length <= SHOWN_CHARACTERS ? value : null;
}
