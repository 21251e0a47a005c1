/** Hold, consultation and transfer by order, for a party whose telephone is not asked: a CTI program acts for him. */
import type { OrderOf } from './call-order.ts';
import { goesOnWithout, invite } from './conference.ts';
import { classify } from '../routing/outgoing.ts';
import { CAUSE } from './events.ts';
import { channelAt, channelOf, isOutside, letGoOf, partner, partyAt } from './parties.ts';
import { noteDenied } from './permits.ts';
import { bridgeOf, upLegs, type Call, type Leg } from './state.ts';
import { endHold } from './stage.ts';
import type { Step } from './step.ts';
import { arm, held, removeLeg, resumed } from './talking.ts';
import { passOn } from './transfers.ts';

export function hold(step: Step, call: Call, { extension }: { readonly extension: string }): void {
  const channel = channelAt(step, call, extension);
  if (channel === undefined) return step.refuse({ code: 'not-a-party', value: extension });
  if (!partner(call, channel)) return step.refuse({ code: 'not-talking', value: call.id });
  if (call.held) return step.refuse({ code: 'held-already', value: call.id });
  setApart(step, call, channel);
}

/** The partner is taken out of the bridge and hears music; the one who holds may talk with others there. */
function setApart(step: Step, call: Call, channel: string): void {
  const who = partner(call, channel);
  if (!who) return;
  const apart = channelOf(who);
  held(step, call, channel);
  call.held = { by: channel, since: step.now, apart };
  step.effect({ do: 'unbridge', bridge: bridgeOf(call), channel: apart });
  step.effect({ do: 'music', channel: apart, on: true, music: 'default' });
}

export function resume(step: Step, call: Call, { extension }: { readonly extension: string }): void {
  const channel = channelAt(step, call, extension);
  if (channel === undefined) return step.refuse({ code: 'not-a-party', value: extension });
  if (call.held?.by !== channel) return step.refuse({ code: 'not-held', value: call.id });
  // The telephone itself would go on sending nothing.
  if (call.held.apart === undefined) return step.refuse({ code: 'held-by-phone', value: extension });
  resumed(step, call, channel);
}

export function consult(step: Step, call: Call, { extension, to }: OrderOf<'consult'>): void {
  const channel = channelAt(step, call, extension);
  if (channel === undefined) return step.refuse({ code: 'not-a-party', value: extension });
  if (!partner(call, channel)) return step.refuse({ code: 'not-talking', value: call.id });
  if (call.held && call.held.by !== channel) return step.refuse({ code: 'held-already', value: call.id });
  if (call.held && call.held.apart === undefined)
    return step.refuse({ code: 'held-by-phone', value: extension });
  if (invite(step, call, channel, to) && !call.held) setApart(step, call, channel);
}

export function transferByOrder(step: Step, call: Call, order: OrderOf<'transfer'>): void {
  const channel = channelAt(step, call, order.extension);
  if (channel === undefined) return step.refuse({ code: 'not-a-party', value: order.extension });
  if ('with' in order) {
    const other = step.call(order.with);
    const otherChannel = other && channelAt(step, other, order.extension);
    const to = { kind: 'attended', otherChannel: otherChannel ?? '' } as const;
    if (!passOn(step, call, channel, to)) step.refuse({ code: 'no-consultation', value: order.with });
    return;
  }
  const { to } = order;
  const asked = upLegs(call).find(({ id, party }) => id === channelAt(step, call, to) || party.id === to);
  if (asked && asked.id !== channel && upLegs(call).length > 1) return handOn(step, call, channel, asked, to);
  if (!partner(call, channel)) return step.refuse({ code: 'not-talking', value: call.id });
  if (!passOn(step, call, channel, { kind: 'blind', dialled: to }))
    step.refuse({ code: 'no-such-destination', value: to });
}

/** Who was consulted is in the talk already: the one who asked him leaves, and who was held is with him. */
function handOn(step: Step, call: Call, channel: string, asked: Leg, to: string): void {
  if (goesOutAgain(step, call, channel, asked))
    return step.refuse({ code: 'no-such-destination', value: to });
  step.note(call.id, 'call.transferred', { kind: 'attended', by: partyAt(call, channel), to });
  const leg = call.legs[channel];
  letGoOf(step, call, channel);
  if (!leg) return void goesOnWithout(step, call, CAUSE.normal, true);
  removeLeg(step, call, leg, CAUSE.normal);
  if (call.held?.by === channel) endHold(step, call, true);
  if (call.recording) arm(step, call);
}

/** He would leave one who has called the branch alone with others outside. */
function goesOutAgain(step: Step, call: Call, channel: string, asked: Leg): boolean {
  if (call.direction !== 'in' || step.branch.limits.forwardOut) return false;
  const left = [call.anchor, ...upLegs(call)].filter(
    (each) => ('id' in each ? each.id : each.channel) !== channel,
  );
  const target = classify(step.branch, asked.party.id);
  if (!left.every(isOutside) || target.kind !== 'outside') return false;
  noteDenied(step, call, target, { because: 'came-in' });
  return true;
}
