/** Legs: who a call is offered to, how they answer, and what comes next when they do not. */
import type { Party } from '@branchline/contracts/ledger';
import type { AcdEffect, Offer } from '../acd/state.ts';
import { retryElsewhere } from '../routing/causes.ts';
import { CAUSE } from './events.ts';
import { dropAnchor, dropLeg, occupy, vacate } from './ending.ts';
import { pickedUp } from './pickup.ts';
import { parkAgain } from './slots.ts';
import { setStage } from './stage.ts';
import { connect, joined } from './talking.ts';
import { legName, pendingLegs, upLegs, type Call, type Endpoint, type Leg, type Onward } from './state.ts';
import type { Step } from './step.ts';

/** How long an extension rings; ITU-T E.145 leaves it to the network, and callers give up at about this time. */
export const EXTENSION_RING_MS = 30_000;
/** How long a line outside may ring before the caller is told that nobody answers. */
export const OUTSIDE_RING_MS = 90_000;

export function carryOutOffer(step: Step, offer: Offer): void {
  const call = step.call(offer.interaction);
  const phones = step.branch.people[offer.agent]?.phones ?? [];
  if (call?.stage.at !== 'queue' || call.ending) takeBack(step, offer, 'caller-gone');
  else if (phones.length === 0) takeBack(step, offer, 'unreachable');
  else for (const phone of phones) offerAt(step, call, offer, phone);
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
  reason: 'caller-gone' | 'unreachable' | 'withdrawn',
): void {
  step.tellAcd({ type: 'refused', interaction, agent, reason });
}

/** `kept`: the ledger has it already that he was chosen. */
export function offerAt(step: Step, call: Call, offer: Offer, phone: string, kept = false): void {
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
  if (!person || person.phones.length === 0) return dropAnchor(step, call, CAUSE.unallocated, 'branch');
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
  occupy(step, call, person.id);
}

export function ringOutside(step: Step, call: Call, to: Extract<Onward, { kind: 'outside' }>): void {
  const callerId = to.callerId === undefined ? {} : { callerId: to.callerId };
  setStage(step, call, { at: 'ringing', onward: to, untried: to.trunks, ...callerId });
  nextTrunk(step, call, CAUSE.congestion);
}

/** Tries the next trunk of the route; the caller notices nothing. When none is left he gets the last cause. */
function nextTrunk(step: Step, call: Call, lastCause: number): void {
  const { stage } = call;
  if (stage.at !== 'ringing' || stage.onward.kind !== 'outside') return;
  const [name, ...untried] = stage.untried;
  const trunk = name === undefined ? undefined : step.branch.trunks[name];
  if (!trunk) return dropAnchor(step, call, lastCause, 'branch');
  call.stage = { ...stage, untried };
  const { number } = stage.onward;
  const party: Party = { kind: 'number', id: number, via: trunk.name };
  const attempt = stage.onward.trunks.length - untried.length;
  const endpoint: Endpoint = { kind: 'gateway', name: trunk.gateway, trunk: trunk.name, number };
  const { ringMs = OUTSIDE_RING_MS, queue } = call.callback ?? {};
  const leg = addLeg(step, call, endpoint, party, ringMs, {
    attempt,
    ...(queue === undefined ? {} : { queue }),
  });
  step.note(call.id, 'call.leg-offered', { leg: leg.id, to: party, attempt });
}

interface Invited extends Pick<Leg, 'attempt' | 'shown'> {
  readonly number: string;
  readonly invitedBy: Party;
}

/** A number outside is called into a talk, by the first of these lines; the others are for when it cannot be had. False where there is none. */
export function ringInvited(step: Step, call: Call, whom: Invited, trunks: readonly string[]): boolean {
  const [name, ...untried] = trunks;
  const trunk = name === undefined ? undefined : step.branch.trunks[name];
  if (!trunk) return false;
  const { number, ...more } = whom;
  const endpoint = { kind: 'gateway', name: trunk.gateway, trunk: trunk.name, number } as const;
  const party = { kind: 'number', id: number, via: trunk.name } as const;
  const leg = addLeg(step, call, endpoint, party, OUTSIDE_RING_MS, { ...more, untried });
  step.note(call.id, 'call.leg-offered', { leg: leg.id, to: party, attempt: leg.attempt });
  return true;
}

