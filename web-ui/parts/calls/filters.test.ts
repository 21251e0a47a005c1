import { expect, test } from 'vitest';
import { filtersFrom, searchOf, withFilter } from './filters.ts';

test('what the address says, and back', () => {
  const filters = {
    about: '8001',
    direction: 'in',
    outcome: 'abandoned',
    before: '2026-11-22T01:00:00Z',
  } as const;
  expect(filtersFrom(new URLSearchParams(searchOf(filters)))).toEqual(filters);
});

test('what does not fit is left out', () => {
  const search = `direction=up&outcome=x&before=yesterday&about=${'9'.repeat(41)}&box=${'b'.repeat(41)}&more=1`;
  expect(filtersFrom(new URLSearchParams(search))).toEqual({});
});

test('another filter begins again at the newest call', () => {
  const filters = { before: '2026-11-22T01:00:00Z', about: '8' };
  expect(withFilter(filters, 'outcome', 'busy')).toEqual({ about: '8', outcome: 'busy' });
  expect(withFilter(filters, 'about', '')).toEqual({});
  expect(withFilter(filters, 'before', '')).toEqual({ about: '8' });
});
