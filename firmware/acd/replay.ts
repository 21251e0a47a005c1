/**
 * The same decisions once more. The ACD decides by what it is told, by the document and by nothing else; what it was told is kept on the
 * box for some days (`store/acd-inputs.ts`), so whatever it decided in them can be decided again.
 */
import { acd } from './acd.ts';
import type { AcdPlan } from './plan.ts';
import type { AcdEffect, AcdEvent, AcdResult, AcdState } from './state.ts';

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

/** A plan is named that no document at hand makes. */
export class NoPlan extends Error {
  readonly plan: string;
  readonly at: number;
  constructor(plan: string, at: number) {
    super(`no document makes the plan '${plan}'`);
    this.plan = plan;
    this.at = at;
  }
}

/** An agent who did not take what rang at him, and is ready no more for it. */
export interface TakenOut {
  readonly agent: string;
  readonly reason?: string;
}

export interface DecidedStep {
  readonly step: StepInputs;
  readonly effects: readonly AcdEffect[];
  readonly outs: readonly TakenOut[];
  readonly state: AcdState;
}

/**
 * Decides again, step by step, from the first step that says from where. `planOf` gives the plan of a name.
 * @throws NoPlan
 */
export function* replaySteps(
  steps: Iterable<StepInputs>,
  planOf: (id: string) => AcdPlan | undefined,
): Generator<DecidedStep> {
  let state: AcdState | undefined;
  let named = '';
  for (const step of steps) {
    const { at, events, from } = step;
    if (state === undefined) named = from?.plan ?? '';
    state ??= from;
    if (state === undefined) continue;
    const effects: AcdEffect[] = [];
    const outs: TakenOut[] = [];
    for (const event of events) {
      if (event.type === 'plan') named = event.plan;
      const plan = planOf(named);
      if (!plan) throw new NoPlan(named, at);
      const result: ReturnType<typeof acd> = acd(state, event, at, plan);
      outs.push(...takenOut(state, result, event));
      state = result.state;
      effects.push(...result.effects);
    }
    yield { step, effects, outs, state };
  }
}

export function takenOut(before: AcdState, { state }: AcdResult, event: AcdEvent): TakenOut[] {
  if (event.type !== 'refused') return [];
  const { agent } = event;
  const [was, is] = [before.agents[agent], state.agents[agent]];
  if (!is?.signedIn || is.ready || (was?.ready === false && was.reason === is.reason)) return [];
  return [{ agent, ...(is.reason === undefined ? {} : { reason: is.reason }) }];
}

/** All at once; undefined when no step says from where. @throws NoPlan */
export function replay(
  steps: Iterable<StepInputs>,
  planOf: (id: string) => AcdPlan | undefined,
): { state: AcdState; decisions: Decision[] } | undefined {
  let state: AcdState | undefined;
  const decisions: Decision[] = [];
  for (const decided of replaySteps(steps, planOf)) {
    state = decided.state;
    for (const effect of decided.effects) decisions.push({ at: decided.step.at, effect });
  }
  return state && { state, decisions };
}
