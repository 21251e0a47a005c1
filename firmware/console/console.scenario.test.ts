/** The box's page API over real HTTP; the other rooms are stood in for by what they promise in needs.ts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { peopleOfDocument } from '@branchline/contracts/branch/people';
import type { VoicemailBox } from '@branchline/contracts/branch/flows/model';
import { consoleRoutes } from '@branchline/contracts/http/console';
import { pathOf, type Route } from '@branchline/contracts/http/route';
import { knownEvent, type LedgerEvent, type NewEvent } from '@branchline/contracts/ledger';
import { figuresOf } from '@branchline/contracts/queue-figures';
import { tell } from '@branchline/contracts/call-story';
import type { LiveAlarm } from '@branchline/contracts/live';
import { systemClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { Console } from './console.ts';
import { LiveBoard } from './live-board.ts';
import type { CallQuery, ConsoleNeeds } from './needs.ts';
import { listeningPorts, USUAL_PORTS } from './ports.ts';

const SOUND = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
const offered: LedgerEvent = {
  seq: 1,
  at: '2026-01-05T02:00:00.000Z',
  call: 'c1',
  type: 'call.offered',
  body: { direction: 'in', from: { kind: 'caller', id: '+8613800000000' }, dialled: '+8657186001000' },
};
const story = tell(undefined, offered);
const alarm: LiveAlarm = {
  id: 'a1',
  code: 'trunk-down',
  severity: 'major',
  subject: 'e1-a',
  detail: null,
  since: '2026-01-05T02:00:00.000Z',
};

let dir: string;
let board: LiveBoard;
let page: Console;
let password: string;
let passwords: string[];
let written: NewEvent[];
let queries: CallQuery[];
let orders: unknown[][];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'console-'));
  mkdirSync(join(dir, '.vault'));
  writeFileSync(join(dir, '.vault/r1.wav'), SOUND);
  [passwords, written, queries, orders] = [[], [], [], []];
  board = new LiveBoard(systemClock, {
    id: 'hangzhou-west',
    name: { zh: '杭州西', en: 'Hangzhou West' },
    timezone: 'Asia/Shanghai',
  });
  page = newConsole();
  await page.start();
  password = passwords[0] ?? '';
});

afterEach(async () => {
  await page.stop();
  rmSync(dir, { recursive: true });
});

function newConsole(): Console {
  return new Console({
    settings: {
      listen: { host: '127.0.0.1', port: 0 },
      names: ['localhost'],
      dataDir: dir,
      box: 'box-1',
      checkAnswers: true,
    },
    clock: systemClock,
    log: silentLog,
    board,
    needs: needs(),
    onFirstPassword: (first) => passwords.push(first),
  });
}

const shop: VoicemailBox = {
  name: 'shop',
  title: { zh: '店', en: 'Shop' },
  greeting: { kind: 'tone', name: 'beep' },
  people: [],
  longestMs: 1,
  keepMs: 1,
  mail: [],
};
const message = {
  message: 'm1',
  box: 'shop',
  from: '+8613900000001',
  at: 0,
  durationMs: 3_000,
  bytes: 1_000,
  sha256: '',
  call: 'c1',
};

const calledBack = {
  callback: 'cb-1',
  number: '+8613900000001',
  queue: 'service',
  since: '2026-01-05T02:00:00.000Z',
  attempts: 1,
  state: 'paused' as const,
  nextAt: '2026-01-05T02:10:00.000Z',
};

function needs(): ConsoleNeeds {
  return {
    history: {
      list: (query) => {
        queries.push(query);
        return { calls: story ? [story] : [], more: false };
      },
      detail: (call) => (call === 'c1' && story ? { call: story, events: [offered] } : undefined),
    },
    figures: {
      today: () => ({ from: 0, to: 1 }),
      over: (range) => Promise.resolve(figuresOf([], { ...range, queue: () => undefined }, 1)),
    },
    whyReader: () => ({ language: 'zh', timezone: 'Asia/Shanghai', people: peopleOfDocument(undefined) }),
    recordings: {
      find: (recording) => {
        if (recording === 'r1') return { path: join(dir, '.vault/r1.wav'), finished: true };
        if (recording === 'gone') return { path: join(dir, '.vault/gone.wav'), finished: true };
        return recording === 'growing' ? { path: join(dir, 'growing.raw'), finished: false } : undefined;
      },
    },
    voicemail: {
      boxes: { shop },
      list: () => [message],
      soundOf: (_, name) => (name === 'm1' ? join(dir, '.vault/r1.wav') : undefined),
      markHeard: (_, name) => (name === 'm1' ? { ...message, heardAt: 1 } : undefined),
      markNew: (_, name) => (name === 'm1' ? message : undefined),
      remove: (_, name) => (name === 'm1' ? message : undefined),
    },
    callbacks: {
      list: () => [calledBack],
      cancel: (id) => (id === 'cb-1' ? calledBack : undefined),
    },
    documents: {
      inForce: () => undefined,
      check: (source) =>
        source === 'good'
          ? { ok: true, faults: [] }
          : {
              ok: false,
              faults: [{ code: 'missing', path: 'site', expected: 'a site', severity: 'error' }],
            },
      take: (source) => {
        if (source === 'full') throw new Error('ENOSPC: no space left on device');
        return { ok: source === 'good', faults: [], revision: source === 'good' ? 'new' : 'old' };
      },
    },
    inCall: {
      slotOf: () => '8701',
      order: (order, by) => {
        orders.push([order, by]);
        return order.call === 'c1' ? undefined : { code: 'no-such-call', value: order.call };
      },
    },
    agents: {
      wrapUp: (...order) => {
        orders.push(order);
        return { 'li-wei': 'wrap-up', idle: 'none' }[order[0]];
      },
      order: (...order) => {
        orders.push(order);
        return order[0] === 'li-wei' ? order[1] : undefined;
      },
    },
    readiness: () => ({ ready: true, engine: 'up' }),
    about: () => ({
      version: '0.1.0',
      engineVersion: '22.10.1',
      node: process.version,
      box: 'box-1',
      ports: listeningPorts({
        console: { host: '127.0.0.1', port: USUAL_PORTS.console },
        sip: { address: '10.0.0.2', port: USUAL_PORTS.sip },
        media: { address: '10.0.0.2', ...USUAL_PORTS.media },
        ari: { port: USUAL_PORTS.ari },
      }),
    }),
    append: (events) => written.push(...events),
  };
}

const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${page.url}${path}`, init);
const post = (path: string, body: unknown, cookie?: string): Promise<Response> =>
  ask(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...(cookie !== undefined && { cookie }) },
  });

async function signedIn(): Promise<string> {
  const answer = await post('/api/sign-in', { password });
  expect(answer.status).toBe(200);
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** What was written about people, each as 'action subject'. */
const actions = (): string[] =>
  written.map((event) => {
    const known = knownEvent({ ...event, seq: 1, at: new Date(event.at).toISOString() });
    if (known?.type !== 'operator.action') throw new Error(`not an operator's action: ${event.type}`);
    expect(known.body.who).toBe('console 127.0.0.1');
    return [known.body.action, known.body.subject].filter(Boolean).join(' ');
  });

