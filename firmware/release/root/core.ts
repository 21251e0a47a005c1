/**
 * What runs, decided by root: `(state, event, rules) -> (state, effects)`. Pure. A release that is new here is switched to without being
 * believed in; unless the service says in time that it has proved itself, what ran before runs again, whether or not a service is left that could ask.
 */
import type { RootState } from '../handover.ts';

export interface RootRules {
  /** The service has so long to come up in a release that is new, ms ... */
  readonly startWithinMs: number;
  /** ... and so long, from the switch on, to say that it has proved itself. */
  readonly proveWithinMs: number;
  /** More starts than this, unconfirmed, are a release that does not stay up. */
  readonly startsAtMost: number;
  /** Begun to be watched more often than this: the machine itself does not stay up. */
  readonly watchesAtMost: number;
}

/** Longer than any order may give the service (contracts/fleet/releases.ts): it goes back by itself first, and says why. */
export const ROOT_RULES: RootRules = {
  startWithinMs: 120_000,
  proveWithinMs: 4_500_000,
  startsAtMost: 3,
  watchesAtMost: 5,
};

export type RootEvent =
  /** The program begins. */
  | { readonly is: 'begun' }
  | { readonly is: 'wished'; readonly id: string; readonly version: string }
  /** The archive that was wished for lies there as a folder, every byte held against a key of root's own. */
  | { readonly is: 'unpacked'; readonly id: string; readonly version: string }
  | { readonly is: 'not-unpacked'; readonly id: string; readonly detail: string }
  | { readonly is: 'confirmed'; readonly version: string }
  /** `starts`: of the service, in `current`, since it was switched to or this program began. */
  | { readonly is: 'look'; readonly sinceMs: number; readonly starts: number };

export type RootEffect =
  | { readonly do: 'unpack'; readonly id: string; readonly version: string }
  /** Have `current` run: the link, then the service anew. */
  | { readonly do: 'switch' }
  /** The link and the service, where they are not what the state says: a kill came in between. */
  | { readonly do: 'make-so' }
  /** Folders that are neither current nor previous. */
  | { readonly do: 'drop-others' };

export interface RootStep {
  readonly state: RootState;
  readonly effects: readonly RootEffect[];
}

/** The state is on disk before an effect is carried out. */
export function rootStep(state: RootState, event: RootEvent, rules: RootRules): RootStep {
  switch (event.is) {
    case 'begun':
      return {
        state: state.confirmed ? state : { ...state, watches: state.watches + 1 },
        effects: [{ do: 'make-so' }],
      };
    case 'wished':
      return wished(state, event.id, event.version);
    case 'unpacked':
      return switched(
        { ...state, wish: event.id, refused: null, wentBack: null },
        { version: event.version, good: false },
      );
    case 'not-unpacked':
      return refuse(state, event.id, event.detail);
    case 'confirmed':
      if (event.version !== state.current || state.confirmed) return same(state);
      return { state: { ...state, confirmed: true, watches: 0 }, effects: [{ do: 'drop-others' }] };
    case 'look':
      return looked(state, event.sinceMs, event.starts, rules);
  }
}

const same = (state: RootState): RootStep => ({ state, effects: [] });

const refuse = (state: RootState, wish: string, detail: string): RootStep =>
  same({ ...state, wish, refused: { wish, detail } });

function wished(state: RootState, id: string, version: string): RootStep {
  if (id === state.wish) return same(state);
  if (version === state.current) return same({ ...state, wish: id, refused: null });
  if (version === state.previous?.version)
    return switched({ ...state, wish: id, refused: null }, state.previous);
  if (!state.confirmed)
    return refuse(
      state,
      id,
      `release ${state.current} has not proved itself yet: only what ran before can follow it`,
    );
  return { state, effects: [{ do: 'unpack', id, version }] };
}

function switched(state: RootState, to: { readonly version: string; readonly good: boolean }): RootStep {
  const { current, confirmed } = state;
  return {
    state: {
      ...state,
      current: to.version,
      confirmed: to.good,
      previous: { version: current, good: confirmed },
      watches: 0,
    },
    effects: [{ do: 'switch' }, { do: 'drop-others' }],
  };
}

function looked(state: RootState, sinceMs: number, starts: number, rules: RootRules): RootStep {
  const because = failing(state, sinceMs, starts, rules);
  if (state.confirmed || because === undefined || !state.previous) return same(state);
  return switched({ ...state, wentBack: { version: state.current, because } }, state.previous);
}

function failing(
  { watches }: RootState,
  sinceMs: number,
  starts: number,
  rules: RootRules,
): string | undefined {
  if (starts > rules.startsAtMost) return `it was started ${starts} times and did not stay up`;
  if (watches > rules.watchesAtMost)
    return `the machine was started ${watches} times before it had proved itself`;
  if (starts === 0 && sinceMs >= rules.startWithinMs)
    return `its service did not start within ${rules.startWithinMs / 1_000} s`;
  if (sinceMs >= rules.proveWithinMs)
    return `it had not proved itself after ${rules.proveWithinMs / 1_000} s`;
  return undefined;
}
