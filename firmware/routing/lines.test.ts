import { describe, expect, test } from 'vitest';
import { branchOf, smallBranch } from '../calls/bench.ts';
import { anotherMayDo } from './causes.ts';
import { dialForm } from './dial-form.ts';
import { foreignPrefix, numbered } from './numbering.ts';
import { classify, outgoingPlan, type Asker, type DialledOutside } from './outgoing.ts';
import { mayCall, rightsOf } from './rights.ts';
import { byWorth } from './worth.ts';

/** A Monday at noon in China, and the night before. */
const NOON = Date.UTC(2026, 0, 5, 4);
const NIGHT = NOON - 12 * 3_600_000;

describe('numbers by the plan of their country', () => {
  test.each([
    ['CN', '571', '87770001', '+8657187770001', 'local'],
    ['CN', '571', '057187770001', '+8657187770001', 'local'],
    ['CN', '571', '01062345678', '+861062345678', 'national'],
    ['CN', undefined, '057187770001', '+8657187770001', 'national'],
    ['CN', '571', '13912345678', '+8613912345678', 'mobile'],
    ['CN', '571', '013912345678', '+8613912345678', 'mobile'],
    ['CN', '571', '+8613912345678', '+8613912345678', 'mobile'],
    ['CN', '571', '00442071234567', '+442071234567', 'international'],
    ['CN', '571', '00449098790000', '+449098790000', 'premium'],
    ['CN', '571', '00881612345678', '+881612345678', 'premium'],
    ['GB', '20', '02071234567', '+442071234567', 'local'],
    ['GB', '20', '07400123456', '+447400123456', 'mobile'],
    ['GB', '20', '09098790000', '+449098790000', 'premium'],
    ['DE', '30', '0049301234567', '+49301234567', 'local'],
    ['US', '212', '12015550123', '+12015550123', 'national'],
    ['US', '212', '18765551234', '+18765551234', 'international'],
    ['US', '212', '19002345678', '+19002345678', 'premium'],
    ['FR', undefined, '0033612345678', '+33612345678', 'mobile'],
  ] as const)('in %s, area %s, %s', (country, area, dialled, number, what) => {
    expect(numbered(country, area, dialled)).toEqual({ number, class: what });
  });

  test.each(['10086', '95588', '12345', '', '+', '*51', '00', '999999999999999'])(
    'nothing is made of %s',
    (dialled) => expect(numbered('CN', '571', dialled)).toBeUndefined(),
  );

  test('a place abroad is known by its code', () => {
    expect(foreignPrefix('+442071234567')).toBe('+44');
    expect(foreignPrefix('+88161234567')).toBe('+881');
  });
});

test.each([
  ['a full trunk', { cause: 34, rang: false }, true],
  ['a busy party', { cause: 17, rang: false }, false],
  ['nobody answers', { cause: 19, rang: true }, false],
  ['an unknown number', { cause: 1, sip: 404, rang: false }, false],
  ['a server that failed, whatever it says', { cause: 16, sip: 500, rang: false }, true],
  ['a gateway that passes on a busy party with a 5xx', { cause: 17, sip: 503, rang: false }, false],
  ['a carrier that does not know us', { cause: 21, sip: 403, rang: false, bySip: true }, true],
  ['a party who refuses, behind a gateway', { cause: 21, sip: 403, rang: false }, false],
  ['a network that broke down while it rang', { cause: 38, sip: 503, rang: true }, true],
  ['a line out of order that had rung', { cause: 27, rang: true }, false],
  ['silence', { cause: 18, rang: false }, true],
])('%s', (_, refused, another) => expect(anotherMayDo(refused)).toBe(another));

test.each([
  ['as-dialled', '013912345678'],
  ['e164', '+8613912345678'],
  ['plain', '8613912345678'],
  ['national', '13912345678'],
] as const)('a number is sent %s', (dial, sent) => {
  expect(dialForm({ dial }, 'CN', { number: '+8613912345678', dialled: '013912345678' })).toBe(sent);
  expect(dialForm({ dial }, 'CN', { number: '120' })).toBe('120');
});

test('in the national form an area has its zero, and another country its prefix', () => {
  expect(dialForm({ dial: 'national' }, 'CN', { number: '+8657187770001' })).toBe('057187770001');
  expect(dialForm({ dial: 'national' }, 'CN', { number: '+442071234567' })).toBe('00442071234567');
});

test('lines that are out come last, and keep their order', () => {
  expect(byWorth(['a', 'b', 'c', 'd', 'e'], { a: 'down', b: 'draining', c: 'degraded', e: 'up' })).toEqual([
    'd',
    'e',
    'c',
    'b',
    'a',
  ]);
});

