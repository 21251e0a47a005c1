/** A caller leaves a queue without an agent, and goes where the document sends him. */
import type { AcdEffect } from '../acd/state.ts';
import { dropAnchor } from './ending.ts';
import { CAUSE } from './events.ts';
import { go } from './going.ts';
import { leftQueue, outsideOf } from './queueing.ts';
import type { Step } from './step.ts';

export function overflow(step: Step, effect: Extract<AcdEffect, { do: 'overflow' }>): void {
  const call = step.call(effect.interaction);
  if (call?.stage.at !== 'queue' || call.ending) return;
  const to = leftQueue(step, call, effect);
  switch (to.kind) {
    case 'outside': {
      const onward = outsideOf(step, to.number);
      return onward ? go(step, call, onward) : dropAnchor(step, call, CAUSE.notAllowed, 'branch');
    }
    default:
      return go(step, call, to);
  }
}
