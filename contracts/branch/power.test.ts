import { describe, expect, it, test } from 'vitest';
import { power, resolvePower, upsPort } from './power.ts';

const faults = (text: object): string[] => {
  const parsed = power.safeParse(text);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

it('a branch that writes nothing has steps, and no UPS', () => {
  const { ups, steps, homeAfterMs, lastCallMs } = resolvePower(power.parse({}));
  expect([ups, homeAfterMs, lastCallMs]).toEqual([{}, 300_000, 60_000]);
  expect(steps.map((step) => [step.belowMs, step.do])).toEqual([
    [undefined, ['tell-hq', 'stop-background-work']],
    [480_000, ['move-numbers-to-cloud']],
    [240_000, ['refuse-new-calls', 'drain']],
    [120_000, ['shut-down']],
  ]);
});

it('a UPS at a serial line and one that NUT looks after', () => {
  const written = {
    ups: {
      near: { port: '/dev/serial/by-id/usb-*', driver: 'megatec', runtime: { lasts: '12m', load: 40 } },
      far: { driver: 'nut', server: '10.20.0.9', user: 'box', secret: 'upsd' },
    },
  };
  expect(resolvePower(power.parse(written)).ups).toEqual({
    near: {
      name: 'near',
      driver: 'megatec',
      port: { kind: 'serial', path: '/dev/serial/by-id/usb-*' },
      baud: 2_400,
      everyMs: 2_000,
      battery: { lastsMs: 720_000, load: 40 },
    },
    far: {
      name: 'far',
      driver: 'nut',
      server: { host: '10.20.0.9', port: 3_493 },
      as: 'far',
      user: 'box',
      secret: 'upsd',
      everyMs: 2_000,
    },
  });
});

describe('what is refused', () => {
  test.each<[string, object, RegExp]>([
    ['a UPS without a port', { ups: { a: {} } }, /^ups\.a\.port: a serial port/],
    ['NUT without a server', { ups: { a: { driver: 'nut' } } }, /^ups\.a\.server: where upsd listens/],
    ['a port that is none', { ups: { a: { port: 'COM1' } } }, /^ups\.a\.port: a serial port/],
    [
      'steps out of order',
      {
        'on-battery': [
          { below: '2m', do: ['drain'] },
          { below: '4m', do: ['tell-hq'] },
        ],
      },
      /^on-battery\.1\.below: less than the step before/,
    ],
    [
      'a step at once after one that waits',
      { 'on-battery': [{ below: '2m', do: ['drain'] }, { do: ['tell-hq'] }] },
      /^on-battery\.1\.below: less than the step before/,
    ],
    [
      'an action twice',
      { 'on-battery': [{ do: ['drain'] }, { below: '1m', do: ['drain'] }] },
      /^on-battery\.1\.do: each action once/,
    ],
    [
      'something after the end',
      { 'on-battery': [{ below: '2m', do: ['shut-down', 'drain'] }] },
      /^on-battery\.0\.do: nothing after 'shut-down'/,
    ],
    ['an action that is none', { 'on-battery': [{ do: ['explode'] }] }, /^on-battery\.0\.do\.0/],
  ])('%s', (_, text, fault) => {
    expect(faults(text)).toEqual([expect.stringMatching(fault) as string]);
  });
});

test.each([
  ['/dev/ttyUSB0', true],
  ['/dev/serial/by-id/usb-*-port0', true],
  ['tcp:10.20.0.9:4002', true],
  ['/dev/../etc/*', false],
  ['/etc/*', false],
  ['usb-*', false],
])('%s is a port: %s', (text, is) => {
  expect(upsPort(text) !== undefined).toBe(is);
});

describe('loads', () => {
  const rack = { driver: 'nut', server: '127.0.0.1', user: 'box', secret: 'upsd' };
  const desk = { port: '/dev/ttyS1' };
  const written = (loads: object, names: string[] = [], ups: object = { rack, desk }): object => ({
    ups,
    loads,
    'on-battery': [
      { below: '6m', 'power-down': names },
      { below: '2m', do: ['shut-down'] },
    ].slice(names.length > 0 ? 0 : 1),
  });

  it('of an outlet and of a relay, and the step that switches them off', () => {
    const loads = { display: { ups: 'rack', outlet: 2 }, fan: { contact: 'fan-relay' } };
    const { loads: resolved, steps } = resolvePower(power.parse(written(loads, ['display', 'fan'])));
    expect(resolved).toEqual({
      display: { name: 'display', by: 'ups', ups: 'rack', outlet: 2 },
      fan: { name: 'fan', by: 'contact', contact: 'fan-relay' },
    });
    expect(steps[0]).toEqual({ belowMs: 360_000, do: [], powerDown: ['display', 'fan'] });
  });

  test.each<[string, object, RegExp]>([
    ['neither of the two', written({ a: {} }), /^loads\.a\.ups: the UPS that switches it, or 'contact'/],
    ['both', written({ a: { ups: 'rack', outlet: 1, contact: 'x' } }), /^loads\.a\.contact: nothing beside/],
    ['no outlet', written({ a: { ups: 'rack' } }), /^loads\.a\.outlet: the number of an outlet/],
    ['an outlet that is none', written({ a: { ups: 'rack', outlet: 0 } }), /^loads\.a\.outlet: the number/],
    ['no such UPS', written({ a: { ups: 'b', outlet: 1 } }), /a UPS of this document: rack, desk/],
    [
      'a UPS without outlets',
      written({ a: { ups: 'desk', outlet: 1 } }),
      /'desk' speaks auto, which has no orders/,
    ],
    [
      'a UPS that takes no orders',
      written({ a: { ups: 'r', outlet: 1 } }, [], { r: { driver: 'nut', server: '127.0.0.1' } }),
      /a UPS with user and secret/,
    ],
    [
      'a step of a load that is none',
      written({}, ['a']),
      /power-down\.0: a load of this document: there is none/,
    ],
    [
      'a load twice',
      written({ a: { contact: 'x' } }, ['a', 'a']),
      /power-down\.1: each load once; 'a' is switched off already/,
    ],
    ['a step of nothing', { 'on-battery': [{ below: '1m' }] }, /^on-battery\.0\.do: one of tell-hq/],
    [
      'a load after the box has gone down',
      { loads: { a: { contact: 'x' } }, 'on-battery': [{ do: ['shut-down'] }, { 'power-down': ['a'] }] },
      /nothing after 'shut-down'/,
    ],
  ])('%s', (_, text, fault) => {
    expect(faults(text).join('\n')).toMatch(fault);
  });
});
