/**
 * The lifeline relay: energised, it gives the line to the box; released, to an emergency telephone. It is held as long as the box serves,
 * and for a while after: a service or an engine that is started again cuts nobody off. Pure.
 */

export interface Lifeline {
  readonly energised: boolean;
  /** When the box was last known to serve, ms by a clock that does not jump. */
  readonly servedAt: number;
}

/** @param held whether the relay is energised still, by a service that was here before */
export const newLifeline = (held: boolean, now: number): Lifeline => ({ energised: held, servedAt: now });

/** @param serving the engine answers, as far as is known now */
export function lifelineStep(
  state: Lifeline,
  serving: boolean,
  now: number,
  releaseAfterMs: number,
): Lifeline {
  if (serving) return { energised: true, servedAt: now };
  const energised = state.energised && now - state.servedAt < releaseAfterMs;
  return energised === state.energised ? state : { ...state, energised };
}
