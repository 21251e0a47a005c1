/**
 * The fraud brake: `(state, event, now) -> (state, verdict)`. It counts what each extension and each trunk has cost today, and which places
 * abroad an extension has called before; a burst of new ones stops the extension until an operator releases it. It is never asked
 * about an emergency.
 */
import type { CallClass, Limits, PaidClass } from '@branchline/contracts/branch/model';

/** By 'extension/8001' or 'trunk/pstn'. Days are the branch's own, ISO. */
export type BrakeState = Readonly<Record<string, Use>>;

export interface Use {
  readonly day: string;
  readonly talkMs: number;
  readonly internationalMs: number;
  readonly cost: number;
  /** Foreign prefixes by when they were called last, ms since 1970. */
  readonly called?: Readonly<Record<string, number>>;
  /** Those that were new, while they count for a burst. */
  readonly fresh?: readonly { readonly prefix: string; readonly at: number }[];
  readonly stopped?: { readonly at: number; readonly detail: string };
}

/** What calls in progress have come to so far. */
export interface Running {
  readonly calls: number;
  readonly talkMs: number;
  readonly internationalMs: number;
  readonly cost: number;
}

export interface BrakePlan {
  readonly limits: Limits;
  /** The branch's date at a moment. */
  readonly day: (now: number) => string;
  /** Within the hours outside of which more is denied. */
  readonly isOpen: (now: number) => boolean;
}

type Paid = Pick<Running, 'talkMs' | 'cost'> & { readonly class: CallClass };

export type BrakeEvent =
  | {
      readonly type: 'asked';
      readonly extension: string;
      readonly class: CallClass;
      /** Of a number abroad. */
      readonly prefix?: string;
      readonly running: Running;
    }
  /** A call to the outside has ended: what it came to. */
  | ({ readonly type: 'ended'; readonly extension?: string; readonly trunk?: string } & Paid)
  | { readonly type: 'released'; readonly extension: string };

export type Denial = 'off-hours' | 'stopped' | 'calls-at-once' | 'minutes' | 'cost';

export interface BrakeResult {
  readonly state: BrakeState;
  readonly denied?: { readonly because: Denial; readonly detail: string };
  /** This very call has stopped the extension. */
  readonly stopped?: { readonly extension: string; readonly detail: string };
  readonly released?: boolean;
}

export const extensionKey = (extension: string): string => `extension/${extension}`;
export const trunkKey = (trunk: string): string => `trunk/${trunk}`;

/** One that was not called for so long is new again. */
const REMEMBER_MS = 60 * 86_400_000;
const MOST_PREFIXES = 200;
const MINUTE_MS = 60_000;

export function brake(state: BrakeState, event: BrakeEvent, now: number, plan: BrakePlan): BrakeResult {
  switch (event.type) {
    case 'asked':
      return asked(state, event, now, plan);
    case 'ended':
      return { state: ended(state, event, now, plan) };
    case 'released': {
      const key = extensionKey(event.extension);
      const use = state[key];
      if (!use?.stopped) return { state, released: false };
      const { stopped: _, fresh: __, ...rest } = use;
      return { state: { ...state, [key]: rest }, released: true };
    }
  }
}

function asked(
  state: BrakeState,
  event: Extract<BrakeEvent, { type: 'asked' }>,
  now: number,
  plan: BrakePlan,
): BrakeResult {
  if (event.class === 'emergency' || event.class === 'internal') return { state };
  const key = extensionKey(event.extension);
  const use = useOf(state, key, plan.day(now));
  if (use.stopped) return { state, denied: { because: 'stopped', detail: use.stopped.detail } };
  const denied = offHours(event.class, now, plan) ?? overLimit(use, event, plan.limits);
  if (denied) return { state, denied };
  if (event.prefix === undefined) return { state };
  const noted = noteAbroad(use, event.prefix, now, plan.limits);
  const after = { ...state, [key]: noted };
  if (!noted.stopped) return { state: after };
  const { detail } = noted.stopped;
  return {
    state: after,
    denied: { because: 'stopped', detail },
    stopped: { extension: event.extension, detail },
  };
}

