/** The box's page API over real HTTP; the other rooms are stood in for by what they promise in needs.ts. */
import { describe, expect, test } from 'vitest';
import { consoleRoutes } from '@branchline/contracts/http/console';
import { pathOf, type Route } from '@branchline/contracts/http/route';

import {
  SOUND,
  offered,
  alarm,
  board,
  page,
  passwords,
  written,
  queries,
  orders,
  calledBack,
  ask,
  post,
  signedIn,
  actions,
  openAgain,
} from './testing/page-bench.ts';

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
        extension: '8002',
        trunk: 'pstn',
        alarm: 'a1',
        window: 'm1',
        ups: 'rack',
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
    openAgain();
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

describe('extensions that the fraud brake has stopped', () => {
  test('are listed, and one is released, which is written down', async () => {
    const headers = { cookie: await signedIn() };
    const answer = await ask('/api/brakes', { headers });
    expect(await answer.json()).toEqual({
      stopped: [{ extension: '8002', since: '2026-01-05T02:00:00.000Z', detail: '+44' }],
    });
    const released = await ask('/api/brakes/8002', { method: 'DELETE', headers });
    expect([released.status, await released.json()]).toEqual([200, { extension: '8002' }]);
    expect(actions()).toEqual(['signed-in', 'extension-released 8002']);
    expect((await ask('/api/brakes/8003', { method: 'DELETE', headers })).status).toBe(404);
    expect((await ask('/api/brakes/8002', { method: 'DELETE' })).status).toBe(401);
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
