/** Those at the branch are told of an emergency call: who made it, where from, and who is to go there. */
import { coded } from '@branchline/contracts/alarm-detail';
import type { Call } from './state.ts';
import type { Step } from './step.ts';

export function tellFrontDesk(step: Step, call: Call): void {
  const { people, site } = step.branch;
  const { id, via } = call.anchor.party;
  const owner = people[call.anchor.person ?? ''];
  const name = owner === undefined ? '' : ` ${owner.name[site.language]}`;
  const told = Object.values(people)
    .filter(({ groups }) => groups.some((group) => site.emergencyNotify.includes(group)))
    .map((person) => `${person.name[site.language]} (${person.extension})`);
  const whom = told.join(', ') || site.emergencyNotify.join(', ');
  const said = [`${id}${name}`, via ?? id, call.dialled] as const;
  const detail = whom === '' ? coded('emergency-nobody', ...said) : coded('emergency', ...said, whom);
  step.effect({ do: 'raise-alarm', code: 'emergency-call', subject: call.id, detail });
}
