/** Star codes of an agent's desk phone. A tone says that it was done; an unknown code or a stranger hears the refusal of his call. */
import { CAUSE } from './events.ts';
import { dropAnchor } from './ending.ts';
import { carryOutFlow } from './flow-steps.ts';
import { DONE } from '../flows/built-in.ts';
import { startFlow } from '../flows/interpreter.ts';
import { answerAnchor, contextOf } from './stage.ts';
import { listenByPhone } from './voicemail.ts';
import type { Call } from './state.ts';
import type { Step } from './step.ts';

export const STAR_CODES = {
  '*50': { state: 'ready' },
  '*51': { state: 'not-ready' },
  '*52': { state: 'signed-out' },
} as const;

/** Listening to messages: for everybody who has a box, agent or not. */
export const LISTEN_CODE = '*97';

export function starCode(step: Step, call: Call, code: string, person: string | undefined): void {
  if (code === LISTEN_CODE && person !== undefined && listenByPhone(step, call, person)) return;
  const order = (STAR_CODES as Readonly<Record<string, { state: 'ready' | 'not-ready' | 'signed-out' }>>)[
    code
  ];
  const isAgent = person !== undefined && step.branch.people[person]?.agent !== undefined;
  if (!order || !isAgent) return dropAnchor(step, call, CAUSE.unallocated, 'branch');
  step.tellAcd({ type: 'order', agent: person, state: order.state, reason: `dialled ${code}` });
  step.note(undefined, 'agent.state', { agent: person, state: order.state, reason: `dialled ${code}` });
  answerAnchor(step, call);
  carryOutFlow(step, call, startFlow(step.branch, DONE, contextOf(step, call), step.now));
}
