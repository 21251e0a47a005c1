/** Carries out what the flow interpreter asks for, on one caller's channel. */
import type { Destination } from '@branchline/contracts/branch/values';
import type { FlowAction, FlowResult } from '../flows/run.ts';
import { nextPlayback, setStage } from './stage.ts';
import type { Call } from './state.ts';
import type { Step } from './step.ts';

/** A look-up answers, or fails, in its own time; when this much more has passed, its asker has died and nothing will come. */
const LOOK_UP_LOST_MS = 1_000;

/** Gives where the call goes when the flow has come to its end; undefined while it goes on. */
export function carryOutFlow(step: Step, call: Call, { run, actions }: FlowResult): Destination | undefined {
  let { playback, waitUntil } =
    call.stage.at === 'flow' ? call.stage : { playback: undefined, waitUntil: undefined };
  const { channel } = call.anchor;
  for (const action of actions) {
    switch (action.do) {
      case 'play':
        playback = nextPlayback(call);
        waitUntil = undefined;
        step.effect({ do: 'play', channel, playback, prompts: action.prompts });
        break;
      case 'stop-playing':
        if (playback !== undefined) step.effect({ do: 'stop-playing', playback });
        playback = undefined;
        waitUntil = undefined;
        break;
      case 'wait':
        playback = undefined;
        waitUntil = step.now + action.ms;
        break;
      case 'look-up': {
        const { lookUp, request } = action;
        waitUntil = step.now + request.withinMs + LOOK_UP_LOST_MS;
        step.effect({ do: 'look-up', call: call.id, lookUp, request });
        break;
      }
      case 'note':
      case 'answer':
        enter(step, call, action);
        break;
      case 'go':
        call.context = run.context;
        return action.to;
      case 'lost':
        call.context = run.context;
        return lost(step, call, action.flow);
    }
  }
  setStage(step, call, {
    at: 'flow',
    run,
    ...(playback === undefined ? {} : { playback }),
    ...(waitUntil === undefined ? {} : { waitUntil }),
  });
  return undefined;
}

function enter(step: Step, call: Call, action: Extract<FlowAction, { do: 'note' | 'answer' }>): void {
  if (action.do === 'note') {
    const { do: _, ...said } = action;
    return step.note(call.id, 'call.flow', said);
  }
  const { survey, question, answer } = action;
  step.note(call.id, 'survey.answered', { survey, question, answer });
}

/** The document has the flow no longer: the caller goes where his number leads now. */
function lost(step: Step, call: Call, flow: string): Destination {
  step.note(call.id, 'call.flow', { flow, step: 'the flow is gone from the document' });
  const now = step.branch.numbers[call.number ?? '']?.to;
  const isSame = now?.kind === 'flow' && now.name === flow;
  return now === undefined || isSame ? { kind: 'hang-up' } : now;
}
