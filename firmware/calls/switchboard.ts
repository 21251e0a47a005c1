/**
 * The heart of the box: `(state, event, now) -> (state, ledger events, effects)`. Performs nothing, reads no clock.
 * The rooms beside it each know one part of a call's life.
 */
import { coded } from '@branchline/contracts/alarm-detail';
import type { Branch } from '@branchline/contracts/branch/model';
import { nextDue as nextAcdDue } from '../acd/acd.ts';
import { nextCallbackDue } from '../acd/callback.ts';
import { planOf, type AcdPlan } from '../acd/plan.ts';
import { emptyAcd, type AcdEffect } from '../acd/state.ts';
import { isOpen } from '../flows/hours.ts';
import { statesAgain } from './agent-notes.ts';
import { arrived } from './arrival.ts';
import { missed } from './callback-asking.ts';
import { carryOutCallback } from './callback-effects.ts';
import { callbackPlan } from './callback-plan.ts';
import { firstRefused, firstUp, offerCallback } from './calling-back.ts';
import { goesOnWithout, notePromoted } from './conference.ts';
import { anchorGone, dropAnchor, dropLeg, finishIfEmpty, personAt, remind } from './ending.ts';
import { CAUSE, type CallEvent } from './events.ts';
import { flowInput, go } from './going.ts';
import { askFarEnd, farEnd, heardInBand, waitedForLine } from './lines-out.ts';
import { isAsked, mobilesThere, taken } from './mobile.ts';
import { carryOutOffer, legRefused, legRinging, legUp, withdraw } from './offering.ts';
import { carryOutOrder } from './orders.ts';
import { announce, announced } from './queueing.ts';
import { overflow } from './overflow.ts';
import { giveBack } from './parking.ts';
import { releaseExtension } from './permits.ts';
import { pendingLegs, type Call, type Leg, type SwitchboardState } from './state.ts';
import { takeOver } from './taking-over.ts';
import { Step, type StepResult } from './step.ts';
import { endIfLeftAlone } from './left-alone.ts';
import { legEnded } from './parting.ts';
import { watchEvent } from './supervising.ts';
import { arm, held, recordingOn, recordingRefused, resumed } from './talking.ts';
import { transfer } from './transfers.ts';
import { isOfWatch } from './watch.ts';
import { greeted, listenInput, messageRecorded } from './voicemail.ts';

export function acdPlan(branch: Branch): AcdPlan {
  const agents = Object.values(branch.people).flatMap(({ id, agent }) => (agent ? [{ id, ...agent }] : []));
  const opens = (queue: { hours?: string }, now: number): boolean => {
    const hours = branch.hours[queue.hours ?? ''];
    return hours === undefined || isOpen(hours, branch.site.timezone, now);
  };
  const used = Object.values(branch.queues).flatMap(({ hours }) => hours ?? []);
  const calendar =
    used.length === 0 ? undefined : [branch.site.timezone, used.map((name) => branch.hours[name])];
  return planOf({ queues: branch.queues, agents, isOpen: opens, calendar });
}

export const emptySwitchboard: SwitchboardState = { calls: {}, channels: {}, acd: emptyAcd, callbacks: {} };

export function decide(
  state: SwitchboardState,
  event: CallEvent,
  now: number,
  branch: Branch,
  plan = acdPlan(branch),
): StepResult {
  const step = new Step(state, branch, plan, now);
  happen(step, event);
  settleQueues(step);
  return step.result();
}

/**
 * Far more than a document can ask for: each round takes an agent who cannot be rung out, or sends a caller on to a queue that he has not been
 * in. A ring of queues and flows that the check did not foresee must not hold up every other call.
 */
const MOST_ROUNDS = 500;

/** What the ACD wants may lead it to want more, as an agent who cannot be rung leaves the caller to the next. */
export function settleQueues(step: Step, mostRounds = MOST_ROUNDS): void {
  for (let round = 0; ; round += 1) {
    const [called, wanted] = [step.takeCallbackEffects(), step.takeAcdEffects()];
    if (called.length + wanted.length === 0) return;
    for (const effect of called) carryOutCallback(step, effect);
    for (const effect of wanted) (round < mostRounds ? carryOut : giveUp)(step, effect);
  }
}

/** What comes to rest whatever else is wanted: an agent is left in peace for a moment, a caller who goes round is let go. */
function giveUp(step: Step, effect: AcdEffect): void {
  const { interaction } = effect;
  if (effect.do === 'offer')
    return step.tellAcd({ type: 'refused', interaction, agent: effect.agent, reason: 'failed' });
  const call = effect.do === 'overflow' ? step.call(interaction) : undefined;
  if (call && !call.ending) return dropAnchor(step, call, CAUSE.congestion, 'branch');
  carryOut(step, effect);
}

function carryOut(step: Step, effect: AcdEffect): void {
  switch (effect.do) {
    case 'offer':
      return effect.kind === 'callback' ? offerCallback(step, effect) : carryOutOffer(step, effect);
    case 'withdraw':
      return withdraw(step, effect);
    case 'announce':
      return announce(step, effect);
    case 'overflow':
      return overflow(step, effect);
  }
}

