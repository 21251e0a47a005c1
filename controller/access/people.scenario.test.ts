/** People of headquarters over its real API: who may come in, what each may see and do, and what the audit log holds of it. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '@branchline/contracts/http/people';
import { systemClock } from '@branchline/runtime/clock';
import { openAccessStore } from '@branchline/runtime/web/access-store';
import { PasswordBook } from '@branchline/runtime/web/password';
import { join } from 'node:path';
import { Bed, callEvents, type TestBox } from '../test-bed.ts';
import { People } from './people.ts';

const bed = new Bed();
const sample = readFileSync(new URL('../../contracts/samples/hangzhou-west.yaml', import.meta.url), 'utf8');
const documentOf = (box: string): string => sample.replace('id: hangzhou-west', `id: ${box}`);
let admin: Browser;
let mine: TestBox;

beforeAll(async () => {
  await bed.start();
  admin = await signIn(undefined, bed.password);
  mine = await bed.box('mine');
  const other = await bed.box('other');
  for (const box of [mine, other])
    await box.tell('presence', { v: 1, state: 'online', version: 'test', at: new Date().toISOString() });
});
afterAll(() => bed.end());

interface Browser {
  readonly get: (path: string) => Promise<Response>;
  readonly post: (path: string, body?: object, method?: string) => Promise<Response>;
}

async function signIn(name: string | undefined, password: string): Promise<Browser> {
  const json = { 'content-type': 'application/json' };
  const answer = await bed.api('/api/sign-in', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ ...(name === undefined ? {} : { name }), password }),
  });
  if (answer.status !== 200) throw new Error(`sign-in answers ${answer.status}`);
  const headers = { ...json, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
  return {
    get: (path) => bed.api(path, { headers }),
    post: (path, body = {}, method = 'POST') =>
      bed.api(path, { method, headers, body: JSON.stringify(body) }),
  };
}

async function person(name: string, role: Role, branches: string[] = []): Promise<Browser> {
  const answer = await admin.post('/api/people', { name, role, branches });
  return signIn(name, ((await answer.json()) as { password: string }).password);
}

const status = async (asked: Promise<Response>): Promise<number> => (await asked).status;
const audit = async (): Promise<{ who: string; action: string; detail: string }[]> =>
  (
    (await (await admin.get('/api/audit?limit=200')).json()) as {
      entries: { who: string; action: string; detail: string }[];
    }
  ).entries;
const put = (box: string, source = documentOf(box)) => ({
  source,
  reason: 'a test',
  after: 0,
});

describe('the first owner', () => {
  test('is admin, with the password of the first start; a browser is told who it is', async () => {
    const session = await (await admin.get('/api/session')).json();
    expect(session).toMatchObject({ signedIn: true, person: { name: 'admin', role: 'owner', branches: [] } });
    await expect(signIn('nobody', bed.password)).rejects.toThrow('401');
    await expect(signIn('admin', 'wrong')).rejects.toThrow('401');
  });

  test('takes over the one password of an earlier release', async () => {
    const db = openAccessStore(join(bed.dir, 'earlier.sqlite'));
    const before = await new PasswordBook(db, systemClock).replace();
    const people = new People(db, systemClock);
    expect(await people.first()).toBeUndefined();
    expect(await people.signIn('admin', before)).toBe('admin');
    expect(people.all()).toMatchObject([{ name: 'admin', role: 'owner' }]);
    db.close();
  });

  test('cannot be the last to go', async () => {
    for (const asked of [
      admin.post('/api/people/admin', undefined, 'DELETE'),
      admin.post('/api/people/admin', { role: 'auditor' }),
    ])
      expect(await (await asked).json()).toMatchObject({ code: 'last-owner' });
  });
});

describe('a role', () => {
  test('operator: changes documents in his own name, and deals with no people', async () => {
    const chen = await person('chen', 'operator');
    expect(await status(chen.post('/api/boxes/other/documents', put('other')))).toBe(200);
    expect(await status(chen.get('/api/people'))).toBe(403);
    expect((await audit()).find(({ action }) => action === 'document')).toMatchObject({ who: 'chen' });
  });

  test('auditor: sees all, changes nothing', async () => {
    const zhou = await person('zhou', 'auditor');
    for (const path of ['/api/boxes', '/api/boxes/mine', '/api/calls', '/api/audit', '/api/enrolment'])
      expect([path, await status(zhou.get(path))]).toEqual([path, 200]);
    for (const path of [
      '/api/boxes/mine/documents',
      '/api/boxes/mine/identity/revoke',
      '/api/enrolment/claims',
    ])
      expect([path, await status(zhou.post(path))]).toEqual([path, 403]);
  });

  test('technician: his branches, and nothing of any other', async () => {
    const wu = await person('wu', 'technician', ['mine']);
    await mine.frame(callEvents('c1', 1));
    const { boxes } = (await (await wu.get('/api/boxes')).json()) as { boxes: { box: string }[] };
    expect(boxes.map(({ box }) => box)).toEqual(['mine']);
    expect(await status(wu.get('/api/calls?box=mine'))).toBe(200);
    for (const path of [
      '/api/calls',
      '/api/calls?box=other',
      '/api/boxes/other',
      '/api/audit',
      '/api/enrolment',
    ])
      expect([path, await status(wu.get(path))]).toEqual([path, 403]);
    expect(await status(wu.post('/api/boxes/mine/documents', put('mine')))).toBe(200);
    expect(await status(wu.post('/api/boxes/other/documents', { ...put('other'), after: 1 }))).toBe(403);
  });

  test('technician: the fleet as it changes is cut down to his branches', async () => {
    const liu = await person('liu', 'technician', ['mine']);
    const stream = await liu.get('/api/live');
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const another = await bed.box('other-two');
    await another.tell('presence', { v: 1, state: 'online', version: 'test', at: new Date().toISOString() });
    await mine.frame(callEvents('c2', 4).slice(0, 2));
    while (!text.includes('mine/c2')) text += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    expect(text).toContain('event: snapshot');
    expect(text).not.toContain('other');
  });

  test('that is changed or taken away counts from the next request on', async () => {
    const ma = await person('ma', 'operator');
    expect(await status(admin.post('/api/people/ma', { role: 'auditor' }))).toBe(200);
    expect(await status(ma.post('/api/boxes/mine/documents', put('mine')))).toBe(403);
    expect(await status(admin.post('/api/people/ma', undefined, 'DELETE'))).toBe(200);
    expect(await status(ma.get('/api/boxes'))).toBe(401);
  });
});

test('a lost password is replaced: the old one and its sessions serve no more', async () => {
  const he = await person('he', 'operator');
  const answer = (await (await admin.post('/api/people/he/password')).json()) as { password: string };
  expect(await status(he.get('/api/boxes'))).toBe(401);
  expect(await status((await signIn('he', answer.password)).get('/api/boxes'))).toBe(200);
});

test('all that is done with people is in the audit log, and no password', async () => {
  const answer = await admin.post('/api/people', {
    name: 'Gao',
    role: 'technician',
    branches: ['mine', 'mine'],
  });
  const { name, password } = (await answer.json()) as { name: string; password: string };
  expect(name).toBe('gao');
  expect(await status(admin.post('/api/people', { name: 'gao', role: 'owner' }))).toBe(409);
  await signIn('GAO', password);
  const entries = await audit();
  expect(entries[0]).toMatchObject({ who: 'gao', action: 'signed-in' });
  expect(entries[1]).toMatchObject({ who: 'admin', action: 'person-added', detail: 'gao technician mine' });
  expect(JSON.stringify(entries)).not.toContain(password);
});

describe('his own password', () => {
  test('is changed by who knows the one of before; his other sessions end, this one stays', async () => {
    const one = await person('own', 'auditor');
    const given = (await (await admin.post('/api/people/own/password')).json()) as { password: string };
    expect((await one.get('/api/boxes')).status).toBe(401);
    const [here, elsewhere] = [await signIn('own', given.password), await signIn('own', given.password)];
    const becomes = 'a long one of mine';
    expect((await here.post('/api/own-password', { now: 'wrong', becomes })).status).toBe(403);
    expect((await here.post('/api/own-password', { now: given.password, becomes: 'short' })).status).toBe(
      400,
    );
    expect((await here.post('/api/own-password', { now: given.password, becomes })).status).toBe(200);
    expect((await here.get('/api/boxes')).status).toBe(200);
    expect((await elsewhere.get('/api/boxes')).status).toBe(401);
    await expect(signIn('own', given.password)).rejects.toThrow('401');
    await signIn('own', becomes);
    const audit = (await (await admin.get('/api/audit')).json()) as {
      entries: { who: string; action: string }[];
    };
    const said = audit.entries.filter(({ who }) => who === 'own').map(({ action }) => action);
    expect(said).toContain('own password changed');
    expect(said).toContain('own password refused');
  });
});
