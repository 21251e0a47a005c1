/** A caller leaves a message in a box, and a person listens to his by telephone. */
import { contextOf, answerAnchor, nextPlayback, setStage } from './stage.ts';
import { heard, heardName, type Heard } from '../flows/heard.ts';
import { listen, startListening, type ListenInput } from '../voicemail/listening.ts';
import { dropAnchor } from './ending.ts';
import { CAUSE } from './events.ts';
import type { Call } from './state.ts';
import type { Step } from './step.ts';

/** The engine ends a message by itself; when it has not said so this much later, it never will. */
const ENGINE_LATE_MS = 5_000;
const LIST_MS = 3_000;

export function leaveMessage(step: Step, call: Call, box: string): void {
  const plan = step.branch.voicemail[box];
  if (!plan) return dropAnchor(step, call, CAUSE.noRoute, 'branch');
  answerAnchor(step, call);
  const context = contextOf(step, call);
  if (step.messagesRefused !== undefined) return refuseMessage(step, call, box, step.messagesRefused);
  const playback = nextPlayback(call);
  setStage(step, call, { at: 'voicemail', box, playback });
  step.note(call.id, 'call.flow', {
    flow: `voicemail ${box}`,
    step: 'greeting',
    heard: heardName(plan.greeting, context),
  });
  const prompts = [heard(plan.greeting, context)];
  step.effect({ do: 'play', channel: call.anchor.channel, playback, prompts });
}

/** Told at once, rather than let speak into nothing. */
function refuseMessage(step: Step, call: Call, box: string, because: string): void {
  const playback = nextPlayback(call);
  const { language } = contextOf(step, call);
  setStage(step, call, { at: 'voicemail', box, playback, refused: true });
  step.note(call.id, 'voicemail.refused', { box, from: call.anchor.party.id, because });
  const prompts: Heard[] = [{ kind: 'prompt', name: 'message-refused', language }];
  step.effect({ do: 'play', channel: call.anchor.channel, playback, prompts });
}

/** The greeting has been heard, or was cut short by the key that ends a message. */
export function greeted(step: Step, call: Call): void {
  const { stage } = call;
  const plan = stage.at === 'voicemail' ? step.branch.voicemail[stage.box] : undefined;
  if (stage.at !== 'voicemail' || stage.recording !== undefined || !plan) return;
  if (stage.refused) return dropAnchor(step, call, CAUSE.normal, 'branch');
  const recording = messageRecording(stage.box, call.id);
  const { channel } = call.anchor;
  setStage(step, call, {
    at: 'voicemail',
    box: stage.box,
    recording,
    waitUntil: step.now + plan.longestMs + ENGINE_LATE_MS,
  });
  step.effect({ do: 'record-message', channel, recording, maxMs: plan.longestMs });
}

/** The message is at its end: by the key, by its length, by silence. */
export function messageRecorded(step: Step, call: Call, recording: string): void {
  if (call.stage.at !== 'voicemail' || call.stage.recording !== recording) return;
  dropAnchor(step, call, CAUSE.normal, 'branch');
}

/** Names the box too, so that a message is known even when all else is lost. No box has an underscore in its name. */
export const messageRecording = (box: string, call: string): string => `vm_${box}_${call}`;

/** `*97`. False for one who has no box. */
export function listenByPhone(step: Step, call: Call, person: string): boolean {
  const boxes = Object.values(step.branch.voicemail).flatMap(({ name, people }) =>
    people.includes(person) ? [name] : [],
  );
  if (boxes.length === 0) return false;
  answerAnchor(step, call);
  const run = startListening(contextOf(step, call).language);
  setStage(step, call, { at: 'listening', run, waitUntil: step.now + LIST_MS });
  step.effect({ do: 'list-messages', call: call.id, boxes });
  return true;
}

export function listenInput(step: Step, call: Call, input: ListenInput): void {
  if (call.stage.at !== 'listening') return;
  const { run, actions } = listen(call.stage.run, input);
  let { playback, waitUntil } = call.stage;
  for (const action of actions) {
    switch (action.do) {
      case 'play':
        playback = nextPlayback(call);
        waitUntil = undefined;
        step.effect({ do: 'play', channel: call.anchor.channel, playback, prompts: action.prompts });
        break;
      case 'stop-playing':
        if (playback !== undefined) step.effect({ do: 'stop-playing', playback });
        playback = undefined;
        break;
      case 'wait':
        playback = undefined;
        waitUntil = step.now + action.ms;
        break;
      case 'mark-heard':
      case 'delete': {
        const { box, message } = action;
        const by = call.anchor.party.id;
        step.effect({
          do: action.do === 'delete' ? 'delete-message' : 'mark-message-heard',
          box,
          message,
          by,
        });
        break;
      }
      case 'end':
        return dropAnchor(step, call, CAUSE.normal, 'branch');
    }
  }
  setStage(step, call, {
    at: 'listening',
    run,
    ...(playback === undefined ? {} : { playback }),
    ...(waitUntil === undefined ? {} : { waitUntil }),
  });
}