describe('why', () => {
  test("a call is told in the branch's language, or in the one asked for", async () => {
    const cookie = await signedIn();
    const told = async (query: string) =>
      (await ask(`/api/calls/c1/why${query}`, { headers: { cookie } })).json();
    expect(await told('')).toMatchObject({
      call: 'c1',
      language: 'zh',
      summary: '没有进队列，也没有话机振铃。',
    });
    expect(await told('?language=en')).toMatchObject({
      summary: 'No queue had it, and nobody was rung.',
      lines: [{ seq: 1, at: offered.at, says: '+8613800000000 called +8657186001000.', because: [] }],
    });
  });

  test('an unknown call and an unknown language are named', async () => {
    const cookie = await signedIn();
    const unknown = await ask('/api/calls/none/why', { headers: { cookie } });
    expect([unknown.status, await unknown.json()]).toEqual([
      404,
      expect.objectContaining({ code: 'not-found' }),
    ]);
    const wrong = await ask('/api/calls/c1/why?language=fr', { headers: { cookie } });
    expect(await wrong.json()).toMatchObject({ field: 'query.language', value: 'fr' });
  });
});

describe('who may ask', () => {
  test('without signing in: exactly the routes marked public', async () => {
    for (const entry of Object.values<Route>(consoleRoutes)) {
      const path = pathOf(entry.path, {
        call: 'c1',
        recording: 'r1',
        agent: 'li-wei',
        box: 'shop',
        message: 'm1',
        callback: 'cb-1',
      });
      const answer =
        entry.method === 'post'
          ? await post(path, {})
          : await ask(path, { method: entry.method.toUpperCase() });
      await answer.body?.cancel();
      expect(answer.status === 401, `${entry.method} ${path}: ${answer.status}`).toBe(
        entry.access === 'session',
      );
    }
    expect(orders).toEqual([]);
  });

  test('the first password is told once; the box keeps it', async () => {
    await page.stop();
    page = newConsole();
    await page.start();
    expect(passwords).toHaveLength(1);
    await signedIn();
  });

  test('tries are written down, without the password', async () => {
    expect((await post('/api/sign-in', { password: 'guess' })).status).toBe(401);
    const cookie = await signedIn();
    await post('/api/sign-out', {}, cookie);
    expect(actions()).toEqual(['sign-in-refused', 'signed-in', 'signed-out']);
    expect(JSON.stringify(written)).not.toContain('guess');
    expect((await ask('/api/calls', { headers: { cookie } })).status).toBe(401);
  });
});

