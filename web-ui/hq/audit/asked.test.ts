import { expect, test } from 'vitest';
import { askedFrom, dayOf, dayStart, searchWith } from './asked.ts';

test('what does not fit is left out', () => {
  const search = new URLSearchParams('box=x&from=yesterday&before=-1&who=&action=command+restart&other=1');
  expect(askedFrom(search)).toEqual({ box: 'x', action: 'command restart' });
  expect(askedFrom(new URLSearchParams('before=7'))).toEqual({ before: 7 });
});

test('another filter keeps the others and begins at the newest entry', () => {
  expect(searchWith({ box: 'x', who: 'Li' }, 'who', '').toString()).toBe('box=x');
  expect(searchWith({ box: 'x' }, 'action', 'document').toString()).toBe('box=x&action=document');
});

test('a day goes from its beginning to the beginning of the next', () => {
  const [from, to] = [dayStart('2026-02-28'), dayStart('2026-02-28', 1)];
  expect(Date.parse(to) - Date.parse(from)).toBe(86_400_000);
  expect([dayOf(from), dayOf(to, -1)]).toEqual(['2026-02-28', '2026-02-28']);
  expect(dayStart('28.2.')).toBe('');
});
