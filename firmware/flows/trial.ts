/** A flow gone through on paper: scripted digits and answers in, what would happen out. Pure; the interpreter is the one that calls use. */
import type { Branch } from '@branchline/contracts/branch/model';
import { taken } from './answer.ts';
import type { FlowContext } from './context.ts';
import { continueFlow, startFlow } from './interpreter.ts';
import type { FlowAction, FlowInput, FlowResult, LookUpRequest } from './run.ts';

export interface TrialScript {
  readonly context: FlowContext;
  /** When the caller calls, ms since 1970. */
  readonly at: number;
  /** What he presses each time he is waited for: a sign, or 'wait' for silence. Silent when it has run out. */
  readonly presses: readonly string[];
  /** What look-ups answer, in turn: a JSON value, or why there was none. Without one more, no answer comes in time. */
  readonly answers: readonly ({ readonly json: unknown } | { readonly failed: string })[];
}

export type TrialLine =
  | FlowAction
  | { readonly do: 'press'; readonly digit: string }
  | { readonly do: 'silence'; readonly ms: number }
  | { readonly do: 'stuck' };

/** More than any caller has patience for. */
const LONGEST = 500;

export function tryFlow(branch: Branch, flow: string, script: TrialScript): TrialLine[] {
  const presses = [...script.presses];
  const answers = [...script.answers];
  let now = script.at;
  let result = startFlow(branch, flow, script.context, now);
  const lines: TrialLine[] = [...result.actions];
  for (let turn = 0; result.run.awaiting; turn += 1) {
    if (turn > LONGEST) return [...lines, { do: 'stuck' }];
    const { input, said, passesMs } = nextInput(result, presses, answers);
    now += passesMs;
    result = continueFlow(result.run, input, branch, now);
    lines.push(...said, ...result.actions);
  }
  return lines;
}

interface Turn {
  readonly input: FlowInput;
  readonly said: readonly TrialLine[];
  /** How much later it is, ms; prompts take no time here. */
  readonly passesMs: number;
}

function nextInput(
  { run, actions }: FlowResult,
  presses: string[],
  answers: TrialScript['answers'][number][],
): Turn {
  const { awaiting } = run;
  if (awaiting?.for === 'look-up') {
    const asked = actions.find((action) => action.do === 'look-up');
    return answerTo(awaiting.lookUp, asked?.request, answers.shift());
  }
  const waiting = actions.findLast((action) => action.do === 'wait');
  if (awaiting?.for === 'prompt' || (awaiting?.for === 'answer' && awaiting.playing))
    return { input: { type: 'played' }, said: [], passesMs: 0 };
  const digit = presses.shift();
  if (digit !== undefined && digit !== 'wait')
    return { input: { type: 'digit', digit }, said: [{ do: 'press', digit }], passesMs: 0 };
  const ms = waiting?.ms ?? 0;
  return { input: { type: 'waited' }, said: [{ do: 'silence', ms }], passesMs: ms };
}

function answerTo(
  lookUp: number,
  request: LookUpRequest | undefined,
  answer: TrialScript['answers'][number] | undefined,
): Turn {
  if (!answer || !request) return { input: { type: 'waited' }, said: [], passesMs: request?.withinMs ?? 0 };
  const input: FlowInput =
    'failed' in answer
      ? { type: 'look-up-failed', lookUp, because: answer.failed }
      : { type: 'looked-up', lookUp, ...taken(request, answer.json) };
  return { input, said: [], passesMs: 0 };
}
