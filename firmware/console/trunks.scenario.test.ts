/** Trunks by the API of the box's page, over real HTTP. */
import { expect, test } from 'vitest';
import { actions, ask, orders, post, signedIn, trunk } from './testing/page-bench.ts';

test('what each is worth is told to who has signed in', async () => {
  expect((await ask('/api/trunks')).status).toBe(401);
  const answer = await ask('/api/trunks', { headers: { cookie: await signedIn() } });
  expect(await answer.json()).toEqual({ trunks: [trunk] });
});

test('one is drained, busied out, put back, tested and forwarded, and it is written down by whom', async () => {
  const cookie = await signedIn();
  for (const order of ['drain', 'busy-out', 'put-back', 'test', 'forwarding']) {
    const answer = await post(`/api/trunks/pstn/${order}`, {}, cookie);
    expect(await answer.json()).toEqual({ trunk });
  }
  expect(orders).toEqual([
    ['drain', 'pstn', 'console 127.0.0.1'],
    ['busy-out', 'pstn', 'console 127.0.0.1'],
    ['put-back', 'pstn'],
  ]);
  expect(actions()).toEqual([
    'signed-in',
    'trunk-drained pstn',
    'trunk-busied-out pstn',
    'trunk-put-back pstn',
    'trunk-tested pstn',
    'trunk-forwarding-set pstn',
  ]);
});

test('one is looked at out of turn, and it is written down by whom', async () => {
  const answer = await post('/api/trunks/pstn/look', {}, await signedIn());
  expect(await answer.json()).toEqual({ trunk });
  expect(orders).toEqual([['look', 'pstn']]);
  expect(actions()).toEqual(['signed-in', 'trunk-looked-at pstn']);
});

test.each([
  ['/api/trunks/isdn/look', 404, 'not-found'],
  ['/api/trunks/unwatched/look', 409, 'nothing-to-ask'],
  ['/api/trunks/isdn/drain', 404, 'not-found'],
  ['/api/trunks/bare/test', 409, 'no-test-number'],
  ['/api/trunks/full/test', 409, 'no-room-on-trunk'],
  ['/api/trunks/bare/forwarding', 409, 'no-forwarding'],
  ['/api/trunks/full/forwarding', 409, 'forwarding-running'],
])('%s is refused, says what to do, and is not written down', async (path, status, code) => {
  const cookie = await signedIn();
  const answer = await post(path, {}, cookie);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ code, remedy: expect.any(String) as string });
  expect(actions()).toEqual(['signed-in']);
});

test('an order without a session is refused', async () => {
  expect((await post('/api/trunks/pstn/drain', {})).status).toBe(401);
  expect(orders).toEqual([]);
});
