/** What is ordered by the API of the box's page, over real HTTP. */
import { describe, expect, test } from 'vitest';
import { USUAL_PORTS } from './ports.ts';

import { page, orders, ask, post, signedIn, actions } from './testing/page-bench.ts';

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
