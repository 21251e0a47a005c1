import { afterAll, beforeAll, expect, test } from 'vitest';
import { controllerRoutes } from '@branchline/contracts/http/controller';
import { Bed } from './test-bed.ts';

const bed = new Bed();
let headers: Record<string, string>;
beforeAll(async () => {
  await bed.start();
  headers = { ...(await bed.signIn()), 'content-type': 'application/json' };
  for (const box of ['north', 'south']) await bed.enrol(box);
  const people = new Map<string, Record<string, string>>();
  for (const name of ['chen', 'li', 'chen.jie']) people.set(name, await operator(name));
  for (const [box, who, forS] of [
    ['north', 'chen', 5],
    ['south', 'li', 5],
    ['south', 'chen.jie', 6],
  ] as const)
    await post(`/api/boxes/${box}/commands`, { do: 'identify', with: { forS } }, people.get(who));
});
afterAll(() => bed.end());

const post = (path: string, body: object, by = headers): Promise<Response> =>
  bed.api(path, { method: 'POST', headers: by, body: JSON.stringify(body) });

async function operator(name: string): Promise<Record<string, string>> {
  const made = await post('/api/people', { name, role: 'operator' });
  const { password } = (await made.json()) as { password: string };
  const { cookie } = await bed.signIn({ name, password });
  return { 'content-type': 'application/json', cookie };
}

/** Of what concerns a box: signing in is there too. */
async function found(query: string): Promise<string[]> {
  const answer = await (await bed.api(`/api/audit?${query}`, { headers })).json();
  return (
    controllerRoutes.audit.response
      ?.parse(answer)
      .entries.filter(({ box }) => box !== null)
      .map(({ who, box }) => `${who} ${box}`) ?? []
  );
}

test.each([
  ['', ['chen.jie south', 'li south', 'chen north']],
  ['box=south', ['chen.jie south', 'li south']],
  ['who=chEN', ['chen.jie south', 'chen north']],
  ['who=.jie', ['chen.jie south']],
  ['action=command identify&box=north', ['chen north']],
  ['action=document', []],
  ['from=2100-01-01T00:00:00Z', []],
  ['to=2000-01-01T00:00:00Z', []],
  ['from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=1', ['chen.jie south']],
])('the log is searched by %s', async (query, entries) => {
  expect(await found(encodeURI(query))).toEqual(entries);
});

test('a time that is none is refused with the field', async () => {
  const answer = await bed.api('/api/audit?from=yesterday', { headers });
  expect([answer.status, ((await answer.json()) as { field?: string }).field]).toEqual([400, 'query.from']);
});

test('the file holds the same, as spreadsheets open it', async () => {
  const answer = await bed.api('/api/audit.csv?box=south', { headers });
  expect(answer.headers.get('content-type')).toContain('text/csv');
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const [head, ...lines] = bytes.toString().trimEnd().split('\r\n');
  expect(head).toBe('\uFEFFid,at,who,address,action,box,detail');
  expect(lines.map((line) => line.split(',')[2])).toEqual(['chen.jie', 'li']);
});

test('nobody sees it without having signed in', async () => {
  for (const path of ['/api/audit', '/api/audit.csv']) expect((await bed.api(path)).status).toBe(401);
});
