/** What a phone dialled, and which lines may carry it. Pure. */
import type { Branch, CallClass, PaidClass, Person, Route, Site } from '@branchline/contracts/branch/model';
import { diallingPlan } from '@branchline/contracts/branch/countries';
import { isOpen } from '../flows/hours.ts';
import { numbered } from './numbering.ts';
import { mayCall, rightsOf } from './rights.ts';
import { byWorth, type Worths } from './worth.ts';

export type Dialled =
  | { readonly kind: 'extension'; readonly extension: string }
  | { readonly kind: 'star'; readonly code: string }
  /** Where calls are parked. */
  | { readonly kind: 'slot'; readonly slot: string }
  /** A call that rings elsewhere is wanted: at this extension, or at any of the group. */
  | { readonly kind: 'pickup'; readonly extension?: string }
  | DialledOutside
  | { readonly kind: 'unknown' };

export interface DialledOutside {
  readonly kind: 'outside';
  readonly class: Exclude<CallClass, 'internal'>;
  /** E.164 where the plan of its country knows it; as it was dialled otherwise. */
  readonly number: string;
  /** As it was dialled, where that differs. */
  readonly dialled?: string;
}

/** Who wants to call out. */
export interface Asker {
  /** Nobody: a telephone without an owner, or the branch itself. */
  readonly person?: Person;
  /** The number stands in the document, and who wrote it there has allowed it. */
  readonly written?: true;
  /** The queue that the call is for. */
  readonly queue?: string;
  /** Ms since 1970. */
  readonly now: number;
  readonly worths?: Worths;
}

export type OutgoingPlan =
  | {
      readonly ok: true;
      readonly class: Exclude<CallClass, 'internal'>;
      readonly number: string;
      readonly dialled?: string;
      readonly trunks: readonly string[];
      readonly callerId?: string;
      /** Which of the document's routes; none for an emergency without one. */
      readonly route?: number;
      /** Another call may be ended for this one. */
      readonly preempt?: true;
    }
  | { readonly ok: false; readonly because: 'no-route' | 'not-allowed' };

/** `*8`, or `*8` and an extension. */
const PICKUP = /^\*8(\d{2,6})?$/;

/** Emergency numbers come first: no extension, prefix or rule can stand before them. */
export function classify(branch: Branch, digits: string): Dialled {
  if (branch.site.emergencyNumbers.includes(digits))
    return { kind: 'outside', class: 'emergency', number: digits };
  const pickup = PICKUP.exec(digits);
  if (pickup) return { kind: 'pickup', ...(pickup[1] ? { extension: pickup[1] } : {}) };
  if (/^\*\d{1,4}$/.test(digits)) return { kind: 'star', code: digits };
  if (Object.values(branch.people).some((person) => person.extension === digits))
    return { kind: 'extension', extension: digits };
  if (branch.parking.slots.includes(digits)) return { kind: 'slot', slot: digits };
  const emergency = emergencyBehindPrefix(branch, digits);
  if (emergency !== undefined) return { kind: 'outside', class: 'emergency', number: emergency };
  if (!/^\+?\d{3,15}$/.test(digits)) return { kind: 'unknown' };
  return outside(branch.site, digits);
}

/** Who is used to dialling a prefix for the outside does so in fear, too. What follows must be the emergency number alone. */
const emergencyBehindPrefix = ({ site }: Branch, digits: string): string | undefined =>
  /^[09]\d+$/.test(digits) ? site.emergencyNumbers.find((number) => number === digits.slice(1)) : undefined;

function outside(site: Site, digits: string): DialledOutside {
  const known = numbered(site.country, site.area, digits);
  if (known) return { kind: 'outside', ...known, ...(known.number === digits ? {} : { dialled: digits }) };
  return unnumbered(site.country, digits);
}

/** What no plan knows: services of one network, and whatever begins as a foreign number does. */
function unnumbered(country: string, digits: string): DialledOutside {
  const plan = diallingPlan(country);
  if (!plan)
    return { kind: 'outside', class: digits.startsWith('+') ? 'international' : 'national', number: digits };
  const home = `+${plan.callingCode}`;
  const abroad = digits.startsWith('+')
    ? digits
    : digits.startsWith(plan.internationalPrefix)
      ? `+${digits.slice(plan.internationalPrefix.length)}`
      : undefined;
  const dialled = abroad === undefined || abroad === digits ? {} : { dialled: digits };
  if (abroad !== undefined && !abroad.startsWith(home))
    return { kind: 'outside', class: 'international', number: abroad, ...dialled };
  const national = abroad ? abroad.slice(home.length) : withoutPrefix(digits, plan.nationalPrefix);
  const isMobile = plan.mobile.test(national);
  return { kind: 'outside', class: isMobile ? 'mobile' : 'national', number: abroad ?? digits, ...dialled };
}

