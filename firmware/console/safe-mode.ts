/** Safe mode on the box's page. */
import type { safeModeRoutes } from '@branchline/contracts/http/safe-mode';
import { HttpProblem } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import { addressOf, type OperatorBook } from './operators.ts';

export interface SafeModeNeeds {
  /** False when it is not in safe mode. The service is ended a moment later, and its supervisor starts it. */
  leave(): boolean;
}

export function safeModeHandlers(
  safeMode: SafeModeNeeds,
  operators: OperatorBook,
): Handlers<typeof safeModeRoutes> {
  return {
    leaveSafeMode: ({ request }) => {
      if (!safeMode.leave()) throw NOT_IN_IT;
      operators.note(addressOf(request), 'safe-mode-left');
      return { left: true };
    },
  };
}

const NOT_IN_IT = new HttpProblem(409, {
  code: 'not-in-safe-mode',
  message: 'The box service does its work: it is not in safe mode.',
  remedy: 'There is nothing to be left.',
});
