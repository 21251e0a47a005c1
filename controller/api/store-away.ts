/** What the API says while the database is away: that nothing was kept, and that the same may be asked again. */
import { HttpProblem } from '@branchline/runtime/web/problem';
import { isStoreFault } from '../store/faults.ts';

const AGAIN_IN_S = 5;

type Handler = (asked: never) => unknown;

/** Each handler as it is, but for faults of the database. */
export function sayingAway<H extends Readonly<Record<keyof H, Handler>>>(handlers: H): H {
  const wrapped = Object.entries<Handler>(handlers).map(([name, handler]) => [
    name,
    async (asked: never): Promise<unknown> => {
      try {
        return await handler(asked);
      } catch (error) {
        throw isStoreFault(error) ? AWAY : error;
      }
    },
  ]);
  return Object.fromEntries(wrapped) as H;
}

const AWAY = new HttpProblem(
  503,
  {
    code: 'database-away',
    message: "Headquarters' database does not answer now.",
    remedy: 'Try again in a moment. The branches work on meanwhile, and keep what they have to report.',
  },
  AGAIN_IN_S,
);
