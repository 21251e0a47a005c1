import { describe, expect, test } from 'vitest';
import type { Hours } from '@branchline/contracts/branch/model';
import { dateRange, dayRange, minuteRange } from '@branchline/contracts/branch/values';
import { isOpen, localTime } from './hours.ts';

/** Hours as a document writes them. */
const hours = (open: Record<string, string>, holidays: readonly string[] = []): Hours => ({
  open: Object.entries(open).map(([days, times]) => ({ days: dayRange(days)!, ...minuteRange(times)! })),
  holidays: holidays.map((days) => dateRange(days)!),
});
const at = (iso: string): number => Date.parse(iso);

describe('opening hours', () => {
  const shop = hours({ 'mon-fri': '09:00-18:00', sat: '10:00-14:00' });
  test.each([
    ['2026-01-05T08:59:59.999+08:00', false],
    ['2026-01-05T09:00:00+08:00', true],
    ['2026-01-05T17:59:59.999+08:00', true],
    ['2026-01-05T18:00:00+08:00', false],
    ['2026-01-10T09:30:00+08:00', false],
    ['2026-01-10T10:00:00+08:00', true],
    ['2026-01-11T10:00:00+08:00', false],
  ])('in Hangzhou at %s: open %s', (moment, open) => {
    expect(isOpen(shop, 'Asia/Shanghai', at(moment))).toBe(open);
  });

  test('without any entry are never open', () => {
    expect(isOpen(hours({}), 'Asia/Shanghai', at('2026-01-05T10:00:00+08:00'))).toBe(false);
  });

  test('may have a pause', () => {
    const split: Hours = {
      open: [...hours({ mon: '09:00-12:00' }).open, ...hours({ mon: '13:00-18:00' }).open],
      holidays: [],
    };
    const open = (time: string): boolean => isOpen(split, 'Asia/Shanghai', at(`2026-01-05T${time}+08:00`));
    expect([open('11:59'), open('12:00'), open('13:00')]).toEqual([true, false, true]);
  });
});

describe('midnight', () => {
  test('00:00-24:00 is the whole day, without a gap between two', () => {
    const always = hours({ 'mon-sun': '00:00-24:00' });
    for (const moment of ['2026-01-05T23:59:59.999+08:00', '2026-01-06T00:00:00+08:00'])
      expect(isOpen(always, 'Asia/Shanghai', at(moment))).toBe(true);
  });

  test('belongs to the day that begins, and is minute 0', () => {
    expect(localTime('Asia/Shanghai', at('2026-01-06T00:00:00+08:00'))).toEqual({
      date: '2026-01-06',
      weekday: 1,
      minute: 0,
    });
  });

  test('is that of the branch: the same moment has another day elsewhere', () => {
    const mondays = hours({ mon: '00:00-24:00' });
    const moment = at('2026-01-05T20:00:00Z');
    expect(isOpen(mondays, 'Europe/Berlin', moment)).toBe(true);
    expect(isOpen(mondays, 'Asia/Shanghai', moment)).toBe(false);
    expect(localTime('Asia/Kathmandu', moment)).toEqual({ date: '2026-01-06', weekday: 1, minute: 105 });
  });
});

describe('holidays', () => {
  const shop = hours({ 'mon-sun': '00:00-24:00' }, ['2027-01-01', '2027-02-05..2027-02-12']);
  test.each([
    ['2026-12-31T23:59:59+08:00', true],
    ['2027-01-01T00:00:00+08:00', false],
    ['2027-01-01T23:59:59+08:00', false],
    ['2027-01-02T00:00:00+08:00', true],
    ['2027-02-04T23:59:00+08:00', true],
    ['2027-02-05T00:00:00+08:00', false],
    ['2027-02-12T23:59:00+08:00', false],
    ['2027-02-13T00:00:00+08:00', true],
  ])('at %s: open %s', (moment, open) => {
    expect(isOpen(shop, 'Asia/Shanghai', at(moment))).toBe(open);
  });
});

describe('summer time in Berlin', () => {
  const shop = hours({ 'mon-sun': '09:00-18:00' });
  test.each([
    ['the day before it begins', '2026-03-28T08:00:00Z', true],
    ['the day it begins', '2026-03-29T07:00:00Z', true],
    ['the day it begins, a minute before', '2026-03-29T06:59:00Z', false],
    ['the day it ends', '2026-10-25T08:00:00Z', true],
    ['the day it ends, a minute before', '2026-10-25T07:59:00Z', false],
    ['the day it ends, at closing', '2026-10-25T17:00:00Z', false],
  ])('opens at nine of the clock on the wall: %s', (_, moment, open) => {
    expect(isOpen(shop, 'Europe/Berlin', at(moment))).toBe(open);
  });

  test('the hour that is left out is nobody’s, the hour that comes twice counts twice', () => {
    const night = hours({ sun: '02:00-03:00' });
    const openMinutes = (from: string): number =>
      Array.from({ length: 6 * 60 }, (_, minute) => at(from) + minute * 60_000).filter((moment) =>
        isOpen(night, 'Europe/Berlin', moment),
      ).length;
    expect(openMinutes('2026-03-28T23:00:00Z')).toBe(0);
    expect(openMinutes('2026-10-24T22:00:00Z')).toBe(120);
  });

  test('each weekday is known from Monday = 0', () => {
    const week = Array.from({ length: 7 }, (_, day) => at('2026-01-05T12:00:00Z') + day * 86_400_000);
    expect(week.map((moment) => localTime('Europe/Berlin', moment).weekday)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});
