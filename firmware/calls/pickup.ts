/** A call that rings at a colleague's telephone is answered from one's own: dialled for, or where one's own was rung for it by order. */
import type { Person } from '@branchline/contracts/branch/model';
import type { Party } from '@branchline/contracts/ledger';
import { dropAnchor, dropLeg, vacate } from './ending.ts';
import { CAUSE } from './events.ts';
import { mergeInto } from './merging.ts';
import { silence } from './queueing.ts';
import { pendingLegs, type Call, type Leg } from './state.ts';
import type { Step } from './step.ts';
import { connect } from './talking.ts';

/**
 * `own` is the call of who has dialled the code; without an extension, what has rung longest. For those who share a group or a queue with
 * whom it rings at.
 */
export function pickUp(step: Step, own: Call, extension: string | undefined): void {
  const { person } = own.anchor;
  const picker = person === undefined ? undefined : step.branch.people[person];
  const found = picker && ringingFor(step, picker, extension);
  const call = found && step.call(found.call);
  if (!call) return dropAnchor(step, own, CAUSE.unallocated, 'branch');
  const more = takeFromOthers(step, call, picker, { by: own.anchor.party });
  mergeInto(step, call, own, (leg) => connect(step, call, leg, waitsSince(call)), more);
}

/** His telephone was rung for a call that rings elsewhere, and he has answered. */
export function pickedUp(step: Step, call: Call, leg: Leg, ordered: string): void {
  const picker = step.branch.people[leg.person ?? ''];
  if (!picker || !ringsStill(call)) return dropLeg(step, leg, 'caller-gone');
  leg.state = 'up';
  leg.answeredAt = step.now;
  const more = takeFromOthers(step, call, picker, { by: leg.party, ordered });
  const his = { ...leg, ...more };
  call.legs[leg.id] = his;
  connect(step, call, his, waitsSince(call));
}

/** What rings elsewhere by order rings for a call that waits, or that rings at somebody. */
export const ringsStill = ({ stage }: Call): boolean => stage.at === 'queue' || stage.at === 'ringing';

const waitsSince = (call: Call): number => call.queuedSince ?? call.offeredAt;

/** Whatever rings for it is let go. Gives with which queue he has it, where he is one of its agents. */
function takeFromOthers(
  step: Step,
  call: Call,
  picker: Person,
  said: { readonly by: Party; readonly ordered?: string },
): Pick<Leg, 'queue'> {
  const pending = pendingLegs(call).filter((leg) => leg.dropped === undefined);
  const others = pending.filter(({ person }) => person !== picker.id);
  step.note(call.id, 'call.picked-up', { ...said, from: others.map(({ party }) => party) });
  for (const leg of pending) dropLeg(step, leg, 'answered-elsewhere');
  const called = new Set(others.flatMap((leg) => (leg.queue === undefined ? (leg.person ?? []) : [])));
  for (const other of called) vacate(step, call, other, 0);
  const isAgent = picker.agent !== undefined;
  const queue = call.stage.at === 'queue' ? call.stage.queue : undefined;
  // One who is no agent is nobody whom a queue could have served by.
  if (queue !== undefined && !isAgent) leaveQueue(step, call);
  return queue !== undefined && isAgent ? { queue } : {};
}

function leaveQueue(step: Step, call: Call): void {
  step.tellAcd({ type: 'leave', interaction: call.id });
  silence(step, call);
  call.stage = { at: 'arriving' };
}

function ringingFor(
  step: Step,
  picker: Person,
  extension: string | undefined,
): { readonly call: string } | undefined {
  const ringing = step.callIds().flatMap((id) => {
    const call = step.peek(id);
    if (!call || call.ending || call.anchor.person === picker.id) return [];
    const legs = pendingLegs(call).filter((leg) => mayTake(step, picker, leg, extension));
    return legs.map((leg) => ({ call: id, since: leg.offeredAt }));
  });
  return ringing.sort((a, b) => a.since - b.since)[0];
}

function mayTake(step: Step, picker: Person, leg: Leg, extension: string | undefined): boolean {
  const owner = leg.person === undefined ? undefined : step.branch.people[leg.person];
  if (!owner || leg.dropped !== undefined || owner.id === picker.id) return false;
  if (extension !== undefined && owner.extension !== extension) return false;
  const queues = Object.keys(owner.agent?.queues ?? {});
  return (
    owner.groups.some((group) => picker.groups.includes(group)) ||
    queues.some((queue) => picker.agent?.queues[queue] !== undefined)
  );
}
