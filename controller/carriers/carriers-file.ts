/** The carriers as a person writes them (docs/carriers.md): a YAML file that the settings name. Read once, at the start. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { durationMs } from '@branchline/contracts/branch/values';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { readYaml } from '@branchline/runtime/yaml-text';
import * as z from 'zod';
import type { NamedCarrier } from './carriers.ts';
import { httpCarrier } from './http-carrier.ts';
import { huntingCarrier } from './hunting-carrier.ts';

const duration = z
  .string()
  .refine((text) => durationMs(text) !== undefined, 'write a duration such as 5s or 2m');
const prefix = z
  .string()
  .transform((text) => text.replaceAll(' ', ''))
  .pipe(z.string().regex(/^\+[1-9]\d{0,14}$/, "write the beginning of numbers, such as '+86 571 8600'"));
const common = { serves: z.array(prefix).min(1), promise: duration.default('5s') };

const carrier = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('hunting'), ...common }),
  z.strictObject({
    kind: z.literal('http'),
    ...common,
    url: z.url({ protocol: /^https?$/ }),
    'token-file': z.string().min(1),
    settles: duration.default('1m'),
  }),
]);
const file = z.strictObject({
  carriers: z.record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'a name of a-z, 0-9 and -'), carrier),
});

const ANSWERS_WITHIN_MS = 3_000;
const GIVES_UP_AFTER_MS = 15_000;
const AGAIN_AFTER_MS = 1_000;

interface Around {
  readonly clock: Clock;
  readonly log: Log;
}

/** @throws Error that names file, field, value and remedy of every fault */
export function carriersFrom(path: string, around: Around): NamedCarrier[] {
  const yaml = readYaml(readFileSync(path, 'utf8'));
  if (!yaml.ok) throw new Error(`${path} cannot be used: ${yaml.found}; ${yaml.expected}`);
  const read = file.safeParse(yaml.value);
  if (!read.success) {
    const faults = read.error.issues.map(
      ({ path: at, message }) => `  ${at.join('.') || 'the file'}: ${message}`,
    );
    throw new Error(`${path} cannot be used:\n${faults.join('\n')}\nWhat it may hold: docs/carriers.md`);
  }
  return Object.entries(read.data.carriers).map(([name, written]) => ({
    ...{ name, kind: written.kind, serves: written.serves },
    carrier: made(written, dirname(path), around),
  }));
}

function made(written: z.output<typeof carrier>, dir: string, { clock, log }: Around) {
  const promiseS = (durationMs(written.promise) ?? 0) / 1_000;
  if (written.kind === 'hunting') return huntingCarrier(promiseS);
  return httpCarrier({
    ...{ clock, log, promiseS },
    url: written.url.replace(/\/+$/, ''),
    token: readFileSync(resolve(dir, written['token-file']), 'utf8').trim(),
    settlesMs: durationMs(written.settles) ?? 0,
    answersWithinMs: ANSWERS_WITHIN_MS,
    givesUpAfterMs: GIVES_UP_AFTER_MS,
    againAfterMs: AGAIN_AFTER_MS,
  });
}
