/**
 * Runs a flow for one caller: `(run, input, now) -> (run, actions)`. A run is plain data that lives through a restart:
 * the steps still ahead, and what is awaited.
 */
import type { Branch, Prompt, Step } from '@branchline/contracts/branch/model';
import type { Destination } from '@branchline/contracts/branch/values';
import { isOpen } from './hours.ts';

export interface FlowRun {
  readonly flow: string;
  readonly ahead: readonly Step[];
  readonly awaiting?: Awaiting;
}

type Awaiting =
  | { readonly for: 'prompt' }
  | {
      readonly for: 'digit';
      readonly menu: Extract<Step, { kind: 'menu' }>;
      readonly tries: number;
      readonly playing: boolean;
    };

export type FlowInput =
  | { readonly type: 'started' }
  | { readonly type: 'played' }
  | { readonly type: 'digit'; readonly digit: string }
  | { readonly type: 'waited' };

export type FlowAction =
  | { readonly do: 'play'; readonly prompt: Prompt }
  | { readonly do: 'stop-playing' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'note'; readonly step: string; readonly heard?: string; readonly digit?: string }
  | { readonly do: 'go'; readonly to: Destination };

export interface FlowResult {
  readonly run: FlowRun;
  readonly actions: readonly FlowAction[];
}

export function startFlow(branch: Branch, flow: string, now: number): FlowResult {
  return startSteps(flow, branch.flows[flow] ?? [], branch, now);
}

/** Steps that stand in no document, such as the answer to a star code. */
export function startSteps(name: string, steps: readonly Step[], branch: Branch, now: number): FlowResult {
  return proceed({ flow: name, ahead: steps }, branch, now, []);
}

export function continueFlow(run: FlowRun, input: FlowInput, branch: Branch, now: number): FlowResult {
  const { awaiting } = run;
  if (awaiting?.for === 'prompt' && input.type === 'played') return proceed(done(run), branch, now, []);
  if (awaiting?.for !== 'digit') return { run, actions: [] };
  switch (input.type) {
    case 'digit':
      return chosen(run, awaiting, input.digit);
    case 'played':
      if (!awaiting.playing) return { run, actions: [] };
      return {
        run: { ...run, awaiting: { ...awaiting, playing: false } },
        actions: [{ do: 'wait', ms: awaiting.menu.waitMs }],
      };
    case 'waited':
      return awaiting.playing ? { run, actions: [] } : silent(run, awaiting);
    case 'started':
      return { run, actions: [] };
  }
}

function proceed(run: FlowRun, branch: Branch, now: number, before: readonly FlowAction[]): FlowResult {
  const [step, ...rest] = run.ahead;
  if (!step) return { run: done(run), actions: [...before, { do: 'go', to: { kind: 'hang-up' } }] };
  switch (step.kind) {
    case 'play':
      return {
        run: { flow: run.flow, ahead: rest, awaiting: { for: 'prompt' } },
        actions: [
          ...before,
          { do: 'note', step: 'play', heard: step.prompt.name },
          { do: 'play', prompt: step.prompt },
        ],
      };
    case 'hours': {
      const hours = branch.hours[step.hours];
      const open = hours !== undefined && isOpen(hours, branch.site.timezone, now);
      const note: FlowAction = { do: 'note', step: `hours ${step.hours}: ${open ? 'open' : 'closed'}` };
      return proceed({ flow: run.flow, ahead: open ? rest : step.closed }, branch, now, [...before, note]);
    }
    case 'menu':
      return ask({ flow: run.flow, ahead: rest }, step, 1, before);
    case 'go':
      return { run: { flow: run.flow, ahead: [] }, actions: [...before, { do: 'go', to: step.to }] };
  }
}

function ask(
  run: FlowRun,
  menu: Extract<Step, { kind: 'menu' }>,
  tries: number,
  before: readonly FlowAction[],
): FlowResult {
  return {
    run: { ...run, awaiting: { for: 'digit', menu, tries, playing: true } },
    actions: [
      ...before,
      { do: 'note', step: 'menu', heard: menu.prompt.name },
      { do: 'play', prompt: menu.prompt },
    ],
  };
}

function chosen(run: FlowRun, awaiting: Extract<Awaiting, { for: 'digit' }>, digit: string): FlowResult {
  const stop: FlowAction[] = awaiting.playing ? [{ do: 'stop-playing' }] : [];
  const to = awaiting.menu.digits[digit];
  const note: FlowAction = { do: 'note', step: to ? 'chose' : 'no such choice', digit };
  if (to) return { run: { flow: run.flow, ahead: [] }, actions: [...stop, note, { do: 'go', to }] };
  return again(run, awaiting, [...stop, note]);
}

function silent(run: FlowRun, awaiting: Extract<Awaiting, { for: 'digit' }>): FlowResult {
  return again(run, awaiting, [{ do: 'note', step: 'no digit' }]);
}

function again(
  run: FlowRun,
  awaiting: Extract<Awaiting, { for: 'digit' }>,
  before: readonly FlowAction[],
): FlowResult {
  const { menu, tries } = awaiting;
  if (tries < menu.tries) return ask(done(run), menu, tries + 1, before);
  return { run: { flow: run.flow, ahead: [] }, actions: [...before, { do: 'go', to: menu.none }] };
}

function done(run: FlowRun): FlowRun {
  return { flow: run.flow, ahead: run.ahead };
}
