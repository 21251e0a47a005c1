/** What the routes of people do. Each of them is in the audit log. */
import type { peopleRoutes } from '@branchline/contracts/http/people';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { PeopleKeeper } from '../access/people.ts';
import type { DocumentVersions } from '../store/document-versions.ts';

export interface PeopleApiParts {
  readonly people: PeopleKeeper;
  readonly versions: DocumentVersions;
  readonly now: () => number;
}

interface Asks {
  readonly who: string;
  readonly request: { readonly socket: { readonly remoteAddress?: string | undefined } };
}

export function peopleHandlers({ people, versions, now }: PeopleApiParts): Handlers<typeof peopleRoutes> {
  const note = ({ who, request }: Asks, action: string, detail: string): Promise<void> => {
    const address = request.socket.remoteAddress ?? '';
    return versions.note({ at: now(), who, address, action, box: null, detail });
  };
  return {
    people: () => ({ people: people.all() }),
    addPerson: async (asked) => {
      const { name, role, branches } = asked.body;
      const password = await people.add(name, role, branches);
      await note(asked, 'person-added', [name, role, ...(people.of(name)?.branches ?? [])].join(' '));
      return { name, password };
    },
    changePerson: async (asked) => {
      const { role, branches } = asked.body;
      const person = await people.change(asked.param('person'), role, branches);
      await note(asked, 'person-changed', [person.name, role, ...person.branches].join(' '));
      return person;
    },
    newPassword: async (asked) => {
      const name = asked.param('person');
      const password = await people.replacePassword(name);
      await note(asked, 'password-replaced', name);
      return { name, password };
    },
    removePerson: async (asked) => {
      const name = asked.param('person');
      await people.remove(name);
      await note(asked, 'person-removed', name);
      return { ok: true as const };
    },
  };
}
