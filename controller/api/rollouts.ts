/** What the routes of rollouts do. */
import type { rolloutRoutes } from '@branchline/contracts/http/rollouts';
import { notFound } from '@branchline/runtime/web/problem';
import type { Handler, Handlers } from '@branchline/runtime/web/routes';
import type { Rollouts } from '../rollouts/rollouts.ts';
import type { Order } from '../rollouts/state.ts';
import { addressOf } from './documents.ts';

export function rolloutHandlers(rollouts: Rollouts): Handlers<typeof rolloutRoutes> {
  const ordered =
    (order: Order): Handler<(typeof rolloutRoutes)['pauseRollout']> =>
    ({ param, body, request, who }) =>
      rollouts.order(numberOf(param('rollout')), order, {
        ...body,
        author: who,
        address: addressOf(request),
      });
  return {
    rollouts: () => ({ rollouts: rollouts.list() }),
    rollout: ({ param }) => rollouts.detail(numberOf(param('rollout'))),
    checkRollout: ({ body }) => rollouts.check(body),
    startRollout: ({ body: { reason, ...plan }, request, who }) =>
      rollouts.begin(plan, { author: who, reason, address: addressOf(request) }),
    pauseRollout: ordered('pause'),
    resumeRollout: ordered('resume'),
    abortRollout: ordered('abort'),
    finishRollout: ordered('finish'),
  };
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw notFound(`rollout '${text}'`, 'GET /api/rollouts lists them.');
}
