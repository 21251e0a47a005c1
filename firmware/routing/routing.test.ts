import { describe, expect, test } from 'vitest';
import { branchOf, smallBranch } from '../calls/bench.ts';
import { fullNumber, numberDialled, trunkOf } from './incoming.ts';
import { classify, outgoingPlan } from './outgoing.ts';
import { anotherMayDo } from './causes.ts';

const branch = branchOf(smallBranch);

describe('numbers coming in', () => {
  test.each([
    ['+8657186001000', '+8657186001000'],
    ['008657186001000', '+8657186001000'],
    ['057186001000', '+8657186001000'],
    ['8657186001000', '+8657186001000'],
    ['13900000001', '+8613900000001'],
    ['00442071234567', '+442071234567'],
    ['86001000', '86001000'],
    ['10086', '10086'],
    ['', ''],
  ])('%s is %s', (written, full) => expect(fullNumber('CN', written)).toBe(full));

  test.each([
    ['+8657186001001', 'service'],
    ['057186001001', 'service'],
    ['1029', 'owner'],
    ['01', undefined],
    ['999', undefined],
  ])('%s is the entry %s', (written, entry) => expect(numberDialled(branch, written)?.name).toBe(entry));

  test('a trunk is known by its block, else by its gateway', () => {
    expect(trunkOf(branch, 'e1', '+8657186001001')).toBe('pstn');
    expect(trunkOf(branch, 'fxo', '+8657186001001')).toBe('copper');
    expect(trunkOf(branch, 'nobody', undefined)).toBeUndefined();
  });
});

describe('numbers going out', () => {
  test.each([
    ['120', { kind: 'outside', class: 'emergency' }],
    ['8001', { kind: 'extension' }],
    ['*51', { kind: 'star' }],
    ['13912345678', { kind: 'outside', class: 'mobile' }],
    ['013912345678', { kind: 'outside', class: 'mobile' }],
    ['057187770001', { kind: 'outside', class: 'national' }],
    ['00442071234567', { kind: 'outside', class: 'international', number: '+442071234567' }],
    ['+8613912345678', { kind: 'outside', class: 'mobile' }],
    ['77', { kind: 'unknown' }],
    ['8001&PJSIP/x', { kind: 'unknown' }],
  ])('%s is %o', (dialled, as) => expect(classify(branch, dialled)).toMatchObject(as));

  const outside = (number: string, kind: 'emergency' | 'international' | 'national') => ({
    kind: 'outside' as const,
    class: kind,
    number,
  });

  test('an emergency goes by its route first and then by every other trunk, whatever the groups', () => {
    expect(outgoingPlan(branch, outside('120', 'emergency'), { now: 0 })).toMatchObject({
      ok: true,
      trunks: ['pstn', 'copper'],
    });
    const bare = branchOf({ ...smallBranch, routes: [] });
    expect(outgoingPlan(bare, outside('120', 'emergency'), { now: 0 })).toMatchObject({
      ok: true,
      trunks: ['pstn', 'copper'],
    });
  });

  test('a class without a route, or not allowed, is refused with the reason', () => {
    expect(outgoingPlan(branch, outside('+44207', 'international'), { now: 0 })).toEqual({
      ok: false,
      because: 'not-allowed',
    });
    expect(
      outgoingPlan(branchOf({ ...smallBranch, routes: [] }), outside('0571', 'national'), { now: 0 }),
    ).toEqual({
      ok: false,
      because: 'no-route',
    });
  });
});

test('another line is tried for a line’s trouble, not for a party’s answer', () => {
  const another = (cause: number): boolean => anotherMayDo({ cause, rang: false });
  expect([34, 38, 41, 42, 18, 20].every(another)).toBe(true);
  expect([1, 16, 17, 19, 21, 28].some(another)).toBe(false);
});
