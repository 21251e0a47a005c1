import { describe, expect, test } from 'vitest';
import { actions, alarm, ask, orders, post, signedIn } from './testing/page-bench.ts';

const HERE = 'console 127.0.0.1';

describe('alarms', () => {
  test('are listed, with windows and notices, to who has signed in', async () => {
    expect((await ask('/api/alarms')).status).toBe(401);
    const headers = { cookie: await signedIn() };
    expect(await (await ask('/api/alarms', { headers })).json()).toEqual({ alarms: [alarm] });
    expect(await (await ask('/api/maintenance', { headers })).json()).toMatchObject({
      windows: [{ id: 'w1' }],
    });
    expect(await (await ask('/api/notices', { headers })).json()).toEqual({
      ways: [],
      waiting: [],
      past: [],
    });
  });

  test('are acknowledged by name, with a note', async () => {
    const cookie = await signedIn();
    const answer = await post('/api/alarms/a1/acknowledge', { note: ' on my way ' }, cookie);
    expect(await answer.json()).toMatchObject({ alarm: { acknowledged: { who: HERE, note: 'on my way' } } });
    expect(orders).toEqual([['acknowledge', 'a1', HERE, 'on my way']]);
    expect(actions()).toContain('alarm-acknowledged trunk-down e1-a');
    expect((await post('/api/alarms/other/acknowledge', {}, cookie)).status).toBe(404);
    expect((await post('/api/alarms/a1/acknowledge', { note: '' }, cookie)).status).toBe(400);
  });
});

describe('maintenance', () => {
  test('is opened for things and a time', async () => {
    const cookie = await signedIn();
    const body = { what: ['gateway  e1', 'everything'], forMs: 3_600_000 };
    expect((await post('/api/maintenance', body, cookie)).status).toBe(200);
    expect(orders).toEqual([['open-window', ['gateway e1', 'everything'], 3_600_000, HERE, null]]);
    expect(actions()).toContain('maintenance-opened gateway e1, everything');
    for (const wrong of [
      { what: [], forMs: 3_600_000 },
      { what: ['the switch'], forMs: 3_600_000 },
      { what: ['everything'], forMs: 1 },
    ])
      expect((await post('/api/maintenance', wrong, cookie)).status).toBe(400);
  });

  test('is ended by hand where a hand has opened it', async () => {
    const cookie = await signedIn();
    expect((await post('/api/maintenance/w1/end', {}, cookie)).status).toBe(200);
    const ofDocument = await post('/api/maintenance/doc/end', {}, cookie);
    expect([ofDocument.status, await ofDocument.json()]).toMatchObject([409, { code: 'window-of-document' }]);
    expect((await post('/api/maintenance/other/end', {}, cookie)).status).toBe(404);
  });
});
