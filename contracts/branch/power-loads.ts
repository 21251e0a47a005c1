/** What hangs on the branch's power and can be switched off to save it: as a person writes it, and as the box uses it. */
import * as z from 'zod';
import { isMapping, mapping, type Raw } from './raw.ts';
import { name } from './fields.ts';
import type { Report } from './flows/checks.ts';

const HIGHEST_OUTLET = 99;
const OUTLET_FORM = `the number of an outlet or group of it as the UPS counts them, 1 to ${HIGHEST_OUTLET}, or 'all'`;

export const powerLoad = z
  .strictObject({
    ups: name.optional().describe('the UPS with driver nut that switches it'),
    outlet: z
      .union([z.literal('all'), z.int().min(1, OUTLET_FORM).max(HIGHEST_OUTLET, OUTLET_FORM)], {
        error: OUTLET_FORM,
      })
      .optional()
      .describe(`${OUTLET_FORM}: everything that hangs on it, the box as well if it does`),
    contact: name.optional().describe('the contact of role load-relay that switches it'),
  })
  .superRefine((written, context) => {
    const { ups, outlet, contact } = written;
    const fault = (field: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (contact !== undefined && ups !== undefined) fault('contact', "nothing beside 'ups': one of the two");
    else if (contact === undefined && ups === undefined)
      fault('ups', "the UPS that switches it, or 'contact' with a relay that does");
    if (ups !== undefined && outlet === undefined) fault('outlet', OUTLET_FORM);
    if (ups === undefined && outlet !== undefined) fault('outlet', "nothing: it goes with 'ups'");
  });

/** What switches a load. */
export type PowerLoad = { readonly name: string } & (
  | { readonly by: 'ups'; readonly ups: string; readonly outlet: number | 'all' }
  | { readonly by: 'contact'; readonly contact: string }
);

/** Only what the schema has let through. */
export function resolveLoad(key: string, { ups, outlet, contact }: z.output<typeof powerLoad>): PowerLoad {
  if (ups !== undefined && outlet !== undefined) return { name: key, by: 'ups', ups, outlet };
  if (contact !== undefined) return { name: key, by: 'contact', contact };
  throw new Error('a value that the schema let through could not be read');
}

interface Beside {
  readonly ups: Readonly<Record<string, { driver: string; user?: unknown; secret?: unknown }>>;
  readonly loads: Readonly<Record<string, z.output<typeof powerLoad>>>;
  readonly 'on-battery': readonly { readonly 'power-down': readonly string[] }[];
}

/** What a load needs of the UPS beside it, and the steps of the loads. */
export function checkLoads(
  { ups, loads, 'on-battery': steps }: Beside,
  fault: (path: (string | number)[], message: string) => void,
): void {
  for (const [key, load] of Object.entries(loads)) {
    if (load.ups === undefined) continue;
    const found = ups[load.ups];
    if (!found) fault(['loads', key, 'ups'], `a UPS of this document: ${known(ups)}`);
    else if (found.driver !== 'nut')
      fault(
        ['loads', key, 'ups'],
        `a UPS with driver nut: '${load.ups}' speaks ${found.driver}, which has no orders for outlets`,
      );
    else if (found.user === undefined || found.secret === undefined)
      fault(['loads', key, 'ups'], `a UPS with user and secret: upsd takes orders from nobody else`);
  }
  const seen = new Set<string>();
  steps.forEach(({ 'power-down': names }, index) => {
    names.forEach((one, at) => {
      const path = ['on-battery', index, 'power-down', at];
      if (!Object.hasOwn(loads, one)) fault(path, `a load of this document: ${known(loads)}`);
      else if (seen.has(one)) fault(path, `each load once; '${one}' is switched off already`);
      seen.add(one);
    });
  });
}

const known = (all: object): string => Object.keys(all).join(', ') || 'there is none';

/** The relays that loads name are there, are relays for loads, and have one load each. */
export function loadChecks(raw: Raw, report: Report): void {
  const contacts = mapping(raw.contacts);
  const relays = Object.keys(contacts).filter((key) => mapping(contacts[key]).role === 'load-relay');
  const taken = new Map<string, string>();
  for (const [key, load] of Object.entries(mapping(mapping(raw.power).loads))) {
    const contact = isMapping(load) ? load.contact : undefined;
    if (typeof contact !== 'string') continue;
    const path = `power.loads.${key}.contact`;
    const other = taken.get(contact);
    if (!relays.includes(contact))
      report(
        'unknown-reference',
        path,
        contact,
        `a contact of role load-relay: ${relays.join(', ') || 'none'}`,
      );
    else if (other !== undefined) report('duplicate', path, contact, `power.loads.${other}.contact`);
    taken.set(contact, key);
  }
}
