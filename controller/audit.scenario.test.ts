import { afterAll, beforeAll, expect, test } from 'vitest';
import { controllerRoutes } from '@branchline/contracts/http/controller';
import { Bed } from './test-bed.ts';

const bed = new Bed();
let headers: Record<string, string>;
beforeAll(async () => {
  await bed.start();
  headers = { ...(await bed.signIn()), 'content-type': 'application/json' };
  for (const box of ['north', 'south']) await bed.enrol(box);
  for (const [box, who, with_] of [
    ['north', 'Chen', { forS: 5 }],
    ['south', '=1+1', { forS: 5 }],
    ['south', '陈洁', { forS: 6 }],
  ] as const) {
    const body = JSON.stringify({ do: 'identify', with: with_, who });
    await bed.api(`/api/boxes/${box}/commands`, { method: 'POST', headers, body });
  }
});
afterAll(() => bed.end());

async function found(query: string): Promise<string[]> {
  const answer = await (await bed.api(`/api/audit?${query}`, { headers })).json();
  return controllerRoutes.audit.response?.parse(answer).entries.map(({ who, box }) => `${who} ${box}`) ?? [];
}

test.each([
  ['', ['陈洁 south', '=1+1 south', 'Chen north']],
  ['box=south', ['陈洁 south', '=1+1 south']],
  ['who=chEN', ['Chen north']],
  ['who=陈', ['陈洁 south']],
  ['action=command identify&box=north', ['Chen north']],
  ['action=document', []],
  ['from=2100-01-01T00:00:00Z', []],
  ['to=2000-01-01T00:00:00Z', []],
  ['from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=1', ['陈洁 south']],
])('the log is searched by %s', async (query, entries) => {
  expect(await found(encodeURI(query))).toEqual(entries);
});

test('a time that is none is refused with the field', async () => {
  const answer = await bed.api('/api/audit?from=yesterday', { headers });
  expect([answer.status, ((await answer.json()) as { field?: string }).field]).toEqual([400, 'query.from']);
});

test('the file holds the same, and nothing that a spreadsheet would calculate', async () => {
  const answer = await bed.api('/api/audit.csv?box=south', { headers });
  expect(answer.headers.get('content-type')).toContain('text/csv');
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const [head, ...lines] = bytes.toString().trimEnd().split('\r\n');
  expect(head).toBe('\uFEFFid,at,who,address,action,box,detail');
  expect(lines.map((line) => line.split(',')[2])).toEqual(['陈洁', "'=1+1"]);
});

test('nobody sees it without having signed in', async () => {
  for (const path of ['/api/audit', '/api/audit.csv']) expect((await bed.api(path)).status).toBe(401);
});
