import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ManualClock } from '../clock.ts';
import { silentLog } from '../log.ts';
import type { Db } from '../sqlite.ts';
import { openAccessStore } from './access-store.ts';
import { webApp } from './app.ts';
import { EventStream } from './events.ts';
import { listen, type Listening } from './listen.ts';
import { byPassword, PasswordBook } from './password.ts';
import type { RouteEntry } from './routes.ts';
import { Sessions } from './sessions.ts';
import { signInHandlers } from './sign-in.ts';

const session = z.object({ signedIn: z.boolean(), door: z.enum(['box', 'hq']), name: z.string() });
const route = <const R extends RouteEntry>(entry: R): R => entry;
const table = {
  session: route({ method: 'get', path: '/api/session', access: 'public', response: session }),
  signIn: route({
    method: 'post',
    path: '/api/sign-in',
    access: 'public',
    body: z.strictObject({ password: z.string().min(1).max(200) }),
    response: session,
  }),
  signOut: route({ method: 'post', path: '/api/sign-out', access: 'session', response: session }),
  thing: route({
    method: 'get',
    path: '/api/things/{thing}',
    access: 'session',
    query: z.object({ limit: z.coerce.number().int().max(500).default(100) }),
    response: z.object({ thing: z.string(), limit: z.number() }),
  }),
  live: route({ method: 'get', path: '/api/live', access: 'session' }),
  broken: route({ method: 'get', path: '/api/broken', access: 'public', response: z.object({}) }),
};

const HOUR_MS = 3_600_000;
let dir: string;
let db: Db;
let clock: ManualClock;
let stream: EventStream;
let service: Listening;
let password: string;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'web-'));
  mkdirSync(join(dir, 'ui/assets'), { recursive: true });
  writeFileSync(join(dir, 'ui/hq.html'), '<!doctype html><title>hq</title>');
  writeFileSync(join(dir, 'ui/assets/app-1a2b3c4d.js'), 'plain');
  writeFileSync(join(dir, 'ui/assets/app-1a2b3c4d.js.br'), 'packed');
  writeFileSync(join(dir, 'secret.txt'), 'secret');
  clock = new ManualClock();
  db = openAccessStore(join(dir, 'access.sqlite'));
  const passwords = new PasswordBook(db, clock);
  password = (await passwords.first()) ?? '';
  const sessions = new Sessions(db, clock, 'branchline-test');
  stream = new EventStream({
    clock,
    snapshot: () => ({ n: 1 }),
    mayLook: (request) => sessions.holds(request),
    mostBufferedBytes: 200_000,
  });
  const app = webApp({
    table,
    handlers: {
      ...signInHandlers({
        ...{ door: 'hq' as const, name: 'Test', whoSignsIn: byPassword(passwords), sessions },
        changePassword: () => Promise.resolve(false),
      }),
      thing: ({ param, query }) => ({ thing: param('thing'), limit: query.limit }),
      live: ({ request, response }) => stream.open(request, response),
      broken: () => {
        throw new Error('with the password 1234 in it');
      },
    },
    requireSession: sessions.require,
    checkAnswers: true,
    log: silentLog,
    pages: { dir: join(dir, 'ui'), entry: 'hq.html' },
  });
  service = await listen(app, { host: '127.0.0.1', port: 0 }, undefined);
});

afterEach(async () => {
  stream.close();
  await service.stop();
  db.close();
  rmSync(dir, { recursive: true });
});

