/** A call to the outside by one line after the other, within the same call: the caller hears it ring, whatever lines do. */
import type { Branch, Trunk } from '@branchline/contracts/branch/model';
import type { Party } from '@branchline/contracts/ledger';
import { anotherMayDo, isFull } from '../routing/causes.ts';
import { dialForm, type Outside } from '../routing/dial-form.ts';
import { dropAnchor, dropLeg } from './ending.ts';
import { CAUSE, type CallEvent } from './events.ts';
import { addLeg, OUTSIDE_RING_MS } from './legs.ts';
import { makeRoom } from './preempting.ts';
import { setStage } from './stage.ts';
import type { Call, Endpoint, Leg, Onward, Stage } from './state.ts';
import type { Step } from './step.ts';
import { hasRoom } from './trunk-load.ts';

/** A far end that has taken the call and says neither that it rings nor that it does not is given up after this. */
const QUIET_MS = 20_000;
/** Longer than a gateway takes to free a channel that another call had. */
const FREED_MS = 200;
/** When every line has refused an emergency call, all are tried again after this, for as long as the caller waits and so many times. */
const AGAIN_MS = 1_000;
/** The part of it that is added, another one in each round: a line that comes and goes in step with the rounds would never be met. */
const OUT_OF_STEP = 0.618;
const MOST_ROUNDS = 60;
/** In an emergency, in every second round: a line that is slow is reached by who waits for it, and there may be no other. */
const LONG_PATIENCE = 3;
const LONG_EVERY = 2;

type Ringing = Extract<Stage, { at: 'ringing' }>;
type OutsideStage = Ringing & { readonly onward: Extract<Onward, { kind: 'outside' }> };

export function ringOutside(step: Step, call: Call, to: Extract<Onward, { kind: 'outside' }>): void {
  const callerId = to.callerId === undefined ? {} : { callerId: to.callerId };
  const untried = call.emergency ? roomFirst(step, to.trunks) : to.trunks;
  setStage(step, call, { at: 'ringing', onward: to, untried, ...callerId });
  nextTrunk(step, call, CAUSE.congestion);
}

/** Tries the next line. When none is left the caller gets the last cause; one in an emergency begins again with the first. */
export function nextTrunk(step: Step, call: Call, lastCause: number): void {
  const stage = outside(call);
  if (!stage) return;
  const [name, ...untried] = stage.untried;
  if (name === undefined) return exhausted(step, call, stage, lastCause);
  const trunk = step.branch.trunks[name];
  call.stage = { ...stage, untried };
  // The document in force has it no more.
  if (!trunk) return nextTrunk(step, call, lastCause);
  const isFree = hasRoom(step, name) && stage.full?.includes(name) !== true;
  if (isFree || stage.freed === name) return tryTrunk(step, call, trunk);
  if (call.emergency) return makeWay(step, call, { ...stage, untried }, trunk);
  step.note(call.id, 'call.line-full', { trunk: name, channels: trunk.channels });
  nextTrunk(step, call, CAUSE.congestion);
}

function tryTrunk(step: Step, call: Call, trunk: Trunk): void {
  const stage = outside(call);
  if (!stage) return;
  const { onward, untried } = stage;
  const party: Party = { kind: 'number', id: onward.number, via: trunk.name };
  const { length } = onward.trunks;
  const attempt = ((stage.round ?? 1) - 1) * length + length - untried.length;
  const endpoint = lineEndpoint(step.branch, trunk, onward, call.emergency);
  const { ringMs = OUTSIDE_RING_MS, queue } = call.callback ?? {};
  // Whoever takes an emergency call must be able to call back.
  const shown = call.emergency ? (stage.callerId ?? trunk.numbers[0]?.first) : undefined;
  // What he has heard so far was the line's; from here on it is ours.
  if (attempt > 1) step.effect({ do: 'ring', channel: call.anchor.channel });
  const { freed: _, ...now } = stage;
  call.stage = now;
  if (call.out) call.out = { ...call.out, trunk: trunk.name };
  const leg = addLeg(step, call, endpoint, party, ringMs, {
    attempt,
    ...(queue === undefined ? {} : { queue }),
    ...(shown === undefined ? {} : { shown }),
  });
  leg.askAt = step.now + patienceMs(trunk, call.emergency ? stage.round : undefined);
  step.note(call.id, 'call.leg-offered', { leg: leg.id, to: party, attempt });
}

const patienceMs = (trunk: Trunk, round = 1): number =>
  trunk.patienceMs * (round % LONG_EVERY === 0 ? LONG_PATIENCE : 1);