/** The next moment at which something happens by time alone; undefined when nothing does. */
export function nextDue(state: SwitchboardState, branch: Branch): number | undefined {
  const acdDue = nextAcdDue(state.acd);
  const times = Object.values(state.calls).flatMap((call) => dueTimes(call));
  if (acdDue !== undefined) times.push(acdDue);
  const callbackDue = nextCallbackDue(
    state.callbacks,
    callbackPlan(branch, state.refusing === true || state.idle === true),
  );
  if (callbackDue !== undefined) times.push(callbackDue);
  return times.length > 0 ? Math.min(...times) : undefined;
}

function dueTimes(call: Readonly<Call> | undefined): number[] {
  if (!call) return [];
  const ringing = pendingLegs(call).flatMap((leg) =>
    leg.dropped ? [] : leg.askAt === undefined ? [leg.until] : [leg.until, leg.askAt],
  );
  if (call.remindAt !== undefined) ringing.push(call.remindAt);
  const { stage } = call;
  const waitUntil = 'waitUntil' in stage ? stage.waitUntil : undefined;
  return waitUntil !== undefined && !call.ending ? [...ringing, waitUntil] : ringing;
}

export function happen(step: Step, event: CallEvent): void {
  switch (event.type) {
    case 'arrived':
      return arrived(step, event);
    case 'document-changed':
      mobilesThere(step);
      return tick(step);
    case 'tick':
      return tick(step);
    case 'new-day':
      for (const { type, body } of statesAgain(step.acdState, step.now)) step.note(undefined, type, body);
      return step.tellAcd({ type: 'new-day' });
    case 'clock-moved':
      return step.tellAcd({ type: 'clock-moved' });
    case 'phone': {
      const agent = personAt(step.branch, event.phone);
      if (agent === undefined) return;
      const reachable = event.reachable || step.branch.people[agent]?.mobile !== undefined;
      return step.tellAcd({ type: 'reachable', agent, reachable });
    }
    case 'agent-order': {
      const { agent, state, reason, by } = event;
      const why = reason === undefined ? {} : { reason };
      step.note(undefined, 'agent.state', { agent, state, ...why, ...(by === undefined ? {} : { by }) });
      return step.tellAcd({ type: 'order', agent, state, ...why });
    }
    case 'looked-up':
    case 'look-up-failed': {
      const call = step.call(event.call);
      return call && !call.ending ? flowInput(step, call, event) : undefined;
    }
    case 'messages': {
      const call = step.call(event.call);
      return call && !call.ending ? listenInput(step, call, event) : undefined;
    }
    case 'agent-wrap-up':
      return step.tellAcd({ type: 'wrap-up', agent: event.agent, moreMs: event.moreMs }, event.by);
    case 'promote':
      return step.tellAcd({ type: 'promote', interaction: event.call, priority: event.priority });
    case 'order':
      return carryOutOrder(step, event);
    case 'trunk-worth':
      return step.isWorth(event.trunk, event.worth);
    case 'refuse-new':
      step.refuseNew(event.on);
      return tick(step);
    case 'pass-on':
      step.passing = event.on;
      return;
    case 'rights':
      step.mayAct(event.acts);
      return tick(step);
    case 'handed-over':
      return takeOver(step, event.handed);
    case 'recordings-held':
      return step.holdRecordings(event.because);
    case 'messages-refused':
      return step.refuseMessages(event.because);
    case 'release-extension':
      return releaseExtension(step, event.extension, event.by);
    case 'cancel-callback':
      return step.tellCallbacks({ type: 'cancelled', id: event.callback });
    case 'recording-empty':
      return recordAnew(step, event.call);
    case 'recording-stalled':
    case 'recording-grows':
      return recordingHealth(step, event);
    default:
      return onChannel(step, event);
  }
}

type ChannelEvent = Extract<CallEvent, { channel: string }>;

function onChannel(step: Step, event: Exclude<ChannelEvent, { type: 'arrived' }>): void {
  const call = step.callOf(event.channel);
  if (!call) return;
  if (isOfWatch(call, event.channel)) return watchEvent(step, call, event);
  const leg = call.legs[event.channel];
  switch (event.type) {
    case 'recording-on':
      return recordingOn(step, call);
    case 'recording-refused':
      return recordingRefused(step, call);
    case 'ringing':
      return leg && legRinging(step, call, leg);
    case 'early-media':
      if (leg?.endpoint.kind !== 'gateway') return;
      heardInBand(leg);
      return call.anchor.answered ? undefined : step.effect({ do: 'progress', channel: call.anchor.channel });
    case 'far-end':
      return leg && farEnd(step, leg, event);
    case 'up':
      if (!leg || isAsked(step, call, leg)) return;
      return answered(step, call, leg);
    case 'gone':
      return channelGone(step, call, event);
    case 'digit':
      if (event.channel === call.anchor.channel) return pressed(step, call, event.digit);
      return leg && pressedAtMobile(step, call, leg, event.digit);
    case 'message-recorded':
      return messageRecorded(step, call, event.recording);
    case 'played':
      return played(step, call, event.playback);
    case 'held':
      return held(step, call, event.channel);
    case 'resumed':
      return resumed(step, call, event.channel);
    case 'transfer':
      return transfer(step, call, event.channel, event.to);
  }
}

