import { expect, test } from 'vitest';
import { ownAlarms, type Heard } from './own-alarms.ts';

const WELL: Heard = { quarantinedAt: null, online: true, since: 1_000 };
const codes = (box: string, now: Partial<Heard>): string[] =>
  ownAlarms(box, { ...WELL, ...now }).map(({ code }) => code);

test('a box that is not heard any more is an alarm since it was heard last', () => {
  expect(codes('west', {})).toEqual([]);
  expect(ownAlarms('west', { ...WELL, online: false })).toMatchObject([
    { code: 'box-silent', subject: 'west', since: '1970-01-01T00:00:01.000Z' },
  ]);
});

test('one that was never heard is none, nor is a stand-in that is not needed', () => {
  expect(ownAlarms('west', { ...WELL, online: false, since: null })).toEqual([]);
  expect(codes('west-standin', { online: false })).toEqual([]);
});

test('two that use one identity are another alarm', () => {
  expect(codes('west', { quarantinedAt: 5_000, online: false })).toEqual(['identity-twice', 'box-silent']);
});
