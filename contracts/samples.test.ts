/** What was ever sent between a box and headquarters is understood for ever: a sample of each release, never edited. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decode, leaves, type Leaf } from './topics.ts';

const folder = new URL('samples/topics/', import.meta.url);
const samples = readdirSync(folder);
const leafOf = (sample: string): Leaf => sample.split('.')[0] as Leaf;

test('every leaf has a sample', () => {
  expect([...new Set(samples.map(leafOf))].sort()).toEqual([...leaves].sort());
});

test.each(samples)('%s is understood, and nothing of it is lost', (sample) => {
  const bytes = readFileSync(new URL(sample, folder));
  const payload = JSON.parse(bytes.toString()) as unknown;
  expect(decode(leafOf(sample), bytes)).toEqual({ ok: true, payload });
});

/** As a later release may send it: something unknown in every object. */
function withMore(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMore);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries([
    ...Object.entries(value).map(([key, each]) => [key, withMore(each)]),
    ['laterField', { x: [1] }],
  ]);
}
test.each(samples)('%s with fields of a later release is understood, and they are kept', (sample) => {
  const later = withMore(JSON.parse(readFileSync(new URL(sample, folder)).toString()));
  expect(decode(leafOf(sample), Buffer.from(JSON.stringify(later)))).toEqual({ ok: true, payload: later });
});
