import { readFileSync } from 'node:fs';
import { assert, json, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readModel } from '../model.ts';
import { readStatus } from './watch.ts';

const file = new URL('../models/auerswald-commander.json', import.meta.url);
const model = readModel('auerswald-commander', readFileSync(file, 'utf8')).http!;

/** In the form of the maker's developer documentation, one entry a channel. */
const entry = (portId: string, locked: string) => ({
  amtId: '749',
  anschlArt: '0',
  bKanalGesperrt: locked,
  bKanalStatus: '0',
  moduleId: '3',
  portId,
  portNr: '0',
});

describe('a status page', () => {
  test('tells of every line and of its locked channels', () => {
    const page = [entry('8054', '0'), entry('8054', '1'), entry('8055', '1'), entry('8055', '1')];
    expect(readStatus(model, JSON.stringify(page))).toEqual({
      8054: { state: 'good', what: 'channels open', blockedChannels: 1 },
      8055: { state: 'bad', what: 'all channels blocked' },
    });
  });

  test.each([
    ['<html>', 'the status is no JSON'],
    ['{}', 'the status has no list where the model expects one'],
    ['[]', 'the status tells of no line'],
  ])('%s is refused: %s', (text, why) => {
    expect(() => readStatus(model, text)).toThrow(why);
  });

  test('property: any answer is read or refused in words, and none of it is bad by guess', () => {
    const never = (text: string): void => {
      try {
        for (const { state } of Object.values(readStatus(model, text))) expect(state).not.toBe('bad');
      } catch (error) {
        expect((error as Error).message).toMatch(/^the status /);
      }
    };
    assert(property(string(), never));
    assert(property(json(), never));
  });
});
