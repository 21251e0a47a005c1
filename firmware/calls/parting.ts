/** One of those who talk has hung up. */
import { dropAnchor, finishIfEmpty } from './ending.ts';
import { CAUSE } from './events.ts';
import { goTo } from './going.ts';
import { endIfLeftAlone } from './left-alone.ts';
import { isOutside } from './parties.ts';
import { endHold } from './stage.ts';
import { bridgeOf, upLegs, type Call, type Leg } from './state.ts';
import type { Step } from './step.ts';
import { arm, removeLeg } from './talking.ts';

/** A party that had answered is gone. When it was the last, the call is over for the anchor too, unless a flow has more for him. */
export function legEnded(step: Step, call: Call, leg: Leg, cause: number): void {
  removeLeg(step, call, leg, cause);
  if (call.ending) return finishIfEmpty(step, call);
  if (call.held?.by === leg.id) endHold(step, call, upLegs(call).length > 0);
  if (call.held?.apart === leg.id) delete call.held;
  // Two are left of three: what the anchor hears comes another way now.
  if (call.recording && upLegs(call).length > 0) arm(step, call);
  if (call.stage.at === 'talking' && upLegs(call).length === 0 && !goAfter(step, call))
    dropAnchor(step, call, CAUSE.normal, 'callee');
  if (!isOutside(leg)) endIfLeftAlone(step, call);
}

/** A flow may have said where the caller goes when the other side has hung up: to a survey, for one. */
function goAfter(step: Step, call: Call): boolean {
  if (!call.context?.after) return false;
  const { after, ...context } = call.context;
  call.context = context;
  step.effect({ do: 'unbridge', bridge: bridgeOf(call), channel: call.anchor.channel });
  goTo(step, call, after);
  return true;
}
