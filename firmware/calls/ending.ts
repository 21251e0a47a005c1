/** How a call comes to its end: the anchor is let go, legs follow, and when the last channel has gone the call is entered as ended. */
import { wasCutOff } from '@branchline/contracts/cut-off';
import type { Branch } from '@branchline/contracts/branch/model';
import { callbackOver } from './callback-over.ts';
import { CAUSE } from './events.ts';
import { countOut } from './permits.ts';
import { keepPlace } from './places.ts';
import {
  bridgeOf,
  pendingLegs,
  phaseOf,
  upLegs,
  type Call,
  type Ending,
  type Leg,
  type Stage,
} from './state.ts';
import { endHold } from './stage.ts';
import type { Step } from './step.ts';
import { endWatch } from './watch.ts';

/** Ends the call from our side, or because nobody is left to talk with. */
export function dropAnchor(step: Step, call: Call, cause: number, endedBy: Ending['endedBy']): void {
  decideEnd(step, call, cause, endedBy);
  dropLegs(step, call, 'finished');
  if (!call.anchor.gone) step.effect({ do: 'hang-up', channel: call.anchor.channel, cause });
  call.remindAt ??= step.now + REMIND_MS;
  finishIfEmpty(step, call);
}

/** Longer than the engine takes to end a channel; one that was missed must not keep a call open for ever. */
export const REMIND_MS = 5_000;

/** Tells those again who were to go. One that is gone already is told back as gone. */
export function remind(step: Step, call: Call): void {
  delete call.remindAt;
  const legs = Object.values(call.legs).filter((leg) => leg.dropped !== undefined);
  const left = [
    ...(call.ending && !call.anchor.gone ? [call.anchor.channel] : []),
    ...legs.map(({ id }) => id),
  ];
  if (left.length === 0) return;
  for (const channel of left) step.effect({ do: 'hang-up', channel, cause: CAUSE.normal });
  call.remindAt = step.now + REMIND_MS;
}

export function anchorGone(step: Step, call: Call, cause: number): void {
  call.anchor.gone = true;
  step.disown(call.anchor.channel);
  decideEnd(step, call, cause, call.recovered === 'engine-restart' ? 'engine' : 'caller');
  dropLegs(step, call, 'caller-gone');
  if (call.anchor.person !== undefined) vacate(step, call, call.anchor.person, anchorWrapUp(step, call));
  finishIfEmpty(step, call);
}

/** An agent who is the anchor wraps up as any other of the queue: he rang first for a callback, or the talk was left to him. */
export function anchorWrapUp({ branch }: Step, { anchor, callback, answeredAt }: Call): number {
  const called = callback && answeredAt !== undefined ? callback.queue : undefined;
  return branch.queues[anchor.queue ?? called ?? '']?.wrapUpMs ?? 0;
}

/** The engine took the call itself before we had it: how it went on from there, it says when it is over (`call.survived`). */
export function leftToEngine(step: Step, call: Call, recovered: Call['recovered']): void {
  if (recovered !== undefined) call.recovered = recovered;
  call.anchor.gone = true;
  step.disown(call.anchor.channel);
  call.ending ??= { outcome: 'survived', endedBy: 'engine', phase: phaseOf(call.stage), at: step.now };
  if (call.stage.at === 'queue') step.tellAcd({ type: 'leave', interaction: call.id });
  dropLegs(step, call, 'finished');
  if (call.anchor.person !== undefined) vacate(step, call, call.anchor.person, 0);
  finishIfEmpty(step, call);
}

function decideEnd(step: Step, call: Call, cause: number, endedBy: Ending['endedBy']): void {
  if (call.ending) return;
  const phase = phaseOf(call.stage);
  call.ending = { outcome: outcomeOf(call, cause, endedBy), endedBy, phase, at: step.now, cause };
  if (call.stage.at === 'queue') step.tellAcd({ type: 'leave', interaction: call.id });
  placeKept(step, call, call.ending);
  if (call.callback) callbackOver(step, call, call.callback, { cause, endedBy });
  if (call.stage.at === 'voicemail') keepMessage(step, call, call.stage);
  stopTalking(step, call);
  endWatch(step, call, 'talk-over');
}

/** A number that is not told can have no place. */
function placeKept(step: Step, { customer, stage, queuedSince }: Call, ending: Ending): void {
  if (customer === undefined || stage.at !== 'queue' || !wasCutOff(ending)) return;
  const { queue } = stage;
  const keepMs = step.branch.queues[queue]?.keepPlaceMs ?? 0;
  const place = { queue, since: queuedSince ?? stage.since, until: step.now + keepMs };
  if (keepMs > 0) step.places = keepPlace(step.places, customer, place, step.now);
}

