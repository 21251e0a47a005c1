/** Announcements put together: the front desk's telephones, the voice, and the engine that rings them. */
import { join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import type { SwitchboardState } from './calls/state.ts';
import { Announcer, type Announced } from './contacts/announcing.ts';
import { spokenAddress } from './contacts/spoken-address.ts';
import { INSIDE } from './engine/settings.ts';
import type { Speaker } from './speech/speaker.ts';

export interface Announcing {
  /** Says where the page of this box is; undefined while that is under way already. */
  readonly announce: (addresses: readonly string[]) => Promise<Announced | undefined>;
  readonly announcer: Announcer;
}

/** @param speech the folder of spoken texts beneath the engine's spool */
export function makeAnnouncing(
  { clock, log, documents }: Around,
  speaker: Pick<Speaker, 'now'>,
  calls: () => SwitchboardState,
  speech: string,
): Announcing {
  const announcer = new Announcer({
    clock,
    log: roomLog(log, 'contacts'),
    speak: async (text) => {
      const name = await speaker.now({ text, language: documents.branch.site.language });
      return name === undefined ? undefined : `sound:${join(INSIDE.spool, speech, name)}`;
    },
  });
  return {
    announce: (addresses) => {
      const { site } = documents.branch;
      const text = spokenAddress(site.name, addresses, site.language);
      const free = frontDesk(documents.branch).filter((phone) => !isBusy(phone, calls()));
      return announcer.announce(free, text, site.name[site.language]);
    },
    announcer,
  };
}

/** Who is told of an emergency; where nobody is named, whose telephones ring when the engine is alone. */
function frontDesk({ site, people, survival }: Branch): readonly string[] {
  const told = Object.values(people).filter(({ groups }) =>
    groups.some((group) => site.emergencyNotify.includes(group)),
  );
  const phones = told.flatMap((person) => person.phones);
  return phones.length > 0 ? phones : survival.phones;
}

/** Nobody's talk is disturbed, and no telephone that rings. */
const isBusy = (phone: string, { calls }: SwitchboardState): boolean =>
  Object.values(calls).some(
    ({ anchor, legs }) =>
      anchor.phone === phone ||
      Object.values(legs).some(({ endpoint }) => endpoint.kind === 'phone' && endpoint.name === phone),
  );
