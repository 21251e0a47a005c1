/** Legs: who a call is offered to, how they answer, and what comes next when they do not. */
import type { Person } from '@branchline/contracts/branch/model';
import type { Party } from '@branchline/contracts/ledger';
import type { AcdEffect, Offer } from '../acd/state.ts';
import { CAUSE } from './events.ts';
import { dropAnchor, dropLeg, occupy, vacate } from './ending.ts';
import { inviteAgain } from './inviting.ts';
import { addLeg, EXTENSION_RING_MS } from './legs.ts';
import { goesOn, nextTrunk } from './lines-out.ts';
import { ringMobile, ringsOn, wasAsked } from './mobile.ts';
import { pickedUp } from './pickup.ts';
import { parkAgain } from './slots.ts';
import { setStage } from './stage.ts';
import { connect, joined } from './talking.ts';
import { pendingLegs, upLegs, type Call, type Leg } from './state.ts';
import type { Step } from './step.ts';

export function carryOutOffer(step: Step, offer: Offer): void {
  const call = step.call(offer.interaction);
  if (call?.stage.at !== 'queue' || call.ending) takeBack(step, offer, 'caller-gone');
  else offerToAgent(step, call, offer);
}

/** At his telephones; one who has none at his mobile. `kept`: the ledger has it already that he was chosen. */
export function offerToAgent(step: Step, call: Call, offer: Offer, kept = false): void {
  const { agent, queue, attempt, candidates, why } = offer;
  const { phones = [], mobile } = step.branch.people[agent] ?? {};
  for (const phone of phones) offerAt(step, call, offer, phone, kept);
  if (phones.length > 0) return;
  if (mobile === undefined) return takeBack(step, offer, 'unreachable');
  const leg = ringMobile(step, call, {
    ...{ person: agent, queue, attempt },
    party: { kind: 'agent', id: agent },
  });
  if (!leg) return takeBack(step, offer, 'failed');
  step.note(call.id, 'call.leg-offered', {
    ...{ leg: leg.id, to: leg.party, queue, attempt, candidates: [...candidates], why },
    ...(kept ? { kept } : {}),
  });
}

/** Where several rang, another took it, or the caller is gone: this agent's telephones stop ringing. */
export function withdraw(
  step: Step,
  { interaction, agent, because }: Extract<AcdEffect, { do: 'withdraw' }>,
): void {
  const call = step.call(interaction);
  const legs = call ? pendingLegs(call).filter((leg) => leg.person === agent) : [];
  if (legs.length === 0) return step.tellAcd({ type: 'refused', interaction, agent, reason: 'withdrawn' });
  const why = because === 'gone' ? 'caller-gone' : because;
  for (const leg of legs) if (leg.dropped === undefined) dropLeg(step, leg, why);
}

export function takeBack(
  step: Step,
  { interaction, agent }: Offer,
  reason: 'caller-gone' | 'unreachable' | 'withdrawn' | 'failed',
): void {
  step.tellAcd({ type: 'refused', interaction, agent, reason });
}

function offerAt(step: Step, call: Call, offer: Offer, phone: string, kept: boolean): void {
  const { agent, queue, attempt, candidates, why } = offer;
  const party: Party = { kind: 'agent', id: agent, via: phone };
  const leg = addLeg(step, call, { kind: 'phone', name: phone }, party, offer.ringMs, {
    queue,
    attempt,
    person: agent,
  });
  step.note(call.id, 'call.leg-offered', {
    leg: leg.id,
    to: party,
    queue,
    attempt,
    candidates: [...candidates],
    why,
    ...(kept ? { kept } : {}),
  });
}

export function ringExtension(step: Step, call: Call, extension: string): void {
  const person = Object.values(step.branch.people).find((candidate) => candidate.extension === extension);
  if (!person || !canBeRung(person)) return dropAnchor(step, call, CAUSE.unallocated, 'branch');
  setStage(step, call, { at: 'ringing', onward: { kind: 'extension', name: extension }, untried: [] });
  step.effect({ do: 'ring', channel: call.anchor.channel });
  for (const phone of person.phones) {
    const party: Party = { kind: 'extension', id: extension, via: phone };
    const leg = addLeg(step, call, { kind: 'phone', name: phone }, party, EXTENSION_RING_MS, {
      attempt: 1,
      person: person.id,
    });
    step.note(call.id, 'call.leg-offered', { leg: leg.id, to: party, attempt: 1 });
  }
  if (person.phones.length === 0 && !ringAtMobile(step, call, person))
    return dropAnchor(step, call, CAUSE.congestion, 'branch');
  occupy(step, call, person.id);
}

export const canBeRung = ({ phones, mobile }: Pick<Person, 'phones' | 'mobile'>): boolean =>
  phones.length > 0 || mobile !== undefined;

function ringAtMobile(step: Step, call: Call, { id, extension }: Person): boolean {
  const party = { kind: 'extension', id: extension } as const;
  const leg = ringMobile(step, call, { person: id, attempt: 1, party });
  if (leg) step.note(call.id, 'call.leg-offered', { leg: leg.id, to: leg.party, attempt: 1 });
  return leg !== undefined;
}

