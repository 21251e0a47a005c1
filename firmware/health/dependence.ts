/**
 * What depends on what in a branch, and which alarms are about which thing: the tree of causes. Pure.
 *
 * A thing is written as its kind ('mains', 'engine') or as kind and name ('gateway e1', 'phone desk-1').
 */
import { LOST_TOGETHER_MS } from '@branchline/contracts/alarms';
import { HEADQUARTERS } from '@branchline/contracts/network';
import type { Branch } from '@branchline/contracts/branch/model';

/** Those without a name are one in a branch, whatever the subject of their alarm says. */
const ONE_OF = ['mains', 'engine', 'uplink', 'recordings', 'mail', 'contacts', 'lifeline', 'phones'] as const;
export type ThingKind =
  | (typeof ONE_OF)[number]
  | 'ups'
  | 'gateway'
  | 'trunk'
  | 'phone'
  | 'disk'
  | 'notices'
  | 'path'
  | 'wan'
  | 'contact'
  | 'load'
  | 'queue';

interface Kin {
  readonly about: ThingKind;
  /** The thing does not do its work: what depends on it fails with it. */
  readonly breaks: boolean;
}

/** By code. An alarm that is not in here follows from nothing, and nothing follows from it. */
const KIN: Readonly<Record<string, Kin>> = {
  'on-battery': { about: 'mains', breaks: true },
  'battery-low': { about: 'ups', breaks: false },
  'ups-lost': { about: 'ups', breaks: true },
  'replace-battery': { about: 'ups', breaks: false },
  overload: { about: 'ups', breaks: false },
  'load-not-switched': { about: 'load', breaks: false },
  'engine-down': { about: 'engine', breaks: true },
  'gateway-unreachable': { about: 'gateway', breaks: true },
  'trunk-down': { about: 'trunk', breaks: true },
  'trunk-degraded': { about: 'trunk', breaks: false },
  'phone-unreachable': { about: 'phone', breaks: true },
  'phones-unreachable': { about: 'phones', breaks: true },
  'uplink-down': { about: 'uplink', breaks: true },
  'wan-down': { about: 'wan', breaks: true },
  'wan-busy': { about: 'wan', breaks: false },
  'network-poor': { about: 'path', breaks: true },
  'disk-full': { about: 'disk', breaks: true },
  'disk-read-only': { about: 'disk', breaks: true },
  'recordings-held': { about: 'disk', breaks: true },
  'disk-low': { about: 'disk', breaks: false },
  'disk-filling': { about: 'disk', breaks: false },
  'disk-worn': { about: 'disk', breaks: false },
  'disk-failing': { about: 'disk', breaks: false },
  'engine-behind': { about: 'engine', breaks: false },
  'engine-handles': { about: 'engine', breaks: false },
  'queue-unattended': { about: 'queue', breaks: false },
  'queue-waiting': { about: 'queue', breaks: false },
  'queue-service-level': { about: 'queue', breaks: false },
  'recording-stalled': { about: 'recordings', breaks: false },
  'recording-refused': { about: 'recordings', breaks: false },
  'mail-refused': { about: 'mail', breaks: false },
  'contacts-lost': { about: 'contacts', breaks: true },
  tampered: { about: 'contact', breaks: false },
  'door-open': { about: 'contact', breaks: false },
  'lifeline-released': { about: 'lifeline', breaks: false },
  'notify-failed': { about: 'notices', breaks: false },
};

export interface Edge {
  /** A thing, or '*' for a name: whichever of that kind. */
  readonly to: string;
  /** The one is only likely to be the other's cause: both must have begun within so many milliseconds of each other. */
  readonly nearMs?: number;
}

/** The things that a thing needs, the nearest cause first. Never leads back to where it began. */
export type Dependence = (thing: string) => readonly Edge[];

