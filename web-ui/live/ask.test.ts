import { route } from '@branchline/contracts/http/route';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createAsk, Refusal } from './ask.ts';

const thing = route({
  method: 'get',
  path: '/api/things/{thing}',
  access: 'session',
  says: '',
  query: z.object({}),
  response: z.object({ n: z.number() }),
});

const asking = (answer: () => Response | Promise<Response>) => {
  const asked: string[] = [];
  let signedOut = 0;
  const doFetch = ((url: string) => {
    asked.push(url);
    return Promise.resolve(answer());
  }) as typeof fetch;
  return { ask: createAsk(doFetch, () => (signedOut += 1)), asked, signedOut: () => signedOut };
};

test('the path and the query are filled in, what is undefined or empty is left out', async () => {
  const { ask, asked } = asking(() => Response.json({ n: 1 }));
  const answer = await ask(thing, { path: { thing: 'a/b' }, query: { x: 1, y: undefined, z: '' } });
  expect(answer).toEqual({ n: 1 });
  expect(asked).toEqual(['/api/things/a%2Fb?x=1']);
});

test('a problem of the service comes out as it is', async () => {
  const { ask } = asking(() =>
    Response.json({ code: 'not-found', message: 'm', remedy: 'r' }, { status: 404 }),
  );
  await expect(ask(thing)).rejects.toMatchObject({ problem: { code: 'not-found', remedy: 'r' } });
});

test('401 on a route of a session tells that it has ended', async () => {
  const { ask, signedOut } = asking(() => new Response('', { status: 401 }));
  await expect(ask(thing)).rejects.toBeInstanceOf(Refusal);
  expect(signedOut()).toBe(1);
});

test('no answer, and an answer that does not fit', async () => {
  const gone = asking(() => Promise.reject(new TypeError('fetch failed')));
  await expect(gone.ask(thing)).rejects.toMatchObject({ problem: { code: 'unreachable' } });
  const other = asking(() => Response.json({ n: 'x' }));
  await expect(other.ask(thing)).rejects.toMatchObject({ problem: { code: 'not-understood' } });
});
