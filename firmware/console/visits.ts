/** Headquarters' visit to this page: who it is, and its end by whoever is at the box. */
import type { Visit, visitRoutes } from '@branchline/contracts/http/visits';
import { notFound } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import { addressOf, type OperatorBook } from './operators.ts';

export interface VisitNeeds {
  now(): Visit | undefined;
  /** False when there is none. */
  end(): boolean;
}

export function visitHandlers(visits: VisitNeeds, operators: OperatorBook): Handlers<typeof visitRoutes> {
  return {
    visit: () => visits.now() ?? null,
    endVisit: ({ request }) => {
      const who = visits.now()?.who;
      if (!visits.end()) throw notFound('visit', 'It has ended already.');
      operators.note(addressOf(request), 'visit-ended', who);
      return { ok: true };
    },
  };
}
