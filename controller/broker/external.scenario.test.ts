/** Headquarters as a client of a Mosquitto: what the embedded broker does, and what only a broker outside can do to it. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topicOf } from '@branchline/contracts/topics';
import type { OutsideBroker } from '../../tests/network/mosquitto.ts';
import { Bed, callEvents, EPOCH, TENANT, type Certificate, type TestBox } from '../test-bed.ts';
import { CONTROLLER_NAME } from './mosquitto-rules.ts';

const sample = readFileSync(new URL('../../contracts/samples/hangzhou-west.yaml', import.meta.url), 'utf8');
const bed = new Bed();
let outside: OutsideBroker;
let cookie = '';
beforeAll(async () => {
  outside = await bed.useMosquitto();
  await bed.start();
  ({ cookie } = await bed.signIn());
}, 120_000);
afterAll(() => bed.end());

const online = (run = 'a'.repeat(16)) =>
  ({ v: 1, state: 'online', version: '1.0', at: new Date().toISOString(), run }) as const;
const broker = () => bed.headquarters.broker;

async function boxOf(name: string): Promise<{ online: boolean; version: string | null }> {
  const answer = await bed.api(`/api/boxes/${name}`, { headers: { cookie } });
  return (await answer.json()) as { online: boolean; version: string | null };
}

/** A box that has said that it is there, and is known to be. */
async function present(name: string, certificate?: Certificate): Promise<TestBox> {
  const box = await bed.box(name, certificate);
  await box.tell('presence', online(), true);
  await expect.poll(() => broker().isConnected(name)).toBe(true);
  return box;
}

const closed = (box: TestBox): Promise<void> =>
  new Promise((resolve) => box.client.once('close', () => resolve()));

describe('headquarters at a broker outside', () => {
  it('takes the ledger in and acknowledges what is stored', async () => {
    const box = await present('first');
    expect(await boxOf('first')).toMatchObject({ online: true, version: '1.0' });
    await box.frame(callEvents('c1', 1));
    await box.told('ledger-ack', ({ upto }) => upto === 3);
    const calls = await bed.api('/api/calls?box=first', { headers: { cookie } });
    expect(await calls.text()).toContain('"c1"');
  });

  it('brings a document to its box, and takes the report of it', async () => {
    const box = await present('branch');
    const source = sample.replace('id: hangzhou-west', 'id: branch');
    const answer = await bed.api('/api/boxes/branch/documents', {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ source, reason: 'a test', after: 0 }),
    });
    expect(await answer.json()).toMatchObject({ ok: true, version: 1 });
    const { revision } = await box.told('desired', ({ version }) => version === 1);
    const at = new Date().toISOString();
    const desired = { seen: { version: 1, revision }, common: 1, state: 'confirmed', at } as const;
    const said = { v: 1, version: '1.0', document: {}, warnings: 0, at, source } as const;
    await box.tell('reported', { ...said, revision, desired }, true);
    await box.told('reported-ack', (word) => word.revision === revision);
  });

  it('knows a box for gone by its will', async () => {
    const will = {
      topic: topicOf(TENANT, 'goer', 'presence'),
      payload: Buffer.from(JSON.stringify({ ...online(), state: 'offline' })),
      qos: 1,
      retain: true,
    } as const;
    const client = await bed.connect(await bed.enrol('goer'), { clientId: 'goer', will });
    await client.publishAsync(topicOf(TENANT, 'goer', 'presence'), JSON.stringify(online()), {
      qos: 1,
      retain: true,
    });
    await expect.poll(() => broker().isConnected('goer')).toBe(true);
    client.stream.destroy();
    await expect.poll(() => broker().isConnected('goer')).toBe(false);
    expect(await boxOf('goer')).toMatchObject({ online: false });
  });

  it('refuses what is malformed as the embedded broker does, and goes on', async () => {
    const box = await present('clumsy');
    for (const text of [
      '',
      '{',
      'null',
      '{"v":2}',
      JSON.stringify({ v: 1, epoch: EPOCH, events: [], newest: 0 }),
    ])
      await box.tell('ledger', text);
    await expect.poll(() => broker().counted('malformed ledger', 'clumsy')).toBe(5);
    await box.frame(callEvents('c2', 1));
    await box.told('ledger-ack', ({ upto }) => upto === 3);
  });

  it('takes nothing of a box that was revoked, whose session ends at once', async () => {
    const certificate = await bed.enrol('dismissed');
    const gone = closed(await present('dismissed', certificate));
    const answer = await bed.api('/api/boxes/dismissed/identity/revoke', {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'a test' }),
    });
    expect(answer.status).toBe(200);
    await gone;
    // Until the broker has read the list, it comes in, and is not heard.
    const again = await bed.box('dismissed', certificate);
    await again.tell('presence', online(), true);
    await again.frame(callEvents('c9', 1));
    await expect.poll(() => broker().counted('not taken in: revoked', 'dismissed')).toBeGreaterThanOrEqual(2);
    expect(again.all('ledger-ack')).toEqual([]);
    expect(await boxOf('dismissed')).toMatchObject({ online: false });
    outside.readList();
    await expect
      .poll(() =>
        bed.connect(certificate, { clientId: 'dismissed' }).then(
          () => 'in',
          () => 'out',
        ),
      )
      .toBe('out');
    await present('stayer');
  });

  it('has every box again after it was away itself, and boxes say again what was not acknowledged', async () => {
    const box = await present('stayer');
    await bed.stop();
    await box.frame(callEvents('c3', 1));
    await bed.start();
    await expect.poll(() => broker().isConnected('stayer')).toBe(true);
    expect(box.all('ledger-ack')).toEqual([]);
    await box.frame(callEvents('c3', 1));
    await box.told('ledger-ack', ({ upto }) => upto === 3);
  });

  it('says that the broker is away, and takes the boxes for gone until they are back', async () => {
    const gone = closed(await present('waiter'));
    await outside.kill();
    await gone;
    await expect.poll(() => broker().away?.why).toBeDefined();
    // Its lines end one after the other.
    await expect.poll(() => broker().connections).toBe(0);
    expect(await (await bed.api('/api/ready')).json()).toEqual({ ready: true, broker: 'away' });
    await outside.run();
    await expect.poll(() => broker().away, { timeout: 20_000 }).toBeUndefined();
    expect(await (await bed.api('/api/ready')).json()).toEqual({ ready: true, broker: 'up' });
    const box = await present('waiter');
    await box.frame(callEvents('c4', 1));
    await box.told('ledger-ack', ({ upto }) => upto === 3);
  });

  it('bears a name that no box can be given', async () => {
    await expect(bed.enrol(CONTROLLER_NAME)).rejects.toThrow(/cannot be a box's name/);
  });
});
