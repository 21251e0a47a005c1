/** Puts together what tells boxes to do something. */
import { join } from 'node:path';
import type { Command } from '@branchline/contracts/fleet/commands';
import type { SentCommand } from '@branchline/contracts/http/commands';
import type { Payload } from '@branchline/contracts/topics';
import type { Clock } from '@branchline/runtime/clock';
import { roomLog, type Log } from '@branchline/runtime/log';
import { Bundles } from './commands/bundles.ts';
import { Commands } from './commands/commands.ts';
import type { SentCommands } from './store/commands.ts';
import type { DocumentVersions } from './store/document-versions.ts';

export interface CommandingParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly dataDir: string;
  readonly sentCommands: SentCommands;
  readonly versions: DocumentVersions;
  readonly send: (box: string, command: Command) => void;
  readonly ack: (box: string, word: Payload<'bundle-ack'>) => void;
  readonly ended: (command: SentCommand) => void;
}

export function makeCommanding(parts: CommandingParts): { commands: Commands; bundles: Bundles } {
  const { clock, log, dataDir, sentCommands, versions, send, ack, ended } = parts;
  const store = sentCommands;
  return {
    commands: new Commands({
      ...{ clock, store, send, ended, log: roomLog(log, 'commands') },
      note: (audit) => versions.note(audit),
    }),
    bundles: new Bundles({ dir: join(dataDir, 'bundles'), log: roomLog(log, 'commands'), store, ack }),
  };
}
