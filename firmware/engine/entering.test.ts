import { expect, test } from 'vitest';
import { EngineRefused, EngineSilent } from './ari/errors.ts';
import { Entering, LostOnTheWay } from './entering.ts';

const LONG_MS = 60_000;
const sent = (): Promise<void> => Promise.resolve();

test('what is asked of a channel on its way waits until it is there', async () => {
  const entering = new Entering(LONG_MS);
  const done: string[] = [];
  const brought = entering.bring('c1', sent);
  const asked = entering.when('c1', () => Promise.resolve(void done.push('answer')));
  expect(done).toEqual([]);
  expect(entering.entered('c1')).toBe(true);
  await Promise.all([brought, asked]);
  expect(done).toEqual(['answer']);
  expect(entering.entered('c1')).toBe(false);
});

test('where the connection is lost nobody knows whether it is in: that is no refusal', async () => {
  const entering = new Entering(LONG_MS);
  const brought = entering.bring('c1', sent);
  entering.lost('closed by us');
  await expect(brought).rejects.toBeInstanceOf(LostOnTheWay);
});

test('one that is refused, or ends before, is told as what it is', async () => {
  const entering = new Entering(LONG_MS);
  const refused = entering.bring('c1', () => Promise.reject(new EngineRefused('claim', 409, 'taken')));
  await expect(refused).rejects.toBeInstanceOf(EngineRefused);
  const ended = entering.bring('c2', sent);
  entering.gone('c2');
  const error: unknown = await ended.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EngineSilent);
  expect(error).not.toBeInstanceOf(LostOnTheWay);
});