export function legRinging(step: Step, call: Call, leg: Leg): void {
  if (leg.state !== 'offered') return;
  leg.state = 'ringing';
  delete leg.askAt;
  step.note(call.id, 'call.leg-ringing', { leg: leg.id });
  if (call.stage.at === 'ringing' && leg.endpoint.kind === 'gateway')
    step.effect({ do: 'ring', channel: call.anchor.channel });
}

export function legUp(step: Step, call: Call, leg: Leg): void {
  if (leg.state === 'up') return;
  if (call.ending || call.anchor.gone || leg.dropped) return dropLeg(step, leg, leg.dropped ?? 'caller-gone');
  if (leg.invitedBy !== undefined && call.stage.at !== 'talking') return dropLeg(step, leg, 'caller-gone');
  if (leg.picked !== undefined) return pickedUp(step, call, leg, leg.picked);
  leg.state = 'up';
  leg.answeredAt = step.now;
  const rivals = pendingLegs(call).filter(
    (other) => other.invitedBy === undefined || other.person === leg.person,
  );
  for (const other of rivals) dropLeg(step, other, 'answered-elsewhere');
  if (call.stage.at === 'talking') joined(step, call, leg);
  else connect(step, call, leg);
}

/** A leg that went before it answered. `sip`: the far end's final response, where it gave one. */
export function legRefused(step: Step, call: Call, leg: Leg, said: number, sip?: number): void {
  const { dropped } = leg;
  const wasSilent = dropped === 'silent';
  const cause = wasSilent ? CAUSE.noResponse : said;
  const isTheirs = dropped === undefined || dropped === 'finished' || dropped === 'silent';
  const reason = isTheirs ? (wasAsked(leg) ? 'no-answer' : reasonOf(cause)) : dropped;
  const queue = leg.queue === undefined ? {} : { queue: leg.queue };
  const line = leg.endpoint.kind === 'gateway' ? lineSaid(step, leg, wasSilent ? undefined : sip) : {};
  step.note(call.id, 'call.leg-refused', { leg: leg.id, to: leg.party, reason, cause, ...line, ...queue });
  delete call.legs[leg.id];
  if (leg.picked !== undefined && !restsOn(step, call, leg)) return;
  if (reason === 'answered-elsewhere') return letOff(step, call, leg);
  if (ringsOn(step, call, leg, { reason, cause, sip })) return;
  if (leg.queue !== undefined && leg.person !== undefined)
    return refusedByAgent(step, call, leg, leg.person, reason);
  const isInTalk = upLegs(call).some(({ person }) => person === leg.person);
  if (leg.person !== undefined && !isInTalk) vacate(step, call, leg.person, 0);
  if (leg.invitedBy !== undefined) return inviteAgain(step, call, leg, { cause, sip });
  const isOver = call.ending !== undefined || call.anchor.gone;
  if (isOver || Object.keys(call.legs).length > 0) return;
  if (goesOn(step, call, leg, { cause, sip })) nextTrunk(step, call, cause);
  else if (!parkAgain(step, call))
    dropAnchor(step, call, leg.dropped === 'no-answer' ? CAUSE.noAnswer : cause, 'callee');
}

/** One who was rung by order has not taken it. Whether the call rested on him: it did where all whom it rang for have refused before. */
function restsOn(step: Step, call: Call, { person }: Leg): boolean {
  const isThere = Object.values(call.legs).some((other) => other.person === person);
  if (person !== undefined && !isThere) vacate(step, call, person, 0);
  return call.stage.at === 'ringing' && Object.keys(call.legs).length === 0;
}

const lineSaid = (step: Step, leg: Leg, sip: number | undefined): { sip?: number; afterMs: number } => ({
  ...(sip === undefined ? {} : { sip }),
  afterMs: Math.max(0, step.now - leg.offeredAt),
});

/** Somebody else answered, or he did himself at another of his telephones: the ACD knows which. */
function letOff(step: Step, call: Call, { queue, person }: Leg): void {
  const stillOffered = pendingLegs(call).some((other) => other.person === person);
  if (queue === undefined || person === undefined || stillOffered) return;
  step.tellAcd({ type: 'refused', interaction: call.id, agent: person, reason: 'withdrawn' });
}

function refusedByAgent(
  step: Step,
  call: Call,
  leg: Leg,
  agent: string,
  reason: ReturnType<typeof reasonOf>,
): void {
  const stillOffered = Object.values(call.legs).some((other) => other.person === agent);
  if (stillOffered) return;
  // A mobile is never known to be out of reach: it is tried again.
  const isForNow = reason === 'congestion' || (reason === 'unreachable' && leg.mobile !== undefined);
  const refusal = isForNow ? 'failed' : reason;
  step.tellAcd({ type: 'refused', interaction: call.id, agent, reason: refusal });
  vacate(step, call, agent, 0);
}

function reasonOf(
  cause: number,
): 'busy' | 'no-answer' | 'declined' | 'unreachable' | 'congestion' | 'failed' | 'caller-gone' {
  switch (cause) {
    case CAUSE.busy:
      return 'busy';
    case CAUSE.noAnswer:
      return 'no-answer';
    case CAUSE.rejected:
      return 'declined';
    case CAUSE.noRoute:
    case CAUSE.noResponse:
    case CAUSE.absent:
    case CAUSE.outOfOrder:
      return 'unreachable';
    case CAUSE.congestion:
    case 38:
    case 41:
    case 42:
      return 'congestion';
    default:
      return 'failed';
  }
}
