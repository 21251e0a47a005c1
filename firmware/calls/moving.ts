/** A caller who waits in a queue is sent elsewhere by a person, with the time he has waited. */
import { destinationText, type Destination } from '@branchline/contracts/branch/values';
import type { OrderOf } from './call-order.ts';
import { dropLeg } from './ending.ts';
import { goTo } from './going.ts';
import { leaveSlot } from './slots.ts';
import { silence } from './queueing.ts';
import { pendingLegs, type Call } from './state.ts';
import type { Step } from './step.ts';

export function move(step: Step, call: Call, { to }: OrderOf<'move'>, by: string): void {
  const { stage } = call;
  if (stage.at !== 'queue' && stage.at !== 'parked')
    return step.refuse({ code: 'not-waiting', value: call.id });
  if (!isThere(step, to)) return step.refuse({ code: 'no-such-destination', value: destinationText(to) });
  const isQueued = stage.at === 'queue';
  const since = isQueued ? (call.queuedSince ?? stage.since) : call.stageSince;
  const from = isQueued ? `queue ${stage.queue}` : `slot ${stage.slot}`;
  const waitedMs = Math.max(0, step.now - since);
  step.note(call.id, 'call.moved', { from, to: destinationText(to), waitedMs, by });
  if (isQueued) step.tellAcd({ type: 'leave', interaction: call.id });
  for (const leg of pendingLegs(call)) if (leg.dropped === undefined) dropLeg(step, leg, 'caller-gone');
  if (isQueued) silence(step, call);
  else leaveSlot(step, call);
  goTo(step, call, to);
}

function isThere({ branch }: Step, to: Destination): boolean {
  switch (to.kind) {
    case 'queue':
      return branch.queues[to.name] !== undefined;
    case 'flow':
      return branch.flows[to.name] !== undefined;
    case 'voicemail':
      return branch.voicemail[to.name] !== undefined;
    case 'extension':
      return Object.values(branch.people).some(({ extension, phones }) => extension === to.name && phones[0]);
    case 'callback':
      return branch.queues[to.name]?.callback !== undefined;
    case 'outside':
    case 'hang-up':
      return true;
  }
}
