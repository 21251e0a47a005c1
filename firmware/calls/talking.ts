/** Two parties in talk: joined, held, resumed, parted. */
import { recordingPolicy } from '../recording/policy.ts';
import { CAUSE } from './events.ts';
import { dropAnchor, finishIfEmpty, stopTalking, vacate } from './ending.ts';
import { silence } from './queueing.ts';
import { answerAnchor, setStage } from './stage.ts';
import { bridgeOf, upLegs, type Call, type Leg } from './state.ts';
import type { Step } from './step.ts';

/** Longer than any way out to the dial plan and back takes; then the two are joined without a recording. */
const ARMING_MS = 1_000;

/** A leg has answered: from now on the two talk. Where the talk is recorded, recording is switched on first, which takes some milliseconds. */
export function connect(step: Step, call: Call, leg: Leg): void {
  const fromQueue = call.stage.at === 'queue' ? call.stage : undefined;
  const waitedMs = Math.max(0, step.now - (fromQueue?.since ?? call.offeredAt));
  silence(step, call);
  answerAnchor(step, call);
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
  if (isRecorded(step, call, leg)) arm(step, call);
  else join(step, call);
}

function isRecorded(step: Step, call: Call, leg: Leg): boolean {
  if (call.emergency) return false;
  if (call.recording) return true;
  const end = leg.queue === undefined ? { kind: leg.party.kind } : { kind: 'queue', name: leg.queue };
  return recordingPolicy(step.branch, call.direction, end) === 'always';
}

/**
 * Recording is switched on by the dial plan, so the anchor goes there and comes back. It is switched on anew whenever the
 * anchor has heard music or ringing: afterwards the engine may go on without the side he hears (seen with Asterisk 22.10).
 */
function arm(step: Step, call: Call): void {
  call.joinBy = step.now + ARMING_MS;
  step.effect({ do: 'arm-recording', channel: call.anchor.channel });
}

/** The anchor is back from the dial plan, or should be: without a file the talk goes on unrecorded. */
export function returned(step: Step, call: Call, file: string | undefined): void {
  // One who comes back late, as after a restart of ours, was joined in vain: he was not there to be joined.
  if (call.stage.at !== 'talking' || (call.joinBy === undefined && file === undefined)) return;
  delete call.joinBy;
  if (call.ending) return;
  if (!call.recording) startRecording(step, call, file);
  join(step, call);
}

function startRecording(step: Step, call: Call, file: string | undefined): void {
  const [leg] = upLegs(call);
  if (file === undefined || !leg) {
    call.unrecorded = 'recording did not start';
    return;
  }
  delete call.unrecorded;
  call.recording = { id: call.id, file, startedAt: step.now, stalled: false };
  step.note(call.id, 'recording.started', { recording: call.id, channels: [call.anchor.party, leg.party] });
  step.effect({ do: 'watch-recording', call: call.id, file, on: true });
}

/** Puts everybody who talks into the call's bridge. */
export function join(step: Step, call: Call): void {
  const channels = [call.anchor.channel, ...upLegs(call).map((leg) => leg.id)];
  step.effect({ do: 'bridge', bridge: bridgeOf(call), create: !call.bridged, channels });
  call.bridged = true;
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
  if (!call.recording || channel === call.anchor.channel) return;
  arm(step, call);
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
