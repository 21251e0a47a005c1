/**
 * An emergency call that finds every channel taken gets one that another call has. Which call is let go, in this order: one that goes
 * out and nobody has answered yet; one that came in and is with a flow, a queue or a voicemail box; one that talks, going out before
 * having come in; in each the youngest, as the least of it is lost. Never another emergency call.
 */
import { dropAnchor } from './ending.ts';
import type { Call } from './state.ts';
import type { Step } from './step.ts';
import { onTrunk } from './trunk-load.ts';

/** ITU-T Q.850 'preemption'. */
const PREEMPTION = 8;

/** False where there is no call that may be let go. */
export function makeRoom(step: Step, trunk: string, by: string): boolean {
  const found = onTrunk(step, trunk)
    .flatMap(({ call: id }) => step.peek(id) ?? [])
    .filter((call) => !call.emergency && !call.ending && call.id !== by)
    .sort((a, b) => loss(a) - loss(b) || b.offeredAt - a.offeredAt)[0];
  const call = found && step.call(found.id);
  if (!call) return false;
  step.note(call.id, 'call.preempted', { by, trunk });
  dropAnchor(step, call, PREEMPTION, 'branch');
  return true;
}

function loss({ stage, direction }: Readonly<Call>): number {
  const isOut = direction === 'out';
  if (stage.at === 'talking' || stage.at === 'parked') return isOut ? 3 : 4;
  return isOut ? 1 : 2;
}
