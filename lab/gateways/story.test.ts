import { LAB_FAULTS, type LabFault } from '@branchline/contracts/lab';
import { describe, expect, test } from 'vitest';
import { portsOf, reply, NEW_TALK, type ConsoleMood, type Talk } from './personality.ts';
import { storyOf } from './story.ts';

const story = (...faults: LabFault[]) => storyOf(new Set(faults), 30);

describe('the story of a gateway', () => {
  test('without a fault is that all is well', () => {
    expect(story()).toMatchObject({ power: true, line: 'good', dChannel: true, blockedChannels: 0 });
    expect(story().sip).toMatchObject({ options: 'pass', invite: 'pass', deaf: false });
  });

  test.each(['los', 'lof', 'ais', 'rai'] as const)(
    'with %s there is no D-channel and no call, and OPTIONS is answered',
    (fault) => {
      expect(story(fault)).toMatchObject({
        line: fault,
        dChannel: false,
        sip: { invite: 'dead', options: 'pass' },
      });
    },
  );

  test('without power nothing answers; silent, the line is well all the same', () => {
    expect(story('power-off')).toMatchObject({ power: false, sip: { deaf: true } });
    expect(story('silent')).toMatchObject({ power: true, line: 'good', sip: { deaf: true } });
  });

  test('two faults at a time are both told', () => {
    expect(story('half-blocked', 'd-channel')).toMatchObject({
      blockedChannels: 15,
      dChannel: false,
      sip: { invite: 'dead' },
    });
  });

  test.each(LAB_FAULTS.filter((fault) => fault !== 'flap'))('%s shows in it', (fault) => {
    expect(story(fault)).not.toEqual(story());
  });
});

describe('the console', () => {
  const account = { user: 'admin', password: 'secret' };
  const talk = (mood: ConsoleMood, ...lines: string[]): { talk: Talk; text: string } =>
    lines.reduce(
      (at, line) => {
        const { talk: next, text } = reply(
          at.talk,
          line,
          account,
          mood,
          portsOf(storyOf(new Set(['half-blocked']), 2), 2),
        );
        return { talk: next, text: at.text + text };
      },
      { talk: NEW_TALK, text: '' },
    );

  test('shows its ports to who signs in', () => {
    const { text } = talk('well', '', 'admin', 'secret', 'show port status');
    expect(text).toContain('   1  FXO   idle        -48 V\r\n');
    expect(text).toContain('FXO8> ');
  });
  test('refuses a wrong password', () => {
    expect(talk('well', 'admin', 'wrong').text).toContain('Login incorrect');
    expect(talk('asks-again', 'admin', 'secret').text).toMatch(/Password: \r\nPassword: $/);
  });
});
