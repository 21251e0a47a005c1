/** Whoever signs out, or may do less than before, leaves the boxes' pages that he has open. */
import type { peopleRoutes } from '@branchline/contracts/http/people';
import type { Handlers } from '@branchline/runtime/web/routes';
import { signInHandlers, type SignIn } from '@branchline/runtime/web/sign-in';
import type { PageVisits } from '../pages/visits.ts';

type Visits = Pick<PageVisits, 'left' | 'look'>;

export function signInLeaving<P>(parts: SignIn<'hq', P>, visits: Visits) {
  const handlers = signInHandlers(parts);
  return {
    ...handlers,
    signOut: async (asked: Parameters<typeof handlers.signOut>[0]) => {
      const who = await parts.sessions.find(asked.request);
      const told = await handlers.signOut(asked);
      if (who !== undefined) await visits.left(who);
      return told;
    },
  };
}

export function peopleLeaving(
  handlers: Handlers<typeof peopleRoutes>,
  visits: Visits,
): Handlers<typeof peopleRoutes> {
  return {
    ...handlers,
    changePerson: async (asked) => {
      const told = await handlers.changePerson(asked);
      await visits.look();
      return told;
    },
    newPassword: async (asked) => {
      const told = await handlers.newPassword(asked);
      await visits.left(asked.param('person'));
      return told;
    },
    removePerson: async (asked) => {
      const told = await handlers.removePerson(asked);
      await visits.left(asked.param('person'));
      return told;
    },
  };
}
