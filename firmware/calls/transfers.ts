/**
 * Transfers asked for by a desk phone with REFER (RFC 3515; attended: RFC 3891 Replaces). The engine only passes the wish
 * on; who talks with whom afterwards is decided here.
 */
import { classify, outgoingPlan } from '../routing/outgoing.ts';
import { CAUSE, type TransferTarget } from './events.ts';
import { finishIfEmpty, occupy, REMIND_MS, personAt, stopTalking, vacate } from './ending.ts';
import { go } from './going.ts';
import { arm, removeLeg } from './talking.ts';
import { bridgeOf, upLegs, type Anchor, type Call, type Leg, type Onward } from './state.ts';
import { setStage } from './stage.ts';
import type { Step } from './step.ts';

export function transfer(step: Step, call: Call, channel: string, to: TransferTarget): void {
  const accepted =
    to.kind === 'blind'
      ? blind(step, call, channel, to.dialled)
      : attended(step, call, channel, to.otherChannel);
  if (!accepted) step.effect({ do: 'transfer-result', channel, result: 'refused' });
}

/** Told before the transferor's channel is let go: afterwards nobody could tell his phone. */
function accept(step: Step, channel: string): void {
  step.effect({ do: 'transfer-result', channel, result: 'accepted' });
}

function blind(step: Step, call: Call, channel: string, dialled: string): boolean {
  const who = partner(call, channel);
  const onward = who && destinationFor(step, call, channel, dialled);
  if (!who || !onward) return false;
  accept(step, channel);
  step.note(call.id, 'call.transferred', { kind: 'blind', by: partyAt(call, channel), to: dialled });
  letGo(step, call, channel);
  becomeAnchor(step, call, who);
  stopTalking(step, call);
  go(step, call, onward);
  return true;
}

/** The transferor may send the call only where he might have called himself. */
function destinationFor(step: Step, call: Call, channel: string, dialled: string): Onward | undefined {
  const target = classify(step.branch, dialled);
  if (target.kind === 'extension') return { kind: 'extension', name: target.extension };
  if (target.kind !== 'outside') return undefined;
  const person = call.anchor.channel === channel ? call.anchor.person : call.legs[channel]?.person;
  const groups = person === undefined ? [] : (step.branch.people[person]?.groups ?? []);
  const plan = outgoingPlan(step.branch, target, groups);
  if (!plan.ok) return undefined;
  const callerId = plan.callerId === undefined ? {} : { callerId: plan.callerId };
  return { kind: 'outside', number: plan.number, trunks: plan.trunks, ...callerId };
}

/** Joins the party that the transferor has here with the one he has in the other call; the older call lives on. */
function attended(step: Step, call: Call, channel: string, otherChannel: string): boolean {
  const other = step.callOf(otherChannel);
  if (!other || other.id === call.id) return false;
  const [kept, keptChannel, merged, mergedChannel] =
    call.offeredAt <= other.offeredAt
      ? [call, channel, other, otherChannel]
      : [other, otherChannel, call, channel];
  const stays = partner(kept, keptChannel);
  const comes = partner(merged, mergedChannel);
  if (!stays || !comes) return false;
  accept(step, channel);
  const by = partyAt(kept, keptChannel);
  const joining = asLeg(step, kept, merged, comes);
  step.note(kept.id, 'call.transferred', { kind: 'attended', by, to: joining.party.id, merged: merged.id });
  letGo(step, kept, keptChannel);
  becomeAnchor(step, kept, stays);
  const isRecorded = kept.recording !== undefined || merged.recording !== undefined;
  leaveMerged(step, merged, mergedChannel, comes);
  kept.legs[joining.id] = joining;
  step.own(joining.id, kept.id);
  join(step, kept, joining);
  if (isRecorded) arm(step, kept, true);
  finishIfEmpty(step, merged);
  return true;
}

