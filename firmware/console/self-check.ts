/** The box's check of itself, on its page. */
import type { selfCheckRoutes, SelfCheckStanding } from '@branchline/contracts/http/self-check';
import type { SelfCheckKind } from '@branchline/contracts/self-check';
import { HttpProblem } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import { addressOf, consoleAt, type OperatorBook } from './operators.ts';

export interface SelfCheckNeeds {
  standing(): SelfCheckStanding;
  /** Gives why it is not begun; undefined when it is. `by` as the ledger names people. */
  order(kinds: readonly SelfCheckKind[] | undefined, by: string): 'running' | 'nothing' | undefined;
}

export function selfCheckHandlers(
  selfCheck: SelfCheckNeeds,
  operators: OperatorBook,
): Handlers<typeof selfCheckRoutes> {
  return {
    selfCheck: () => selfCheck.standing(),
    runSelfCheck: ({ body, request }) => {
      const address = addressOf(request);
      const refusal = selfCheck.order(body.checks, consoleAt(address));
      if (refusal) throw REFUSALS[refusal];
      operators.note(address, 'self-check-ordered', body.checks?.join(' '));
      return selfCheck.standing();
    },
  };
}

const REFUSALS = {
  running: new HttpProblem(409, {
    code: 'self-check-running',
    message: 'The box is checking itself.',
    remedy: 'Wait until it has come to its end: GET /api/self-check says what is left.',
  }),
  nothing: new HttpProblem(409, {
    code: 'nothing-to-check',
    message: 'The document names no check, or has none of the things that were asked for.',
    remedy: 'Name some: self-check.checks in the document.',
  }),
} as const;
