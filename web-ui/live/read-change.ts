/** A change as it came over the wire, checked by the schema of the collection it speaks of. */
import type { ZodType } from 'zod';
import type { Change } from './apply.ts';

/** Gives undefined for a collection this version does not know, and for a value that does not fit. */
export function changeReader(
  schemas: Readonly<Record<string, ZodType>>,
): (json: unknown) => Change | undefined {
  return (json) => {
    const change = json as Partial<Change> | null | undefined;
    if (!change || typeof change.in !== 'string' || !Object.hasOwn(schemas, change.in)) return undefined;
    if (typeof change.id !== 'string' || typeof change.at !== 'string') return undefined;
    const envelope = { at: change.at, in: change.in, id: change.id };
    if (change.value === null) return { ...envelope, value: null };
    const value = schemas[change.in]?.safeParse(change.value);
    return value?.success ? { ...envelope, value: value.data } : undefined;
  };
}
