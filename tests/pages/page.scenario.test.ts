/** A box's page through headquarters: the box as a process of its own and headquarters as it ships, over the real wire. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Bed } from '@branchline/controller/test-bed';
import { RealBox } from './real-box.ts';

const BOX = 'ningbo-east';
const source = readFileSync(new URL(`../../docs/examples/${BOX}.yaml`, import.meta.url), 'utf8');
const bed = new Bed();
const box = new RealBox();
let owner: Record<string, string>;

beforeAll(async () => {
  await bed.start();
  owner = { ...(await bed.signIn()), 'content-type': 'application/json' };
  await box.start(bed.headquarters.where().url, 'SN-7');
  const claimed = await ask('/api/enrolment/claims', { code: box.code(), box: BOX, source });
  expect(claimed).toMatchObject({ status: 200, json: { ok: true } });
  await isThere();
}, 60_000);
afterAll(async () => {
  await box.end();
  await bed.end();
});

async function ask(path: string, body?: object, headers = owner, method = body ? 'POST' : 'GET') {
  const answer = await bed.api(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

const isThere = (): Promise<unknown> =>
  vi.waitUntil(async () => (await ask(`/api/boxes/${BOX}`)).json['online'] === true, {
    timeout: 20_000,
    interval: 200,
  });

/** A browser that has come in by the link. */
class Browser {
  readonly origin: string;
  readonly cookie: string;

  private constructor(origin: string, cookie: string) {
    this.origin = origin;
    this.cookie = cookie;
  }

  static async at(url: string): Promise<Browser> {
    const entered = await fetch(url, { redirect: 'manual' });
    expect(entered.status).toBe(303);
    expect(entered.headers.get('clear-site-data')).toContain('storage');
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    return new Browser(new URL(url).origin, cookie);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.origin + path, { headers: { cookie: this.cookie, ...headers } });
  }

  send(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Response> {
    const json = body && { body: JSON.stringify(body) };
    const type = { 'content-type': 'application/json' };
    return fetch(this.origin + path, {
      method,
      headers: { cookie: this.cookie, ...type, ...headers },
      ...json,
    });
  }
}

async function opened(headers = owner): Promise<{ url: string; browser: Browser }> {
  const { status, json } = await ask(`/api/boxes/${BOX}/page`, { forMin: 5 }, headers);
  expect(status, JSON.stringify(json)).toBe(200);
  const url = json['url'] as string;
  return { url, browser: await Browser.at(url) };
}

const close = () => ask(`/api/boxes/${BOX}/page`, undefined, owner, 'DELETE');

test('shows the page, its state and its events; what is done there is done by name', async () => {
  const { browser } = await opened();
  expect(await (await browser.get('/lines')).text()).toContain('<div id="root">');
  expect(await (await browser.get('/api/session')).json()).toMatchObject({ signedIn: true, door: 'box' });
  expect(await (await browser.get('/api/visit')).json()).toMatchObject({ who: 'admin', role: 'owner' });

  const live = await browser.get('/api/live');
  const reader = live.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toContain('event: snapshot');
  await reader?.cancel();

  const order = await browser.send('POST', '/api/agents/ma.jun/state', { state: 'ready' });
  expect(order.status).toBe(200);
  await expect
    .poll(async () => JSON.stringify((await ask(`/api/audit?limit=50`)).json), { timeout: 10_000 })
    .toContain('page opened');
  await close();
  const audit = (await ask('/api/audit?limit=50')).json['entries'] as { action: string; detail: string }[];
  expect(audit.find(({ action }) => action === 'page closed')?.detail).toContain(
    'closed by admin; 5 requests',
  );
});

