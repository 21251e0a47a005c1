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
    startRollout: ({ body: { author, reason, ...plan }, request }) =>
      rollouts.begin(plan, { author, reason, address: addressOf(request) }),
    pauseRollout: ({ param, body, request }) =>
      rollouts.order(numberOf(param('rollout')), 'pause', { ...body, address: addressOf(request) }),
    resumeRollout: ({ param, body, request }) =>
      rollouts.order(numberOf(param('rollout')), 'resume', { ...body, address: addressOf(request) }),
    abortRollout: ({ param, body, request }) =>
      rollouts.order(numberOf(param('rollout')), 'abort', { ...body, address: addressOf(request) }),
    finishRollout: ({ param, body, request }) =>
      rollouts.order(numberOf(param('rollout')), 'finish', { ...body, address: addressOf(request) }),
  };
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw notFound(`rollout '${text}'`, 'GET /api/rollouts lists them.');
}
