/** Who answers for the branch when its box cannot: as a person writes it, what it needs beside it, and as the services use it. */
import * as z from 'zod';
import { durationBetween, name } from './fields.ts';
import type { Report } from './flows/checks.ts';
import { entries, isMapping, list, mapping, texts, type Raw } from './raw.ts';
import { STAND_IN_SUFFIX } from '../stand-in-name.ts';
import { durationMs } from './values.ts';

export const continuity = z.strictObject({
  'stand-in': name.describe(
    'the stand-in host in the cloud that serves the branch then, as headquarters knows it',
  ),
  numbers: z
    .array(name)
    .min(1)
    .optional()
    .describe(
      'those of `numbers` whose calls a carrier brings to the stand-in; all when left out, but for those that lines are forwarded to',
    ),
  'move-after': durationBetween('5s', '10m')
    .default('10s')
    .describe(
      'how long the box must be silent, and nobody answer a call to it, before its numbers are moved',
    ),
  'come-home-after': durationBetween('10s', '1h')
    .default('5m')
    .describe('how long the box must be well without a break before they come home'),
});

export interface Continuity {
  readonly standIn: string;
  /** Entries of `numbers`. */
  readonly numbers: readonly string[];
  readonly moveAfterMs: number;
  readonly comeHomeAfterMs: number;
}

/** Only what the schema has let through. */
export const resolveContinuity = (
  { 'stand-in': standIn, numbers, ...times }: z.output<typeof continuity>,
  all: readonly string[],
): Continuity => ({
  standIn,
  numbers: numbers ?? all,
  moveAfterMs: durationMs(times['move-after']) ?? 0,
  comeHomeAfterMs: durationMs(times['come-home-after']) ?? 0,
});

/** Names in topics have 40 signs at most (topic-name.ts). */
const LONGEST_ID = 40 - STAND_IN_SUFFIX.length;

export function continuityChecks(raw: Raw, report: Report): void {
  if (!isMapping(raw.continuity)) return;
  const known = Object.keys(mapping(raw.numbers));
  list(raw.continuity.numbers).forEach((number, index) => {
    if (typeof number === 'string' && !known.includes(number))
      report('unknown-reference', `continuity.numbers[${index}]`, number, known.join(', ') || 'none');
  });
  if (!entries(raw.trunks).some(([, trunk]) => isMapping(trunk.sip)))
    report(
      'missing',
      'trunks',
      undefined,
      "a cloud line beside continuity: a trunk with 'sip' and no gateway, by which calls reach the stand-in",
    );
  mobileChecks(raw, report);
  const { id } = mapping(raw.site);
  if (typeof id === 'string' && id.length > LONGEST_ID)
    report(
      'not-one-of',
      'site.id',
      id,
      `at most ${LONGEST_ID} signs beside continuity: its stand-in is '…${STAND_IN_SUFFIX}'`,
    );
}

/** The stand-in has the cloud lines alone: without a route by one of them it calls nobody. */
function mobileChecks(raw: Raw, report: Report): void {
  const cloud = entries(raw.trunks).flatMap(([name, trunk]) => (isMapping(trunk.sip) ? [name] : []));
  const leadsOut = list(raw.routes).some((route) => {
    const { to, via } = mapping(route);
    return to !== 'emergency' && texts(via).some((name) => cloud.includes(name));
  });
  if (leadsOut) return;
  for (const [name, { mobile }] of entries(raw.people))
    if (mobile !== undefined)
      report(
        'unused',
        `people.${name}.mobile`,
        mobile,
        `The stand-in cannot call it: let a route lead by a cloud line (${cloud.join(', ') || 'there is none'})`,
        'warning',
      );
}
