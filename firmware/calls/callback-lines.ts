/** The lines to a customer who is called back. */
import { classify, type OutgoingPlan } from '../routing/outgoing.ts';
import { permit } from './permits.ts';
import type { Step } from './step.ts';

export type Lines = Pick<Extract<OutgoingPlan, { ok: true }>, 'class' | 'number' | 'trunks' | 'callerId'>;

/** Undefined for a number that the branch may not, or cannot, call. */
export function linesTo(step: Step, queue: string, number: string): Lines | undefined {
  const dialled = classify(step.branch, number);
  // Never the number of an emergency, whoever shows it as his own.
  if (dialled.kind !== 'outside' || dialled.class === 'emergency') return undefined;
  const permitted = permit(step, dialled, { queue });
  return permitted.ok ? permitted.plan : undefined;
}
