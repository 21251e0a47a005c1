/** A caller leaves a queue without an agent, and goes where the document sends him. */
import type { AcdEffect } from '../acd/state.ts';
import { askForCallback } from './callback-asking.ts';
import { goTo } from './going.ts';
import { leftQueue } from './queueing.ts';
import type { Step } from './step.ts';

export function overflow(step: Step, effect: Extract<AcdEffect, { do: 'overflow' }>): void {
  const call = step.call(effect.interaction);
  // A callback whose queue the document has no longer: it looks again, and rests until the queue is back.
  if (!call || call.stage.at === 'calling-back') return step.tellCallbacks({ type: 'tick' });
  if (call.stage.at !== 'queue' || call.ending) return;
  const to = leftQueue(step, call, effect);
  if (to.kind !== 'callback') return goTo(step, call, to);
  askForCallback(step, call, to.name, effect.because === 'digit' ? 'digit' : 'overflow', effect);
}
