/** Small moves that every other room of a call makes. */
import type { Call, Stage } from './state.ts';
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
