/** Extensions that the fraud brake has stopped, on the box's page. */
import type { brakeRoutes, StoppedExtension } from '@branchline/contracts/http/brakes';
import { notFound } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import { addressOf, consoleAt, type OperatorBook } from './operators.ts';

export interface BrakeNeeds {
  list(): readonly StoppedExtension[];
  /** False when it is not stopped. `by` as the ledger names people. */
  release(extension: string, by: string): boolean;
}

export function brakeHandlers(brakes: BrakeNeeds, operators: OperatorBook): Handlers<typeof brakeRoutes> {
  return {
    stoppedExtensions: () => ({ stopped: [...brakes.list()] }),
    releaseExtension: ({ param, request }) => {
      const extension = param('extension');
      if (!brakes.release(extension, consoleAt(addressOf(request)))) throw NOT_STOPPED;
      operators.note(addressOf(request), 'extension-released', extension);
      return { extension };
    },
  };
}

const NOT_STOPPED = notFound('stopped extension of that number', 'GET /api/brakes lists those that are.');
