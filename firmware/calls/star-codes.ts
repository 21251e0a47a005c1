/** Star codes of an agent's desk phone. A tone says that it was done; an unknown code or a stranger hears the refusal of his call. */
import { CAUSE } from './events.ts';
import { dropAnchor } from './ending.ts';
import { carryOutFlow } from './flow-steps.ts';
import { DONE } from '../flows/built-in.ts';
import { startFlow } from '../flows/interpreter.ts';
import { answerAnchor, contextOf } from './stage.ts';
import { PARK_CODE, parkHeld } from './parking.ts';
import { listenByPhone } from './voicemail.ts';
import type { Call } from './state.ts';
import type { Step } from './step.ts';

type Order = { readonly state: 'ready' | 'not-ready' | 'signed-out' } | { readonly wrapUp: number | 'end' };

/** By so much each *53 makes wrap-up longer. */
export const WRAP_UP_MORE_MS = 60_000;

/** A digit after *51 is one of the reasons of the document. */
export const STAR_CODES: Readonly<Record<string, Order>> = {
  '*50': { state: 'ready' },
  '*51': { state: 'not-ready' },
  '*52': { state: 'signed-out' },
  '*53': { wrapUp: WRAP_UP_MORE_MS },
  '*54': { wrapUp: 'end' },
};
const NOT_READY = '*51';

/** Listening to messages: for everybody who has a box, agent or not. */
export const LISTEN_CODE = '*97';

export function starCode(step: Step, call: Call, code: string, person: string | undefined): void {
  if (code === LISTEN_CODE && person !== undefined && listenByPhone(step, call, person)) return;
  if (code === PARK_CODE && person !== undefined && parkHeld(step, call, person)) return;
  const isAgent = person !== undefined && step.branch.people[person]?.agent !== undefined;
  if (!isAgent || !carriedOut(step, code, person)) return dropAnchor(step, call, CAUSE.unallocated, 'branch');
  answerAnchor(step, call);
  carryOutFlow(step, call, startFlow(step.branch, DONE, contextOf(step, call), step.now));
}

/** False for a code that nobody knows, and for wrap-up that he is not in. */
function carriedOut(step: Step, code: string, agent: string): boolean {
  const digit = code.startsWith(NOT_READY) ? code.slice(NOT_READY.length) : '';
  const order = STAR_CODES[digit === '' ? code : NOT_READY];
  const reason = digit === '' ? `dialled ${code}` : step.branch.notReadyReasons[digit];
  if (!order || reason === undefined) return false;
  if ('wrapUp' in order) {
    const until = step.acdState.agents[agent]?.wrapUpUntil;
    if (until === undefined || until <= step.now) return false;
    step.tellAcd({ type: 'wrap-up', agent, moreMs: order.wrapUp });
    return true;
  }
  step.tellAcd({ type: 'order', agent, state: order.state, reason });
  step.note(undefined, 'agent.state', { agent, state: order.state, reason });
  return true;
}
