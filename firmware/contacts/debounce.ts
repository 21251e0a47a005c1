/** A level that is believed when it has been still for a while. Pure. */

export interface Debounced {
  /** Undefined until the first level was believed. */
  readonly believed: boolean | undefined;
  /** What it has been since, and is not yet believed. */
  readonly wavering?: { readonly level: boolean; readonly since: number };
}

export const UNKNOWN: Debounced = { believed: undefined };

/** A level was seen. The first one of all is believed at once: there is nothing to be kept meanwhile. */
export function seen(state: Debounced, level: boolean, now: number): Debounced {
  if (state.believed === undefined) return { believed: level };
  if (level === state.believed) return { believed: level };
  return state.wavering ? state : { ...state, wavering: { level, since: now } };
}

export function settled(state: Debounced, stillMs: number, now: number): Debounced {
  const { wavering } = state;
  return wavering && now - wavering.since >= stillMs ? { believed: wavering.level } : state;
}

export const settlesAt = ({ wavering }: Debounced, stillMs: number): number | undefined =>
  wavering && wavering.since + stillMs;
