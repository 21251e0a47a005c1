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
  readonly known: (box: string) => void;
}

export function commandHandlers(parts: CommandApiParts): Handlers<typeof commandRoutes> {
  const { commands, sentCommands, bundles } = parts;
  const boxOf = (param: (name: string) => string): string => {
    const box = param('box');
    parts.known(box);
    return box;
  };
  return {
    commands: ({ param, query }) => ({ commands: sentCommands.of(boxOf(param), query.limit) }),
    sendCommand: ({ param, body, request, who }) =>
      commands.ask(boxOf(param), body, { who, address: request.socket.remoteAddress ?? '' }),
    bundle: async ({ param, response }) => {
      const [box, id] = [boxOf(param), param('id')];
      const path = bundles.path(box, id);
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