const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(service.url + path, init);
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  ask(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

async function signedIn(): Promise<{ cookie: string }> {
  const answer = await post('/api/sign-in', { password });
  expect(answer.status).toBe(200);
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

describe('who may ask', () => {
  it('serves exactly the public routes without a session, and says 404 for what is not in the table', async () => {
    for (const entry of Object.values<RouteEntry>(table)) {
      const path = entry.path.replace(/\{\w+\}/g, 'x');
      const answer = entry.method === 'get' ? await ask(path) : await post(path, {});
      expect([entry.path, answer.status === 401]).toEqual([entry.path, entry.access === 'session']);
      await answer.body?.cancel();
    }
    for (const path of ['/api', '/api/', '/api/nothing', '/api/session/more'])
      expect((await ask(path)).status).toBe(404);
    expect(await (await post('/api/session', {})).json()).toMatchObject({ code: 'no-such-route' });
  });

  it('gives a session for the password, in a cookie that no script and no other site can use', async () => {
    const answer = await post('/api/sign-in', { password });
    expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    const headers = { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
    expect(await (await ask('/api/things/a', { headers })).json()).toEqual({ thing: 'a', limit: 100 });
    expect((await post('/api/sign-out', {}, headers)).status).toBe(200);
    expect((await ask('/api/things/a', { headers })).status).toBe(401);
  });

  it('keeps no session id in the store', async () => {
    const { cookie } = await signedIn();
    const id = cookie.split('=')[1] ?? '';
    const rows = db.prepare('select hash from session').all() as { hash: Buffer }[];
    expect(rows).toHaveLength(1);
    expect(rows[0]?.hash.toString('base64url')).not.toBe(id);
  });

  it('ends a session that is idle, and a busy one after a week', async () => {
    const headers = await signedIn();
    clock.advance(11 * HOUR_MS);
    expect((await ask('/api/things/a', { headers })).status).toBe(200);
    clock.advance(13 * HOUR_MS);
    expect((await ask('/api/things/a', { headers })).status).toBe(401);
    const busy = await signedIn();
    const statuses = new Set<number>();
    for (let hours = 0; hours <= 168; hours += 8) {
      statuses.add((await ask('/api/things/a', { headers: busy })).status);
      clock.advance(8 * HOUR_MS);
    }
    expect([...statuses]).toEqual([200, 401]);
  });

  it('refuses a POST from another page', async () => {
    const foreign = await post('/api/sign-in', { password }, { origin: 'http://evil.example' });
    expect(foreign.status).toBe(403);
    expect((await post('/api/sign-in', { password }, { origin: service.url })).status).toBe(200);
  });

  it('slows down guessing, and lets the right password in before that', async () => {
    for (let n = 0; n < 7; n++) expect((await post('/api/sign-in', { password: 'x' })).status).toBe(401);
    await signedIn();
    for (let n = 0; n < 8; n++) expect((await post('/api/sign-in', { password: 'x' })).status).toBe(401);
    const refused = await post('/api/sign-in', { password });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('bad input', () => {
  it('names field, value and remedy', async () => {
    const headers = await signedIn();
    const answer = await ask('/api/things/a?limit=9999', { headers });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'bad-request', field: 'query.limit', value: '9999' });
  });

  it('never repeats a password, and never tells the inside of a fault', async () => {
    const long = 'p'.repeat(201);
    expect(await (await post('/api/sign-in', { password: long })).text()).not.toContain(long);
    const broken = await ask('/api/broken');
    expect(broken.status).toBe(500);
    expect(await broken.text()).not.toContain('1234');
  });

  it('refuses what is no JSON, too much, or another type', async () => {
    const json = { 'content-type': 'application/json' };
    const status = async (body: string, headers: Record<string, string>): Promise<number> =>
      (await ask('/api/sign-in', { method: 'POST', body, headers })).status;
    expect(await status('{', json)).toBe(400);
    expect(await status('x'.repeat(20_000), json)).toBe(413);
    expect(await status('password=x', { 'content-type': 'application/x-www-form-urlencoded' })).toBe(415);
    expect((await ask('/api/things/%E0%A4%A')).status).toBe(400);
  });
});

describe('live events', () => {
  it('tells a snapshot, then changes, then ends with the service', async () => {
    const headers = await signedIn();
    const answer = await ask('/api/live', { headers });
    expect(answer.headers.get('content-type')).toMatch('text/event-stream');
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader?.read())?.value ?? '';
    expect(text).toContain('event: snapshot\ndata: {"n":1}');
    stream.change({ n: 2 });
    text = (await reader?.read())?.value ?? '';
    expect(text).toBe('event: change\ndata: {"n":2}\n\n');
    stream.close();
    expect((await reader?.read())?.done).toBe(true);
  });

  it('ends when the session does, and lets a reader go that does not read', async () => {
    const headers = await signedIn();
    const first = await ask('/api/live', { headers });
    await post('/api/sign-out', {}, headers);
    clock.advance(15_000);
    await first.text();
    expect(stream.readers).toBe(0);
    const slow = await ask('/api/live', { headers: await signedIn() });
    for (let n = 0; n < 200 && stream.readers > 0; n++) {
      stream.change('x'.repeat(100_000));
      await new Promise(setImmediate);
    }
    expect(stream.readers).toBe(0);
    await slow.body?.cancel().catch(() => undefined);
  });
});

describe('pages', () => {
  it('answers every address of a person with the entry document, and packed files with their packing', async () => {
    for (const path of ['/', '/boxes/hangzhou', '/hq.html']) {
      const answer = await ask(path);
      expect(await answer.text()).toContain('<title>hq');
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      // Another entry of the same build has the same date: a browser would keep the one that it has.
      expect(answer.headers.get('last-modified')).toBeNull();
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    }
    const script = await ask('/assets/app-1a2b3c4d.js', { headers: { 'accept-encoding': 'identity' } });
    expect(await script.text()).toBe('plain');
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect(script.headers.get('content-type')).toContain('javascript');
  });

  it('serves nothing beside the build', async () => {
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/../../secret.txt',
    ]) {
      const answer = await ask(path);
      expect(await answer.text()).not.toContain('secret\n');
      expect(answer.status).toBe(404);
    }
    expect((await ask('/assets/missing.js')).status).toBe(404);
  });
});
