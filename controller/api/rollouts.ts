/** What the routes of rollouts do. */
import type { rolloutRoutes } from '@branchline/contracts/http/rollouts';
import { notFound } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { Rollouts } from '../rollouts/rollouts.ts';
import { addressOf } from './documents.ts';

export function rolloutHandlers(rollouts: Rollouts): Handlers<typeof rolloutRoutes> {
  return {
    rollouts: () => ({ rollouts: rollouts.list() }),
    rollout: ({ param }) => rollouts.detail(numberOf(param('rollout'))),
    checkRollout: ({ body }) => rollouts.check(body),
    startRollout: ({ body: { author: _, reason, ...plan }, request, who }) =>
      rollouts.begin(plan, { author: who, reason, address: addressOf(request) }),
    pauseRollout: ({ param, body, request, who }) =>
      rollouts.order(numberOf(param('rollout')), 'pause', {
        ...body,
        author: who,
        address: addressOf(request),
      }),
    resumeRollout: ({ param, body, request, who }) =>
      rollouts.order(numberOf(param('rollout')), 'resume', {
        ...body,
        author: who,
        address: addressOf(request),
      }),
    abortRollout: ({ param, body, request, who }) =>
      rollouts.order(numberOf(param('rollout')), 'abort', {
        ...body,
        author: who,
        address: addressOf(request),
      }),
    finishRollout: ({ param, body, request, who }) =>
      rollouts.order(numberOf(param('rollout')), 'finish', {
        ...body,
        author: who,
        address: addressOf(request),
      }),
  };
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw notFound(`rollout '${text}'`, 'GET /api/rollouts lists them.');
}