/** A gateway that is thought to be out is asked by its address all the same where a life may hang on it. */
export function lineEndpoint(branch: Branch, trunk: Trunk, to: Outside, emergency = false): Endpoint {
  const gateway = branch.gateways[trunk.gateway];
  const at = emergency && gateway && !gateway.line ? { at: gateway.address } : {};
  const number = dialForm(trunk, branch.site.country, to);
  return { kind: 'gateway', name: trunk.gateway, trunk: trunk.name, number, ...at };
}

/** After a line's refusal: whether another is tried. */
export function goesOn(
  step: Step,
  call: Call,
  leg: Leg,
  { cause, sip }: { readonly cause: number; readonly sip: number | undefined },
): boolean {
  const stage = outside(call);
  if (!stage || leg.endpoint.kind !== 'gateway') return false;
  if (call.emergency) {
    if (isFull(cause)) call.stage = { ...stage, full: [...(stage.full ?? []), leg.endpoint.trunk] };
    return true;
  }
  if (leg.dropped === 'no-answer' || stage.untried.length === 0) return false;
  return mayGoRound(step, leg, cause, sip);
}

export function mayGoRound(step: Step, leg: Leg, cause: number, sip: number | undefined): boolean {
  if (leg.endpoint.kind !== 'gateway') return false;
  const bySip = step.branch.gateways[leg.endpoint.name]?.line !== undefined;
  return anotherMayDo({ cause, rang: leg.state === 'ringing', bySip, ...(sip === undefined ? {} : { sip }) });
}

/** Lines with a free channel before those without: no call is ended while one is free. */
const roomFirst = (step: Step, trunks: readonly string[]): readonly string[] => [
  ...trunks.filter((name) => hasRoom(step, name)),
  ...trunks.filter((name) => !hasRoom(step, name)),
];

/** Every line with room was tried: another call is let go, or, where none may be, the line is asked although it should be full. */
function makeWay(step: Step, call: Call, stage: OutsideStage, trunk: Trunk): void {
  const full = stage.full?.filter((name) => name !== trunk.name) ?? [];
  if (stage.onward.preempt !== true || !makeRoom(step, trunk.name, call.id)) {
    call.stage = { ...stage, full };
    return tryTrunk(step, call, trunk);
  }
  step.effect({ do: 'ring', channel: call.anchor.channel });
  const untried = [trunk.name, ...stage.untried];
  call.stage = { ...stage, untried, full, freed: trunk.name, waitUntil: step.now + FREED_MS };
}

function exhausted(step: Step, call: Call, stage: OutsideStage, lastCause: number): void {
  const { round = 1, onward } = stage;
  if (!call.emergency || round >= MOST_ROUNDS || onward.trunks.length === 0)
    return dropAnchor(step, call, lastCause, 'branch');
  step.effect({ do: 'ring', channel: call.anchor.channel });
  const waitUntil = step.now + Math.round(AGAIN_MS * (1 + (((round - 1) * OUT_OF_STEP) % 1)));
  call.stage = { ...stage, untried: onward.trunks, round: round + 1, waitUntil };
}

/** The time is over that an emergency call waited for a channel to be freed, or to try again. */
export function waitedForLine(step: Step, call: Call): void {
  const stage = outside(call);
  if (!stage) return;
  const { waitUntil: _, ...rest } = stage;
  call.stage = rest;
  nextTrunk(step, call, CAUSE.congestion);
}

/** Nothing was heard of a line for as long as its kind is given: has the far end heard of the call at all? */
export function askFarEnd(step: Step, leg: Leg): void {
  delete leg.askAt;
  if (leg.state !== 'offered' || leg.dropped !== undefined) return;
  if (leg.heard) return dropLeg(step, leg, 'silent');
  step.effect({ do: 'ask-far-end', channel: leg.id });
}

export function farEnd(step: Step, leg: Leg, { answers }: Extract<CallEvent, { type: 'far-end' }>): void {
  if (leg.state !== 'offered' || leg.dropped !== undefined) return;
  if (!answers) return dropLeg(step, leg, 'silent');
  heardOf(leg);
}

/** It is at work on the call, and is left the time that a network may take. */
export function heardOf(leg: Leg): void {
  if (leg.state !== 'offered' || leg.endpoint.kind !== 'gateway') return;
  leg.heard = true;
  leg.askAt = leg.offeredAt + QUIET_MS;
}

/** The network itself is heard, as its ringing tone: no silence to be measured. */
export function heardInBand(leg: Leg): void {
  leg.heard = true;
  delete leg.askAt;
}

function outside({ stage }: Call): OutsideStage | undefined {
  return stage.at === 'ringing' && stage.onward.kind === 'outside' ? (stage as OutsideStage) : undefined;
}
