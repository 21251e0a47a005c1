import { readFileSync } from 'node:fs';
import { array, assert, constantFrom, oneof, property, record, string, constant } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readModel } from '../model.ts';
import { NEW_DIALOGUE, step, type Dialogue, type DialogueEffect, type DialogueEvent } from './dialogue.ts';

const file = new URL('../models/generic-fxo.json', import.meta.url);
const model = readModel('generic-fxo', readFileSync(file, 'utf8')).console!;

/** What is heard, one text after another; 'SILENCE' and 'CLOSED' are events. */
function talk(...heard: string[]): { state: Dialogue; effects: DialogueEffect[] } {
  const events: DialogueEvent[] = heard.map((text) =>
    text === 'SILENCE'
      ? { type: 'silence' }
      : text === 'CLOSED'
        ? { type: 'closed' }
        : { type: 'text', text },
  );
  let state = NEW_DIALOGUE;
  const effects: DialogueEffect[] = [];
  for (const event of [{ type: 'opened' } as const, ...events]) {
    const next = step(model, state, event);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}
const outcome = (...heard: string[]): DialogueEffect | undefined => talk(...heard).effects.at(-1);

const TABLE = 'Port  Type  State      Line\n   1  FXO   idle        -48 V\n';
const SIGN_IN = ['\nlogin: ', 'admin\nPassword: ', '\nFXO8> '];

describe('a talk with a console', () => {
  test('signs in, asks, and leaves', () => {
    expect(talk(...SIGN_IN, `show port status\n${TABLE}FXO8> `).effects).toEqual([
      { do: 'send', text: '\r' },
      { do: 'send-user' },
      { do: 'send-password' },
      { do: 'send', text: 'show port status\r' },
      { do: 'answered', answers: [TABLE], leave: 'exit\r' },
    ]);
  });

  test('finds a session that is open still', () => {
    expect(outcome('\nFXO8> ', `show port status\n${TABLE}FXO8> `)).toMatchObject({
      do: 'answered',
      answers: [TABLE],
    });
  });

  test('wakes a console that sleeps, three times', () => {
    expect(talk('SILENCE', 'SILENCE').effects).toHaveLength(3);
    expect(outcome('SILENCE', 'SILENCE', 'SILENCE')).toEqual({ do: 'failed', why: 'the console is silent' });
    expect(outcome('SILENCE', '\nFXO8> ')).toEqual({ do: 'send', text: 'show port status\r' });
  });

  test('takes a prompt that was on its way already for what it is', () => {
    const heard = [
      'login: ',
      '\nlogin: ',
      'admin\nPassword: ',
      '\nFXO8> ',
      '\nFXO8> ',
      `show port status\n${TABLE}FXO8> `,
    ];
    const { effects } = talk(...heard);
    expect(effects.map((effect) => effect.do)).toEqual([
      'send',
      'send-user',
      'send-password',
      'send',
      'answered',
    ]);
    expect(JSON.stringify(effects.at(-1))).toContain('-48 V');
  });

  test('turns the pages of a long answer', () => {
    const { effects } = talk(
      'FXO8> ',
      'show port status\n1  FXO idle -48 V\n--More--',
      '\n2  FXO idle -48 V\nFXO8> ',
    );
    expect(effects.at(-2)).toEqual({ do: 'send', text: ' ' });
    expect(effects.at(-1)).toMatchObject({ answers: ['1  FXO idle -48 V\n\n2  FXO idle -48 V\n'] });
  });

  test.each([
    ['asks for the password again', [...SIGN_IN.slice(0, 2), '\nPassword: '], 'refuses name or password'],
    [
      'says it is wrong',
      [...SIGN_IN.slice(0, 2), '\nLogin incorrect\n\nlogin: '],
      'refuses name or password',
    ],
    ['asks for a password instead of an answer', ['FXO8> ', '\nPassword: '], 'asked for a password again'],
    ['asks for a login instead of an answer', ['FXO8> ', '\nlogin: '], 'asked for a login again'],
    [
      'asks for a login again and again',
      ['login: ', '\nlogin: ', 'SILENCE'],
      'asks for a login again and again',
    ],
    ['hangs up', ['FXO8> ', 'show port status\nPort', 'CLOSED'], 'the console hung up'],
    [
      'stops in the middle',
      ['FXO8> ', 'show port status\nPort  Ty', 'SILENCE'],
      "the console stopped after 'Port  Ty'",
    ],
    ['prints garbage', ['\x80\xf3\x01\x9e'.repeat(30)], 'speaks garbage: is the baud rate right?'],
    ['never stops', ['FXO8> ', 'words '.repeat(20_000)], 'speaks on and on'],
  ])('fails with its reason when the console %s', (_, heard, why) => {
    const last = outcome(...heard);
    expect(last?.do === 'failed' ? last.why : last).toContain(why);
  });

  test('property: it always ends, whatever is heard, and never says anything afterwards', () => {
    const text = oneof(string(), constantFrom(...SIGN_IN, TABLE, '--More--', '\n', '\x00\xff'));
    const event = oneof(
      record({ type: constant('text' as const), text }),
      constant({ type: 'silence' as const }),
    );
    assert(
      property(array(event), (events) => {
        let state: Dialogue = NEW_DIALOGUE;
        for (const one of events) {
          const next = step(model, state, one);
          if (state.at === 'over') expect(next.effects).toEqual([]);
          state = next.state;
        }
        for (let silences = 0; silences < 4; silences++)
          state = step(model, state, { type: 'silence' }).state;
        expect(state.at).toBe('over');
      }),
    );
  });
});
