/** Where a call goes next: through recording and its announcement to a flow, a queue, an extension, a line outside, or its end. */
import type { Destination } from '@branchline/contracts/branch/values';
import { recordingPolicy } from '../recording/policy.ts';
import { classify } from '../routing/outgoing.ts';
import { continueFlow, startFlow } from '../flows/interpreter.ts';
import type { FlowInput, FlowResult } from '../flows/run.ts';
import { carryOutFlow } from './flow-steps.ts';
import { askForCallback } from './callback-asking.ts';
import { dropAnchor } from './ending.ts';
import { CAUSE } from './events.ts';
import { enterQueue } from './queueing.ts';
import { ringOutside } from './lines-out.ts';
import { ringExtension } from './offering.ts';
import { causeOfDenial, leaving, noteDenied, permit } from './permits.ts';
import { answerAnchor, contextOf, nextPlayback, setStage } from './stage.ts';
import { leaveMessage } from './voicemail.ts';
import type { Call, Onward } from './state.ts';
import type { Step } from './step.ts';

export function go(step: Step, call: Call, to: Onward): void {
  if (to.kind === 'hang-up') return dropAnchor(step, call, CAUSE.normal, 'branch');
  if (to.kind === 'flow') {
    answerAnchor(step, call);
    return followFlow(step, call, startFlow(step.branch, to.name, contextOf(step, call), step.now));
  }
  const { announce } = step.branch.recording;
  const isToldOf =
    announce &&
    step.recordingsHeld === undefined &&
    to.kind !== 'voicemail' &&
    to.kind !== 'callback' &&
    call.direction === 'in' &&
    !call.announced &&
    !call.emergency;
  if (isToldOf && recordingPolicy(step.branch, call.direction, to) === 'always') return tell(step, call, to);
  arrive(step, call, to);
}

/** As `go`, for a destination of the document: a number outside is given its lines first. */
export function goTo(step: Step, call: Call, to: Destination): void {
  if (to.kind !== 'outside') return go(step, call, to);
  const dialled = classify(step.branch, to.number);
  // Never an emergency: nobody may be made to call one.
  if (dialled.kind !== 'outside' || dialled.class === 'emergency')
    return dropAnchor(step, call, CAUSE.notAllowed, 'branch');
  const queue = call.queue === undefined ? {} : { queue: call.queue };
  const permitted = permit(step, dialled, { written: true, ...queue });
  if (permitted.ok) return go(step, call, leaving(step, call, permitted.plan));
  noteDenied(step, call, dialled, permitted.denied);
  dropAnchor(step, call, causeOfDenial(permitted.denied), 'branch');
}

function arrive(step: Step, call: Call, to: Exclude<Onward, { kind: 'hang-up' | 'flow' }>): void {
  switch (to.kind) {
    case 'queue':
      return enterQueue(step, call, to.name);
    case 'callback':
      return askForCallback(step, call, to.name, 'flow');
    case 'voicemail':
      return leaveMessage(step, call, to.name);
    case 'extension':
      return ringExtension(step, call, to.name);
    case 'outside':
      return ringOutside(step, call, to);
  }
}

/** The caller is told that he will be recorded, before anybody is asked to answer him. */
function tell(step: Step, call: Call, then: Onward): void {
  answerAnchor(step, call);
  const playback = nextPlayback(call);
  call.announced = true;
  setStage(step, call, { at: 'announcing', playback, then });
  const { language } = contextOf(step, call);
  const prompt = { kind: 'prompt', name: step.branch.recording.prompt, language } as const;
  step.note(call.id, 'call.flow', { flow: 'recording', step: 'announce', heard: prompt.name });
  step.effect({ do: 'play', channel: call.anchor.channel, playback, prompts: [prompt] });
}

export function flowInput(step: Step, call: Call, input: FlowInput): void {
  if (call.stage.at !== 'flow') return;
  followFlow(step, call, continueFlow(call.stage.run, input, step.branch, step.now));
}

function followFlow(step: Step, call: Call, result: FlowResult): void {
  const to = carryOutFlow(step, call, result);
  if (to) goTo(step, call, to);
}
