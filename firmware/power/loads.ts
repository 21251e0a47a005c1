/**
 * The loads that are switched off on battery: `(state, event, now, rules) -> (state, effects)`. Off at once, in the order in which it
 * is asked for; on again one after the other, with a pause between, so that they do not all start at once. What could not be switched is
 * tried again as long as it is wanted.
 */
import type { PowerLoad } from '@branchline/contracts/branch/power-loads';
import type { LoadCondition } from '@branchline/contracts/power';

/** Times in ms since 1970. */
export interface LoadState {
  /** As it was when it was switched: the document may have dropped it since. */
  readonly load: PowerLoad;
  readonly wanted: 'on' | 'off';
  readonly is: 'on' | 'off';
  /** Of `is`. */
  readonly since: number;
  readonly trying?: true;
  readonly because?: string;
  /** Not tried before. */
  readonly from: number;
}

export interface LoadsState {
  /** In the order in which they were wanted otherwise. */
  readonly loads: ReadonlyMap<string, LoadState>;
  /** No other is switched on before. */
  readonly onFrom: number;
}

export type LoadsEvent =
  | { readonly type: 'want'; readonly load: PowerLoad; readonly to: 'on' | 'off' }
  | { readonly type: 'switched'; readonly load: string; readonly to: 'on' | 'off' }
  | { readonly type: 'refused'; readonly load: string; readonly because: string }
  /** The document does not name it any more, and nothing can switch it. */
  | { readonly type: 'forgotten'; readonly load: string }
  | { readonly type: 'tick' };

export interface LoadEffect {
  readonly load: PowerLoad;
  readonly to: 'on' | 'off';
}

export interface LoadsStep {
  readonly state: LoadsState;
  readonly effects: readonly LoadEffect[];
}

/** What outlives the service: what was switched off, or was to be. */
export type KeptLoads = readonly Pick<LoadState, 'load' | 'wanted' | 'is' | 'since'>[];

export const AGAIN_MS = 30_000;

/** @param stays whether the load stays as it was switched while this service is away: an outlet does, a relay that the service holds does not. */
export function newLoads(kept: KeptLoads, now: number, stays: (load: PowerLoad) => boolean): LoadsState {
  const all = kept.map((one): [string, LoadState] => {
    const is = stays(one.load) ? one.is : 'on';
    return [one.load.name, { ...one, is, since: is === one.is ? one.since : now, from: now }];
  });
  return { loads: new Map(all), onFrom: now };
}

export const keptLoads = ({ loads }: LoadsState): KeptLoads =>
  [...loads.values()]
    .filter(({ wanted, is }) => wanted === 'off' || is === 'off')
    .map(({ load, wanted, is, since }) => ({ load, wanted, is, since }));

export function loadsStep(before: LoadsState, event: LoadsEvent, now: number, pauseMs: number): LoadsStep {
  let state = take(before, event, now, pauseMs);
  const effects: LoadEffect[] = [];
  for (const [name, one] of state.loads) {
    if (one.trying || one.wanted === one.is || one.from > now) continue;
    if (one.wanted === 'on' && (state.onFrom > now || isTurningOn(state))) continue;
    state = put(state, name, { ...one, trying: true });
    effects.push({ load: one.load, to: one.wanted });
  }
  return { state, effects };
}

/** When time alone brings something about. */
export function loadsDue({ loads, onFrom }: LoadsState): number | undefined {
  const dues = [...loads.values()]
    .filter(({ trying, wanted, is }) => !trying && wanted !== is)
    .map(({ wanted, from }) => (wanted === 'on' ? Math.max(from, onFrom) : from));
  return dues.length === 0 ? undefined : Math.min(...dues);
}

export const conditionOf = ({ wanted, is }: LoadState): LoadCondition =>
  wanted === is ? is : wanted === 'on' ? 'waits-on' : 'waits-off';

function take(state: LoadsState, event: LoadsEvent, now: number, pauseMs: number): LoadsState {
  switch (event.type) {
    case 'tick':
      return state;
    case 'want':
      return want(state, event.load, event.to, now);
    case 'forgotten': {
      const loads = new Map(state.loads);
      loads.delete(event.load);
      return { ...state, loads };
    }
    case 'switched': {
      const one = state.loads.get(event.load);
      if (!one) return state;
      const { trying: _, because: __, ...rest } = one;
      const after = event.to === 'on' ? { ...state, onFrom: now + pauseMs } : state;
      return put(after, event.load, { ...rest, is: event.to, since: now, from: now });
    }
    case 'refused': {
      const one = state.loads.get(event.load);
      if (!one) return state;
      const { trying: _, ...rest } = one;
      return put(state, event.load, { ...rest, because: event.because, from: now + AGAIN_MS });
    }
  }
}

/** One that was asked for last is the last: on again is the order in which it is asked for. */
function want(state: LoadsState, load: PowerLoad, to: 'on' | 'off', now: number): LoadsState {
  const before = state.loads.get(load.name);
  if (before?.wanted === to || (!before && to === 'on')) return state;
  const loads = new Map(state.loads);
  loads.delete(load.name);
  const fresh: LoadState = before ?? { load, wanted: to, is: 'on', since: now, from: now };
  // What it hangs on is looked up in the document when it is switched off; on again goes where it was switched off.
  const moved = fresh.is === 'off' ? fresh.load : load;
  loads.set(load.name, { ...fresh, load: moved, wanted: to, from: now });
  return { ...state, loads };
}

const put = (state: LoadsState, name: string, one: LoadState): LoadsState => ({
  ...state,
  loads: new Map(state.loads).set(name, one),
});
const isTurningOn = ({ loads }: LoadsState): boolean =>
  [...loads.values()].some(({ trying, wanted }) => trying === true && wanted === 'on');