const answered = (step: Step, call: Call, leg: Leg): void =>
  call.stage.at === 'calling-back' ? firstUp(step, call, leg) : legUp(step, call, leg);

function pressedAtMobile(step: Step, call: Call, leg: Leg, digit: string): void {
  const his = taken(step, call, leg, digit);
  if (his) answered(step, call, his);
}

function channelGone(
  step: Step,
  call: Call,
  { channel, cause, sip }: Extract<CallEvent, { type: 'gone' }>,
): void {
  const leg = call.legs[channel];
  step.disown(channel);
  if (!leg) return channel === call.anchor.channel ? anchorLeft(step, call, cause) : undefined;
  if (leg.state === 'up') return legEnded(step, call, leg, cause);
  legRefused(step, call, leg, cause, sip);
  if (leg.invitedBy !== undefined) endIfLeftAlone(step, call);
  if (call.callback) firstRefused(step, call, leg, { cause, sip });
  if (call.ending) finishIfEmpty(step, call);
}

function anchorLeft(step: Step, call: Call, cause: number): void {
  if (goesOnWithout(step, call, cause)) return;
  notePromoted(step, call, cause);
  anchorGone(step, call, cause);
  missed(step, call);
}

function played(step: Step, call: Call, playback: string): void {
  const { stage } = call;
  if (stage.at === 'queue' && stage.announcement === playback) return announced(step, call);
  if (stage.at === 'announcing' && stage.playback === playback) return go(step, call, stage.then);
  if (call.ending) return;
  if (stage.at === 'flow' && stage.playback === playback) flowInput(step, call, { type: 'played' });
  if (stage.at === 'voicemail' && stage.playback === playback) greeted(step, call);
  if (stage.at === 'listening' && stage.playback === playback) listenInput(step, call, { type: 'played' });
}

function pressed(step: Step, call: Call, digit: string): void {
  const { stage } = call;
  if (call.ending) return;
  if (stage.at === 'queue') return step.tellAcd({ type: 'digit', interaction: call.id, digit });
  if (stage.at === 'flow') return flowInput(step, call, { type: 'digit', digit });
  if (stage.at === 'listening') return listenInput(step, call, { type: 'digit', digit });
  // Who knows the greeting need not hear it.
  if (stage.at === 'voicemail' && stage.playback !== undefined && digit === '#') {
    step.effect({ do: 'stop-playing', playback: stage.playback });
    greeted(step, call);
  }
}

function tick(step: Step): void {
  step.tellAcd({ type: 'tick' });
  step.tellCallbacks({ type: 'tick' });
  const isDue = (id: string): boolean => dueTimes(step.peek(id)).some((time) => time <= step.now);
  for (const id of step.callIds().filter(isDue)) {
    const call = step.call(id);
    if (call) callDue(step, call);
  }
}

function callDue(step: Step, call: Call): void {
  if (call.remindAt !== undefined && call.remindAt <= step.now) remind(step, call);
  for (const leg of pendingLegs(call)) {
    if (leg.until <= step.now && !leg.dropped) dropLeg(step, leg, 'no-answer');
    if (leg.askAt !== undefined && leg.askAt <= step.now && !leg.dropped) askFarEnd(step, leg);
  }
  const { stage } = call;
  const waitUntil = 'waitUntil' in stage ? stage.waitUntil : undefined;
  if (waitUntil !== undefined && waitUntil <= step.now && !call.ending) waited(step, call);
}

function waited(step: Step, call: Call): void {
  const { stage } = call;
  if (stage.at === 'flow') flowInput(step, call, { type: 'waited' });
  if (stage.at === 'ringing') waitedForLine(step, call);
  if (stage.at === 'listening') listenInput(step, call, { type: 'waited' });
  if (stage.at === 'parked') giveBack(step, call, stage);
  if (stage.at === 'voicemail' && stage.recording !== undefined) messageRecorded(step, call, stage.recording);
}

/** The engine has been seen to join two natively, past a recording that it had just begun. Begun once more, it hears them. */
function recordAnew(step: Step, id: string): void {
  const call = step.call(id);
  if (call?.recording && call.stage.at === 'talking' && !call.held && !call.ending) arm(step, call, true);
}

function recordingHealth(
  step: Step,
  event: Extract<CallEvent, { type: 'recording-stalled' | 'recording-grows' }>,
): void {
  const call = step.call(event.call);
  if (!call?.recording) return;
  const stalled = event.type === 'recording-stalled';
  if (call.recording.stalled === stalled) return;
  call.recording.stalled = stalled;
  if (event.type === 'recording-stalled') {
    recordAnew(step, call.id);
    step.note(call.id, 'recording.stalled', { recording: call.recording.id, bytes: event.bytes });
    step.effect({
      do: 'raise-alarm',
      code: 'recording-stalled',
      subject: call.id,
      detail: coded('stays-at', event.bytes),
    });
  } else {
    step.effect({ do: 'clear-alarm', code: 'recording-stalled', subject: call.id });
  }
}
