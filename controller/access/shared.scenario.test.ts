/** People and sessions of two controllers as they ship on one PostgreSQL: whoever comes in at one is in at the other, and who is put out is out of both. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '@branchline/contracts/http/people';
import { freshPostgres } from '../store/testing/databases.ts';
import { storePaths } from '../store/open.ts';
import { Bed } from '../test-bed.ts';

/** What is taken from somebody at one controller is known to the other a second later. */
const SOON = { timeout: 10_000, interval: 100 };

let first: Bed;
let second: Bed;
beforeAll(async () => {
  first = new Bed({ BRANCHLINE_HQ_DATABASE_URL: await freshPostgres() });
  await first.start();
  second = first.beside();
  await second.start();
});
afterAll(async () => {
  await second.end();
  await first.end();
});

type Cookie = { cookie: string };
const status = async (bed: Bed, cookie: Cookie, path = '/api/boxes'): Promise<number> =>
  (await bed.api(path, { headers: cookie })).status;
async function ask(bed: Bed, cookie: Cookie, path: string, body: object, method = 'POST') {
  const headers = { ...cookie, 'content-type': 'application/json' };
  const answer = await bed.api(path, { method, headers, body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as { password?: string; code?: string } };
}
async function person(name: string, role: Role): Promise<string> {
  const added = await ask(first, await first.signIn(), '/api/people', { name, role });
  return added.body.password ?? '';
}

test('the first that starts makes the owner; there is no file of his beside it', () => {
  expect(first.password).not.toBe('');
  expect(existsSync(storePaths(first.dir).access)).toBe(false);
});

test('a session that was begun at one is one at the other at once, and signing out at one ends it at both', async () => {
  const cookie = await first.signIn();
  const asked = await second.api('/api/session', { headers: cookie });
  expect(await asked.json()).toMatchObject({ signedIn: true, person: { name: 'admin', role: 'owner' } });
  expect(await status(second, cookie)).toBe(200);
  await ask(first, cookie, '/api/sign-out', {});
  expect(await status(first, cookie)).toBe(401);
  await expect.poll(() => status(second, cookie), SOON).toBe(401);
});

test('a person who was let in at one signs in at the other, and does what he may', async () => {
  const cookie = await second.signIn({ name: 'wang', password: await person('wang', 'auditor') });
  expect(await status(second, cookie, '/api/audit')).toBe(200);
  expect(await status(second, cookie, '/api/people')).toBe(403);
  await ask(first, await first.signIn(), '/api/people/wang', { role: 'owner' });
  await expect.poll(() => status(second, cookie, '/api/people'), SOON).toBe(200);
  await ask(first, await first.signIn(), '/api/people/wang', {}, 'DELETE');
  await expect.poll(() => status(second, cookie), SOON).toBe(401);
});

test('a new password at one ends the person’s sessions at both; his own change leaves his own', async () => {
  const before = await person('zhao', 'operator');
  const [here, there] = [
    await first.signIn({ name: 'zhao', password: before }),
    await second.signIn({ name: 'zhao', password: before }),
  ];
  const becomes = 'a long one of his own';
  expect(await ask(second, there, '/api/own-password', { now: before, becomes })).toMatchObject({
    status: 200,
  });
  expect(await status(second, there)).toBe(200);
  await expect.poll(() => status(first, here), SOON).toBe(401);
  expect(await first.signIn({ name: 'zhao', password: before })).toEqual({ cookie: '' });
  await ask(first, await first.signIn(), '/api/people/zhao/password', {});
  await expect.poll(() => status(second, there), SOON).toBe(401);
});

test('of two owners who put each other out at once, one stays', async () => {
  const password = await person('sun', 'owner');
  const sun = await second.signIn({ name: 'sun', password });
  const admin = await first.signIn();
  const both = await Promise.all([
    ask(first, admin, '/api/people/sun', { role: 'auditor' }),
    ask(second, sun, '/api/people/admin', { role: 'auditor' }),
  ]);
  expect(both.map((each) => each.status).sort()).toEqual([200, 409]);
});

test('a controller that was alone brings its people and sessions with it; one that comes later does not', async () => {
  const alone = new Bed({});
  await alone.start();
  const cookie = await alone.signIn();
  await alone.stop();
  const url = await freshPostgres();
  const same = { BRANCHLINE_HQ_DATA_DIR: alone.dir, BRANCHLINE_HQ_DATABASE_URL: url };
  const moved = new Bed(same);
  const later = new Bed({ BRANCHLINE_HQ_DATABASE_URL: url });
  try {
    await moved.start();
    expect(moved.password).toBe('');
    expect(await status(moved, cookie)).toBe(200);
    await later.start();
    expect(later.password).toBe('');
    expect(await status(later, cookie)).toBe(200);
    expect((await later.signIn({ password: alone.password })).cookie).not.toBe('');
  } finally {
    await later.end();
    await moved.end();
    await alone.end();
  }
});
