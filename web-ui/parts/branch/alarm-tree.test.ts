import { expect, test } from 'vitest';
import { families, type PlacedAlarm } from './alarm-tree.ts';

const alarm = (
  id: string,
  severity: PlacedAlarm['severity'],
  cause?: string,
  since = '2026-01-05T02:00:00.000Z',
) => ({
  id,
  severity,
  since,
  ...(cause !== undefined && { cause }),
});
const told = (alarms: PlacedAlarm[]): string[] =>
  families(alarms).map(
    ({ head, beneath, weight }) => `${weight} ${head.id}: ${beneath.map(({ id }) => id).join(' ')}`,
  );

test('a consequence stands beneath its cause, however far, and gives the family its weight', () => {
  expect(
    told([
      alarm('phone', 'warning', 'engine'),
      alarm('trunk', 'major', 'gateway'),
      alarm('gateway', 'major', 'engine'),
      alarm('engine', 'critical'),
      alarm('hq', 'info'),
      alarm('line', 'major', 'hq'),
      alarm('disk', 'warning'),
    ]),
  ).toEqual(['critical engine: trunk gateway phone', 'major hq: line', 'warning disk: ']);
});

test('a cause that is not there, or a circle, hides nothing', () => {
  expect(told([alarm('a', 'info', 'gone'), alarm('b', 'info', 'c'), alarm('c', 'info', 'b')]).length).toBe(3);
});

test('of equals the newest comes first', () => {
  const later = '2026-01-05T03:00:00.000Z';
  expect(told([alarm('old', 'major'), alarm('new', 'major', undefined, later)])).toEqual([
    'major new: ',
    'major old: ',
  ]);
});