/** The line could not be had: by the next, if the talk still goes on. */
function inviteAgain(step: Step, call: Call, leg: Leg, cause: number): void {
  const { invitedBy, untried = [], endpoint, dropped, shown } = leg;
  const isOver = call.ending !== undefined || call.stage.at !== 'talking' || dropped !== undefined;
  if (isOver || invitedBy === undefined || endpoint.kind !== 'gateway' || !retryElsewhere(cause)) return;
  const whom = { number: endpoint.number, invitedBy, attempt: leg.attempt + 1 };
  ringInvited(step, call, { ...whom, ...(shown === undefined ? {} : { shown }) }, untried);
}

export function addLeg(
  step: Step,
  call: Call,
  endpoint: Endpoint,
  party: Party,
  ringMs: number,
  more: Pick<Leg, 'attempt' | 'queue' | 'person' | 'invitedBy' | 'untried' | 'shown' | 'picked'>,
): Leg {
  call.nextLeg += 1;
  const id = legName(call.id, call.nextLeg);
  const leg: Leg = {
    id,
    party,
    endpoint,
    offeredAt: step.now,
    until: step.now + ringMs,
    state: 'offered',
    ...more,
  };
  call.legs[id] = leg;
  step.own(id, call.id);
  dial(step, call, leg);
  return leg;
}

/** Also for a leg that the engine was never told of, or that went before it rang. */
export function dial(step: Step, call: Call, leg: Leg): void {
  const { id: channel, endpoint, until, shown } = leg;
  const callerId = shown ?? shownTo(call, endpoint);
  const ringMs = Math.max(1_000, until - step.now);
  const once = call.callback && endpoint.kind === 'gateway' ? ({ once: true } as const) : {};
  const beside = call.stage.at === 'calling-back' ? {} : { beside: call.anchor.channel };
  step.effect({ do: 'dial', channel, endpoint, callerId, ...beside, ...once, ringMs });
}

/** Who a called party sees: outside, the number the route shows; inside, who is calling. */
function shownTo(call: Call, endpoint: Endpoint): string {
  if (call.callback) return endpoint.kind === 'phone' ? call.callback.number : (call.callback.callerId ?? '');
  if (endpoint.kind === 'phone') return call.anchor.party.id;
  return call.stage.at === 'ringing' && call.stage.callerId !== undefined
    ? call.stage.callerId
    : call.anchor.party.id;
}

export function legRinging(step: Step, call: Call, leg: Leg): void {
  if (leg.state !== 'offered') return;
  leg.state = 'ringing';
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

/** A leg that went before it answered. */
export function legRefused(step: Step, call: Call, leg: Leg, cause: number): void {
  const reason = leg.dropped === undefined || leg.dropped === 'finished' ? reasonOf(cause) : leg.dropped;
  const queue = leg.queue === undefined ? {} : { queue: leg.queue };
  step.note(call.id, 'call.leg-refused', { leg: leg.id, to: leg.party, reason, cause, ...queue });
  delete call.legs[leg.id];
  if (leg.picked !== undefined && !restsOn(step, call, leg)) return;
  if (reason === 'answered-elsewhere') return letOff(step, call, leg);
  if (leg.queue !== undefined && leg.person !== undefined)
    return refusedByAgent(step, call, leg, leg.person, reason);
  const isInTalk = upLegs(call).some(({ person }) => person === leg.person);
  if (leg.person !== undefined && !isInTalk) vacate(step, call, leg.person, 0);
  if (leg.invitedBy !== undefined) return inviteAgain(step, call, leg, cause);
  const isOver = call.ending !== undefined || call.anchor.gone;
  if (isOver || Object.keys(call.legs).length > 0) return;
  const canRetry = call.stage.at === 'ringing' && call.stage.untried.length > 0 && retryElsewhere(cause);
  if (canRetry) nextTrunk(step, call, cause);
  else if (!parkAgain(step, call))
    dropAnchor(step, call, leg.dropped === 'no-answer' ? CAUSE.noAnswer : cause, 'callee');
}

/** One who was rung by order has not taken it. Whether the call rested on him: it did where all whom it rang for have refused before. */
function restsOn(step: Step, call: Call, { person }: Leg): boolean {
  const isThere = Object.values(call.legs).some((other) => other.person === person);
  if (person !== undefined && !isThere) vacate(step, call, person, 0);
  return call.stage.at === 'ringing' && Object.keys(call.legs).length === 0;
}

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
  const refusal = reason === 'congestion' ? 'failed' : reason;
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
