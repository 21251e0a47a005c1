/**
 * The same decisions once more. The ACD decides by what it is told, by the document and by nothing else; what it was told is kept on the
 * box for some days (`store/acd-inputs.ts`), so whatever it decided in them can be decided again.
 */
import { acd } from './acd.ts';
import type { AcdPlan } from './plan.ts';
import type { AcdEffect, AcdEvent, AcdState } from './state.ts';

/** What the ACD was told in one step, as far as it mattered. */
export interface StepInputs {
  /** Ms since 1970. */
  readonly at: number;
  readonly events: readonly AcdEvent[];
  /** The state before the step, with the first step of a day or of a document: a replay may begin here. */
  readonly from?: AcdState;
}

export interface Decision {
  readonly at: number;
  readonly effect: AcdEffect;
}

export function stepInputs(events: readonly AcdEvent[], at: number, before: AcdState): StepInputs {
  const begins = events.some(({ type }) => type === 'plan' || type === 'new-day');
  return { at, events, ...(begins ? { from: before } : {}) };
}

/**
 * Decides again, from the first step that says from where; undefined when there is none. `planOf` gives the plan of a name.
 * @throws when a plan is named that is not given: a document of that time is needed
 */
export function replay(
  steps: Iterable<StepInputs>,
  planOf: (id: string) => AcdPlan | undefined,
): { state: AcdState; decisions: Decision[] } | undefined {
  let state: AcdState | undefined;
  let named = '';
  const decisions: Decision[] = [];
  for (const { at, events, from } of steps) {
    if (state === undefined) named = from?.plan ?? '';
    state ??= from;
    if (state === undefined) continue;
    for (const event of events) {
      if (event.type === 'plan') named = event.plan;
      const plan = planOf(named);
      if (!plan) throw new Error(`no document makes the plan '${named}'`);
      const result: ReturnType<typeof acd> = acd(state, event, at, plan);
      state = result.state;
      for (const effect of result.effects) decisions.push({ at, effect });
    }
  }
  return state && { state, decisions };
}
