/** What a flow takes from the answer to a look-up. Pure. */
import type { LookUpRequest } from './run.ts';

export interface LookUpAnswer {
  readonly variables: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
}

/** Fields that are not there, or hold more than a plain value, give no variable. */
export function taken({ take, tags }: Pick<LookUpRequest, 'take' | 'tags'>, answer: unknown): LookUpAnswer {
  const variables = Object.entries(take).flatMap(([name, path]) => {
    const value = at(answer, path);
    return isPlain(value) ? [[name, String(value)] as const] : [];
  });
  const listed = tags === undefined ? [] : at(answer, tags);
  return {
    variables: Object.fromEntries(variables),
    tags: Array.isArray(listed) ? listed.filter((tag) => typeof tag === 'string') : [],
  };
}

const isPlain = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

function at(answer: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<string, unknown>)[step]
        : undefined,
    answer,
  );
}
