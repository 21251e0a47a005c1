/** Which of the three orders an agent's state comes from. Pure. */
import type { LiveAgent } from '@branchline/contracts/live';

/** Whoever rings, talks or wraps up was ready before; a phone that is gone says nothing about its agent. */
export function orderInForce(state: LiveAgent['state']): 'ready' | 'not-ready' | 'signed-out' | undefined {
  switch (state) {
    case 'ready':
    case 'ringing':
    case 'talking':
    case 'wrap-up':
      return 'ready';
    case 'not-ready':
    case 'signed-out':
      return state;
    case 'unreachable':
      return undefined;
  }
}
