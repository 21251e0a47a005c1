/** The box's check of itself by the API of its page, over real HTTP. */
import { expect, test } from 'vitest';
import { actions, ask, orders, post, signedIn, stuck } from './testing/page-bench.ts';

test('how it stands is told to who has signed in', async () => {
  expect((await ask('/api/self-check')).status).toBe(401);
  const answer = await ask('/api/self-check', { headers: { cookie: await signedIn() } });
  expect(await answer.json()).toEqual({ running: null, last: null, next: '2026-01-05T19:30:00.000Z' });
});

test('it is ordered, whole or in part, and written down by whom', async () => {
  const cookie = await signedIn();
  expect((await post('/api/self-check', {}, cookie)).status).toBe(200);
  expect((await post('/api/self-check', { checks: ['flow', 'trunk'] }, cookie)).status).toBe(200);
  expect(orders).toEqual([
    ['self-check', undefined, 'console 127.0.0.1'],
    ['self-check', ['flow', 'trunk'], 'console 127.0.0.1'],
  ]);
  expect(actions()).toEqual(['signed-in', 'self-check-ordered', 'self-check-ordered flow trunk']);
});

test('not while one goes on, and nothing that is no check', async () => {
  const cookie = await signedIn();
  const running = await post('/api/self-check', { checks: ['backup'] }, cookie);
  expect(running.status).toBe(409);
  expect(await running.json()).toMatchObject({ code: 'self-check-running' });
  expect((await post('/api/self-check', { checks: ['tea'] }, cookie)).status).toBe(400);
});

test('safe mode cannot be left by who is not in it', async () => {
  const answer = await post('/api/safe-mode/leave', {}, await signedIn());
  expect(answer.status).toBe(409);
  expect(await answer.json()).toMatchObject({ code: 'not-in-safe-mode' });
});

test('the watchdog is told by 503 when a loop of the service does not come round, without signing in', async () => {
  expect(await (await ask('/api/alive')).json()).toEqual({ alive: true });
  stuck.push('ledger');
  const answer = await ask('/api/alive');
  stuck.splice(0);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'stuck' });
});