function outcomeOf(call: Call, cause: number, endedBy: Ending['endedBy']): Ending['outcome'] {
  if (call.answeredAt !== undefined) return 'answered';
  if (call.stage.at === 'queue' && endedBy === 'caller') return 'abandoned';
  if (call.asked) return 'not-answered';
  // He was not answered, and has not given up: his message says what he wants.
  if (call.stage.at === 'voicemail' && call.stage.recording !== undefined) return 'not-answered';
  if (cause === CAUSE.busy) return 'busy';
  if (cause === CAUSE.normal) return endedBy === 'caller' ? 'abandoned' : 'not-answered';
  if (cause === CAUSE.noAnswer) return 'not-answered';
  if (cause === CAUSE.rejected || cause === CAUSE.notAllowed || cause === CAUSE.unallocated) return 'refused';
  return endedBy === 'caller' ? 'abandoned' : 'failed';
}

function dropLegs(step: Step, call: Call, why: NonNullable<Leg['dropped']>): void {
  for (const leg of [...pendingLegs(call), ...upLegs(call)]) dropLeg(step, leg, why);
}

export function dropLeg(step: Step, leg: Leg, why: NonNullable<Leg['dropped']>): void {
  leg.dropped ??= why;
  step.effect({ do: 'hang-up', channel: leg.id, cause: CAUSE.normal });
  const call = step.callOf(leg.id);
  if (call) call.remindAt ??= step.now + REMIND_MS;
}

/** Counts the present stretch of talk; used wherever talking may come to an end. */
export function stopTalking(step: Step, call: Call): void {
  endHold(step, call, false);
  if (call.talkingSince !== undefined) {
    call.talkedMs += Math.max(0, step.now - call.talkingSince);
    delete call.talkingSince;
  }
}

export function finishIfEmpty(step: Step, call: Call): void {
  if (!call.ending || !call.anchor.gone || Object.keys(call.legs).length > 0) return;
  const { outcome, endedBy, phase, cause } = call.ending;
  const kept = call.recording !== undefined;
  if (call.recording?.stalled)
    step.effect({ do: 'clear-alarm', code: 'recording-stalled', subject: call.id });
  if (call.recording) {
    const { id, file } = call.recording;
    step.effect({ do: 'watch-recording', call: call.id, file, on: false });
    step.effect({
      do: 'keep-recording',
      call: call.id,
      recording: id,
      file,
      parties: [call.anchor.party],
      salvaged: call.recovered !== undefined,
    });
  }
  step.note(call.id, 'call.ended', {
    outcome,
    endedBy,
    phase,
    talkMs: call.talkedMs,
    totalMs: Math.max(0, step.now - call.offeredAt),
    ...(cause === undefined ? {} : { cause }),
    recorded: kept ? { kept, recording: call.id } : { kept, because: notRecordedBecause(call) },
    ...(call.recovered === undefined ? {} : { recovered: call.recovered }),
  });
  if (call.bridged) step.effect({ do: 'end-bridge', bridge: bridgeOf(call) });
  countOut(step, call);
  step.end(call.id);
}

function notRecordedBecause(call: Call): string {
  if (call.answeredAt === undefined) return 'not answered';
  if (call.emergency) return 'emergency call';
  return call.unrecorded ?? 'policy';
}

/** Whatever ended the call, what was said is kept: called once, when its end is decided. */
function keepMessage(step: Step, call: Call, stage: Extract<Stage, { at: 'voicemail' }>): void {
  if (stage.recording === undefined) return;
  step.effect({
    do: 'keep-message',
    call: call.id,
    box: stage.box,
    recording: stage.recording,
    from: call.anchor.party.id,
    at: call.stageSince,
  });
}

/** An agent at a call that no queue gave him is busy all the same. */
export function occupy(step: Step, call: Call, person: string): void {
  if (step.branch.people[person]?.agent) step.tellAcd({ type: 'occupied', agent: person, by: call.id });
}

export function vacate(step: Step, call: Call, person: string, wrapUpMs: number): void {
  if (step.branch.people[person]?.agent) step.tellAcd({ type: 'free', agent: person, by: call.id, wrapUpMs });
}

export function personAt(branch: Branch, phone: string): string | undefined {
  return branch.phones[phone]?.owner?.person;
}
