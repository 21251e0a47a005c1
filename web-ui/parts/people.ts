/** Who stands behind an id, an extension or a number, as far as the page knows. Pure. */
import type { LocalText } from '@branchline/contracts/branch/model';
import type { PeopleNames } from '@branchline/contracts/branch/people';
import type { Party } from '@branchline/contracts/ledger';
import type { LiveState } from '@branchline/contracts/live';
import type { Speaker } from '../words/speak.ts';
import { readable } from './number.ts';

export { peopleOfDocument } from '@branchline/contracts/branch/people';
export type People = PeopleNames;

export const nobody: People = { person: () => undefined, extension: () => undefined };

export function peopleOf(live: Pick<LiveState, 'agents' | 'phones'>): People {
  const byExtension = new Map<string, LocalText>();
  for (const phone of Object.values(live.phones)) {
    if (phone.extension !== null && phone.person) byExtension.set(phone.extension, phone.person);
  }
  for (const agent of Object.values(live.agents)) byExtension.set(agent.extension, agent.name);
  return { person: (id) => live.agents[id]?.name, extension: (extension) => byExtension.get(extension) };
}

/** A party in words: a name where one is known, else the number as people read it. */
export function partyWords(party: Party, people: People, words: Speaker): string {
  if (party.kind === 'agent') return nameOr(people.person(party.id), party.id, words);
  if (party.kind === 'extension') return extensionWords(party.id, people, words);
  if (party.id === '' || /^(anonymous|unknown)$/i.test(party.id)) return words.t('party.anonymous');
  return numberWords(party.id, people, words);
}

/** A number as dialled or shown; an extension carries its person's name. */
export function numberWords(number: string, people: People, words: Speaker): string {
  return people.extension(number) ? extensionWords(number, people, words) : readable(number);
}

function extensionWords(extension: string, people: People, words: Speaker): string {
  const name = people.extension(extension);
  return name ? `${words.text(name)} ${extension}` : extension;
}

const nameOr = (name: LocalText | undefined, id: string, words: Speaker): string =>
  name ? words.text(name) : id;
