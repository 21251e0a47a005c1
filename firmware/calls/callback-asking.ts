/** A caller asks to be called back, or has hung up before anybody answered. */
import type { AcdEffect } from '../acd/state.ts';
import type { EventBody } from '@branchline/contracts/ledger';
import { tagsOf } from '../routing/callers.ts';
import { linesTo } from './callback-lines.ts';
import { dropAnchor } from './ending.ts';
import { CAUSE } from './events.ts';
import { answerAnchor, contextOf, nextPlayback, setStage } from './stage.ts';
import type { Call, Onward } from './state.ts';
import type { Step } from './step.ts';

type By = EventBody<'callback.asked'>['by'];
/** From the same queue: with its place, and he cannot be sent round without a pause, as the ACD knows where he has been. */
type From = Pick<Extract<AcdEffect, { do: 'overflow' }>, 'queue' | 'because'>;

/** Prompts of the box, for those who have no other (`prompts/`). */
const PROMISED = 'callback-promised';
const NO_NUMBER = 'callback-no-number';

export function askForCallback(
  step: Step,
  call: Call,
  queue: string,
  by: Exclude<By, 'missed'>,
  from?: From,
): void {
  const refused = refusal(step, call, queue);
  if (refused === undefined) {
    enter(step, call, queue, by);
    return tell(step, call, PROMISED, { kind: 'hang-up' });
  }
  step.note(call.id, 'callback.refused', { queue, because: refused });
  if (refused === 'no-queue') return dropAnchor(step, call, CAUSE.noRoute, 'branch');
  tell(step, call, NO_NUMBER, instead(queue, from));
}

/** Who hung up in the queue after having waited long enough for its policy. */
export function missed(step: Step, call: Call): void {
  const { ending, queue = '', queuedSince, callback, asked } = call;
  const after = step.branch.queues[queue]?.callback?.missedMs;
  if (ending?.outcome !== 'abandoned' || ending.phase !== 'queue' || callback || asked) return;
  if (after === undefined || step.now - (queuedSince ?? step.now) < after) return;
  if (refusal(step, call, queue) === undefined) enter(step, call, queue, 'missed');
}

function refusal(
  step: Step,
  call: Call,
  queue: string,
): EventBody<'callback.refused'>['because'] | undefined {
  if (!step.branch.queues[queue]?.callback) return 'no-queue';
  if (call.customer === undefined) return 'no-number';
  return linesTo(step, queue, call.customer) ? undefined : 'no-line';
}

function enter(step: Step, call: Call, queue: string, by: By): void {
  const { customer: number = '', context } = call;
  const since = call.queuedSince ?? step.now;
  const tags = [...new Set([...tagsOf(step.branch, number), ...(context?.tags ?? [])])];
  const open = Object.values(step.callbacks).find((each) => each.number === number);
  const id = open?.id ?? callbackId(call.id);
  step.tellCallbacks({ type: 'asked', id, number, queue, since, tags });
  call.asked = true;
  step.note(call.id, 'callback.asked', {
    callback: id,
    queue: open?.queue ?? queue,
    number,
    by,
    since: new Date(open?.since ?? since).toISOString(),
    again: open !== undefined,
  });
}

/** One call asks for one callback at most: its name serves. */
const callbackId = (call: string): string => `cb-${call}`;

/** He stays with the queue; where it was the queue that sent him away for good, there is no more for him here. */
function instead(queue: string, from: From | undefined): Onward {
  const isShut = from !== undefined && from.because !== 'digit' && !STILL_OPEN.has(from.because);
  return isShut ? { kind: 'hang-up' } : { kind: 'queue', name: from?.queue ?? queue };
}

/** Reasons for leaving a queue in which one may go on waiting. */
const STILL_OPEN: ReadonlySet<string> = new Set(['waiting', 'length', 'expected-wait']);

function tell(step: Step, call: Call, name: string, then: Onward): void {
  answerAnchor(step, call);
  const playback = nextPlayback(call);
  setStage(step, call, { at: 'announcing', playback, then });
  const prompt = { kind: 'prompt', name, language: contextOf(step, call).language } as const;
  step.note(call.id, 'call.flow', { flow: 'callback', step: 'announce', heard: name });
  step.effect({ do: 'play', channel: call.anchor.channel, playback, prompts: [prompt] });
}
