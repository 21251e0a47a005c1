/** Which numbers of a branch are to come by its line in the cloud, as their own lines are dead while the box is well. Pure. */
import type { TrunkState } from '@branchline/contracts/trunks';

/** A number and the branch's own trunks that bring it. */
export interface OwnNumber {
  /** E.164. */
  readonly number: string;
  readonly trunks: readonly string[];
}

export interface LineSeen {
  readonly state: TrunkState;
  /** Ms since 1970; null: nobody knows. */
  readonly since: number | null;
}

export interface LinesSeen {
  /** Of the box's own trunks and its line in the cloud, by name. */
  readonly lines: ReadonlyMap<string, LineSeen>;
  /** Of the line in the cloud; undefined where the branch has none. */
  readonly cloud: string | undefined;
}

const TAKES_CALLS: readonly TrunkState[] = ['up', 'degraded'];

/**
 * Moved when all of its lines have been down for `holdMs`, back when one of them has been up for so long; whatever is between stays as it
 * is, so that a line that flaps moves nothing.
 * @param moved those that come by the cloud now, or may do so
 */
export function numbersToMove(
  numbers: readonly OwnNumber[],
  moved: ReadonlySet<string>,
  { lines, cloud }: LinesSeen,
  { holdMs, now }: { readonly holdMs: number; readonly now: number },
): ReadonlySet<string> {
  const seen = (name: string): LineSeen => lines.get(name) ?? { state: 'unknown', since: null };
  const lasts = ({ since }: LineSeen): boolean => since !== null && now - since >= holdMs;
  const cloudUp = cloud !== undefined && TAKES_CALLS.includes(seen(cloud).state);
  const isMoved = ({ number, trunks }: OwnNumber): boolean => {
    const own = trunks.map(seen);
    if (moved.has(number)) return !own.some((line) => TAKES_CALLS.includes(line.state) && lasts(line));
    return cloudUp && own.length > 0 && own.every((line) => line.state === 'down' && lasts(line));
  };
  return new Set(numbers.filter(isMoved).map(({ number }) => number));
}
