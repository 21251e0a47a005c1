/** What the fraud brake knows, on disk: one piece for each extension and trunk, written with the step that changed it. */
import type { BrakeState, Use } from '../routing/brake.ts';

/** Every piece has a name that begins so. */
export const BRAKE_PIECES = 'brake/';

export type BrakeChanges = Readonly<Record<string, Use | null>>;

export function brakeChanges(before: BrakeState, after: BrakeState): BrakeChanges {
  return Object.fromEntries(Object.entries(after).filter(([key, use]) => use !== before[key]));
}

export const brakePieces = (changed: BrakeChanges = {}): Record<string, Use | null> =>
  Object.fromEntries(Object.entries(changed).map(([key, use]) => [`${BRAKE_PIECES}${key}`, use]));

export const storedBrake = (pieces: Readonly<Record<string, unknown>>): BrakeState =>
  Object.fromEntries(
    Object.entries(pieces).map(([name, use]) => [name.slice(BRAKE_PIECES.length), use as Use]),
  );
