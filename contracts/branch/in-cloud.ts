/**
 * A branch's document as its stand-in in the cloud serves it: numbers, flows, queues, people, hours and recording as they are; what stands in
 * the branch only is not there. Pure; of a document that was found good.
 */
import { standInOf } from '../stand-in-name.ts';
import { entries, isMapping, list, mapping, texts, type Raw } from './raw.ts';

/** Of the box and the room it stands in, or of nobody's concern while it does not serve. */
const LEFT_BEHIND: readonly string[] = [
  ...['gateways', 'gateway-events', 'power', 'contacts', 'uplinks', 'network', 'clock', 'disk'],
  // Alarms of a stand-in are headquarters' business.
  ...['notify', 'maintenance', 'continuity'],
];

/** @param raw a document with `continuity`. */
export function inCloud(raw: Raw): Raw {
  const site = mapping(raw.site);
  const trunks = cloudLines(raw);
  return {
    ...Object.fromEntries(Object.entries(raw).filter(([field]) => !LEFT_BEHIND.includes(field))),
    site: { ...site, id: standInOf(String(site.id)) },
    trunks,
    ...(isMapping(raw.people) && { people: reachableFromCloud(raw.people) }),
    routes: routesBy(raw, Object.keys(trunks)),
    // There is no quiet hour to find faults of a box in.
    'self-check': { checks: [] },
  };
}

/** The carrier brings the branch's calls by whichever it likes: the first has all numbers that came by lines of the branch. */
function cloudLines(raw: Raw): Record<string, Raw> {
  const all = entries(raw.trunks);
  const left = all.flatMap(([, trunk]) => (isMapping(trunk.sip) ? [] : list(trunk.numbers)));
  const lines = all.filter(([, { sip }]) => isMapping(sip));
  return Object.fromEntries(
    lines.map(([name, trunk], index) => {
      const numbers = [...list(trunk.numbers), ...(index === 0 ? left : [])];
      const sip = accountOf(mapping(trunk.sip));
      return [name, { ...trunk, sip, ...(numbers.length === 0 ? {} : { numbers }) }];
    }),
  );
}

/** By the account that the carrier has for the stand-in, where it has one. */
function accountOf({ 'stand-in': standIn, ...sip }: Raw): Raw {
  return isMapping(standIn) ? { ...sip, ...standIn } : sip;
}

/** Who has no telephone that registers here is rung at his mobile. */
const reachableFromCloud = (people: Raw): Raw =>
  Object.fromEntries(
    Object.entries(people).map(([id, person]) => [
      id,
      isMapping(person) && person.mobile !== undefined
        ? { ...person, 'mobile-rings': 'when-unreachable' }
        : person,
    ]),
  );

/** A route that no line is left of is none. */
function routesBy({ routes }: Raw, lines: readonly string[]): Raw[] {
  return list(routes).flatMap((route) => {
    const via = texts(mapping(route).via).filter((name) => lines.includes(name));
    return via.length === 0 ? [] : [{ ...mapping(route), via }];
  });
}
