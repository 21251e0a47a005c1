/** Customers who wait to be called back, on the box's page. */
import type { callbackRoutes } from '@branchline/contracts/http/callbacks';
import { notFound } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { ConsoleNeeds } from './needs.ts';
import { addressOf, type OperatorBook } from './operators.ts';

export function callbackHandlers(
  callbacks: ConsoleNeeds['callbacks'],
  operators: OperatorBook,
): Handlers<typeof callbackRoutes> {
  return {
    callbacks: () => ({ callbacks: [...callbacks.list()] }),
    cancelCallback: ({ param, request }) => {
      const cancelled = callbacks.cancel(param('callback'));
      if (!cancelled) throw notFound('callback of that name', 'Choose one from the list of callbacks.');
      operators.note(addressOf(request), 'callback-cancelled', cancelled.number);
      return { callback: cancelled.callback };
    },
  };
}
