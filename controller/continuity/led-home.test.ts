import { expect, test } from 'vitest';
import type { CarrierWord } from '../carriers/carrier.ts';
import { atFirst, PROBE_AGAIN_MS } from './decide.ts';
import { ledHome, mayBeLedHome } from './led-home.ts';

/** A carrier that says these words, one after the other, and then that it is so. */
function carrier(...words: CarrierWord[]) {
  const asked: string[] = [];
  const ask = (target: string) => (): Promise<CarrierWord> => {
    asked.push(target);
    return Promise.resolve(words.shift() ?? 'confirmed');
  };
  return { asked, one: { toBox: ask('box'), toStandIn: ask('stand-in') } };
}

test('led there for one call, and back, however the call went', async () => {
  const well = carrier();
  expect(await ledHome(well.one, () => Promise.resolve('answered'))).toBe('answered');
  expect(well.asked).toEqual(['box', 'stand-in']);
  const failed = carrier();
  await expect(ledHome(failed.one, () => Promise.reject(new Error('not placed')))).rejects.toThrow(
    'not placed',
  );
  expect(failed.asked).toEqual(['box', 'stand-in']);
});

test('what the carrier did not confirm is not called, and led back all the same', async () => {
  const { asked, one } = carrier('nothing', 'nothing', 'refused');
  await expect(ledHome(one, () => Promise.resolve('answered'))).rejects.toThrow('did not lead');
  expect(asked).toEqual(['box', 'stand-in', 'stand-in', 'stand-in']);
});

test('not before the box is nearly proven', () => {
  const rules = { moveAfterMs: 10_000, comeHomeAfterMs: 60_000 };
  const since = (wellSince: number | null) => ({ ...atFirst(0), name: 'standing-in' as const, wellSince });
  expect(mayBeLedHome(rules, since(null), 1_000_000)).toBe(false);
  expect(mayBeLedHome(rules, since(1_000), 1_000 + 60_000 - PROBE_AGAIN_MS - 1)).toBe(false);
  expect(mayBeLedHome(rules, since(1_000), 1_000 + 60_000 - PROBE_AGAIN_MS)).toBe(true);
});
