/**
 * A rollout over two hundred boxes on the wire: headquarters as it ships, boxes simulated by the contract. A good change reaches all of them
 * in waves; a bad one is stopped at the third box that takes it, and all are as before.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rolloutRoutes, type RolloutDetail } from '@branchline/contracts/http/rollouts';
import { Bed, TENANT } from '@branchline/controller/test-bed';
import { systemClock } from '@branchline/runtime/clock';
import { FleetSimBox, type Manner } from './box.ts';
import { contextsFor } from './identities.ts';

const BOXES = 200;
const bed = new Bed();
const boxes = new Map<string, FleetSimBox>();
const names = Array.from({ length: BOXES }, (_, index) => `b${String(index).padStart(3, '0')}`);
const sample = readFileSync(new URL('../../contracts/samples/hangzhou-west.yaml', import.meta.url), 'utf8');
const documentOf = (box: string): string => sample.replace('id: hangzhou-west', `id: ${box}`);
const WHO = { author: 'chen', reason: 'as agreed' };
let cookie = '';

/** Boxes whose telephones do not come back once they ring for 99 s. */
const tender = new Set<string>();
const manner =
  (name: string) =>
  (source: string): Manner => ({
    takes: 'confirmed',
    phones: Object.fromEntries(
      [1, 2, 3, 4].map((desk) => [
        `desk-${desk}`,
        !(tender.has(name) && source.includes('ring: 99s') && desk > 1),
      ]),
    ),
    trunks: { pstn: 'up', copper: 'up' },
  });

async function ask(path: string, body?: object): Promise<{ status: number; json: unknown }> {
  const answer = await bed.api(path, {
    headers: { cookie, 'content-type': 'application/json' },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, json: await answer.json() };
}

async function eachOf<T>(items: readonly T[], action: (item: T) => Promise<unknown>): Promise<void> {
  const AT_ONCE = 20;
  for (let first = 0; first < items.length; first += AT_ONCE)
    await Promise.all(items.slice(first, first + AT_ONCE).map(action));
}

beforeAll(async () => {
  await bed.start();
  ({ cookie } = await bed.signIn());
  const contexts = await contextsFor(`${bed.dir}/identity`, TENANT, names);
  await eachOf(names, async (name) => {
    const context = contexts.get(name);
    if (!context) throw new Error(`no certificate for ${name}`);
    const box = new FleetSimBox({
      name,
      tenant: TENANT,
      port: bed.headquarters.where().mqttPort,
      context,
      clock: systemClock,
      source: documentOf(name),
      manner: manner(name),
      hardware: { vendor: 'Acme', product: names.indexOf(name) % 2 === 0 ? 'One' : 'Two' },
      healthMs: 1_000,
      tryMs: 50,
    });
    boxes.set(name, box);
    await box.connect();
  });
}, 60_000);
afterAll(async () => {
  for (const box of boxes.values()) box.cut();
  await bed.end();
});

const ring = (seconds: string) => ({
  kind: 'document',
  set: [{ path: ['queues', 'service', 'ring'], becomes: seconds }],
});
const plan = (name: string, seconds: string) => ({
  name,
  change: ring(seconds),
  boxes: names,
  waves: [
    { take: 'boxes', boxes: ['b000'] },
    { take: 'one-per-model' },
    { take: 'share', percent: 10 },
    { take: 'rest' },
  ],
  gates: { soakS: 1, patienceS: 0 },
  hours: { by: 'any' },
  atOnce: 50,
});

async function until(id: number, fits: (rollout: RolloutDetail) => boolean): Promise<RolloutDetail> {
  let last: RolloutDetail | undefined;
  await expect
    .poll(
      async () => {
        last = rolloutRoutes.rollout.response?.parse((await ask(`/api/rollouts/${id}`)).json);
        return last !== undefined && fits(last);
      },
      { timeout: 60_000, interval: 200 },
    )
    .toBe(true);
  if (!last) throw new Error('no rollout');
  return last;
}
const start = async (body: object): Promise<RolloutDetail> => {
  const { status, json } = await ask('/api/rollouts', { ...body, ...WHO });
  expect(status, JSON.stringify(json)).toBe(200);
  return json as RolloutDetail;
};
const inForce = (): Set<string | undefined> =>
  new Set([...boxes.values()].map(({ source }) => /service: \{.*?ring: (\w+)/.exec(source)?.[1]));

describe('a rollout over two hundred boxes', { timeout: 90_000 }, () => {
  it('finds a document of each branch at headquarters', async () => {
    const online = async (): Promise<number> =>
      ((await ask('/api/boxes')).json as { boxes: { online: boolean; health: unknown }[] }).boxes.filter(
        (box) => box.online && box.health !== null,
      ).length;
    await expect.poll(online, { timeout: 20_000 }).toBe(BOXES);
    await eachOf(names, async (name) => {
      const body = { source: documentOf(name), ...WHO, after: 0 };
      expect((await ask(`/api/boxes/${name}/documents`, body)).json).toMatchObject({ version: 1 });
    });
  });

  it('reaches all of them, a wave at a time', async () => {
    const { id } = await start(plan('ring longer', '20s'));
    const done = await until(id, ({ status }) => status !== 'running');
    expect(done.status).toBe('done');
    expect(done.counts.good).toBe(BOXES);
    expect(inForce()).toEqual(new Set(['20s']));
    const waves = [0, 1, 2, 3].map((wave) => done.boxes.filter((box) => box.wave === wave).length);
    expect(waves).toEqual([1, 1, 18, 180]);
  });

  it('with a change that costs the third box its telephones stops there, and all are as before', async () => {
    const wanted = plan('ring too long', '99s');
    const { id, boxes: planned } = await start({ ...wanted, atOnce: 1 });
    const third = planned.filter(({ wave }) => wave === 2)[0]?.box ?? '';
    tender.add(third);
    const over = await until(id, ({ status }) => status === 'gone-back');
    expect(over.stop).toMatchObject({ by: 'gate', gate: 'phones', box: third });
    expect(over.counts).toMatchObject({ back: 3, waiting: BOXES - 3 });
    expect(inForce()).toEqual(new Set(['20s']));
    const touched = over.boxes.filter(({ step }) => step === 'back').map(({ box }) => box);
    for (const name of names) expect(boxes.get(name)?.asked.length).toBe(touched.includes(name) ? 4 : 2);
    const failed = over.boxes.find(({ box }) => box === third);
    expect(failed?.findings.find(({ gate }) => gate === 'phones')).toMatchObject({
      ok: false,
      before: 4,
      now: 1,
    });
    const { json } = await ask(`/api/audit?limit=500`);
    const said = (json as { entries: { action: string; detail: string }[] }).entries.filter(
      ({ action, detail }) => action === 'rollout' && detail.startsWith(`rollout ${id} `),
    );
    expect(said.some(({ detail }) => detail.includes("gate 'phones' failed"))).toBe(true);
    expect(said.at(0)?.detail).toContain('gone back everywhere');
  });
});
