import { expect, test } from 'vitest';
import { readable } from './number.ts';

test.each([
  ['+8613812345678', '+86 138 1234 5678'],
  ['+8657186001000', '+86 571 8600 1000'],
  ['+861065551234', '+86 10 6555 1234'],
  ['+4420123', '+4420123'],
  ['8001', '8001'],
  ['110', '110'],
  ['', ''],
])('%s reads %s', (number, text) => {
  expect(readable(number)).toBe(text.replaceAll(' ', '\u00a0'));
});
