/** What the routes of commands do. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { commandRoutes } from '@branchline/contracts/http/commands';
import { notFound } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { Bundles } from '../commands/bundles.ts';
import type { Commands } from '../commands/commands.ts';
import type { SentCommands } from '../store/commands.ts';

export interface CommandApiParts {
  readonly commands: Commands;
  readonly sentCommands: SentCommands;
  readonly bundles: Bundles;
  /** @throws HttpProblem for a box that nobody knows */
  readonly known: (box: string) => Promise<void>;
}

export function commandHandlers(parts: CommandApiParts): Handlers<typeof commandRoutes> {
  const { commands, sentCommands, bundles } = parts;
  const boxOf = async (param: (name: string) => string): Promise<string> => {
    const box = param('box');
    await parts.known(box);
    return box;
  };
  return {
    commands: async ({ param, query }) => ({
      commands: await sentCommands.of(await boxOf(param), query.limit),
    }),
    sendCommand: async ({ param, body, request, who }) =>
      commands.ask(await boxOf(param), body, { who, address: request.socket.remoteAddress ?? '' }),
    bundle: async ({ param, response }) => {
      const [box, id] = [await boxOf(param), param('id')];
      const path = await bundles.path(box, id);
      if (path === undefined)
        throw notFound(`bundle of command '${id}'`, 'It may be on its way still, or was let go of.');
      response
        .set('Cache-Control', 'no-store')
        .type('application/gzip')
        .attachment(`${box}-${id.slice(0, 8)}.tar.gz`);
      await pipeline(createReadStream(path), response);
    },
  };
}
