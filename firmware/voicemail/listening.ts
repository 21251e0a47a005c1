/** A person listens to the messages of his boxes by telephone: `(run, input) -> (run, actions)`. Pure. */
import type { Prompt } from '@branchline/contracts/branch/flows/model';
import type { Language } from '@branchline/contracts/branch/model';
import { heard, type Heard } from '../flows/heard.ts';

/** A message as the telephone needs it: the oldest new one first. */
export interface HeardMessage {
  readonly box: string;
  readonly message: string;
  readonly fresh: boolean;
}

export interface ListenRun {
  readonly language: Language;
  /** Undefined until the list is there. */
  readonly messages?: readonly HeardMessage[];
  /** The one in hand, from 0. */
  readonly at: number;
  readonly playing: boolean;
  /** The choices were said once more after a silence. */
  readonly reminded: boolean;
}

export type ListenInput =
  | { readonly type: 'messages'; readonly messages: readonly HeardMessage[] }
  | { readonly type: 'digit'; readonly digit: string }
  | { readonly type: 'played' }
  | { readonly type: 'waited' };

export type ListenAction =
  | { readonly do: 'play'; readonly prompts: readonly Heard[] }
  | { readonly do: 'stop-playing' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'mark-heard' | 'delete'; readonly box: string; readonly message: string }
  | { readonly do: 'end' };

export interface ListenResult {
  readonly run: ListenRun;
  readonly actions: readonly ListenAction[];
}

const WAIT_MS = 8_000;

const say = (zh: string, en: string): Prompt => ({ kind: 'say', text: { zh, en } });
const NONE = say('您没有留言。', 'You have no messages.');
const FRESH = say('您有 {count} 条新留言。', 'New messages: {count}.');
const KEPT = say('没有新留言，已听留言 {count} 条。', 'No new messages. Messages kept: {count}.');
const CHOICES = say(
  '重听请按一，下一条请按二，删除请按三，结束请按井号键。',
  'Press one to hear it again, two for the next one, three to delete it, or hash to end.',
);
const NO_MORE = say('没有更多留言。', 'There are no more messages.');
const DELETED = say('已删除。', 'Deleted.');

/** To be spoken beforehand. */
export const LISTEN_PROMPTS: readonly Prompt[] = [NONE, FRESH, KEPT, CHOICES, NO_MORE, DELETED];

export const startListening = (language: Language): ListenRun => ({
  language,
  at: 0,
  playing: false,
  reminded: false,
});

export function listen(run: ListenRun, input: ListenInput): ListenResult {
  if (input.type === 'messages') return run.messages ? still(run) : begin(run, input.messages);
  if (!run.messages) return input.type === 'waited' ? { run, actions: [{ do: 'end' }] } : still(run);
  switch (input.type) {
    case 'digit':
      return chosen(run, run.messages, input.digit);
    case 'played':
      if (!run.playing) return still(run);
      return run.at >= run.messages.length
        ? { run: { ...run, playing: false }, actions: [{ do: 'end' }] }
        : { run: { ...run, playing: false }, actions: [{ do: 'wait', ms: WAIT_MS }] };
    case 'waited':
      if (run.playing) return still(run);
      return run.reminded
        ? { run, actions: [{ do: 'end' }] }
        : play({ ...run, reminded: true }, [spoken(run, CHOICES)]);
  }
}

const still = (run: ListenRun): ListenResult => ({ run, actions: [] });

function begin(run: ListenRun, messages: readonly HeardMessage[]): ListenResult {
  const listed = { ...run, messages };
  if (messages.length === 0) return play(listed, [spoken(run, NONE)]);
  const fresh = messages.filter((message) => message.fresh).length;
  const words = fresh > 0 ? spoken(run, FRESH, fresh) : spoken(run, KEPT, messages.length);
  return present(listed, [words]);
}

/** The message in hand, or that there are no more. */
function present(run: ListenRun, before: readonly Heard[]): ListenResult {
  const message = run.messages?.[run.at];
  if (!message) return play(run, [...before, spoken(run, NO_MORE)]);
  const sound: Heard = { kind: 'message', box: message.box, message: message.message };
  const result = play({ ...run, reminded: false }, [...before, sound, spoken(run, CHOICES)]);
  return {
    ...result,
    actions: [...result.actions, { do: 'mark-heard', box: message.box, message: message.message }],
  };
}

function chosen(run: ListenRun, messages: readonly HeardMessage[], digit: string): ListenResult {
  const { actions, run: next } = choice(run, messages[run.at], digit);
  return { run: next, actions: run.playing ? [{ do: 'stop-playing' }, ...actions] : actions };
}

function choice(run: ListenRun, message: HeardMessage | undefined, digit: string): ListenResult {
  if (digit === '#' || digit === '*' || !message) return { run, actions: [{ do: 'end' }] };
  const following = { ...run, at: run.at + 1 };
  switch (digit) {
    case '1':
      return present(run, []);
    case '2':
      return present(following, []);
    case '3': {
      const { box, message: name } = message;
      const result = present(following, [spoken(run, DELETED)]);
      return { ...result, actions: [{ do: 'delete', box, message: name }, ...result.actions] };
    }
    default:
      return play(run, [spoken(run, CHOICES)]);
  }
}

const play = (run: ListenRun, prompts: readonly Heard[]): ListenResult => ({
  run: { ...run, playing: true },
  actions: [{ do: 'play', prompts }],
});

function spoken({ language }: ListenRun, prompt: Prompt, count?: number): Heard {
  const variables: Record<string, string> = count === undefined ? {} : { count: String(count) };
  return heard(prompt, { variables, tags: [], needs: {}, language });
}
