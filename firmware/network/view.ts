/** The network as the page and headquarters are told of it. Pure. */
import type { PathHealth } from '@branchline/contracts/network';
import type { PathState } from './path.ts';
import { figuresOf } from './window.ts';

export function pathHealth(to: string, { condition, since, because, window }: PathState): PathHealth {
  return {
    to,
    state: condition,
    since: new Date(since).toISOString(),
    because: [...because],
    ...figuresOf(window),
  };
}
