/**
 * Transfers, asked for by order or by a desk phone with REFER (RFC 3515; attended: RFC 3891 Replaces). The engine only passes the wish
 * on; who talks with whom afterwards is decided here.
 */
import { CAUSE, type TransferTarget } from './events.ts';
import { finishIfEmpty, occupy, REMIND_MS, stopTalking, vacate } from './ending.ts';
import { go } from './going.ts';
import { arm, removeLeg } from './talking.ts';
import {
  asLeg,
  becomeAnchor,
  channelOf,
  destinationFor,
  isOutside,
  letGo,
  partner,
  partyAt,
} from './parties.ts';
import { park, parkTarget } from './parking.ts';
import { bridgeOf, type Anchor, type Call, type Leg } from './state.ts';
import { setStage } from './stage.ts';
import type { Step } from './step.ts';
import { endWatch } from './watch.ts';

export function transfer(step: Step, call: Call, channel: string, to: TransferTarget): void {
  // Told before the transferor's channel is let go: afterwards nobody could tell his phone.
  const accept = (): void => step.effect({ do: 'transfer-result', channel, result: 'accepted' });
  if (!passOn(step, call, channel, to, accept))
    step.effect({ do: 'transfer-result', channel, result: 'refused' });
}

/** False where nothing was done. `accept` is called before anything is. */
export function passOn(
  step: Step,
  call: Call,
  channel: string,
  to: TransferTarget,
  accept: () => void = () => undefined,
): boolean {
  return to.kind === 'blind'
    ? blind(step, call, { channel, accept }, to.dialled)
    : attended(step, call, { channel, accept }, to.otherChannel);
}

interface Transferor {
  readonly channel: string;
  readonly accept: () => void;
}

function blind(step: Step, call: Call, { channel, accept }: Transferor, dialled: string): boolean {
  const who = partner(call, channel);
  const parking = parkTarget(step, dialled);
  if (parking) {
    if (!who || parking.slot === undefined) return false;
    accept();
    park(step, call, channel, parking.slot);
    return true;
  }
  const onward = who && destinationFor(step, call, channel, dialled, who);
  if (!who || !onward) return false;
  accept();
  step.note(call.id, 'call.transferred', { kind: 'blind', by: partyAt(call, channel), to: dialled });
  letGo(step, call, channel);
  becomeAnchor(step, call, who);
  stopTalking(step, call);
  go(step, call, onward);
  return true;
}

/** Joins the party that the transferor has here with the one he has in the other call; the older call lives on. */
function attended(step: Step, call: Call, { channel, accept }: Transferor, otherChannel: string): boolean {
  const other = step.callOf(otherChannel);
  if (!other || other.id === call.id) return false;
  const [kept, keptChannel, merged, mergedChannel] =
    call.offeredAt <= other.offeredAt
      ? [call, channel, other, otherChannel]
      : [other, otherChannel, call, channel];
  const stays = partner(kept, keptChannel);
  const comes = partner(merged, mergedChannel);
  if (!stays || !comes || goesOutAgain(step, kept, merged, [stays, comes])) return false;
  accept();
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
  // Only now: he was at no moment free for a call of a queue.
  if (merged.anchor.gone && merged.anchor.person !== undefined) vacate(step, merged, merged.anchor.person, 0);
  finishIfEmpty(step, merged);
  return true;
}

/** Two outside of whom one has called the branch: nobody of the branch would be left with them. */
function goesOutAgain(step: Step, kept: Call, merged: Call, parties: readonly (Anchor | Leg)[]): boolean {
  if (step.branch.limits.forwardOut || !parties.every(isOutside)) return false;
  const cameIn = kept.direction === 'in' || merged.direction === 'in';
  const { out } = kept.out ? kept : merged;
  if (!cameIn || !out) return false;
  step.note(kept.id, 'call.denied', { class: out.class, number: out.number, because: 'came-in' });
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
  endWatch(step, merged, 'talk-over');
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
