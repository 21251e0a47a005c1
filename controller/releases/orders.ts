/** Has a box take a release: what headquarters keeps of it, as a command. */
import type { releaseRoutes } from '@branchline/contracts/http/releases';
import type { SentCommand } from '@branchline/contracts/http/commands';
import type { z } from 'zod';
import type { Asker, Commands } from '../commands/commands.ts';
import { NO_KEYS, notHere, whichMachine } from './problems.ts';
import type { Releases } from './releases.ts';

export type WantedRelease = z.output<NonNullable<(typeof releaseRoutes)['orderRelease']['body']>>;

export interface ReleaseOrdersDeps {
  readonly releases: Pick<Releases, 'of'>;
  readonly commands: Pick<Commands, 'ask'>;
  /** As the box has reported it. */
  readonly architectureOf: (box: string) => string | undefined;
  readonly door: { readonly port: number | undefined };
  /** Under which boxes reach headquarters; undefined where they know it already. */
  readonly host: string | undefined;
}

export class ReleaseOrders {
  readonly #deps: ReleaseOrdersDeps;

  constructor(deps: ReleaseOrdersDeps) {
    this.#deps = deps;
  }

  /** @throws HttpProblem saying why not */
  order(box: string, wanted: WantedRelease, asker: Asker): Promise<SentCommand> {
    const { releases, commands, architectureOf, door, host } = this.#deps;
    const { version, architecture = architectureOf(box), withinS, ...terms } = wanted;
    if (door.port === undefined) throw NO_KEYS;
    if (architecture === undefined) throw whichMachine(box);
    const release = releases.of(version, architecture);
    if (!release) throw notHere(version, architecture);
    const { engine, schema, oldestBack, bytes, unpackedBytes } = release;
    const said = { version, architecture, engine, schema, oldestBack, bytes, unpackedBytes };
    const order = { ...said, ...terms, port: door.port, ...(host === undefined ? {} : { host }) };
    return commands.ask(box, { do: 'release', with: order, withinS }, asker);
  }
}
