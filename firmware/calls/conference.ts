/** More than two in one talk: somebody is invited, or those of a consultation are brought in; whoever leaves, the others go on. */
import type { OrderOf, Refusal } from './call-order.ts';
import { anchorWrapUp, finishIfEmpty, occupy, stopTalking, vacate } from './ending.ts';
import { ringInvited } from './inviting.ts';
import { addLeg, EXTENSION_RING_MS } from './legs.ts';
import { endIfLeftAlone } from './left-alone.ts';
import {
  asLeg,
  becomeAnchor,
  channelAt,
  destinationFor,
  isOutside,
  letGo,
  partner,
  partyAt,
} from './parties.ts';
import { bridgeOf, upLegs, type Anchor, type Call, type Leg } from './state.ts';
import { endHold } from './stage.ts';
import type { Step } from './step.ts';
import { arm, removeLeg } from './talking.ts';
import { endWatch } from './watch.ts';

/** More would be a meeting, and is mixed at a cost that grows with each. */
const MOST_PARTIES = 8;

export function conference(step: Step, call: Call, order: OrderOf<'conference'>): void {
  const channel = channelAt(step, call, order.extension);
  if (channel === undefined) return step.refuse({ code: 'not-a-party', value: order.extension });
  if (call.stage.at !== 'talking') return step.refuse({ code: 'not-talking', value: call.id });
  const parties = 1 + Object.keys(call.legs).length;
  if (parties >= MOST_PARTIES) return step.refuse({ code: 'conference-full', value: String(MOST_PARTIES) });
  if ('invite' in order) return void invite(step, call, channel, order.invite);
  bringIn(step, call, channel, order);
}

/** False where it was refused. */
export function invite(step: Step, call: Call, channel: string, dialled: string): boolean {
  const to = destinationFor(step, call, channel, dialled);
  if (!to) return refused(step, { code: 'no-such-destination', value: dialled });
  const by = partyAt(call, channel);
  const attempt = 1;
  if (to.kind === 'outside') {
    const shown = to.callerId === undefined ? {} : { shown: to.callerId };
    const isRung = ringInvited(step, call, { to, invitedBy: by, attempt, ...shown }, to.trunks);
    return isRung || refused(step, { code: 'no-such-destination', value: dialled });
  }
  const person = Object.values(step.branch.people).find(({ extension }) => extension === dialled);
  const isIn =
    person &&
    (call.anchor.person === person.id || Object.values(call.legs).some((leg) => leg.person === person.id));
  if (!person || isIn) return refused(step, { code: 'in-the-call', value: dialled });
  if (person.phones.length === 0) return refused(step, { code: 'no-phone', value: dialled });
  for (const name of person.phones) {
    const party = { kind: 'extension', id: dialled, via: name } as const;
    const more = { attempt, invitedBy: by, person: person.id };
    const leg = addLeg(step, call, { kind: 'phone', name }, party, EXTENSION_RING_MS, more);
    step.note(call.id, 'call.leg-offered', { leg: leg.id, to: party, attempt });
  }
  occupy(step, call, person.id);
  return true;
}

function refused(step: Step, refusal: Refusal): false {
  step.refuse(refusal);
  return false;
}

/** He goes on by the telephone line of his consultation, which is in his hand; the one he had here, on hold, is let go. */
function bringIn(
  step: Step,
  call: Call,
  channel: string,
  order: OrderOf<'conference'> & { with: string },
): void {
  const other = step.call(order.with);
  const otherChannel = other && channelAt(step, other, order.extension);
  const guest = otherChannel === undefined ? undefined : partner(other as Call, otherChannel);
  const stays = partner(call, channel);
  if (!other || other.id === call.id || otherChannel === undefined || !guest || !stays)
    return step.refuse({ code: 'no-consultation', value: order.with });
  const by = partyAt(call, channel);
  const apart = call.held?.apart === undefined ? [] : [call.held.apart];
  const own = other.anchor.channel === otherChannel ? other.anchor : (other.legs[otherChannel] as Leg);
  letGo(step, call, channel);
  becomeAnchor(step, call, stays);
  const legs = [own, guest].map((each) => asLeg(step, call, other, each));
  for (const leg of legs) if (leg.person !== undefined) occupy(step, call, leg.person);
  give(step, other, [own, guest]);
  for (const leg of legs) {
    call.legs[leg.id] = { ...leg, answeredAt: step.now };
    step.own(leg.id, call.id);
    step.note(call.id, 'call.joined', { leg: leg.id, who: leg.party, by, merged: other.id });
  }
  call.stage = { at: 'talking' };
  call.talkingSince ??= step.now;
  step.effect({
    do: 'bridge',
    bridge: bridgeOf(call),
    create: false,
    channels: [...apart, ...legs.map(({ id }) => id)],
  });
  if (call.recording) arm(step, call);
  finishIfEmpty(step, other);
}

/** All of the other call's parties leave it for this one. */
function give(step: Step, other: Call, parties: readonly (Anchor | Leg)[]): void {
  endWatch(step, other, 'talk-over');
  stopTalking(step, other);
  other.ending = { outcome: 'merged', endedBy: 'branch', phase: 'talking', at: step.now };
  for (const each of parties) {
    if ('id' in each) removeLeg(step, other, each);
    else {
      other.anchor.gone = true;
      if (other.recording) step.effect({ do: 'stop-recording', channel: each.channel });
      if (each.person !== undefined) vacate(step, other, each.person, 0);
    }
  }
}

/**
 * The anchor has hung up: where two others are left, they go on, and one of them is the anchor from now on. The recording is
 * at the anchor's channel: it goes on at the new one's. False where nobody is left to talk with. `handedOn`: he has not just left, but
 * brought the two together.
 */
export function goesOnWithout(step: Step, call: Call, cause: number, handedOn = false): boolean {
  const { anchor } = call;
  const wasInside = !isOutside(anchor);
  const left = upLegs(call);
  const [next] = left;
  if (call.ending || call.stage.at !== 'talking' || left.length < 2 || !next) return false;
  const since = anchor.joinedAt ?? call.talkingSince ?? step.now;
  step.note(call.id, 'call.leg-ended', {
    leg: anchor.channel,
    who: anchor.party,
    talkMs: Math.max(0, step.now - since),
    cause,
    ...wrapUpFor(step, call),
  });
  if (anchor.person !== undefined) vacate(step, call, anchor.person, anchorWrapUp(step, call));
  if (call.held?.apart === anchor.channel) delete call.held;
  if (call.held?.by === anchor.channel) endHold(step, call, true);
  becomeAnchor(step, call, next);
  call.anchor.joinedAt = next.answeredAt ?? step.now;
  if (call.recording) arm(step, call);
  if (wasInside && !handedOn) endIfLeftAlone(step, call);
  return true;
}

/** What one who became the anchor of a conference has talked, once he is gone too. */
export function notePromoted(step: Step, call: Call, cause: number): void {
  const { channel, party, joinedAt } = call.anchor;
  if (joinedAt === undefined) return;
  const talkMs = Math.max(0, (call.ending?.at ?? step.now) - joinedAt);
  step.note(call.id, 'call.leg-ended', { leg: channel, who: party, talkMs, cause, ...wrapUpFor(step, call) });
}

function wrapUpFor(step: Step, call: Call): { wrapUpMs?: number } {
  const wrapUpMs = call.anchor.person === undefined ? 0 : anchorWrapUp(step, call);
  return wrapUpMs > 0 ? { wrapUpMs } : {};
}
