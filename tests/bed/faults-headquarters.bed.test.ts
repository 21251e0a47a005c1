/** Headquarters is away, dies while it takes events in, and is talked to by strangers: nothing is lost, nothing is doubled. */
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leaves, topicOf } from '@branchline/contracts/topics';
import { readIdentity } from '@branchline/firmware/uplink/identity';
import { throwAwayPki } from '@branchline/firmware/uplink/testing/pki';
import { headquartersFaults, restingFaults, settledEventsOf } from '../chaos/one-story.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';

const TENANT = 'main';

describe.skipIf(ENGINE_ROOT === undefined)('headquarters in trouble', () => {
  let bed: BranchBed;
  beforeAll(async () => {
    bed = await BranchBed.start();
    for (const desk of ['desk-1', 'desk-2', 'desk-3'])
      bed.phone(desk).onIncoming({ kind: 'answer', afterMs: 50 });
  });
  afterAll(() => bed.stop());

  const aCall = async (caller: number): Promise<void> => {
    const call = await bed.caller(caller).call('057186001001');
    await call.answered(10_000);
    await Promise.any([610, 730].map((hz) => call.rtp.untilHears(hz, { withinMs: 10_000, lastMs: 200 })));
    await call.hangup();
  };
  const hqReady = (): Promise<void> =>
    bed.hq().until('/api/ready', (answer) => (answer as { ready: boolean }).ready, 20_000);

  test('away, while the service is killed too; then killed again and again as it takes events in', async () => {
    await bed.end('hq', 'SIGKILL');
    await Promise.all([0, 1].map(aCall));
    await bed.end('box', 'SIGKILL');
    bed.startBox();
    await bed.boxReady();
    await Promise.all([2, 3].map(aCall));
    await manyEvents(bed, 600);
    for (let kill = 0; kill < 4; kill += 1) {
      bed.startHeadquarters();
      await hqReady();
      const busy = manyEvents(bed, 40);
      await pause(randomInt(300));
      await bed.end('hq', 'SIGKILL');
      await busy;
    }
    bed.startHeadquarters();
    await hqReady();
    await aCall(0);
    await bed.box().untilLive(({ calls }) => Object.keys(calls).length === 0, 10_000);
    // Its recording is kept a moment after the call.
    await pause(1_500);
    expect(await restingFaults(bed)).toEqual([]);
    expect(await headquartersFaults(bed, 40_000)).toEqual([]);
    expect((await settledEventsOf(bed)).filter(({ type }) => type === 'call.ended')).toHaveLength(5);
  });

  test('a box that it does not know is refused, with a foreign certificate and with none', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'branchline-stranger-'));
    try {
      await readIdentity({ identityDir: dir, tenant: TENANT, box: 'test-branch' });
      const pki = await throwAwayPki();
      await pki.enrol(dir);
      const foreign = { cert: text(dir, 'box.crt'), key: text(dir, 'box.key') };
      await expect(connect(bed, foreign)).rejects.toThrow();
      await expect(connect(bed, {})).rejects.toThrow();
    } finally {
      rmSync(dir, { recursive: true });
    }
    expect(await headquartersFaults(bed, 15_000)).toEqual([]);
  });

  test('nonsense, and words in another name: headquarters lives, and the other box goes on unharmed', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'branchline-other-'));
    try {
      await readIdentity({ identityDir: dir, tenant: TENANT, box: 'other-branch' });
      bed.enrol('other-branch', dir);
      const mine = { cert: text(dir, 'box.crt'), key: text(dir, 'box.key') };
      for (const [topic, payload] of nonsense()) {
        const client = await connect(bed, mine);
        client.publish(topic, payload, { qos: 1 });
        // Whether it is told so or cut off: what counts is what headquarters keeps.
        await Promise.race([pause(60), closed(client)]);
        client.end(true);
      }
    } finally {
      rmSync(dir, { recursive: true });
    }
    const hq = bed.process('hq');
    expect([hq.exitCode, hq.signalCode]).toEqual([null, null]);
    await aCall(1);
    await bed.box().untilLive(({ calls }) => Object.keys(calls).length === 0, 10_000);
    await pause(1_500);
    expect(await headquartersFaults(bed, 20_000)).toEqual([]);
    const { boxes } = await bed
      .hq()
      .get<{ boxes: { box: string; online: boolean; ledger: { newest: number } }[] }>('/api/boxes');
    expect(boxes.find(({ box }) => box === 'test-branch')).toMatchObject({ online: true });
    expect(boxes.find(({ box }) => box === 'other-branch')?.ledger.newest ?? 0).toBe(0);
  });
});

const text = (dir: string, name: string): string => readFileSync(join(dir, name), 'utf8');

/** Two events each: an operator's action, and the agent's state. */
async function manyEvents(bed: BranchBed, orders: number): Promise<void> {
  const box = bed.box();
  for (let order = 0; order < orders; order += 1)
    await box.post('/api/agents/han.mei/state', { state: order % 2 === 0 ? 'not-ready' : 'ready' });
}

/** Without a CA of its own the client takes any server: it is headquarters that is tried here. */
function connect(bed: BranchBed, identity: { cert?: string; key?: string }): Promise<MqttClient> {
  const { host, port } = bed.broker;
  const client = mqtt.connect(`mqtts://${host}:${port}`, {
    ...identity,
    rejectUnauthorized: false,
    protocolVersion: 4,
    reconnectPeriod: 0,
    connectTimeout: 5_000,
    clientId: 'other-branch',
  });
  client.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve(client));
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed before it was connected')));
  });
}

const closed = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => client.once('close', () => resolve()));

function* nonsense(): Generator<[topic: string, payload: string | Buffer]> {
  const event = { seq: 1, at: '2026-01-01T00:00:00.000Z', call: 'c', type: 'call.offered', body: {} };
  const frame = { v: 1, epoch: '00000000000000aa', events: [event], newest: 1 };
  for (const leaf of leaves) {
    const own = topicOf(TENANT, 'other-branch', leaf);
    yield [own, ''];
    yield [own, '{'];
    yield [own, Buffer.from([0xff, 0xfe, 0x00, 0x80])];
    yield [own, JSON.stringify({ v: 2 })];
    yield [own, '['.repeat(20_000)];
    yield [topicOf(TENANT, 'test-branch', leaf), JSON.stringify(frame)];
  }
  const ledger = topicOf(TENANT, 'other-branch', 'ledger');
  yield [ledger, JSON.stringify({ ...frame, events: [{ ...event, seq: -1 }] })];
  yield [ledger, JSON.stringify({ ...frame, events: [{ ...event, seq: 1e300 }] })];
  yield [ledger, JSON.stringify({ ...frame, epoch: '../../etc' })];
  yield [ledger, JSON.stringify({ ...frame, events: [] })];
  yield [ledger, Buffer.alloc(600 * 1024, 0x20)];
  yield ['#', 'x'];
  yield ['$SYS/broker', 'x'];
}
