/**
 * Nobody of the branch is left in a talk that somebody of it was in: those outside do not go on among themselves by its lines and at its
 * cost, unless the document lets callers be handed on to the outside.
 */
import { dropAnchor } from './ending.ts';
import { CAUSE } from './events.ts';
import { isOutside } from './parties.ts';
import { pendingLegs, upLegs, type Call } from './state.ts';
import type { Step } from './step.ts';

/** To be asked when one of the branch has left, or has not come. */
export function endIfLeftAlone(step: Step, call: Call): void {
  if (call.ending || call.anchor.gone || call.stage.at !== 'talking' || step.branch.limits.forwardOut) return;
  const legs = upLegs(call);
  // Somebody who still rings may come.
  const all = [call.anchor, ...legs, ...pendingLegs(call)];
  if (legs.length === 0 || !all.every(isOutside)) return;
  step.note(call.id, 'call.left-alone', { who: [call.anchor, ...legs].map(({ party }) => party) });
  dropAnchor(step, call, CAUSE.normal, 'branch');
}