function join(step: Step, kept: Call, joining: Leg): void {
  setStage(step, kept, { at: 'talking' });
  kept.talkingSince ??= step.now;
  delete kept.held;
  step.effect({
    do: 'bridge',
    bridge: bridgeOf(kept),
    create: !kept.bridged,
    channels: [kept.anchor.channel, joining.id],
  });
  kept.bridged = true;
  if (joining.person !== undefined) occupy(step, kept, joining.person);
  step.note(kept.id, 'call.answered', { leg: joining.id, by: joining.party, waitedMs: 0 });
}

/** The other call has given its party away: what is left of it is the transferor's own channel, which goes. */
function leaveMerged(step: Step, merged: Call, transferor: string, given: Anchor | Leg): void {
  stopTalking(step, merged);
  const phase = 'talking' as const;
  merged.ending = { outcome: 'merged', endedBy: 'branch', phase, at: step.now };
  const givenChannel = channelOf(given);
  const givenLeg = merged.legs[givenChannel];
  if (givenLeg) removeLeg(step, merged, givenLeg);
  if (merged.anchor.channel === givenChannel) {
    merged.anchor.gone = true;
    if (merged.recording) step.effect({ do: 'stop-recording', channel: givenChannel });
  }
  const leg = merged.legs[transferor];
  if (leg) leg.dropped ??= 'finished';
  step.effect({ do: 'hang-up', channel: transferor, cause: CAUSE.normal });
  merged.remindAt ??= step.now + REMIND_MS;
}

/** Lets the transferor's channel go; his end of the talk is entered at once. */
function letGo(step: Step, call: Call, channel: string): void {
  const leg = call.legs[channel];
  if (leg) removeLeg(step, call, leg, CAUSE.normal);
  else if (call.anchor.person !== undefined) vacate(step, call, call.anchor.person, 0);
  step.disown(channel);
  if (call.bridged) step.effect({ do: 'unbridge', bridge: bridgeOf(call), channel });
  step.effect({ do: 'hang-up', channel, cause: CAUSE.normal });
  delete call.held;
}

/** Who is left becomes the anchor, unless he is it already. */
export function becomeAnchor(step: Step, call: Call, who: Anchor | Leg): void {
  if (!('id' in who)) return;
  const phone = who.endpoint.kind === 'phone' ? { phone: who.endpoint.name } : {};
  const person = who.person === undefined ? {} : { person: who.person };
  delete call.legs[who.id];
  call.anchor = { channel: who.id, party: who.party, answered: true, gone: false, ...phone, ...person };
  step.own(who.id, call.id);
}

/** The party at the other end of the talk. */
function partner(call: Call, channel: string): Anchor | Leg | undefined {
  if (call.ending || call.stage.at !== 'talking') return undefined;
  if (channel === call.anchor.channel) return upLegs(call)[0];
  return call.legs[channel]?.state === 'up' ? call.anchor : undefined;
}

function asLeg(step: Step, kept: Call, merged: Call, party: Anchor | Leg): Leg {
  if ('id' in party) return { ...party };
  kept.nextLeg += 1;
  const phone = party.phone;
  return {
    id: party.channel,
    party: party.party,
    endpoint:
      phone === undefined
        ? { kind: 'gateway', name: '', trunk: merged.trunk ?? '', number: party.party.id }
        : { kind: 'phone', name: phone },
    attempt: 1,
    offeredAt: step.now,
    until: step.now,
    state: 'up',
    answeredAt: step.now,
    ...(phone === undefined ? {} : personOf(step, phone)),
  };
}

function personOf(step: Step, phone: string): { person?: string } {
  const person = personAt(step.branch, phone);
  return person === undefined ? {} : { person };
}

const channelOf = (who: Anchor | Leg): string => ('id' in who ? who.id : who.channel);

function partyAt(call: Call, channel: string): Anchor['party'] {
  return call.legs[channel]?.party ?? call.anchor.party;
}
