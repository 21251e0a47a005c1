/** The box's one password is changed by who knows it, and the ledger says from where. */
import { expect, test } from 'vitest';
import { page, password, written } from './testing/page-bench.ts';

async function post(path: string, body: object, cookie = ''): Promise<Response> {
  const headers = { 'content-type': 'application/json', cookie };
  return fetch((page.url ?? '') + path, { method: 'POST', headers, body: JSON.stringify(body) });
}
const signIn = async (with_: string): Promise<string | undefined> => {
  const answer = await post('/api/sign-in', { password: with_ });
  return answer.ok ? answer.headers.get('set-cookie')?.split(';')[0] : undefined;
};

test('with the password of before, and no other', async () => {
  const cookie = (await signIn(password)) ?? '';
  const becomes = 'twelve signs or more';
  expect((await post('/api/own-password', { now: password, becomes })).status).toBe(401);
  expect((await post('/api/own-password', { now: 'wrong', becomes }, cookie)).status).toBe(403);
  expect((await post('/api/own-password', { now: password, becomes }, cookie)).status).toBe(200);
  expect(await signIn(password)).toBeUndefined();
  expect(await signIn(becomes)).toBeDefined();
  const actions = written.map(({ body }) => (body as { action?: string }).action);
  expect(actions).toEqual(expect.arrayContaining(['password-change-refused', 'password-changed']));
});