const withoutPrefix = (digits: string, prefix: string): string =>
  prefix !== '' && digits.startsWith(prefix) ? digits.slice(prefix.length) : digits;

/** The trunks to try in turn: those of the first route that fits and that he may use. */
export function outgoingPlan(branch: Branch, dialled: DialledOutside, asker: Asker): OutgoingPlan {
  const fitting = branch.routes.flatMap((route, index) =>
    fits(branch, route, dialled, asker.now) ? [{ route, index }] : [],
  );
  if (dialled.class === 'emergency') return emergencyPlan(branch, dialled.number, fitting, asker);
  const found = fitting.find(({ route }) => isFor(branch, route, dialled.class, asker));
  if (!found) return { ok: false, because: fitting.length > 0 ? 'not-allowed' : 'no-route' };
  const { route, index } = found;
  const callerId = callerIdFor(branch, dialled, asker) ?? route.callerId;
  const trunks = lined(branch, route, dialled.class, asker.worths ?? {});
  if (trunks.length === 0) return { ok: false, because: 'no-route' };
  return {
    ok: true,
    class: dialled.class,
    number: dialled.number,
    ...(dialled.dialled === undefined ? {} : { dialled: dialled.dialled }),
    trunks,
    route: index,
    ...(callerId === undefined ? {} : { callerId }),
  };
}

function fits(branch: Branch, route: Route, dialled: DialledOutside, now: number): boolean {
  const { class: wanted, number } = dialled;
  const isOfClass = route.to.includes(wanted) || (wanted === 'local' && route.to.includes('national'));
  if (!isOfClass) return false;
  if (route.numbers && !route.numbers.some((prefix) => number.startsWith(prefix))) return false;
  return wanted === 'emergency' || isNow(branch, route.during, now);
}

function isNow({ hours, site }: Branch, during: string | undefined, now: number): boolean {
  const times = during === undefined ? undefined : hours[during];
  return times === undefined || isOpen(times, site.timezone, now);
}

/** A route that names his group gives the right to its classes; any other asks for the right. */
function isFor(branch: Branch, route: Route, wanted: CallClass, { person, written }: Asker): boolean {
  if (route.allow) return route.allow.some((group) => person?.groups.includes(group) === true);
  return written === true || mayCall(rightsOf(branch, person), wanted);
}

/** In the route's order, or the cheapest first; those that are out last. A line for calls in alone is none. */
function lined(branch: Branch, route: Route, wanted: CallClass, worths: Worths): string[] {
  const price = (name: string): number =>
    branch.trunks[name]?.cost[wanted as PaidClass] ?? Number.POSITIVE_INFINITY;
  const able = route.via.filter((name) => {
    const trunk = branch.trunks[name];
    return trunk !== undefined && trunk.direction !== 'in';
  });
  const ordered = route.order === 'cheapest' ? able.sort((a, b) => compare(price(a), price(b))) : able;
  return byWorth([...new Set(ordered)], worths);
}

/** Two that are not priced are equal. */
const compare = (a: number, b: number): number => (a === b ? 0 : a - b);

/** The first rule that fits; undefined where none does, and the route says. */
function callerIdFor(branch: Branch, { number }: DialledOutside, asker: Asker): string | undefined {
  const { person, queue, now } = asker;
  return branch.callerIds.find(
    (rule) =>
      (rule.extensions === undefined || rule.extensions.includes(person?.extension ?? '')) &&
      (rule.queues === undefined || rule.queues.includes(queue ?? '')) &&
      (rule.numbers === undefined || rule.numbers.some((prefix) => number.startsWith(prefix))) &&
      isNow(branch, rule.during, now),
  )?.show;
}

/** An emergency call may use every trunk there is: first those of its routes, then the others, then those for calls in. */
function emergencyPlan(
  branch: Branch,
  number: string,
  fitting: readonly { readonly route: Route; readonly index: number }[],
  { worths = {} }: Asker,
): OutgoingPlan {
  const named = fitting.flatMap(({ route }) => route.via);
  const others = Object.values(branch.trunks);
  const trunks = new Set([
    ...named,
    ...others.flatMap(({ name, direction }) => (direction === 'in' ? [] : [name])),
    ...others.map(({ name }) => name),
  ]);
  if (trunks.size === 0) return { ok: false, because: 'no-route' };
  const callerId = fitting.find(({ route }) => route.callerId !== undefined)?.route.callerId;
  const [first] = fitting;
  return {
    ok: true,
    class: 'emergency',
    number,
    trunks: byWorth([...trunks], worths),
    ...(callerId === undefined ? {} : { callerId }),
    ...(first === undefined ? {} : { route: first.index }),
    ...(first?.route.preempt === false ? {} : { preempt: true as const }),
  };
}
