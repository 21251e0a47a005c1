/** Who stands at headquarters' door: the session's person, and whether this is theirs to ask. */
import type { Needs } from '@branchline/contracts/http/route';
import { HttpProblem } from '@branchline/runtime/web/problem';
import type { Admit } from '@branchline/runtime/web/routes';
import type { SessionKeeper } from '@branchline/runtime/web/sessions';
import type { PeopleKeeper } from './people.ts';
import { mayAsk, sees } from './rules.ts';

export function admitBy(people: PeopleKeeper, sessions: SessionKeeper): Admit {
  return (entry, request) => {
    const person = people.of(sessions.personOf(request) ?? '');
    if (!person) throw NOT_THERE;
    const box = request.params['box'];
    if (!mayAsk(person, entry.needs as Needs | undefined, typeof box === 'string' ? box : undefined))
      throw new HttpProblem(403, {
        code: 'not-allowed',
        message: `This is not for ${person.name} (${person.role}).`,
        remedy: 'Ask an owner of headquarters: people and roles are his to change.',
      });
    return { name: person.name, sees: (thing) => sees(person, thing) };
  };
}

const NOT_THERE = new HttpProblem(401, {
  code: 'not-signed-in',
  message: 'Nobody has signed in here, or the session has ended.',
  remedy: 'Sign in with name and password.',
});
