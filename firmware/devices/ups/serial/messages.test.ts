import { describe, expect, it, test } from 'vitest';
import { familyOf } from './family.ts';
import { frames } from './frames.ts';
import { cutCommand, ratingOf, statusOf } from './messages.ts';

/** The examples that NUT's drivers test themselves with (drivers/nutdrv_qx_megatec.c, nutdrv_qx_voltronic-qs.c). */
const NUT_STATUS = '(226.0 195.0 226.0 014 49.0 27.5 30.0 00001000';

describe('a status', () => {
  it('is read field by field', () => {
    expect(statusOf(NUT_STATUS)).toEqual({
      ok: true,
      status: {
        onMains: true,
        low: false,
        failed: false,
        testing: false,
        overload: false,
        replaceBattery: false,
        inputV: 226,
        loadPercent: 14,
        batteryV: 27.5,
        temperatureC: 30,
      },
    });
  });

  it('has bits for mains that fail, a low battery, a fault and a test', () => {
    const bits = (text: string) => statusOf(NUT_STATUS.replace('00001000', text));
    expect(bits('10001000')).toMatchObject({ status: { onMains: false, low: false } });
    expect(bits('11001000')).toMatchObject({ status: { onMains: false, low: true } });
    expect(bits('00010000')).toMatchObject({ status: { failed: true } });
    expect(bits('00000100')).toMatchObject({ status: { testing: true } });
  });

  it('may tell a cell of its battery, and no temperature', () => {
    expect(statusOf('(208.4 140.0 208.4 034 59.9 2.05 --.- 00110000')).toMatchObject({
      ok: true,
      status: { batteryV: 2.05, failed: true },
    });
  });

  test.each([
    ['Q1', 'an order sent back'],
    ['(226.0 195.0 226.0', 'half a line'],
    ['(226.0 195.0 22(226.0 195.0 226.0 014 49.0 27.5 30.0 00001000', 'half a line and a whole one'],
    ['(226.0 195.0 226.0 014 49.0 27.5 30.0 0000100', 'a bit that was lost'],
    ['(22a.0 195.0 226.0 014 49.0 27.5 30.0 00001000', 'a byte that was changed'],
    ['', 'nothing'],
  ])("is none when it is '%s': %s", (line) => {
    expect(statusOf(line)).toMatchObject({ ok: false });
  });

  it('is none with a value that no UPS can measure, and the value is named', () => {
    expect(statusOf('(987.6 195.0 226.0 014 49.0 27.5 30.0 00001000')).toEqual({
      ok: false,
      why: '{not-plausible|inputV|987.6}',
    });
    expect(statusOf('(226.0 195.0 226.0 914 49.0 27.5 30.0 00001000')).toEqual({
      ok: false,
      why: '{not-plausible|loadPercent|914}',
    });
  });
});

it('a rating is read, and nothing is made of what is none', () => {
  expect(ratingOf('#220.0 000 024.0 50.0')).toEqual({ nominalInputV: 220, nominalBatteryV: 24 });
  expect(ratingOf('#220.0 000 000.0 50.0')).toBeUndefined();
  expect(ratingOf('F')).toBeUndefined();
});

it('cutting is told in tenths of a minute, and in minutes beyond', () => {
  expect([1, 12, 54, 60, 61, 7_200].map(cutCommand)).toEqual(['S.2', 'S.2', 'S.9', 'S01', 'S02', 'S10']);
});

describe('frames', () => {
  it('end at a carriage return, in whatever pieces the bytes come', () => {
    const one = frames('', Buffer.from('(226.'));
    const two = frames(one.rest, Buffer.from('0\r\n\0#2'));
    expect([one.lines, two.lines, two.rest]).toEqual([[], ['(226.0'], '#2']);
  });

  it('hold no more than an answer can be of a stream without an end', () => {
    let rest = '';
    for (let i = 0; i < 100; i += 1) rest = frames(rest, Buffer.alloc(1_000, 'x')).rest;
    expect(rest).toHaveLength(128);
  });
});

describe('the family', () => {
  const says = (answers: Readonly<Record<string, string>>) => (command: string) =>
    Promise.resolve(answers[command]);
  test.each([
    ['megatec', { M: 'M', Q1: NUT_STATUS, QS: 'QS' }],
    ['megatec', { Q1: NUT_STATUS }],
    ['voltronic-qs', { M: 'V', Q1: 'Q1', QS: NUT_STATUS }],
    ['voltronic-qs', { M: 'V', Q1: NUT_STATUS, QS: NUT_STATUS }],
    ['voltronic-qs', { M: '(NAK', Q1: '(NAK', QS: NUT_STATUS }],
    [undefined, { M: 'M', Q1: 'Q1', QS: 'QS' }],
    [undefined, {}],
  ])('is %s of one that answers %j', async (family, answers) => {
    expect(await familyOf(says(answers), 'auto')).toBe(family);
  });

  it('is the one that was written, or none', async () => {
    const both = says({ Q1: NUT_STATUS, QS: 'QS' });
    expect(await familyOf(both, 'megatec')).toBe('megatec');
    expect(await familyOf(both, 'voltronic-qs')).toBeUndefined();
  });
});