/** Headquarters, carriers and mail servers are reached by the same wire: what is lost together has that in common. */
const BY_THE_SAME_WIRE: Edge = { to: 'uplink', nearMs: 120_000 };
/** A box with two uplinks goes on by the other: what failed as the one did follows from it, nothing else. */
const ANY_WAN: Edge = { to: 'wan *', nearMs: 120_000 };
/** What several telephones have in common is in no document: those that were lost with the others follow from it. */
const THEIR_SWITCH: Edge = { to: 'phones', nearMs: LOST_TOGETHER_MS };
/** A line that is poor is so for all that goes over it. */
const TO_HEADQUARTERS: Edge = { to: `path ${HEADQUARTERS}`, nearMs: 600_000 };
const ENGINE: Edge = { to: 'engine' };
/** A queue is found wanting some time after its telephones were lost. */
const AGENTS_MS = 900_000;
const MAINS: Edge = { to: 'mains' };

export function dependenceOf({
  trunks,
  gateways,
  power,
  people,
}: Pick<Branch, 'trunks' | 'gateways'> & Partial<Pick<Branch, 'power' | 'people'>>): Dependence {
  return (thing) => {
    const [kind, name = ''] = split(thing);
    switch (kind) {
      case 'trunk':
        return trunkEdges(trunks[name]?.gateway, gateways);
      case 'phone':
        return [THEIR_SWITCH, ENGINE, MAINS];
      case 'gateway':
      case 'phones':
        return [ENGINE, MAINS];
      case 'path':
        return name === HEADQUARTERS ? [ANY_WAN] : [ANY_WAN, TO_HEADQUARTERS];
      case 'uplink':
        return [ANY_WAN, MAINS];
      case 'ups':
      case 'wan':
        return [MAINS];
      case 'mail':
      case 'notices':
        return [ANY_WAN, BY_THE_SAME_WIRE];
      case 'contact':
        return [{ to: 'contacts' }];
      case 'queue':
        return [ENGINE, ...phonesOfQueue(name, people)];
      case 'load':
        return loadEdges(power?.loads[name]);
      case 'lifeline':
        return [ENGINE, { to: 'contacts' }];
      case 'recordings':
        return [{ to: 'disk *' }, ENGINE];
      default:
        return [];
    }
  };
}

/** Agents whose telephones are lost are offered nothing: likely why callers wait. */
function phonesOfQueue(queue: string, people: Branch['people'] = {}): readonly Edge[] {
  return Object.values(people)
    .filter(({ agent }) => agent !== undefined && queue in agent.queues)
    .flatMap(({ phones }) => phones.map((phone) => ({ to: `phone ${phone}`, nearMs: AGENTS_MS })));
}

function loadEdges(load: Branch['power']['loads'][string] | undefined): readonly Edge[] {
  if (load === undefined) return [];
  return [load.by === 'ups' ? { to: `ups ${load.ups}` } : { to: 'contacts' }];
}

function trunkEdges(gateway: string | undefined, gateways: Branch['gateways']): readonly Edge[] {
  if (gateway === undefined) return [ENGINE];
  if (gateways[gateway]?.line) return [ENGINE, ANY_WAN, BY_THE_SAME_WIRE];
  return [{ to: `gateway ${gateway}` }, ENGINE];
}

/** What an alarm is about; undefined for one that has no place in the tree. */
export function thingOf(code: string, subject: string): string | undefined {
  const kin = Object.hasOwn(KIN, code) ? KIN[code] : undefined;
  if (!kin) return undefined;
  return isOne(kin.about) ? kin.about : `${kin.about} ${subject}`;
}

export const breaksIt = (code: string): boolean => Object.hasOwn(KIN, code) && KIN[code]?.breaks === true;

/** Codes whose place in the tree is stated. */
export const placedCodes: readonly string[] = Object.keys(KIN);

/** Whether the thing is one of these, or needs one of them. 'everything' is a thing that all others need. */
export function isUnder(thing: string | undefined, these: ReadonlySet<string>, needs: Dependence): boolean {
  if (these.has('everything')) return true;
  if (thing === undefined) return false;
  if (these.has(thing)) return true;
  return needs(thing).some(({ to, nearMs }) => nearMs === undefined && isUnder(to, these, needs));
}

export function split(thing: string): [kind: string, name?: string] {
  const space = thing.indexOf(' ');
  return space < 0 ? [thing] : [thing.slice(0, space), thing.slice(space + 1)];
}

const isOne = (kind: ThingKind): boolean => (ONE_OF as readonly string[]).includes(kind);