test('keeps everybody else out: without the cookie, by a link that has served, from a foreign page, without standing', async () => {
  const { url, browser } = await opened();
  expect((await fetch(browser.origin)).status).toBe(401);
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(401);
  expect((await fetch(`${browser.origin}/`, { headers: { cookie: owner['cookie'] ?? '' } })).status).toBe(
    401,
  );
  const foreign = { origin: bed.headquarters.where().url };
  expect((await browser.send('POST', '/api/agents/ma.jun/state', { state: 'ready' }, foreign)).status).toBe(
    403,
  );
  expect((await browser.get('/sw.js', { 'service-worker': 'script' })).status).toBe(403);
  const page = await browser.get('/');
  expect(page.headers.get('content-security-policy')).toMatch(/worker-src 'none'$/);
  expect(page.headers.get('set-cookie')).toBeNull();
  // An auditor changes nothing, so nothing is opened for him; a technician of another branch sees none of it.
  const auditor = await asPerson('lu', 'auditor', []);
  expect((await ask(`/api/boxes/${BOX}/page`, { forMin: 5 }, auditor)).status).toBe(403);
  const technician = await asPerson('wu', 'technician', ['elsewhere']);
  expect((await ask(`/api/boxes/${BOX}/page`, { forMin: 5 }, technician)).status).toBe(403);
  // The route of commands does not take it: the role would be the asker's to say.
  const command = { do: 'open-page', with: { forS: 300, port: 1, role: 'owner' } };
  expect((await ask(`/api/boxes/${BOX}/commands`, command)).status).toBe(400);
  await close();
});

test('is open to one person at a time, ends with his role, and by whoever is at the box', async () => {
  const technician = await asPerson('ma', 'technician', [BOX]);
  const { browser } = await opened(technician);
  expect((await ask(`/api/boxes/${BOX}/page`, { forMin: 5 })).json).toMatchObject({ code: 'page-taken' });
  expect((await browser.get('/api/visit')).status).toBe(200);
  const live = await browser.get('/api/live');
  await ask('/api/people/ma', { role: 'technician', branches: [] });
  // Whatever is still being told ends as well.
  expect(await live.text()).toContain('event: snapshot');
  await expect(browser.get('/api/visit')).rejects.toThrow();
  expect((await ask(`/api/boxes/${BOX}/page`)).json).toBeNull();
  await ask('/api/people/ma', { role: 'technician', branches: [BOX] });
  const again = await opened(technician);
  expect((await again.browser.send('DELETE', '/api/visit')).status).toBeLessThan(600);
  await expect.poll(async () => (await ask(`/api/boxes/${BOX}/page`)).json, { timeout: 5_000 }).toBeNull();
  await expect(again.browser.get('/')).rejects.toThrow();
});

test('ends when the person signs out, is given another role or is let in no more; another one goes on', async () => {
  for (const leave of [
    (headers: Record<string, string>) => ask('/api/sign-out', {}, headers),
    () => ask('/api/people/qian', { role: 'operator', branches: [] }),
    () => ask('/api/people/qian', undefined, owner, 'DELETE'),
  ]) {
    const person = await asPerson('qian', 'technician', [BOX]);
    const { browser } = await opened(person);
    await ask('/api/people/ma', { role: 'technician', branches: [] });
    expect((await browser.get('/api/visit')).status).toBe(200);
    expect((await leave(person)).status).toBe(200);
    await expect(browser.get('/api/visit')).rejects.toThrow();
    expect((await ask(`/api/boxes/${BOX}/page`)).json).toBeNull();
    await ask('/api/people/qian', undefined, owner, 'DELETE');
  }
});

test('ends with the box, and is opened again when that is back', async () => {
  const first = await opened();
  box.kill();
  await expect.poll(async () => (await ask(`/api/boxes/${BOX}/page`)).json, { timeout: 5_000 }).toBeNull();
  await box.answers();
  await isThere();
  await expect(first.browser.get('/')).rejects.toThrow();
  const second = await opened();
  expect((await second.browser.get('/api/visit')).status).toBe(200);
  await close();
});

test('ends when the box loses its standing', async () => {
  const { browser } = await opened();
  expect((await ask(`/api/boxes/${BOX}/identity/revoke`, { reason: 'stolen' })).status).toBe(200);
  await expect(browser.get('/api/visit')).rejects.toThrow();
  await expect.poll(async () => (await ask(`/api/boxes/${BOX}/page`)).json).toBeNull();
  expect((await ask(`/api/boxes/${BOX}/page`, { forMin: 5 })).json).toMatchObject({ code: 'box-away' });
});

test('of a box that nobody knows: said so', async () => {
  expect((await ask('/api/boxes/nobody/page')).status).toBe(404);
  expect((await ask('/api/boxes/nobody/page', { forMin: 5 })).status).toBe(404);
});

async function asPerson(name: string, role: string, branches: readonly string[]) {
  const { json } = await ask('/api/people', { name, role, branches });
  const { cookie } = await bed.signIn({ name, password: json['password'] as string });
  return { cookie, 'content-type': 'application/json' };
}
