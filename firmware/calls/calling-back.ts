/**
 * A customer is called back, an agent being taken for it: the one is rung, and when he has answered the other. Whoever answers first becomes
 * the call's anchor; from then on it is a call like any other, going out to the customer, or with him waiting for the agent.
 */
import type { Party } from '@branchline/contracts/ledger';
import { interactionOf, type Callback } from '../acd/callback.ts';
import type { Offer } from '../acd/state.ts';
import { linesTo, type Lines } from './callback-lines.ts';
import { firstNumber } from './arrival.ts';
import { dropAnchor, dropLeg } from './ending.ts';
import { CAUSE } from './events.ts';
import { addLeg } from './legs.ts';
import { lineEndpoint, mayGoRound, ringOutside } from './lines-out.ts';
import { canBeRung, carryOutOffer, offerToAgent, takeBack } from './offering.ts';
import { contextOf, nextPlayback, setStage } from './stage.ts';
import { pendingLegs, type Call, type CallingBack, type Leg } from './state.ts';
import type { Step } from './step.ts';
import { becomeAnchor } from './parties.ts';
import { hasRoom } from './trunk-load.ts';

const GREETING = 'callback-greeting';

/** The ACD has an agent for a callback. Where all ring, it has several, one after the other. */
export function offerCallback(step: Step, offer: Offer): void {
  const call = step.call(offer.interaction);
  // The customer is on the line already: his agent did not answer, and this is the next.
  if (call?.stage.at === 'queue') return carryOutOffer(step, offer);
  const callback = Object.values(step.callbacks).find((each) => interactionOf(each) === offer.interaction);
  const isOver = !callback || call?.ending || (call && call.stage.at !== 'calling-back');
  if (isOver || (!call && callback.phase.at !== 'waiting')) {
    // What is offered again at once must not be there any more.
    step.tellAcd({ type: 'leave', interaction: offer.interaction });
    return takeBack(step, offer, 'caller-gone');
  }
  const agent = step.branch.people[offer.agent];
  if (!agent || !canBeRung(agent)) return takeBack(step, offer, 'unreachable');
  if (callback.phase.at === 'waiting' && !mayBeCalled(step, callback, call))
    return takeBack(step, offer, 'withdrawn');
  step.tellCallbacks({ type: 'offered', id: callback.id, agent: offer.agent });
  const made = call ?? begin(step, callback);
  if (made.callback && made.callback.trunks.length > 0) return ringFirst(step, made, offer);
  // The document in force has no line to him any more.
  takeBack(step, offer, 'withdrawn');
  dropAnchor(step, made, CAUSE.noRoute, 'branch');
}

/** If not, it rests, and leaves the queue. */
function mayBeCalled(step: Step, callback: Callback, call: Call | undefined): boolean {
  const { id, queue, number } = callback;
  const plan = step.callbackPlan;
  if (!plan.policy(queue) || !plan.mayCall(queue, step.now)) {
    step.tellCallbacks({ type: 'tick' });
    return false;
  }
  if (call || !isOnTheLine(step, number)) return true;
  step.tellCallbacks({ type: 'on-the-line', id });
  return false;
}

/** He speaks with somebody here, or waits for it: he would only be found busy. */
const isOnTheLine = (step: Step, number: string): boolean =>
  step.callIds().some((id) => {
    const call = step.peek(id);
    return call?.customer === number && !call.anchor.gone;
  });

function begin(step: Step, callback: Callback): Call {
  const { first = 'agent', ringMs = 0 } = step.branch.queues[callback.queue]?.callback ?? {};
  const none: Omit<Lines, 'class'> & { class?: never } = { number: callback.number, trunks: [] };
  const lines = linesTo(step, callback.queue, callback.number) ?? none;
  const { id, queue, since, askedAt } = callback;
  const callerId = lines.callerId === undefined ? {} : { callerId: lines.callerId };
  const calling: CallingBack = {
    id,
    queue,
    since,
    number: lines.number,
    first,
    ringMs,
    trunks: lines.trunks,
    ...callerId,
  };
  const from: Party = { kind: 'number', id: lines.callerId ?? step.branch.site.id };
  const call = step.begin(blank(step, callback, calling, from));
  if (lines.class !== undefined) call.out = { class: lines.class, number: lines.number, talkedBefore: 0 };
  // There is no channel of that name: who answers first brings the anchor.
  step.disown(call.anchor.channel);
  step.note(call.id, 'call.offered', {
    direction: 'out',
    from,
    dialled: lines.number,
    callback: { id, queue, askedAt: new Date(askedAt).toISOString() },
  });
  return call;
}

function blank(step: Step, callback: Callback, calling: CallingBack, from: Party): Call {
  const id = interactionOf(callback);
  return {
    id,
    direction: 'out',
    dialled: calling.number,
    emergency: false,
    offeredAt: step.now,
    anchor: { channel: id, party: from, answered: false, gone: true },
    stage: { at: 'calling-back', offers: [], untried: calling.trunks },
    stageSince: step.now,
    legs: {},
    bridged: false,
    nextLeg: firstNumber(step),
    nextPlayback: firstNumber(step),
    talkedMs: 0,
    queue: calling.queue,
    queuedSince: calling.since,
    customer: callback.number,
    callback: calling,
  };
}

