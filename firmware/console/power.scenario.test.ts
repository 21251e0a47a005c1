/** Power by the API of the box's page, over real HTTP. */
import { expect, test } from 'vitest';
import { actions, post, signedIn } from './testing/page-bench.ts';

test('a UPS is told to test its battery, and it is written down by whom', async () => {
  const cookie = await signedIn();
  const answer = await post('/api/power/ups/ups/test', {}, cookie);
  expect(await answer.json()).toEqual({ ups: 'ups' });
  expect(actions()).toEqual(['signed-in', 'ups-tested ups']);
});

test('not on its battery, and it says why', async () => {
  const answer = await post('/api/power/ups/dark/test', {}, await signedIn());
  expect(answer.status).toBe(409);
  expect(await answer.json()).toMatchObject({ code: 'not-on-mains', field: 'path.ups', value: 'dark' });
});
