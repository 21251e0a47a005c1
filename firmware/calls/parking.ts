/** A call is parked in a slot, taken out of it by whoever dials the slot, or goes back to who parked it. */
import type { OrderOf } from './call-order.ts';
import { dropAnchor, stopTalking } from './ending.ts';
import { CAUSE } from './events.ts';
import { withVariables } from '../flows/context.ts';
import { PARKED } from '../flows/built-in.ts';
import { startFlow } from '../flows/interpreter.ts';
import { carryOutFlow } from './flow-steps.ts';
import { go } from './going.ts';
import { mergeInto } from './merging.ts';
import { becomeAnchor, channelAt, letGo, partner, partyAt } from './parties.ts';
import { freeSlot, lay, leaveSlot, parkedAt } from './slots.ts';
import { connect } from './talking.ts';
import { answerAnchor, contextOf } from './stage.ts';
import { upLegs, type Call, type Stage } from './state.ts';
import type { Step } from './step.ts';

/** Where a call is passed to for the first free slot. */
export const PARK_CODE = '*70';

/** Undefined where something else was dialled; without a slot where that one, or all, are taken. */
export function parkTarget(step: Step, dialled: string): { readonly slot?: string } | undefined {
  if (dialled !== PARK_CODE && !step.branch.parking.slots.includes(dialled)) return undefined;
  const slot = dialled === PARK_CODE ? freeSlot(step) : dialled;
  return slot === undefined || parkedAt(step, slot) !== undefined ? {} : { slot };
}

/** The other party of the talk is parked, and the one who parks leaves. */
export function park(step: Step, call: Call, channel: string, slot: string): void {
  const who = partner(call, channel);
  if (!who) return;
  const by = partyAt(call, channel);
  const person = call.anchor.channel === channel ? call.anchor.person : call.legs[channel]?.person;
  step.note(call.id, 'call.parked', { by, slot });
  letGo(step, call, channel);
  becomeAnchor(step, call, who);
  stopTalking(step, call);
  lay(step, call, { slot, by, ...(person === undefined ? {} : { person }) });
}

/**
 * Dialled while a talk is on hold at his telephone: the held party is parked, and he is told where. False where he holds nobody, or no slot is
 * free. `own` is the call he has dialled with.
 */
export function parkHeld(step: Step, own: Call, person: string): boolean {
  const held = heldBy(step, own, person);
  const slot = freeSlot(step);
  const call = held && step.call(held.call);
  if (!call || slot === undefined) return false;
  park(step, call, held.channel, slot);
  answerAnchor(step, own);
  const context = withVariables(contextOf(step, own), { slot });
  carryOutFlow(step, own, startFlow(step.branch, PARKED, context, step.now));
  return true;
}

/** A talk of two that he has on hold; without one, any that he has. */
function heldBy(step: Step, own: Call, person: string): { call: string; channel: string } | undefined {
  const talks = step.callIds().flatMap((id) => {
    const call = id === own.id ? undefined : step.peek(id);
    if (!call) return [];
    const leg = upLegs(call).find((each) => each.person === person);
    const channel = call.anchor.person === person ? call.anchor.channel : leg?.id;
    if (channel === undefined || !partner(call, channel)) return [];
    return [{ call: id, channel, isHeld: call.held?.by === channel }];
  });
  return talks.find(({ isHeld }) => isHeld) ?? talks[0];
}

export function parkByOrder(step: Step, call: Call, { extension, slot: wanted }: OrderOf<'park'>): void {
  const channel = channelAt(step, call, extension);
  if (channel === undefined) return step.refuse({ code: 'not-a-party', value: extension });
  if (!partner(call, channel)) return step.refuse({ code: 'not-talking', value: call.id });
  const slot = parkTarget(step, wanted ?? PARK_CODE)?.slot;
  if (slot === undefined) return step.refuse({ code: 'no-slot', value: wanted ?? PARK_CODE });
  park(step, call, channel, slot);
}

/** `own` is the call of who has dialled the slot. */
export function takeParked(step: Step, own: Call, slot: string): void {
  const parked = parkedAt(step, slot);
  const call = parked === undefined ? undefined : step.call(parked);
  if (call?.stage.at !== 'parked') return dropAnchor(step, own, CAUSE.unallocated, 'branch');
  const since = call.stageSince;
  const by = own.anchor.party;
  step.note(call.id, 'call.retrieved', { by, slot, parkedMs: Math.max(0, step.now - since) });
  leaveSlot(step, call);
  mergeInto(step, call, own, (leg) => connect(step, call, leg, since));
}

/** Nobody took it in time. Where nobody can be rung, it stays. */
export function giveBack(step: Step, call: Call, stage: Extract<Stage, { at: 'parked' }>): void {
  const { slot, by, person } = stage;
  const owner = person === undefined ? undefined : step.branch.people[person];
  if (!owner || owner.phones.length === 0) return lay(step, call, { slot, by });
  const { extension } = owner;
  const parkedMs = Math.max(0, step.now - call.stageSince);
  step.note(call.id, 'call.parked-too-long', { slot, parkedMs, to: extension });
  leaveSlot(step, call);
  call.returning = { slot, by, person: owner.id };
  go(step, call, { kind: 'extension', name: extension });
}
