/** Two parties in talk: joined, held, resumed, parted. */
import { recordingPolicy } from '../recording/policy.ts';
import { stopTalking, vacate } from './ending.ts';
import { silence } from './queueing.ts';
import { answerAnchor, endHold, setStage } from './stage.ts';
import { bridgeOf, recordingFile, upLegs, type Call, type Leg } from './state.ts';
import type { Step } from './step.ts';

/** A leg has answered: from now on the two talk. `since` is when the waiting began that has come to its end, outside of queues. */
export function connect(step: Step, call: Call, leg: Leg, since = call.offeredAt): void {
  const fromQueue = call.stage.at === 'queue' ? call.stage : undefined;
  const waitedMs = Math.max(0, step.now - (fromQueue?.since ?? call.callback?.since ?? since));
  silence(step, call);
  ringsNoMore(step, call);
  answerAnchor(step, call);
  if (fromQueue && leg.person !== undefined)
    step.tellAcd({ type: 'accepted', interaction: call.id, agent: leg.person });
  delete call.returning;
  setStage(step, call, { at: 'talking' });
  call.answeredAt ??= step.now;
  call.talkingSince = step.now;
  if (call.callback) step.tellCallbacks({ type: 'answered', id: call.callback.id });
  // Of a callback the customer is the caller, whoever was rung first.
  const isCaller =
    call.callback !== undefined && call.anchor.person !== undefined && leg.person === undefined;
  step.note(call.id, 'call.answered', {
    leg: isCaller ? call.anchor.channel : leg.id,
    by: isCaller ? call.anchor.party : leg.party,
    waitedMs,
    ...(leg.queue === undefined ? {} : { queue: leg.queue }),
  });
  join(step, call);
  if (isRecorded(step, call, leg)) record(step, call);
  if (leg.holding) held(step, call, leg.id);
}

/**
 * Whoever was answered before hears ringing as sound, and an engine that joins two by handing packets on goes on making it: he would hear
 * both, by turns (seen with Asterisk 22.10).
 */
function ringsNoMore(step: Step, { stage, anchor }: Call): void {
  if (stage.at === 'ringing' && anchor.answered) step.effect({ do: 'stop-ringing', channel: anchor.channel });
}

function isRecorded(step: Step, call: Call, leg: Leg): boolean {
  if (call.emergency) return false;
  if (call.recording) return true;
  const end = leg.queue === undefined ? { kind: leg.party.kind } : { kind: 'queue', name: leg.queue };
  return recordingPolicy(step.branch, call.direction, end) === 'always';
}

/** What is recorded already goes on: only what would be new is held back. */
function record(step: Step, call: Call): void {
  if (step.recordingsHeld === undefined || call.recording) return arm(step, call);
  call.unrecorded = step.recordingsHeld;
}

/**
 * Recording is switched on when the two are joined, and anew whenever the anchor has heard music or ringing: afterwards
 * the engine may go on without the side he hears (seen with Asterisk 22.10).
 */
export function arm(step: Step, call: Call, again = call.recording !== undefined): void {
  call.arming = true;
  step.effect({ do: 'record', channel: call.anchor.channel, file: recordingFile(call), again });
}

/** One who was invited has answered: the talk has one more. */
export function joined(step: Step, call: Call, leg: Leg): void {
  const by = leg.invitedBy ?? call.anchor.party;
  step.note(call.id, 'call.joined', { leg: leg.id, who: leg.party, by });
  step.effect({ do: 'bridge', bridge: bridgeOf(call), create: false, channels: [leg.id] });
  if (call.recording) arm(step, call);
  if (leg.holding) held(step, call, leg.id);
}

export function recordingOn(step: Step, call: Call): void {
  delete call.arming;
  const [leg] = upLegs(call);
  if (call.recording || call.ending || !leg) return;
  delete call.unrecorded;
  const file = recordingFile(call);
  call.recording = { id: call.id, file, startedAt: step.now, stalled: false };
  step.note(call.id, 'recording.started', { recording: call.id, channels: [call.anchor.party, leg.party] });
  step.effect({ do: 'watch-recording', call: call.id, file, on: true });
}

/** A channel that has just gone refuses too, and is told to be gone before a second try is answered: that one counts. */
export function recordingRefused(step: Step, call: Call): void {
  const isAsked = call.arming && !call.recording && !call.ending;
  delete call.arming;
  if (!isAsked) return;
  const isSecond = call.unrecorded !== undefined;
  call.unrecorded = 'recording did not start';
  if (call.stage.at !== 'talking') return;
  // An engine that was silent may have begun all the same: two at once would write into one file.
  if (!isSecond) return arm(step, call, true);
  step.effect({ do: 'raise-alarm', code: 'recording-refused', subject: 'recordings', detail: call.id });
}

/** Puts everybody who talks into the call's bridge. */
export function join(step: Step, call: Call): void {
  const channels = [call.anchor.channel, ...upLegs(call).map((leg) => leg.id)];
  step.effect({ do: 'bridge', bridge: bridgeOf(call), create: !call.bridged, channels });
  call.bridged = true;
}

export function held(step: Step, call: Call, channel: string): void {
  const leg = call.legs[channel];
  if (leg && leg.state !== 'up') {
    leg.holding = true;
    return;
  }
  if (leg) delete leg.holding;
  if (call.stage.at !== 'talking' || call.held) return;
  call.held = { by: channel, since: step.now };
  step.note(call.id, 'call.held', { by: partyOf(call, channel) });
}

export function resumed(step: Step, call: Call, channel: string): void {
  delete call.legs[channel]?.holding;
  if (call.held?.by !== channel) return;
  const heldMs = Math.max(0, step.now - call.held.since);
  const { apart } = call.held;
  endHold(step, call, true);
  step.note(call.id, 'call.resumed', { by: partyOf(call, channel), heldMs });
  if (!call.recording || (channel === call.anchor.channel && apart === undefined)) return;
  arm(step, call);
}

/** Takes a leg that had answered out of the call and enters how long it talked. */
export function removeLeg(step: Step, call: Call, leg: Leg, cause?: number): void {
  delete call.legs[leg.id];
  if (call.stage.at === 'talking' && upLegs(call).length === 0) stopTalking(step, call);
  const wrapUpMs = leg.queue === undefined ? 0 : (step.branch.queues[leg.queue]?.wrapUpMs ?? 0);
  step.note(call.id, 'call.leg-ended', {
    leg: leg.id,
    who: leg.party,
    talkMs: Math.max(0, step.now - (leg.answeredAt ?? step.now)),
    ...(cause === undefined ? {} : { cause }),
    ...(wrapUpMs > 0 ? { wrapUpMs } : {}),
  });
  if (leg.person === undefined) return;
  vacate(step, call, leg.person, wrapUpMs);
}

export function partyOf(call: Call, channel: string): Call['anchor']['party'] {
  return call.legs[channel]?.party ?? call.anchor.party;
}