const rich = {
  ...smallBranch,
  site: { ...smallBranch.site, area: '571' },
  trunks: {
    ...smallBranch.trunks,
    pstn: { ...smallBranch.trunks.pstn, cost: { mobile: 0.3, national: 0.1 } },
    cheap: { gateway: 'fxo', channels: 2, cost: { mobile: 0.1 } },
    inward: { gateway: 'fxo', channels: 2, direction: 'in' },
  },
  routes: [
    { to: ['national', 'mobile'], numbers: ['+86 139'], via: ['cheap', 'pstn'], during: 'shop' },
    { to: 'mobile', via: ['pstn', 'copper', 'cheap', 'inward'], order: 'cheapest' },
    { to: 'national', via: ['pstn'], 'caller-id': 'main' },
    { to: 'international', via: ['pstn'] },
    { to: 'premium', via: ['pstn'], allow: ['managers'] },
  ],
  'caller-ids': [
    { show: 'owner', extensions: [8001] },
    { show: 'service', queues: ['service'], numbers: ['+86571'] },
  ],
  calling: { groups: { abroad: ['international'] } },
  people: {
    ...smallBranch.people,
    far: { name: 'Far', extension: 8010, groups: ['abroad'] },
    own: { name: 'Own', extension: 8011, groups: ['abroad'], 'may-call': ['local'] },
  },
  hours: { shop: { open: { 'mon-fri': '09:00-18:00' } } },
};
const branch = branchOf(rich);
const outside = (digits: string): DialledOutside => {
  const dialled = classify(branch, digits);
  if (dialled.kind !== 'outside') throw new Error(`${digits} is ${dialled.kind}`);
  return dialled;
};
const planFor = (digits: string, asker: Partial<Asker> = {}) =>
  outgoingPlan(branch, outside(digits), { now: NOON, ...asker });
const person = (id: string) => ({ person: branch.people[id]! });

describe('routes', () => {
  test('the first that fits by class, prefix and time', () => {
    expect(planFor('13912345678')).toMatchObject({ route: 0, trunks: ['cheap', 'pstn'] });
    expect(planFor('13912345678', { now: NIGHT })).toMatchObject({ route: 1 });
    expect(planFor('13812345678')).toMatchObject({ route: 1 });
    expect(planFor('87770001')).toMatchObject({ route: 2, class: 'local', number: '+8657187770001' });
  });

  test('by cost, those without a price last, and none that is for calls in', () => {
    expect(planFor('13812345678')).toMatchObject({ trunks: ['cheap', 'pstn', 'copper'] });
  });

  test('a line that is out is tried last, and never left out', () => {
    expect(planFor('13912345678', { worths: { cheap: 'down' } })).toMatchObject({
      trunks: ['pstn', 'cheap'],
    });
  });

  test('the number shown: by extension, by queue and prefix, else the route’s', () => {
    expect(planFor('01062345678', person('boss'))).toMatchObject({ callerId: '+8657186001029' });
    expect(planFor('87770001', { queue: 'service' })).toMatchObject({ callerId: '+8657186001001' });
    expect(planFor('01062345678', { queue: 'service' })).toMatchObject({ callerId: '+8657186001000' });
  });
});

describe('who may call what', () => {
  test('international and premium are denied unless they are given', () => {
    expect(planFor('00442071234567', person('ann'))).toEqual({ ok: false, because: 'not-allowed' });
    expect(planFor('00449098790000', person('ann'))).toEqual({ ok: false, because: 'not-allowed' });
    expect(planFor('00442071234567', person('far'))).toMatchObject({ ok: true });
    expect(planFor('00449098790000', person('far'))).toEqual({ ok: false, because: 'not-allowed' });
  });

  test('a route that names his group gives the right to it', () => {
    expect(planFor('00449098790000', person('boss'))).toMatchObject({ ok: true, class: 'premium' });
  });

  test('what is said of him comes before what is said of his groups', () => {
    expect(rightsOf(branch, branch.people['own'])).toEqual(['local']);
    expect(planFor('01062345678', person('own'))).toEqual({ ok: false, because: 'not-allowed' });
    expect(planFor('87770001', person('own'))).toMatchObject({ ok: true });
    expect(planFor('01062345678', person('far'))).toEqual({ ok: false, because: 'not-allowed' });
  });

  test('an emergency is nobody’s to deny, with a prefix before it or without', () => {
    for (const digits of ['120', '9120', '0120']) {
      expect(classify(branch, digits)).toEqual({ kind: 'outside', class: 'emergency', number: '120' });
    }
    expect(mayCall([], 'emergency')).toBe(true);
    expect(planFor('120', person('own'))).toMatchObject({ ok: true, preempt: true });
  });

  test('it goes by every line there is, those for calls in last', () => {
    expect(planFor('120')).toMatchObject({ trunks: ['pstn', 'copper', 'cheap', 'inward'] });
  });
});
