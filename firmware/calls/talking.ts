/** Two parties in talk: joined, held, resumed, parted. */
import { recordingPolicy } from '../recording/policy.ts';
import { CAUSE } from './events.ts';
import { dropAnchor, finishIfEmpty, stopTalking, vacate } from './ending.ts';
import { answerAnchor, setStage } from './stage.ts';
import { bridgeOf, upLegs, type Call, type Leg } from './state.ts';
import type { Step } from './step.ts';

/** Joins the anchor and a leg that has just answered. */
export function connect(step: Step, call: Call, leg: Leg): void {
  const fromQueue = call.stage.at === 'queue' ? call.stage : undefined;
  const waitedMs = Math.max(0, step.now - (fromQueue?.since ?? call.offeredAt));
  if (fromQueue) step.effect({ do: 'music', channel: call.anchor.channel, on: false, music: '' });
  answerAnchor(step, call);
  const bridge = bridgeOf(call);
  step.effect({ do: 'bridge', bridge, create: !call.bridged, channels: [call.anchor.channel, leg.id] });
  call.bridged = true;
  if (fromQueue && leg.person !== undefined)
    step.tellAcd({ type: 'accepted', interaction: call.id, agent: leg.person });
  setStage(step, call, { at: 'talking' });
  call.answeredAt ??= step.now;
  call.talkingSince = step.now;
  step.note(call.id, 'call.answered', {
    leg: leg.id,
    by: leg.party,
    waitedMs,
    ...(leg.queue === undefined ? {} : { queue: leg.queue }),
  });
  startRecording(step, call, leg);
}

function startRecording(step: Step, call: Call, leg: Leg): void {
  const { recording } = call;
  if (!recording || recording.startedAt !== undefined || call.emergency) return;
  const end = leg.queue === undefined ? { kind: leg.party.kind } : { kind: 'queue', name: leg.queue };
  if (recordingPolicy(step.branch, call.direction, end) !== 'always') return;
  recording.startedAt = step.now;
  step.note(call.id, 'recording.started', {
    recording: recording.id,
    channels: [call.anchor.party, leg.party],
  });
  step.effect({ do: 'watch-recording', call: call.id, file: recording.file, on: true });
}

export function held(step: Step, call: Call, channel: string): void {
  if (call.stage.at !== 'talking' || call.held) return;
  call.held = { by: channel, since: step.now };
  step.note(call.id, 'call.held', { by: partyOf(call, channel) });
}

export function resumed(step: Step, call: Call, channel: string): void {
  if (call.held?.by !== channel) return;
  const heldMs = Math.max(0, step.now - call.held.since);
  delete call.held;
  step.note(call.id, 'call.resumed', { by: partyOf(call, channel), heldMs });
}

/** A party that had answered is gone. When it was the last, the call is over for the anchor too. */
export function legEnded(step: Step, call: Call, leg: Leg, cause: number): void {
  removeLeg(step, call, leg, cause);
  if (call.ending) return finishIfEmpty(step, call);
  if (call.stage.at === 'talking' && upLegs(call).length === 0)
    dropAnchor(step, call, CAUSE.normal, 'callee');
}

/** Takes a leg that had answered out of the call and enters how long it talked. */
export function removeLeg(step: Step, call: Call, leg: Leg, cause?: number): void {
  delete call.legs[leg.id];
  if (call.stage.at === 'talking' && upLegs(call).length === 0) stopTalking(step, call);
  step.note(call.id, 'call.leg-ended', {
    leg: leg.id,
    who: leg.party,
    talkMs: Math.max(0, step.now - (leg.answeredAt ?? step.now)),
    ...(cause === undefined ? {} : { cause }),
  });
  if (leg.person === undefined) return;
  const wrapUpMs = leg.queue === undefined ? 0 : (step.branch.queues[leg.queue]?.wrapUpMs ?? 0);
  vacate(step, call, leg.person, wrapUpMs);
}

export function partyOf(call: Call, channel: string): Call['anchor']['party'] {
  return call.legs[channel]?.party ?? call.anchor.party;
}