describe('live', () => {
  test('a snapshot, then each change as it comes; nothing after the stop', async () => {
    const answer = await ask('/api/live', { headers: { cookie: await signedIn() } });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const events = eventsOf(answer);
    expect((await events.next()).value).toMatchObject({
      event: 'snapshot',
      data: { site: { id: 'hangzhou-west' } },
    });
    board.set('alarms', 'a1', alarm);
    expect((await events.next()).value).toMatchObject({
      event: 'change',
      data: { in: 'alarms', id: 'a1', value: alarm },
    });
    await page.stop();
    expect((await events.next()).done).toBe(true);
    board.set('alarms', 'a1', null);
  });
});

describe('calls', () => {
  test('the list is asked with what the query says, defaults filled in', async () => {
    const headers = { cookie: await signedIn() };
    const answer = await ask('/api/calls?outcome=abandoned&about=138&before=2026-01-05T02:00:00.000Z', {
      headers,
    });
    expect(await answer.json()).toMatchObject({ calls: [{ id: 'c1' }], more: false });
    expect(queries).toEqual([
      { limit: 100, outcome: 'abandoned', about: '138', before: '2026-01-05T02:00:00.000Z' },
    ]);
  });

  test.each([
    ['limit=0', 'query.limit', '0'],
    ['limit=many', 'query.limit', 'many'],
    ['outcome=lost', 'query.outcome', 'lost'],
    ['before=yesterday', 'query.before', 'yesterday'],
  ])('%s is refused with field, value and remedy', async (query, field, value) => {
    const answer = await ask(`/api/calls?${query}`, { headers: { cookie: await signedIn() } });
    expect(answer.status).toBe(400);
    const told = (await answer.json()) as { remedy?: string };
    expect(told).toMatchObject({ field, value });
    expect(told.remedy).toBeTruthy();
    expect(queries).toEqual([]);
  });

  test('one call comes with its events; one that is not there is 404', async () => {
    const headers = { cookie: await signedIn() };
    expect(await (await ask('/api/calls/c1', { headers })).json()).toMatchObject({ events: [offered] });
    expect((await ask('/api/calls/c2', { headers })).status).toBe(404);
  });
});

