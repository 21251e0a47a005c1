import { expect, test } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import { Believed, type NameStanding } from './believed.ts';

test('the store is asked once in five seconds, and again at once when something has changed', async () => {
  const clock = new ManualClock();
  let asked = 0;
  let standing: NameStanding = 'in-force';
  const believed = new Believed(clock, () => {
    asked += 1;
    return Promise.resolve(standing);
  });
  expect(await believed.of('box')).toBe('in-force');
  standing = 'revoked';
  clock.advance(4_999);
  expect(await believed.of('box')).toBe('in-force');
  expect(asked).toBe(1);
  clock.advance(1);
  expect(await believed.of('box')).toBe('revoked');
  standing = 'quarantined';
  believed.forget('box');
  expect(await believed.of('box')).toBe('quarantined');
  expect(await believed.of('other')).toBe('quarantined');
  expect(asked).toBe(4);
});

test('a store that is away is asked again the next time', async () => {
  let away = true;
  const believed = new Believed(new ManualClock(), () =>
    away ? Promise.reject(new Error('away')) : Promise.resolve('in-force'),
  );
  await expect(believed.of('box')).rejects.toThrow('away');
  away = false;
  expect(await believed.of('box')).toBe('in-force');
});
