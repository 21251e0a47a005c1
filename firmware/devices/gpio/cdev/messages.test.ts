import { expect, test } from 'vitest';
import { chipsOf, edgeOf, levelsOf, lineInfos, versionOf } from './messages.ts';

test.each([
  ['gpiodetect (libgpiod) v2.2.1\nCopyright (C) 2017-2023\n', [2, '2.2.1']],
  ['gpiodetect (libgpiod) v1.6.3\n', [1, '1.6.3']],
  ['gpiodetect (libgpiod) v2.3-devel\n', [2, '2.3-devel']],
  ['', undefined],
])('a version: %j', (said, version) => {
  expect(versionOf(said)).toEqual(version);
});

test('chips', () => {
  const said = 'gpiochip0 [pinctrl-bcm2711] (58 lines)\ngpiochip1 [] (1 lines)\nnonsense\n';
  expect(chipsOf(said)).toEqual([
    { name: 'gpiochip0', label: 'pinctrl-bcm2711' },
    { name: 'gpiochip1', label: '' },
  ]);
});

test('lines, named or not, quoted or not, held or not', () => {
  const said =
    'gpiochip0 - 4 lines:\n' +
    '\tline   0:\tunnamed         \tinput\n' +
    '\tline   1:\t"door"          \tinput bias=pull-up consumer="gpiomon"\n' +
    '\tline  17:\tGPIO17          \toutput consumer=gpioset\n' +
    '\tline 100:\t"a longer name than that"\tinput active-low\n';
  expect(lineInfos(said)).toEqual([
    { offset: 0 },
    { offset: 1, name: 'door', consumer: 'gpiomon' },
    { offset: 17, name: 'GPIO17', consumer: 'gpioset' },
    { offset: 100, name: 'a longer name than that' },
  ]);
});

test('levels and edges', () => {
  expect(levelsOf('0 1 1\n')).toEqual([false, true, true]);
  expect(levelsOf('')).toEqual([]);
  expect(edgeOf('1 22')).toEqual({ offset: 22, high: true });
  expect(edgeOf('2 5\n')).toEqual({ offset: 5, high: false });
  for (const line of ['3 5', '1', 'rising 5', '']) expect(edgeOf(line)).toBeUndefined();
});
