/** The access rules as Mosquitto keeps them: what arrives is what the contract lets through, whatever was asked for. */
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaves, topicOf, topics, type Leaf } from '@branchline/contracts/topics';
import { CONTROLLER_NAME, mosquittoRules } from '@branchline/controller/broker/mosquitto-rules';
import { OutsideBroker, ourMosquitto } from './mosquitto.ts';

const TENANT = 'acme';
const broker = new OutsideBroker(TENANT);
let controller: MqttClient;
let box: MqttClient;
let other: MqttClient;
const heard = new Map<MqttClient, string[]>();

const up = leaves.filter((leaf) => topics[leaf].direction === 'up');
const down = leaves.filter((leaf) => topics[leaf].direction === 'down');
const of = (name: string) => (leaf: Leaf) => topicOf(TENANT, name, leaf);
const listOf = (client: MqttClient): string[] => heard.get(client) ?? [];

async function hears(client: MqttClient, filters: string | string[]): Promise<void> {
  heard.set(client, []);
  client.on('message', (topic) => heard.get(client)?.push(topic));
  await client.subscribeAsync(filters, { qos: 1 });
}

/** Until what was said before by `speaker` has reached `hearer`: its own last word comes after it on the same line. */
async function settled(hearer: MqttClient, speaker: MqttClient, topic: string): Promise<void> {
  const last = new Promise<void>((resolve) => {
    hearer.on('message', (_topic, bytes) => {
      if (bytes.toString() === 'last') resolve();
    });
  });
  await speaker.publishAsync(topic, 'last', { qos: 1 });
  await last;
}

beforeAll(async () => {
  await broker.start(ourMosquitto());
  controller = await broker.connect(CONTROLLER_NAME);
  box = await broker.connect('box');
  other = await broker.connect('other');
  await hears(controller, '#');
  await hears(box, '#');
  await hears(other, ['#', '+/+/+/+/+']);
}, 120_000);
afterAll(() => broker.end());

describe('Mosquitto with the rules of the topic table', () => {
  it('takes of a box what goes up beneath its own name, and nothing else', async () => {
    const topicsSaid = [
      ...leaves.map(of('box')),
      ...leaves.map(of('other')),
      'x',
      `${of('box')('health')}/more`,
      `branchline/v1/foreign/box/health`,
    ];
    for (const topic of topicsSaid) await box.publishAsync(topic, '{}', { qos: 1 });
    await settled(controller, box, of('box')('health'));
    expect(listOf(controller)).toEqual([...up.map(of('box')), of('box')('health')]);
    expect(listOf(box)).toEqual([]);
    expect(listOf(other)).toEqual([]);
  });

  it('gives a box what goes down beneath its own name, though it asked for everything', async () => {
    for (const leaf of leaves) await controller.publishAsync(of('box')(leaf), '{}', { qos: 1 });
    await settled(box, controller, of('box')('ledger-ack'));
    expect(listOf(box)).toEqual([...down.map(of('box')), of('box')('ledger-ack')]);
    expect(listOf(other)).toEqual([]);
  });

  it('lets nobody in without a certificate, and does not publish a will beyond the rules', async () => {
    await expect(broker.connect('nobody', { cert: '', key: '' })).rejects.toThrow(/certificate required/);
    const will = {
      topic: of('other')('presence'),
      payload: Buffer.from('{}'),
      qos: 1,
      retain: true,
    } as const;
    const ghost = await broker.connect('ghost', { will });
    const gone = new Promise<void>((resolve) => ghost.once('close', () => resolve()));
    ghost.stream.destroy();
    await gone;
    const before = listOf(controller).length;
    await settled(controller, box, of('box')('health'));
    expect(listOf(controller).slice(before)).toEqual([of('box')('health')]);
  });

  it('takes the name in the certificate for the client id: nobody ends the session of another', async () => {
    const usurper = await broker.connect('usurper', { clientId: 'box' });
    await usurper.publishAsync(of('box')('health'), 'stolen', { qos: 1 });
    const before = listOf(controller).length;
    await settled(controller, box, of('box')('health'));
    expect(listOf(controller).slice(before)).toEqual([of('box')('health')]);
    expect(box.connected).toBe(true);
  });

  it('is given no tenant that would widen a rule', () => {
    for (const tenant of ['', '+', '#', 'a/b', '%u', 'a\nuser x'])
      expect(() => mosquittoRules(tenant)).toThrow(/tenant/);
  });
});
