/** The branch's power out of all its UPS: what the policy goes by. Pure. */
import type { SupplyCondition } from '@branchline/contracts/power';
import type { UpsState } from './ups-state.ts';

export interface Supply {
  readonly state: SupplyCondition;
  /** Undefined when nothing tells. */
  readonly leftMs?: number;
  /** The mains are back, and not believed yet: nothing more is begun. */
  readonly settling?: true;
}

const RANK = { unknown: 0, mains: 1, battery: 2, low: 3 } as const;

/** @param redundant each UPS feeds the whole branch: the best counts, otherwise the worst. */
export function supplyOf(all: readonly UpsState[], redundant: boolean): Supply {
  const each = all.map(ofOne).filter(({ state }) => state !== 'unknown');
  if (each.length === 0) return { state: 'unknown' };
  const order = redundant ? best : worst;
  return [...each].sort(order)[0] ?? { state: 'unknown' };
}

/** One that is not heard, and was on mains, says nothing of the mains now. */
function ofOne({ state, left, silent, settling }: UpsState): Supply {
  if (state === 'unknown' || state === 'lost') return { state: 'unknown' };
  if (state === 'mains') return { state };
  return {
    state,
    ...(left && !silent ? { leftMs: left.ms } : {}),
    ...(settling ? { settling: true } : {}),
  };
}

const worst = (a: Supply, b: Supply): number =>
  RANK[b.state] - RANK[a.state] || (a.leftMs ?? Infinity) - (b.leftMs ?? Infinity);
const best = (a: Supply, b: Supply): number =>
  RANK[a.state] - RANK[b.state] || (b.leftMs ?? 0) - (a.leftMs ?? 0);
