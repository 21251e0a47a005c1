/** What headquarters may have this box do: documents, commands, and who answers for the branch. None of a box that works alone. */
import type { Part } from '@branchline/runtime/lifecycle';
import type { Around } from './around.ts';
import type { DesiredDocuments } from './branch/desired-documents.ts';
import { makeCommands, type CommandNeeds, type HeadquartersCommands } from './headquarters-commands.ts';
import { makeDesired } from './headquarters-documents.ts';
import type { Keeping } from './keeping.ts';
import { makeLeasing, type Leasing } from './leasing.ts';
import type { Telephony } from './telephony.ts';

export interface Obeying {
  readonly desired: DesiredDocuments;
  readonly commands: HeadquartersCommands;
  readonly leasing: Leasing;
  /** In the order in which they start, the uplink after them. */
  readonly parts: readonly Part[];
}

export function makeObeying(
  around: Around,
  keeping: Keeping,
  telephony: Telephony,
  needs: CommandNeeds,
): Obeying {
  const desired = makeDesired(around, keeping, telephony, needs.uplink);
  const commands = makeCommands(around, keeping, telephony, needs);
  const leasing = makeLeasing(around, keeping, telephony, needs.uplink);
  return { desired, commands, leasing, parts: [desired, commands.part, leasing.part] };
}
