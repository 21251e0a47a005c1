/** The load generator speaks as boxes do: headquarters as it ships takes in all of it, and finds its history equal. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Bed, TENANT } from '@branchline/controller/test-bed';
import type { BoxSummary } from '@branchline/contracts/http/controller';
import { seededRandom } from '@branchline/lab/traffic/chance';
import { askingOf, equalAt } from '../../history/asking.ts';
import { Herd } from './herd.ts';
import { papersFor } from './papers.ts';
import { branchOf } from './sayings.ts';

const bed = new Bed();
const names = Array.from({ length: 12 }, (_, index) => `load-${index}`);
let herd: Herd;
beforeAll(async () => {
  await bed.start();
  const papers = await papersFor(join(bed.dir, 'identity'), TENANT, names);
  const port = (): number => bed.headquarters.where().mqttPort;
  herd = new Herd({ tenant: TENANT, names, papers, port, speaks: 'contract', random: seededRandom(1) });
});
afterAll(async () => {
  herd.stop();
  await bed.end();
});

test('all connect at once, and what each says of itself is taken in', async () => {
  herd.start();
  await herd.until(({ takenInAt }) => !Number.isNaN(takenInAt), 20_000, 'taken in');
  const headers = await bed.signIn();
  const told = async (): Promise<BoxSummary[]> =>
    ((await (await bed.api('/api/boxes', { headers })).json()) as { boxes: BoxSummary[] }).boxes;
  await expect.poll(async () => (await told()).filter(({ health }) => health !== null).length).toBe(12);
  for (const box of await told())
    expect(box).toMatchObject({ online: true, name: { en: 'Shop' }, timezone: 'Asia/Shanghai' });
  for (const name of names) expect(bed.headquarters.broker.counted('malformed health', name)).toBe(0);
});

test('a history survives lines that are cut while it is told, and is found equal', async () => {
  const asking = await askingOf(bed);
  for (let turn = 0; turn < 3; turn += 1) {
    for (const box of herd.boxes) box.grow(700);
    for (const box of herd.boxes) box.cut();
    await herd.until(({ isReady }) => isReady, 20_000, 'back');
  }
  await herd.until(({ acked, newest }) => acked === newest, 20_000, 'stored');
  for (const { name } of herd.boxes.slice(0, 3)) {
    const { missing } = await asking.compared(name, equalAt(2_100));
    expect(missing).toBe(0);
  }
});

test('a document is tried, reported and stays', async () => {
  const headers = { ...(await bed.signIn()), 'content-type': 'application/json' };
  for (const { name } of herd.boxes) {
    const body = JSON.stringify({ source: branchOf(name, '20s'), reason: 'as agreed', after: 0 });
    const answer = await bed.api(`/api/boxes/${name}/documents`, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ ok: true, version: 1 });
  }
  await herd.until(({ confirmedAt }) => !Number.isNaN(confirmedAt), 20_000, 'in step');
  const boxes = (await (await bed.api('/api/boxes', { headers })).json()) as { boxes: BoxSummary[] };
  for (const { documents } of boxes.boxes) expect(documents.standing).toBe('in-step');
});
