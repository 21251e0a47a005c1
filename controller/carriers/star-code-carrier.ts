/**
 * The exchange of a line that forwards what the line does not take: set beforehand by the branch's box, by star codes through the gateway. In the
 * moment of death nothing is asked of it; a call reaches the cloud once nobody has answered it for the exchange's own time.
 */
import type { NamedCarrier } from './carriers.ts';

export interface ForwardingLine {
  /** E.164. */
  readonly number: string;
  readonly trunk: string;
  /** How long the exchange rings first, s. */
  readonly afterS: number;
}

/**
 * @param standIn the target that calls are forwarded to; any other is the line itself, which the exchange rings first in any case
 * @param isSet whether the box has told that the exchange took the codes
 */
export const starCodeCarrier = (
  { number, trunk, afterS }: ForwardingLine,
  standIn: string,
  isSet: () => boolean,
): NamedCarrier => ({
  ...{ name: trunk, kind: 'star-code', serves: [number] },
  carrier: {
    promiseS: afterS,
    settlesMs: 0,
    route: (_, target) => Promise.resolve(target !== standIn || isSet() ? 'confirmed' : 'refused'),
  },
});
