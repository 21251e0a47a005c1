import { expect, test } from 'vitest';
import { zonedIso } from './zoned-iso.ts';

test.each([
  ['2026-11-22T09:12', 'Asia/Shanghai', '2026-11-22T01:12:00.000Z'],
  ['2026-07-01T12:00', 'Europe/Berlin', '2026-07-01T10:00:00.000Z'],
  ['2026-03-29T03:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
  ['', 'Asia/Shanghai', undefined],
  ['2026-13-40T99:00', 'Asia/Shanghai', undefined],
])('%s in %s is %s', (local, zone, iso) => {
  expect(zonedIso(local, zone)).toBe(iso);
});
