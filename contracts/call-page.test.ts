import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageOf } from './call-page.ts';

const at = (call: string): string => call;

test('a page, and whether there are more', () => {
  expect(pageOf(['c', 'b'], 2, at)).toEqual({ calls: ['c', 'b'], more: false });
  expect(pageOf(['c', 'b', 'a'], 2, at)).toEqual({ calls: ['c', 'b'], more: true });
  expect(pageOf([], 2, at)).toEqual({ calls: [], more: false });
});

test('calls of one millisecond stand on one page', () => {
  expect(pageOf(['c', 'b', 'b'], 2, at)).toEqual({ calls: ['c'], more: true });
  expect(pageOf(['b', 'b', 'b'], 2, at)).toEqual({ calls: ['b', 'b'], more: true });
});

test('page by page each call is seen once, as long as fewer began together than stand on a page', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 30 }), { maxLength: 60 }), fc.nat({ max: 5 }), (moments, more) => {
      const all = moments.map((moment, id) => ({ id, moment })).toSorted((a, b) => b.moment - a.moment);
      const most = Math.max(0, ...all.map(({ moment }) => all.filter((one) => one.moment === moment).length));
      const limit = most + more + 1;
      const seen: number[] = [];
      for (let before = Infinity, on = true; on;) {
        const newest = all.filter(({ moment }) => moment < before).slice(0, limit + 1);
        const page = pageOf(newest, limit, ({ moment }) => String(moment));
        seen.push(...page.calls.map(({ id }) => id));
        before = page.calls.at(-1)?.moment ?? before;
        on = page.more;
      }
      expect(seen).toEqual(all.map(({ id }) => id));
    }),
  );
});
