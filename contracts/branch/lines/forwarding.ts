/**
 * Calls that a line does not take, forwarded by its exchange to a number in the cloud (call forwarding on no reply, busy or not reachable,
 * 3GPP TS 22.082, ETSI EN 300 200): as a person writes it, what it needs beside it, and as the services use it.
 */
import * as z from 'zod';
import { durationBetween, name } from '../fields.ts';
import type { Report } from '../flows/checks.ts';
import { entries, isMapping, list, mapping, type Raw } from '../raw.ts';
import { durationMs, e164, inRange, numberRange } from '../values.ts';

/** Where the number stands in a code. */
const NUMBER = '{number}';
/** The codes of one line, dialled one after the other. */
const MOST_CODES = 4;

const setCode = z.string().regex(/^[0-9*#]{1,12}\{number\}[0-9*#]{0,4}$/, {
  error: `a code with ${NUMBER} where the number belongs, such as '*41*${NUMBER}#'`,
});
const cancelCode = z
  .string()
  .regex(/^[0-9*#]{2,12}$/, { error: "a code of digits, * and #, such as '#41#'" });

export const forwarding = z.strictObject({
  to: name.describe('the entry of numbers that its calls go to: one that a cloud line brings'),
  set: z
    .array(setCode)
    .min(1)
    .max(MOST_CODES)
    .describe("dialled on this line to set it, one after the other, such as '*41*{number}#'"),
  cancel: z.array(cancelCode).min(1).max(MOST_CODES).describe("dialled to take it back, such as '#41#'"),
  after: durationBetween('1s', '3m')
    .default('20s')
    .describe('how long the exchange rings a line that does not answer'),
  again: durationBetween('1h', '90d')
    .default('7d')
    .describe('set anew so often: an exchange may lose it when it is serviced'),
});

export interface Forwarding {
  /** E.164. */
  readonly to: string;
  /** As it is written, with `{number}`. */
  readonly set: readonly string[];
  readonly cancel: readonly string[];
  readonly afterMs: number;
  readonly againMs: number;
}

type Written = z.output<typeof forwarding>;

/** Only what the schema and the checks have let through. */
export function resolveForwarding(
  { to, set, cancel, after, again }: Written,
  numberOf: (name: string) => string | undefined,
): Forwarding {
  return {
    ...{ to: numberOf(to) ?? '', set, cancel },
    afterMs: durationMs(after) ?? 0,
    againMs: durationMs(again) ?? 0,
  };
}

/** @param number as it is dialled on that line, digits */
export const codeWith = (code: string, number: string): string => code.replace(NUMBER, number);

export function forwardingChecks(raw: Raw, report: Report): void {
  const numbers = mapping(raw.numbers);
  for (const [name, trunk] of entries(raw.trunks)) {
    const { forwarding: wanted } = trunk;
    if (!isMapping(wanted)) continue;
    const path = `trunks.${name}.forwarding`;
    if (isMapping(trunk.sip))
      report(
        'bad-format',
        path,
        undefined,
        'a line behind a gateway: a carrier by SIP is told where calls go by headquarters (docs/carriers.md)',
      );
    if (typeof wanted.to !== 'string') continue;
    if (!isMapping(numbers[wanted.to])) {
      report('unknown-reference', `${path}.to`, wanted.to, Object.keys(numbers).join(', ') || 'none');
      continue;
    }
    const brings = bringsIt(raw, mapping(numbers[wanted.to]).number);
    if (brings !== undefined)
      report(
        'bad-format',
        `${path}.to`,
        wanted.to,
        `a number that comes by a cloud line alone: trunks.${brings} brings this one to the branch`,
      );
    if (!entries(raw.trunks).some(([, { sip }]) => isMapping(sip)))
      report(
        'missing',
        'trunks',
        undefined,
        `a cloud line beside ${path}: a trunk with 'sip' and no gateway`,
      );
  }
}

/** A line of the branch that brings it too would lead the call back to where nobody took it. */
function bringsIt(raw: Raw, written: unknown): string | undefined {
  const number = typeof written === 'string' ? e164(written) : undefined;
  if (number === undefined) return undefined;
  return entries(raw.trunks).find(
    ([, { numbers, sip }]) =>
      !isMapping(sip) &&
      list(numbers).some((block) => {
        const range = typeof block === 'string' ? numberRange(block) : undefined;
        return range !== undefined && inRange(number, range);
      }),
  )?.[0];
}
