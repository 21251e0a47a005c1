/** What the routes of boxes' pages do. */
import type { Person } from '@branchline/contracts/http/people';
import type { pageRoutes } from '@branchline/contracts/http/visits';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { PageVisits } from '../pages/visits.ts';

export interface PageApiParts {
  readonly visits: PageVisits;
  readonly people: { readonly of: (name: string) => Person | undefined };
  readonly isSecure: boolean;
  /** @throws HttpProblem for a box that nobody knows */
  readonly known: (box: string) => Promise<void>;
}

export function pageHandlers({ visits, people, isSecure, known }: PageApiParts): Handlers<typeof pageRoutes> {
  const boxOf = async (param: (name: string) => string): Promise<string> => {
    const box = param('box');
    await known(box);
    return box;
  };
  return {
    openPage: async ({ param, body, request, who }) => {
      const role = people.of(who)?.role ?? 'auditor';
      const address = request.socket.remoteAddress ?? '';
      const { port, path, visit } = await visits.open(await boxOf(param), { ...body, who, role, address });
      // The name under which this browser knows headquarters.
      return { url: `${isSecure ? 'https' : 'http'}://${request.hostname}:${port}${path}`, visit };
    },
    page: async ({ param }) => visits.of(await boxOf(param)) ?? null,
    closePage: async ({ param, who }) => {
      await visits.close(await boxOf(param), `closed by ${who}`);
      return { ok: true };
    },
  };
}
