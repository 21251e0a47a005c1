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
    targets: z.record(z.string().min(1), z.string().min(1)).default({}),
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
  const text = textOf(path);
  if (text === undefined)
    throw new Error(`${path} cannot be used: it cannot be read; write it, or leave its setting out`);
  const yaml = readYaml(text);
  if (!yaml.ok) throw new Error(`${path} cannot be used: ${yaml.found}; ${yaml.expected}`);
  const read = file.safeParse(yaml.value);
  if (!read.success)
    throw unusable(
      path,
      read.error.issues.map(({ path: at, message }) => fault(at, valueAt(yaml.value, at), message)),
    );
  const all = Object.entries(read.data.carriers);
  const tokens = new Map(all.map(([name, written]) => [name, tokenOf(written, dirname(path))]));
  const faults = [
    ...all.flatMap(([name, written]) =>
      written.kind === 'http' && tokens.get(name) === ''
        ? [fault(['carriers', name, 'token-file'], written['token-file'], NO_TOKEN)]
        : [],
    ),
    ...servedTwice(all),
  ];
  if (faults.length > 0) throw unusable(path, faults);
  return all.map(([name, written]) => ({
    ...{ name, kind: written.kind, serves: written.serves },
    carrier: made(written, tokens.get(name) ?? '', around),
  }));
}

type Written = z.output<typeof carrier>;

const NO_TOKEN = "name a file beside this one that can be read and holds the carrier's token";

const unusable = (path: string, faults: readonly string[]): Error =>
  new Error(`${path} cannot be used:\n${faults.join('\n')}\nWhat it may hold: docs/carriers.md`);

function fault(at: readonly PropertyKey[], value: unknown, message: string): string {
  const found = value === undefined ? '' : ` ${JSON.stringify(value)}:`;
  return `  ${at.map(String).join('.') || 'the file'}:${found} ${message}`;
}

const valueAt = (whole: unknown, at: readonly PropertyKey[]): unknown =>
  at.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    whole,
  );

/** Whose it would be could not be told. */
function servedTwice(all: readonly (readonly [string, Written])[]): string[] {
  const first = new Map<string, string>();
  return all.flatMap(([name, { serves }]) =>
    serves.flatMap((each, index) => {
      const other = first.get(each);
      if (other === undefined) first.set(each, name);
      return other === undefined || other === name
        ? []
        : [
            fault(
              ['carriers', name, 'serves', index],
              each,
              `'${other}' serves it already: leave it to one of the two`,
            ),
          ];
    }),
  );
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Empty where there is none. */
const tokenOf = (written: Written, dir: string): string =>
  written.kind === 'http' ? (textOf(resolve(dir, written['token-file'])) ?? '').trim() : '';

function made(written: Written, token: string, { clock, log }: Around) {
  const promiseS = (durationMs(written.promise) ?? 0) / 1_000;
  if (written.kind === 'hunting') return huntingCarrier(promiseS);
  return httpCarrier({
    ...{ clock, log, promiseS, token, targets: written.targets },
    url: written.url.replace(/\/+$/, ''),
    settlesMs: durationMs(written.settles) ?? 0,
    answersWithinMs: ANSWERS_WITHIN_MS,
    givesUpAfterMs: GIVES_UP_AFTER_MS,
    againAfterMs: AGAIN_AFTER_MS,
  });
}
