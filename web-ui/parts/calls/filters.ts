/** The filters of a call list, in the address of the page so that a list can be linked to. Pure. */
import { callQuery } from '@branchline/contracts/http/common';
import { callSummary } from '@branchline/contracts/call-story';
import type { z } from 'zod';

export const OUTCOMES = callSummary.shape.outcome.options;
export const DIRECTIONS = callSummary.shape.direction.options;

export interface Filters {
  readonly about?: string;
  readonly direction?: (typeof DIRECTIONS)[number];
  readonly outcome?: (typeof OUTCOMES)[number];
  /** ISO 8601: calls that started before it. */
  readonly before?: string;
  /** Headquarters only. */
  readonly box?: string;
}

const FIELDS = ['about', 'direction', 'outcome', 'before', 'box'] as const;

/** What does not fit the contract is left out: an address typed wrongly shows more, never an error. */
export function filtersFrom(search: URLSearchParams): Filters {
  const found: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const value = search.get(field);
    if (value && (field === 'box' ? value.length <= 40 : fits(callQuery.shape[field], value)))
      found[field] = value;
  }
  return found;
}

export function searchOf(filters: Filters): string {
  const search = new URLSearchParams();
  for (const field of FIELDS) if (filters[field]) search.set(field, filters[field]);
  return search.toString();
}

/** The filters with one of them set, or cleared by an empty text; another filter begins again at the newest call. */
export function withFilter(filters: Filters, field: keyof Filters, value: string): Filters {
  const { before: _, ...rest } = filters;
  const next: Record<string, string | undefined> = field === 'before' ? { ...filters } : { ...rest };
  if (value === '') delete next[field];
  else next[field] = value;
  return next;
}

export const isFiltered = (filters: Filters): boolean => FIELDS.some((field) => filters[field] !== undefined);

const fits = (schema: z.ZodType, value: string): boolean => schema.safeParse(value).success;
