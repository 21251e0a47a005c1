/** Who is at this fleet's database, and who leads. */
import type { controllersRoutes, ControllerShown } from '@branchline/contracts/http/controllers';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { KeptController } from '../store/controllers.ts';

export interface ControllersApiParts {
  /** The name of this one. */
  readonly here: string;
  readonly controllers: () => Promise<readonly KeptController[]>;
}

/** Each says every five seconds that it is there. */
const THERE_MS = 15_000;

export function controllersHandlers(parts: ControllersApiParts): Handlers<typeof controllersRoutes> {
  const shown = ({ name, version, started, seen, ago, leads_since }: KeptController): ControllerShown => ({
    ...{ name, version, here: name === parts.here, there: ago < THERE_MS },
    leadsSince: leads_since === null ? null : iso(leads_since),
    ...{ startedAt: iso(started), seenAt: iso(seen) },
  });
  return { controllers: async () => ({ controllers: (await parts.controllers()).map(shown) }) };
}

const iso = (at: number): string => new Date(at).toISOString();
