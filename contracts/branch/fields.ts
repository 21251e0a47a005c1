/** The pieces that every part of a branch document is written with. */
import * as z from 'zod';
import { destination, durationMs } from './values.ts';

/** A text that a reader of values.ts understands. */
export const text = <T>(parse: (value: string) => T | undefined, expected: string) =>
  z
    .string({ error: () => expected })
    .refine((value) => parse(value) !== undefined, { error: expected })
    .describe(expected);

export const duration = text(durationMs, 'a duration such as 15s, 3m or 1h');
/** Both ends belong to it, and are written as a person writes them. */
export const durationBetween = (least: string, most: string) => {
  const [from = 0, to = 0] = [durationMs(least), durationMs(most)];
  return duration.refine(
    (value) => {
      const length = durationMs(value) ?? -1;
      return length >= from && length <= to;
    },
    { error: `a duration between ${least} and ${most}` },
  );
};
export const target = text(
  destination,
  "'queue NAME', 'flow NAME', 'extension NUMBER', 'outside NUMBER', 'voicemail NAME', 'callback QUEUE' or 'hang-up'",
);
export const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,39}$/, { error: 'a name of a-z, 0-9, dot and dash, up to 40 characters' });
export const extension = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^\d{2,6}$/, { error: 'an extension of 2 to 6 digits' }));
export const localText = z
  .union([z.string().min(1), z.strictObject({ zh: z.string().min(1), en: z.string().min(1) })])
  .describe('a text, or { zh: ..., en: ... }');
export const named = <T extends z.ZodType>(value: T) => z.record(name, value);

export const LANGUAGES = ['zh', 'en'] as const;
