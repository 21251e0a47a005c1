import { describe, expect, test } from 'vitest';
import { listen, startListening, type ListenAction, type ListenInput, type ListenRun } from './listening.ts';

const message = (name: string, fresh: boolean) => ({ box: 'shop', message: name, fresh });
const two: ListenInput = { type: 'messages', messages: [message('m1', true), message('m2', false)] };
const played: ListenInput = { type: 'played' };
const waited: ListenInput = { type: 'waited' };
const digit = (pressed: string): ListenInput => ({ type: 'digit', digit: pressed });

function after(inputs: readonly ListenInput[]): readonly ListenAction[] {
  let run: ListenRun = startListening('en');
  let actions: readonly ListenAction[] = [];
  for (const input of inputs)
    ({ run, actions } = listen(JSON.parse(JSON.stringify(run)) as ListenRun, input));
  return actions;
}
/** Words and messages that are heard, and what is done. */
const told = (inputs: readonly ListenInput[]): string[] =>
  after(inputs).flatMap((action) =>
    action.do === 'play'
      ? action.prompts.map((prompt) =>
          prompt.kind === 'say'
            ? prompt.parts.map((part) => ('text' in part ? part.text : part.value)).join(' ')
            : 'message' in prompt
              ? prompt.message
              : '',
        )
      : [`(${action.do}${'message' in action ? ` ${action.message}` : ''})`],
  );
const CHOICES = 'Press one to hear it again, two for the next one, three to delete it, or hash to end.';

describe('listening by telephone', () => {
  test('says how many are new, plays the first and marks it heard', () => {
    expect(told([two])).toEqual(['New messages: 1', 'm1', CHOICES, '(mark-heard m1)']);
    const heard: ListenInput = { type: 'messages', messages: [message('m2', false)] };
    expect(told([heard])[0]).toBe('No new messages. Messages kept: 1');
  });

  test('again, the next, delete, end', () => {
    expect(told([two, digit('1')])).toEqual(['(stop-playing)', 'm1', CHOICES, '(mark-heard m1)']);
    expect(told([two, played, digit('2')])).toEqual(['m2', CHOICES, '(mark-heard m2)']);
    expect(told([two, played, digit('3')])).toEqual([
      '(delete m1)',
      'Deleted.',
      'm2',
      CHOICES,
      '(mark-heard m2)',
    ]);
    expect(told([two, digit('#')])).toEqual(['(stop-playing)', '(end)']);
    expect(told([two, digit('7')])).toEqual(['(stop-playing)', CHOICES]);
  });

  test('after the last there are no more, and the call ends', () => {
    const last = [two, digit('2'), digit('2')];
    expect(told(last)).toEqual(['(stop-playing)', 'There are no more messages.']);
    expect(told([...last, played])).toEqual(['(end)']);
  });

  test('who presses nothing is asked once more', () => {
    expect(told([two, played])).toEqual(['(wait)']);
    expect(told([two, played, waited])).toEqual([CHOICES]);
    expect(told([two, played, waited, played, waited])).toEqual(['(end)']);
  });

  test('an empty box says so; a list that never comes ends the call', () => {
    expect(told([{ type: 'messages', messages: [] }])).toEqual(['You have no messages.']);
    expect(told([{ type: 'messages', messages: [] }, played])).toEqual(['(end)']);
    expect(told([waited])).toEqual(['(end)']);
    expect(told([two, two])).toEqual([]);
  });
});
