import { expect, test } from 'vitest';
import type { Party } from '@branchline/contracts/continuity';
import { isNews, isOfCarrier, type CarrierTold } from './story.ts';

function told(...all: readonly (readonly [CarrierTold['what'], Party])[]): string[] {
  let last: CarrierTold | undefined;
  return all.flatMap(([what, to]) => {
    const now = { what, to };
    const news = isNews(now, last);
    if (news && isOfCarrier(now)) last = now;
    return news ? [`${what} ${to}`] : [];
  });
}
const REFUSED = [
  ['carrier-asked', 'stand-in'],
  ['carrier-refused', 'stand-in'],
] as const;

test('a carrier that refuses for an hour is told once, and that it did it in the end', () => {
  const hour = Array.from({ length: 240 }, () => REFUSED).flat();
  expect(told(...hour, ['carrier-asked', 'stand-in'], ['routed', 'stand-in'])).toEqual([
    'carrier-asked stand-in',
    'carrier-refused stand-in',
    'routed stand-in',
  ]);
});

test('what it says other than before, and what it is asked of the other, is news', () => {
  expect(
    told(...REFUSED, ['carrier-silent', 'stand-in'], ['carrier-asked', 'box'], ['carrier-refused', 'box']),
  ).toEqual([
    'carrier-asked stand-in',
    'carrier-refused stand-in',
    'carrier-silent stand-in',
    'carrier-asked box',
    'carrier-refused box',
  ]);
});

test('with another move it is told anew', () => {
  expect(told(...REFUSED, ['move-begun', 'stand-in'], ...REFUSED)).toHaveLength(5);
});

test('all else is news, and changes nothing of that', () => {
  expect(told(...REFUSED, ['acts', 'box'], ['answers', 'box'], ...REFUSED)).toEqual([
    'carrier-asked stand-in',
    'carrier-refused stand-in',
    'acts box',
    'answers box',
  ]);
});
