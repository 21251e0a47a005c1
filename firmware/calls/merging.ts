/** One who called to get at another call becomes a party of it; his own call ends as merged. */
import { finishIfEmpty, occupy, vacate } from './ending.ts';
import { asLeg } from './parties.ts';
import { answerAnchor } from './stage.ts';
import { phaseOf, type Call, type Leg } from './state.ts';
import type { Step } from './step.ts';

/** `take` makes him a party. At no moment is he free for a call of a queue. */
export function mergeInto(
  step: Step,
  kept: Call,
  own: Call,
  take: (leg: Leg) => void,
  more: Pick<Leg, 'queue'> = {},
): void {
  answerAnchor(step, own);
  const leg = { ...asLeg(step, kept, own, own.anchor), ...more };
  own.ending = { outcome: 'merged', endedBy: 'branch', phase: phaseOf(own.stage), at: step.now };
  own.anchor.gone = true;
  kept.legs[leg.id] = leg;
  step.own(leg.id, kept.id);
  if (leg.person !== undefined && leg.queue === undefined) occupy(step, kept, leg.person);
  take(leg);
  if (leg.person !== undefined) vacate(step, own, leg.person, 0);
  finishIfEmpty(step, own);
}
