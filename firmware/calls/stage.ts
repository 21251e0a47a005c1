/** Small moves that every other room of a call makes. */
import { newContext, type FlowContext } from '../flows/context.ts';
import { bridgeOf, type Call, type Stage } from './state.ts';
import type { Step } from './step.ts';

export function setStage(step: Step, call: Call, stage: Stage): void {
  call.stage = stage;
  call.stageSince = step.now;
}

export function answerAnchor(step: Step, call: Call): void {
  if (call.anchor.answered) return;
  call.anchor.answered = true;
  step.effect({ do: 'answer', channel: call.anchor.channel });
}

export function nextPlayback(call: Call): string {
  call.nextPlayback += 1;
  return `${call.id}-play-${call.nextPlayback}`;
}

/** What the flows know of the caller: from those he has been through, or what his arrival says. */
export function contextOf(step: Step, call: Call): FlowContext {
  const { anchor, dialled, number = '' } = call;
  return call.context ?? newContext(step.branch, { caller: anchor.party.id, dialled, number });
}

/** Who was held apart hears music no more; where the others `talkOn`, he is with them again. */
export function endHold(step: Step, call: Call, talkOn: boolean): void {
  const apart = call.held?.apart;
  delete call.held;
  if (apart === undefined) return;
  step.effect({ do: 'music', channel: apart, on: false, music: '' });
  if (talkOn) step.effect({ do: 'bridge', bridge: bridgeOf(call), create: false, channels: [apart] });
}
