/** Figures of queues over a time that somebody asks for. */
import type { consoleRoutes } from '@branchline/contracts/http/console';
import { HttpProblem } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { ConsoleNeeds } from './needs.ts';

/** Longer would read more of the ledger than a small box should at once. */
const LONGEST_MS = 31 * 86_400_000;

export const figuresHandler =
  ({ figures }: Pick<ConsoleNeeds, 'figures'>): Handlers<typeof consoleRoutes>['queueFigures'] =>
  async ({ query }) => {
    const today = figures.today();
    const to = query.to === undefined ? today.to : Date.parse(query.to);
    const from = query.from === undefined ? Math.min(today.from, to) : Date.parse(query.from);
    if (from >= to || to - from > LONGEST_MS)
      throw new HttpProblem(400, {
        code: 'bad-range',
        message: from >= to ? 'The time ends before it begins.' : 'The time is longer than 31 days.',
        field: 'query.from',
        value: new Date(from).toISOString(),
        remedy: 'Give from and to with from before to, and at most 31 days between them.',
      });
    const counted = await figures.over({ from, to });
    return { ...counted, from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  };