function ringFirst(step: Step, call: Call, offer: Offer): void {
  if (call.stage.at !== 'calling-back') return;
  if (call.callback?.first !== 'customer') offerToAgent(step, call, offer);
  else {
    const begins = call.stage.offers.length === 0;
    const { agent, queue, attempt, candidates, why } = offer;
    const callback = call.callback.id;
    step.note(call.id, 'callback.agent-kept', {
      callback,
      agent,
      queue,
      attempt,
      candidates: [...candidates],
      why,
    });
    call.stage = { ...call.stage, offers: [...call.stage.offers, offer] };
    if (begins) ringCustomer(step, call, call.callback, CAUSE.congestion);
  }
}

/** By the next of his lines; none is left: he was not reached. */
function ringCustomer(step: Step, call: Call, callback: CallingBack, lastCause: number): void {
  if (call.stage.at !== 'calling-back') return;
  const [name, ...untried] = call.stage.untried;
  const trunk = name === undefined ? undefined : step.branch.trunks[name];
  if (!trunk) return dropAnchor(step, call, lastCause, 'callee');
  call.stage = { ...call.stage, untried };
  if (call.out) call.out = { ...call.out, trunk: trunk.name };
  if (!hasRoom(step, trunk.name)) {
    step.note(call.id, 'call.line-full', { trunk: trunk.name, channels: trunk.channels });
    return ringCustomer(step, call, callback, CAUSE.congestion);
  }
  const { number, trunks, ringMs } = callback;
  const party: Party = { kind: 'number', id: number, via: trunk.name };
  const attempt = trunks.length - untried.length;
  const endpoint = lineEndpoint(step.branch, trunk, { number });
  const leg = addLeg(step, call, endpoint, party, ringMs, { attempt });
  leg.askAt = step.now + trunk.patienceMs;
  step.note(call.id, 'call.leg-offered', { leg: leg.id, to: party, attempt });
}

/** The first of the two has answered. */
export function firstUp(step: Step, call: Call, leg: Leg): void {
  const { callback } = call;
  if (leg.state === 'up') return;
  if (!callback || call.ending || leg.dropped) return dropLeg(step, leg, leg.dropped ?? 'finished');
  for (const other of pendingLegs(call)) if (other.id !== leg.id) dropLeg(step, other, 'answered-elsewhere');
  leg.state = 'up';
  leg.answeredAt = step.now;
  const offers = call.stage.at === 'calling-back' ? call.stage.offers : [];
  becomeAnchor(step, call, leg);
  if (leg.person === undefined) return customerIsThere(step, call, callback, offers);
  step.tellAcd({ type: 'accepted', interaction: call.id, agent: leg.person });
  const callerId = callback.callerId === undefined ? {} : { callerId: callback.callerId };
  ringOutside(step, call, { kind: 'outside', number: callback.number, trunks: callback.trunks, ...callerId });
}

/** He hears who calls, and the agents who were taken are rung; he waits for them as any caller of the queue, at his place. */
function customerIsThere(step: Step, call: Call, callback: CallingBack, offers: readonly Offer[]): void {
  call.callback = { ...callback, reached: true };
  step.tellCallbacks({ type: 'answered', id: callback.id });
  const { queue, since } = callback;
  const playback = nextPlayback(call);
  const { channel } = call.anchor;
  setStage(step, call, { at: 'queue', queue, since, announcement: playback });
  const prompt = { kind: 'prompt', name: GREETING, language: contextOf(step, call).language } as const;
  step.effect({ do: 'play', channel, playback, prompts: [prompt] });
  for (const offer of offers) {
    const work = step.acdState.agents[offer.agent]?.work ?? [];
    if (!work.some(({ what, as }) => what === call.id && as === 'offered')) continue;
    offerToAgent(step, call, offer, true);
  }
}

/** One of those who were rung has not answered; told after the ACD was (`legRefused`). */
export function firstRefused(
  step: Step,
  call: Call,
  leg: Leg,
  { cause: said, sip }: { readonly cause: number; readonly sip: number | undefined },
): void {
  const cause = leg.dropped === 'silent' ? CAUSE.noResponse : said;
  const { callback, stage } = call;
  if (!callback || call.ending || Object.keys(call.legs).length > 0) return;
  if (stage.at === 'ringing' && stage.onward.kind === 'outside')
    // A telephone of an agent's that was still being let go when the customer was not reached.
    return dropAnchor(step, call, cause, 'callee');
  if (stage.at !== 'calling-back') return;
  if (leg.person !== undefined) return step.tellCallbacks({ type: 'agent-missed', id: callback.id });
  const reached = leg.dropped === 'no-answer' ? CAUSE.noAnswer : cause;
  const isOurs = leg.dropped !== undefined && leg.dropped !== 'silent';
  if (stage.untried.length > 0 && !isOurs && mayGoRound(step, leg, cause, sip))
    return ringCustomer(step, call, callback, cause);
  dropAnchor(step, call, reached, 'callee');
}
