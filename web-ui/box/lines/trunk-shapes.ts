import type { LiveTrunk } from '@branchline/contracts/live';
import type { Shape } from '../../parts/show/mark.tsx';

export const TRUNK_SHAPES: Record<LiveTrunk['state'], Shape> = {
  up: 'good',
  down: 'bad',
  unknown: 'unknown',
};