describe('a recording', () => {
  const get = async (recording: string, range?: string, method = 'GET'): Promise<Response> =>
    ask(`/api/recordings/${recording}/audio`, {
      method,
      headers: { cookie: await signedIn(), ...(range !== undefined && { range }) },
    });
  const bytes = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());

  test('whole, from a folder whose name begins with a dot', async () => {
    const answer = await get('r1');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('audio/wav');
    expect(answer.headers.get('accept-ranges')).toBe('bytes');
    expect((await bytes(answer)).equals(SOUND)).toBe(true);
  });

  test.each([
    ['bytes=0-99', 0, 100],
    ['bytes=990-', 990, 1000],
    ['bytes=-10', 990, 1000],
    ['bytes=500-4000', 500, 1000],
  ])('in part: %s', async (range, from, to) => {
    const answer = await get('r1', range);
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/1000`);
    expect((await bytes(answer)).equals(SOUND.subarray(from, to))).toBe(true);
  });

  test('a range beyond its end is 416, one that makes no sense is passed over', async () => {
    const beyond = await get('r1', 'bytes=1000-');
    expect(beyond.status).toBe(416);
    expect(beyond.headers.get('content-range')).toBe('bytes */1000');
    expect(await beyond.json()).toMatchObject({ code: 'out-of-range', field: 'header.range' });
    expect((await get('r1', 'lines=1-2')).status).toBe(200);
  });

  test('that is growing, gone from the disk, or unknown is refused', async () => {
    expect((await get('growing')).status).toBe(409);
    expect((await get('gone')).status).toBe(404);
    expect((await get('..%2f..%2fetc%2fpasswd')).status).toBe(404);
  });

  test('one hearing is written down once, however many pieces the player asks for', async () => {
    const headers = { cookie: await signedIn() };
    const audio = '/api/recordings/r1/audio';
    for (const range of ['bytes=0-99', 'bytes=100-199', 'bytes=200-'])
      await bytes(await ask(audio, { headers: { ...headers, range } }));
    await ask(audio, { method: 'HEAD', headers });
    expect(actions()).toEqual(['signed-in', 'recording-played r1']);
  });
});

describe('callbacks', () => {
  test('are listed, and one is cancelled, which is written down with the number', async () => {
    const headers = { cookie: await signedIn() };
    const answer = await ask('/api/callbacks', { headers });
    expect(await answer.json()).toEqual({ callbacks: [calledBack] });
    const cancelled = await ask('/api/callbacks/cb-1', { method: 'DELETE', headers });
    expect([cancelled.status, await cancelled.json()]).toEqual([200, { callback: 'cb-1' }]);
    expect(actions()).toEqual(['signed-in', 'callback-cancelled +8613900000001']);
    const unknown = await ask('/api/callbacks/cb-2', { method: 'DELETE', headers });
    expect(unknown.status).toBe(404);
    const stranger = await ask('/api/callbacks/cb-1', { method: 'DELETE' });
    expect(stranger.status).toBe(401);
  });
});

describe('voicemail', () => {
  const at = '/api/voicemail/shop';

  test('is listed with what is new', async () => {
    const answer = await ask('/api/voicemail', { headers: { cookie: await signedIn() } });
    expect(await answer.json()).toMatchObject({
      boxes: [{ box: 'shop', fresh: 1, messages: [{ message: 'm1', heardAt: null, durationMs: 3_000 }] }],
    });
  });

  test('is played, marked and deleted, and it is written down who did', async () => {
    const cookie = await signedIn();
    const sound = await ask(`${at}/m1/audio`, { headers: { cookie } });
    expect(sound.headers.get('content-type')).toBe('audio/wav');
    await sound.arrayBuffer();
    expect(await (await post(`${at}/m1/heard`, { heard: true }, cookie)).json()).toMatchObject({
      heardAt: '1970-01-01T00:00:00.001Z',
    });
    expect(await (await post(`${at}/m1/heard`, { heard: false }, cookie)).json()).toMatchObject({
      heardAt: null,
    });
    expect((await post(`${at}/m1/delete`, {}, cookie)).status).toBe(200);
    expect(actions()).toEqual(['signed-in', 'voicemail-played shop/m1', 'voicemail-deleted shop/m1']);
  });

  test('that is not there is told so', async () => {
    const cookie = await signedIn();
    expect((await ask(`${at}/m2/audio`, { headers: { cookie } })).status).toBe(404);
    expect((await post(`${at}/m2/heard`, { heard: true }, cookie)).status).toBe(404);
    expect((await post(`${at}/m2/delete`, {}, cookie)).status).toBe(404);
  });
});

describe('orders', () => {
  test('an agent is set, and it is written down', async () => {
    const cookie = await signedIn();
    const answer = await post('/api/agents/li-wei/state', { state: 'not-ready', reason: 'lunch' }, cookie);
    expect(await answer.json()).toEqual({ agent: 'li-wei', state: 'not-ready' });
    expect(orders).toEqual([['li-wei', 'not-ready', 'lunch', 'console 127.0.0.1']]);
    expect(actions()).toEqual(['signed-in', 'agent-not-ready li-wei']);
  });

  test('wrap-up is changed, and it is written down; one who is in none is told so', async () => {
    const cookie = await signedIn();
    const answer = await post('/api/agents/li-wei/wrap-up', { moreMs: 30_000 }, cookie);
    expect(await answer.json()).toEqual({ agent: 'li-wei', state: 'wrap-up' });
    expect(orders).toEqual([['li-wei', 30_000, 'console 127.0.0.1']]);
    expect((await post('/api/agents/idle/wrap-up', { moreMs: 0 }, cookie)).status).toBe(409);
    expect((await post('/api/agents/nobody/wrap-up', { moreMs: 0 }, cookie)).status).toBe(404);
    expect(actions()).toEqual(['signed-in', 'agent-wrap-up li-wei']);
  });

  test('nobody of that name is 404, and nothing is written down', async () => {
    const cookie = await signedIn();
    expect((await post('/api/agents/nobody/state', { state: 'ready' }, cookie)).status).toBe(404);
    expect(actions()).toEqual(['signed-in']);
  });

  test.each([
    [{ state: 'asleep' }, 'body.state'],
    [{}, 'body.state'],
    [{ state: 'ready', reason: 'x'.repeat(81) }, 'body.reason'],
    [{ state: 'ready', more: 1 }, 'body'],
  ])('%j is refused at %s', async (body, field) => {
    const answer = await post('/api/agents/li-wei/state', body, await signedIn());
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ field });
    expect(orders).toEqual([]);
  });

  test('what is no JSON is refused', async () => {
    const cookie = await signedIn();
    const headers = { cookie, 'content-type': 'application/json' };
    const answer = await ask('/api/agents/li-wei/state', { method: 'POST', body: '{"state":', headers });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'not-json' });
  });
});

describe('orders at a call', () => {
  test('a supervisor is sent to it, and let go', async () => {
    const cookie = await signedIn();
    const at = '/api/calls/c1/supervise';
    expect((await post(at, { extension: 8001, mode: 'whisper' }, cookie)).status).toBe(200);
    const gone = await ask(at, { method: 'DELETE', headers: { cookie, origin: page.url ?? '' } });
    expect(gone.status).toBe(200);
    expect(orders).toEqual([
      [{ do: 'supervise', call: 'c1', extension: '8001', mode: 'whisper' }, 'console 127.0.0.1'],
      [{ do: 'end-supervision', call: 'c1' }, 'console 127.0.0.1'],
    ]);
    expect(actions()).toEqual([
      'signed-in',
      'call-supervised c1 whisper by 8001',
      'call-supervision-ended c1',
    ]);
  });

  test('what the calls refuse is told with field, value and remedy, and is not written down', async () => {
    const answer = await post(
      '/api/calls/c9/supervise',
      { extension: '8001', mode: 'listen' },
      await signedIn(),
    );
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'no-such-call', field: 'path.call', value: 'c9' });
    expect(actions()).toEqual(['signed-in']);
  });

  test.each([
    [{ extension: '8001' }, 'body.mode'],
    [{ extension: 'boss', mode: 'listen' }, 'body.extension'],
  ])('%j is refused at %s', async (body, field) => {
    const answer = await post('/api/calls/c1/supervise', body, await signedIn());
    expect(await answer.json()).toMatchObject({ field });
    expect(orders).toEqual([]);
  });
});

describe('the rest', () => {
  test('a document is checked without being applied', async () => {
    const cookie = await signedIn();
    expect(await (await post('/api/document/check', { source: 'good' }, cookie)).json()).toEqual({
      ok: true,
      faults: [],
    });
    expect(await (await post('/api/document/check', { source: 'bad' }, cookie)).json()).toMatchObject({
      ok: false,
      faults: [{ path: 'site' }],
    });
  });

  test('a document is put in force, with a fault it is not, and what somebody else has changed is not overwritten', async () => {
    const cookie = await signedIn();
    const take = (body: object): Promise<Response> => post('/api/document', body, cookie);
    expect(await (await take({ source: 'good' })).json()).toEqual({ ok: true, faults: [], revision: 'new' });
    expect(await (await take({ source: 'bad' })).json()).toMatchObject({ ok: false, revision: 'old' });
    const late = await take({ source: 'good', replaces: 'older' });
    expect([late.status, await late.json()]).toMatchObject([409, { code: 'changed-meanwhile' }]);
    const full = await take({ source: 'full' });
    expect([full.status, await full.json()]).toMatchObject([507, { code: 'not-written' }]);
    expect(actions()).toEqual(['signed-in', 'document-taken new']);
  });

  test('no document in force is said', async () => {
    const answer = await ask('/api/document', { headers: { cookie: await signedIn() } });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'no-document' });
  });

  test('versions and ports', async () => {
    const answer = await ask('/api/about', { headers: { cookie: await signedIn() } });
    expect(await answer.json()).toMatchObject({
      box: 'box-1',
      ports: [{ port: USUAL_PORTS.console }, { port: 5060 }, {}, {}],
    });
  });

  test('whether the box can take calls is told to anybody', async () => {
    expect(await (await ask('/api/ready')).json()).toEqual({ ready: true, engine: 'up' });
  });
});

async function* eventsOf(answer: Response): AsyncGenerator<{ event: string; data: unknown }> {
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string): string =>
        lines.find((line) => line.startsWith(name))?.slice(name.length) ?? '';
      if (field('data: ') !== '')
        yield { event: field('event: '), data: JSON.parse(field('data: ')) as unknown };
    }
  }
}
