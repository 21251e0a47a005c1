/** A caller leaves a queue without an agent, and goes where the document sends him. */
import type { AcdEffect } from '../acd/state.ts';
import { goTo } from './going.ts';
import { leftQueue } from './queueing.ts';
import type { Step } from './step.ts';

export function overflow(step: Step, effect: Extract<AcdEffect, { do: 'overflow' }>): void {
  const call = step.call(effect.interaction);
  if (call?.stage.at !== 'queue' || call.ending) return;
  goTo(step, call, leftQueue(step, call, effect));
}
