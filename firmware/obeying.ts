/** What headquarters may have this box do: documents, commands, releases, and who answers for the branch. None of a box that works alone. */
import type { Part } from '@branchline/runtime/lifecycle';
import type { Around } from './around.ts';
import type { DesiredDocuments } from './branch/desired-documents.ts';
import { makeCommands, type CommandNeeds, type HeadquartersCommands } from './headquarters-commands.ts';
import { makeDesired } from './headquarters-documents.ts';
import type { Keeping } from './keeping.ts';
import { makeLeasing, type Leasing } from './leasing.ts';
import type { ReleaseKeeper } from './release/keeper.ts';
import { makeReleaseKeeper } from './releasing.ts';
import type { Telephony } from './telephony.ts';

export interface Obeying {
  readonly desired: DesiredDocuments;
  readonly commands: HeadquartersCommands;
  readonly releases: ReleaseKeeper;
  readonly leasing: Leasing;
  /** In the order in which they start, the uplink after them. */
  readonly parts: readonly Part[];
}

export function makeObeying(
  around: Around,
  keeping: Keeping,
  telephony: Telephony,
  needs: Omit<CommandNeeds, 'releases'>,
): Obeying {
  const desired = makeDesired(around, keeping, telephony, needs.uplink);
  const releases = makeReleaseKeeper(around, telephony, needs.uplink);
  const commands = makeCommands(around, keeping, telephony, { ...needs, releases });
  const leasing = makeLeasing(around, keeping, telephony, needs.uplink);
  return { desired, commands, releases, leasing, parts: [desired, releases, commands.part, leasing.part] };
}
