import type { TrunkState } from '@branchline/contracts/trunks';
import type { Shape } from './mark.tsx';

/** A trunk's state as a shape, wherever it is shown. */
export const TRUNK_SHAPES: Record<TrunkState, Shape> = {
  up: 'good',
  degraded: 'warn',
  draining: 'rest',
  down: 'bad',
  unknown: 'unknown',
};
