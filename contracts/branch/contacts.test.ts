import { expect, it } from 'vitest';
import { contacts, gpioChip, resolveContacts } from './contacts.ts';

const faults = (text: object): string[] => {
  const parsed = contacts.safeParse(text);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

it('a branch that writes nothing has nothing', () => {
  expect(resolveContacts(contacts.parse({}))).toEqual({ loads: [], signals: [], inputs: [] });
});

it('each role with what a small branch writes of it', () => {
  const written = {
    lifeline: { line: 17, role: 'lifeline-relay' },
    serving: { chip: 'pinctrl-bcm2711', line: 'GPIO22', role: 'lamp', shows: 'serving' },
    buzzer: { line: 24, role: 'buzzer', active: 'low' },
    case: { line: 5, role: 'tamper', active: 'low', bias: 'pull-up' },
    cabinet: { chip: 'sysfs:soc', line: 6, role: 'door', debounce: '200ms', 'open-for': '5m' },
    button: { chip: 'sysfs', line: 7, role: 'button' },
  };
  const cdev = { driver: 'character-device', chip: 'gpiochip0' };
  const { lifeline, signals, inputs } = resolveContacts(contacts.parse(written));
  expect(lifeline).toEqual({
    name: 'lifeline',
    at: { ...cdev, line: 17 },
    activeLow: false,
    releaseAfterMs: 20_000,
  });
  expect(signals).toEqual([
    {
      name: 'serving',
      at: { driver: 'character-device', chip: 'pinctrl-bcm2711', line: 'GPIO22' },
      activeLow: false,
      role: 'lamp',
      shows: 'serving',
    },
    { name: 'buzzer', at: { ...cdev, line: 24 }, activeLow: true, role: 'buzzer' },
  ]);
  expect(
    inputs.map(({ name, at, role, debounceMs, openForMs, bias, activeLow }) => [
      name,
      at.driver,
      at.chip,
      role,
      debounceMs,
      openForMs,
      bias,
      activeLow,
    ]),
  ).toEqual([
    ['case', 'character-device', 'gpiochip0', 'tamper', 50, 0, 'pull-up', true],
    ['cabinet', 'sysfs', 'soc', 'door', 200, 300_000, undefined, false],
    ['button', 'sysfs', '', 'button', 50, 0, undefined, false],
  ]);
});

it('all faults at once, each with its place and what would be right', () => {
  expect(
    faults({
      one: { line: 1, role: 'lamp' },
      two: { line: 1, role: 'tamper', shows: 'alarm', 'release-after': '1m' },
      three: { chip: 'sysfs', line: 'GPIO3', role: 'door', bias: 'pull-up' },
    }),
  ).toEqual([
    'one.shows: serving, alarm, uplink, power',
    'two.shows: nothing: a tamper has none',
    'two.release-after: nothing: a tamper has none',
    'three.line: an offset: sysfs has no names of lines',
    'three.bias: nothing: sysfs cannot set one',
    "two.line: a line of its own: 'one' has 1 of gpiochip0",
  ]);
  expect(
    faults({
      one: { line: 1, role: 'lifeline-relay', 'release-after': '1s' },
      two: { line: 2_000, role: 'door' },
      three: { chip: '/dev/gpiochip0', line: 1, role: 'light' },
    }),
  ).toEqual([
    'one.release-after: a duration between 5s and 5m',
    "two.line: an offset on its chip, 0 to 1023, or the line's name such as 'GPIO17'",
    expect.stringContaining("three.chip: a chip such as 'gpiochip0'"),
    expect.stringContaining('three.role'),
  ]);
});

it('a line has one use, a branch one relay and one button', () => {
  expect(
    faults({
      one: { line: 1, role: 'lifeline-relay' },
      two: { line: 1, role: 'button' },
      three: { line: 3, role: 'lifeline-relay' },
      four: { chip: 'other', line: 1, role: 'button' },
    }),
  ).toEqual([
    "two.line: a line of its own: 'one' has 1 of gpiochip0",
    "three.role: one lifeline-relay at most: 'one' is one",
    "four.role: one button at most: 'two' is one",
  ]);
});

it.each([
  ['gpiochip0', { driver: 'character-device', chip: 'gpiochip0' }],
  ['sysfs', { driver: 'sysfs', chip: '' }],
  ['sysfs:pinctrl-bcm2835', { driver: 'sysfs', chip: 'pinctrl-bcm2835' }],
  ['sysfs:', undefined],
  ['sysfs:../x', undefined],
  ['/dev/gpiochip0', undefined],
  ['-c', undefined],
  ['', undefined],
])('chip %s', (written, chip) => {
  expect(gpioChip(written)).toEqual(chip);
});
