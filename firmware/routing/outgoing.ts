/** What a phone dialled, and which lines may carry it. Pure. */
import type { Branch, CallClass, Route } from '@branchline/contracts/branch/model';
import { diallingPlan } from '@branchline/contracts/branch/countries';

export type Dialled =
  | { readonly kind: 'extension'; readonly extension: string }
  | { readonly kind: 'star'; readonly code: string }
  /** Where calls are parked. */
  | { readonly kind: 'slot'; readonly slot: string }
  /** A call that rings elsewhere is wanted: at this extension, or at any of the group. */
  | { readonly kind: 'pickup'; readonly extension?: string }
  | { readonly kind: 'outside'; readonly class: Exclude<CallClass, 'internal'>; readonly number: string }
  | { readonly kind: 'unknown' };

export type OutgoingPlan =
  | {
      readonly ok: true;
      readonly class: CallClass;
      readonly number: string;
      readonly trunks: readonly string[];
      readonly callerId?: string;
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
  if (!/^\+?\d{3,15}$/.test(digits)) return { kind: 'unknown' };
  return outside(branch.site.country, digits);
}

function outside(country: string, digits: string): Dialled {
  const plan = diallingPlan(country);
  if (!plan)
    return { kind: 'outside', class: digits.startsWith('+') ? 'international' : 'national', number: digits };
  const home = `+${plan.callingCode}`;
  const abroad = digits.startsWith('+')
    ? digits
    : digits.startsWith(plan.internationalPrefix)
      ? `+${digits.slice(plan.internationalPrefix.length)}`
      : undefined;
  if (abroad !== undefined && !abroad.startsWith(home))
    return { kind: 'outside', class: 'international', number: abroad };
  const national = abroad ? abroad.slice(home.length) : withoutPrefix(digits, plan.nationalPrefix);
  const isMobile = plan.mobile.test(national);
  return { kind: 'outside', class: isMobile ? 'mobile' : 'national', number: abroad ?? digits };
}

const withoutPrefix = (digits: string, prefix: string): string =>
  prefix !== '' && digits.startsWith(prefix) ? digits.slice(prefix.length) : digits;

/** The trunks to try in turn for a call of this class by a person in these groups. */
export function outgoingPlan(
  branch: Branch,
  dialled: Extract<Dialled, { kind: 'outside' }>,
  groups: readonly string[],
): OutgoingPlan {
  const fitting = branch.routes.filter((route) => route.to.includes(dialled.class));
  if (dialled.class === 'emergency') return emergencyPlan(branch, dialled.number, fitting);
  const route = fitting.find(
    (candidate) => candidate.allow === undefined || candidate.allow.some((group) => groups.includes(group)),
  );
  if (!route) return { ok: false, because: fitting.length > 0 ? 'not-allowed' : 'no-route' };
  const callerId = route.callerId === undefined ? {} : { callerId: route.callerId };
  return { ok: true, class: dialled.class, number: dialled.number, trunks: route.via, ...callerId };
}

/** An emergency call may use every trunk there is: first those of its route, then the others. */
function emergencyPlan(branch: Branch, number: string, routes: readonly Route[]): OutgoingPlan {
  const trunks = [...new Set([...routes.flatMap((route) => route.via), ...Object.keys(branch.trunks)])];
  if (trunks.length === 0) return { ok: false, because: 'no-route' };
  const callerId = routes.find((route) => route.callerId !== undefined)?.callerId;
  return { ok: true, class: 'emergency', number, trunks, ...(callerId === undefined ? {} : { callerId }) };
}
