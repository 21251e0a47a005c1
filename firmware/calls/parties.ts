/** Who is in a talk, and how one of them becomes another's partner. */
import { classify } from '../routing/outgoing.ts';
import { CAUSE } from './events.ts';
import { anchorWrapUp, dropLeg, personAt, vacate } from './ending.ts';
import { bridgeOf, pendingLegs, upLegs, type Anchor, type Call, type Leg, type Onward } from './state.ts';
import { leaving, noteDenied, permit } from './permits.ts';
import { endHold } from './stage.ts';
import type { Step } from './step.ts';
import { removeLeg } from './talking.ts';
import { endWatch } from './watch.ts';

/** The party at the other end of the talk; nobody where there are more than two in it. */
export function partner(call: Readonly<Call>, channel: string): Anchor | Leg | undefined {
  if (call.ending || call.stage.at !== 'talking' || upLegs(call).length !== 1) return undefined;
  if (channel === call.anchor.channel) return upLegs(call)[0];
  return call.legs[channel]?.state === 'up' ? call.anchor : undefined;
}

export function partyAt(call: Call, channel: string): Anchor['party'] {
  return call.legs[channel]?.party ?? call.anchor.party;
}

/** Lets the transferor's channel go; his end of the talk is entered at once. */
export function letGo(step: Step, call: Call, channel: string): void {
  endWatch(step, call, 'talk-over');
  for (const invited of pendingLegs(call)) dropLeg(step, invited, 'caller-gone');
  const leg = call.legs[channel];
  if (leg) removeLeg(step, call, leg, CAUSE.normal);
  else if (call.anchor.person !== undefined) vacate(step, call, call.anchor.person, anchorWrapUp(step, call));
  letGoOf(step, call, channel);
  endHold(step, call, false);
}

/** Ends a channel that is the call's no more. */
export function letGoOf(step: Step, call: Call, channel: string): void {
  step.disown(channel);
  if (call.bridged) step.effect({ do: 'unbridge', bridge: bridgeOf(call), channel });
  step.effect({ do: 'hang-up', channel, cause: CAUSE.normal });
}

export const channelOf = (who: Anchor | Leg): string => ('id' in who ? who.id : who.channel);

/** Who is left becomes the anchor, unless he is it already. */
export function becomeAnchor(step: Step, call: Call, who: Anchor | Leg): void {
  if (!('id' in who)) return;
  const phone = who.endpoint.kind === 'phone' ? { phone: who.endpoint.name } : {};
  const person = who.person === undefined ? {} : { person: who.person };
  const queue = who.queue === undefined ? {} : { queue: who.queue };
  delete call.legs[who.id];
  call.anchor = {
    channel: who.id,
    party: who.party,
    answered: true,
    gone: false,
    ...phone,
    ...person,
    ...queue,
  };
  step.own(who.id, call.id);
}

export function asLeg(step: Step, kept: Call, merged: Call, party: Anchor | Leg): Leg {
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

export const isOutside = (who: Anchor | Leg): boolean =>
  'id' in who ? who.endpoint.kind === 'gateway' : who.phone === undefined;

/** The channel of the party that has this extension. */
export function channelAt(step: Step, call: Call, extension: string): string | undefined {
  const owner = Object.values(step.branch.people).find((person) => person.extension === extension);
  if (!owner) return undefined;
  if (call.anchor.person === owner.id) return call.anchor.channel;
  return upLegs(call).find((leg) => leg.person === owner.id)?.id;
}

/**
 * The transferor may send the call only where he might have called himself. `sentOn`: who is to go there without him; one who came in
 * from outside does not go out again, unless the document allows it.
 */
export function destinationFor(
  step: Step,
  call: Call,
  channel: string,
  dialled: string,
  sentOn?: Anchor | Leg,
): Onward | undefined {
  const target = classify(step.branch, dialled);
  if (target.kind === 'extension') return { kind: 'extension', name: target.extension };
  if (target.kind !== 'outside') return undefined;
  if (sentOn && call.direction === 'in' && isOutside(sentOn) && !step.branch.limits.forwardOut) {
    noteDenied(step, call, target, { because: 'came-in' });
    return undefined;
  }
  const id = call.anchor.channel === channel ? call.anchor.person : call.legs[channel]?.person;
  const person = id === undefined ? undefined : step.branch.people[id];
  const asking = person === undefined ? {} : { person, extension: person.extension };
  const permitted = permit(step, target, asking);
  if (permitted.ok) return leaving(step, call, permitted.plan, person?.extension);
  noteDenied(step, call, target, permitted.denied);
  return undefined;
}
