/** Whom headquarters has let in needs no password here, and is known by name; nobody who comes by the network can say that he is such a one. */
import { request } from 'node:http';
import { expect, test } from 'vitest';
import { page, written } from './testing/page-bench.ts';

/** Status of the answer. */
function ask(who: string, method: string, path: string, body?: object): Promise<number> {
  return new Promise((resolve, reject) => {
    const into = page.connect(who);
    if (!into) throw new Error('the page has not started');
    const headers = { host: 'box', connection: 'close', 'content-type': 'application/json' };
    const asked = request({ createConnection: () => into, method, path, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    asked.once('error', reject).end(body && JSON.stringify(body));
  });
}

test('a visitor of headquarters is in, and what he does is written under his name', async () => {
  expect(await ask('wu', 'GET', '/api/about')).toBe(200);
  expect(await ask('wu', 'POST', '/api/agents/li-wei/state', { state: 'ready' })).toBe(200);
  expect(written.map(({ body }) => body)).toContainEqual({
    ...{ who: 'headquarters: wu', action: 'agent-ready', subject: 'li-wei' },
  });
});

test('a name in a header opens nothing', async () => {
  const headers = { 'x-forwarded-for': 'headquarters: wu', forwarded: 'for="headquarters: wu"' };
  expect((await fetch(`${page.url ?? ''}/api/about`, { headers })).status).toBe(401);
});
