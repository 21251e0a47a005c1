/** A disk is copied: two boxes with one identity, until a person tells them apart. */
import { cpSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BoxSummary } from '@branchline/contracts/http/controller';
import type { BoxIdentity } from '@branchline/contracts/http/enrolment';
import { Bed, TENANT } from '@branchline/controller/test-bed';
import { keepPlace } from '@branchline/firmware/uplink/place';
import { NewBox } from './new-box.ts';

const bed = new Bed();
const [one, two] = [new NewBox('SN-1'), new NewBox('SN-2')];
const source = readFileSync(new URL('../../contracts/samples/hangzhou-west.yaml', import.meta.url), 'utf8');
let headers: Record<string, string>;
beforeAll(async () => {
  await bed.start();
  headers = { ...(await bed.signIn()), 'content-type': 'application/json' };
});
afterAll(async () => {
  await one.end();
  await two.end();
  await bed.end();
});

const asked = async (path: string): Promise<unknown> => (await bed.api(path, { headers })).json();
const state = async (): Promise<string> => ((await asked('/api/boxes/twin/identity')) as BoxIdentity).state;
const summary = (): Promise<BoxSummary> => asked('/api/boxes/twin') as Promise<BoxSummary>;
const codes = async (): Promise<string[]> => (await summary()).alarms.map(({ code }) => code);

test('both are put in quarantine: they may say that they are there, and nothing is taken in of either', async () => {
  one.has('twin', bed.headquarters.where().mqttPort, await bed.enrol('twin'));
  cpSync(one.identity, two.identity, { recursive: true });
  two.name = 'twin';
  one.connects();
  await one.until(() => one.uplink?.status().connected === true);
  expect(await state()).toBe('in-force');
  two.connects();
  await expect.poll(state, { timeout: 10_000 }).toBe('quarantined');
  expect(await codes()).toContain('identity-twice');
  await two.uplink?.stop();
  one.ledger.append(3);
  await one.until(() => one.uplink?.status().connected === true);
  const before = (await summary()).ledger.newest;
  one.ledger.append(3);
  await expect.poll(async () => (await summary()).online).toBe(true);
  expect((await summary()).ledger.newest).toBe(before);
});

test('it holds over a restart of headquarters', async () => {
  await bed.stop();
  await bed.start();
  expect(await state()).toBe('quarantined');
  expect(await codes()).toContain('identity-twice');
});

test('one of them is given a key of its own and claimed as the replacement: it is believed, the other stays out', async () => {
  await one.uplink?.stop();
  for (const name of ['box.key', 'box.crt'])
    renameSync(join(one.identity, name), join(one.identity, `${name}.given-up`));
  const code = await one.asks(bed.headquarters.where().url);
  await expect.poll(async () => JSON.stringify(await asked('/api/enrolment'))).toContain('SN-1');
  const body = { code, box: 'twin', source: source.replace('id: hangzhou-west', 'id: twin'), replace: true };
  const answer = await bed.api('/api/enrolment/claims', {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  expect(await answer.json()).toMatchObject({ ok: true });
  one.name = undefined;
  await one.granted();
  one.connects();
  await one.until(() => one.uplink?.status().connected === true);
  expect(await state()).toBe('in-force');
  expect(await codes()).not.toContain('identity-twice');
  keepPlace(two.identity, { host: '127.0.0.1', port: bed.headquarters.where().mqttPort, tenant: TENANT });
  two.connects();
  await two.until(() => /not authorized/i.test(two.uplink?.status().waitingFor ?? ''));
});