function offHours(wanted: PaidClass, now: number, { limits, isOpen }: BrakePlan): BrakeResult['denied'] {
  const rule = limits.offHours;
  if (!rule?.deny.includes(wanted) || isOpen(now)) return undefined;
  return { because: 'off-hours', detail: rule.hours };
}

function overLimit(
  use: Use,
  { class: wanted, running }: Extract<BrakeEvent, { type: 'asked' }>,
  { extension }: Limits,
): BrakeResult['denied'] {
  const { calls, minutesADay, internationalMinutesADay, costADay } = extension;
  if (running.calls >= calls) return { because: 'calls-at-once', detail: String(calls) };
  if (isOver(use.talkMs + running.talkMs, minutesADay))
    return { because: 'minutes', detail: `${minutesADay} min` };
  const abroad = wanted === 'international' || wanted === 'premium';
  if (abroad && isOver(use.internationalMs + running.internationalMs, internationalMinutesADay))
    return { because: 'minutes', detail: `${internationalMinutesADay} min international` };
  if (costADay !== undefined && use.cost + running.cost >= costADay)
    return { because: 'cost', detail: String(costADay) };
  return undefined;
}

const isOver = (ms: number, minutes: number | undefined): boolean =>
  minutes !== undefined && ms >= minutes * MINUTE_MS;

/** Whether a trunk has been paid for enough today. */
export function isSpent(
  state: BrakeState,
  trunk: string,
  running: Pick<Running, 'talkMs' | 'cost'>,
  now: number,
  { limits, day }: BrakePlan,
): boolean {
  const use = useOf(state, trunkKey(trunk), day(now));
  const { minutesADay, costADay } = limits.trunk;
  return (
    isOver(use.talkMs + running.talkMs, minutesADay) ||
    (costADay !== undefined && use.cost + running.cost >= costADay)
  );
}

function ended(
  state: BrakeState,
  event: Extract<BrakeEvent, { type: 'ended' }>,
  now: number,
  plan: BrakePlan,
): BrakeState {
  const keys = [
    ...(event.extension === undefined ? [] : [extensionKey(event.extension)]),
    ...(event.trunk === undefined ? [] : [trunkKey(event.trunk)]),
  ];
  const abroad = event.class === 'international' || event.class === 'premium' ? event.talkMs : 0;
  const entries = keys.map((key) => {
    const use = useOf(state, key, plan.day(now));
    const sum = {
      ...use,
      talkMs: use.talkMs + event.talkMs,
      internationalMs: use.internationalMs + abroad,
      cost: use.cost + event.cost,
    };
    return [key, sum] as const;
  });
  return { ...state, ...Object.fromEntries(entries) };
}

/** As it stands today: with a new day the counting begins anew; what is stopped stays so. */
function useOf(state: BrakeState, key: string, day: string): Use {
  const use = state[key];
  if (use?.day === day) return use;
  return { ...use, day, talkMs: 0, internationalMs: 0, cost: 0 };
}

function noteAbroad(use: Use, prefix: string, now: number, { burst }: Limits): Use {
  const before = use.called ?? {};
  const last = before[prefix];
  const isNew = last === undefined || now - last > REMEMBER_MS;
  const recent = (use.fresh ?? []).filter(({ at }) => now - at < burst.withinMs);
  const fresh = isNew ? [...recent, { prefix, at: now }] : recent;
  if (isNew && fresh.length >= burst.prefixes) {
    // What it was about to call is not remembered as called: nobody has been.
    const detail = fresh.map((each) => each.prefix).join(', ');
    return { ...use, fresh, stopped: { at: now, detail } };
  }
  return { ...use, fresh, called: newest({ ...before, [prefix]: now }) };
}

function newest(called: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const all = Object.entries(called);
  if (all.length <= MOST_PREFIXES) return called;
  return Object.fromEntries(all.sort(([, a], [, b]) => b - a).slice(0, MOST_PREFIXES));
}
