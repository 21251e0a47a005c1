/** Carries out what the flow interpreter asks for, on one caller's channel. */
import type { Destination } from '@branchline/contracts/branch/values';
import type { FlowResult } from '../flows/interpreter.ts';
import { nextPlayback, setStage } from './stage.ts';
import type { Call } from './state.ts';
import type { Step } from './step.ts';

/** Gives where the call goes when the flow has come to its end; undefined while it goes on. */
export function carryOutFlow(step: Step, call: Call, { run, actions }: FlowResult): Destination | undefined {
  let playback = call.stage.at === 'flow' ? call.stage.playback : undefined;
  let waitUntil = call.stage.at === 'flow' ? call.stage.waitUntil : undefined;
  for (const action of actions) {
    switch (action.do) {
      case 'play':
        playback = nextPlayback(call);
        waitUntil = undefined;
        step.effect({ do: 'play', channel: call.anchor.channel, playback, prompt: action.prompt });
        break;
      case 'stop-playing':
        if (playback !== undefined) step.effect({ do: 'stop-playing', playback });
        playback = undefined;
        break;
      case 'wait':
        playback = undefined;
        waitUntil = step.now + action.ms;
        break;
      case 'note': {
        const { heard, digit } = action;
        const said = { ...(heard === undefined ? {} : { heard }), ...(digit === undefined ? {} : { digit }) };
        step.note(call.id, 'call.flow', { flow: run.flow, step: action.step, ...said });
        break;
      }
      case 'go':
        return action.to;
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
