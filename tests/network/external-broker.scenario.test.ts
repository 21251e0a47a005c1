/** Headquarters' side of a broker outside, with a Mosquitto and without a store: what is confirmed when, who is heard, who is dealt what. */
import type { MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { topicOf, type Leaf } from '@branchline/contracts/topics';
import { SILENT_MS } from '@branchline/controller/broker/attendance';
import type { NameStanding } from '@branchline/controller/broker/believed';
import { ExternalBroker, type ExternalBrokerOptions } from '@branchline/controller/broker/external';
import { CONTROLLER_NAME } from '@branchline/controller/broker/mosquitto-rules';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { OutsideBroker, ourMosquitto } from './mosquitto.ts';

const TENANT = 'acme';
const GROUP = '0123456789abcdef'.repeat(2);
const outside = new OutsideBroker(TENANT);
const begun: Controller[] = [];
beforeAll(() => outside.start(ourMosquitto()), 120_000);
afterEach(async () => {
  for (const controller of begun.splice(0)) await controller.broker.stop();
});
afterAll(() => outside.end());

class Controller {
  readonly clock = new ManualClock();
  readonly broker: ExternalBroker;
  readonly heard: { box: string; leaf: Leaf; done: () => void }[] = [];
  readonly gone: string[] = [];
  standing: () => Promise<NameStanding> = () => Promise.resolve('in-force');

  /** `holds`: it has never done with the ledger. */
  constructor(holds = false, more: Partial<ExternalBrokerOptions> = {}) {
    begun.push(this);
    this.broker = new ExternalBroker({
      url: outside.controllersUrl,
      forBoxes: { host: '127.0.0.1', port: outside.port },
      group: GROUP,
      tenant: TENANT,
      credentials: () => outside.certificate(CONTROLLER_NAME),
      standing: () => this.standing(),
      intake: {
        take: (box, leaf, _bytes, done) => {
          this.heard.push({ box, leaf, done });
          if (!holds || leaf !== 'ledger') done();
          return undefined;
        },
        gone: (box) => void this.gone.push(box),
      },
      clock: this.clock,
      random: () => 0,
      log: silentLog,
      ...more,
    });
  }

  count(leaf: Leaf): number {
    return this.heard.filter((one) => one.leaf === leaf).length;
  }
}

const presence = JSON.stringify({ v: 1, state: 'online', version: '1', at: '2026-01-05T02:00:00.000Z' });

/** Resolves when the broker has it. */
const say = (client: MqttClient, box: string, leaf: Leaf, text = '{}') =>
  client.publishAsync(topicOf(TENANT, box, leaf), text, { qos: 1, retain: leaf === 'presence' });

async function begin(...args: ConstructorParameters<typeof Controller>): Promise<Controller> {
  const controller = new Controller(...args);
  await controller.broker.start();
  expect(controller.broker.away).toBeUndefined();
  return controller;
}

/** To which frames are dealt. */
const LINES = 32;
const SOON = { timeout: 20_000 };

it('has no more under way than a frame a line, and is given the next when one is done with', async () => {
  const controller = await begin(true);
  const box = await outside.connect('talker');
  for (let frame = 0; frame < LINES + 12; frame++) await say(box, 'talker', 'ledger');
  await expect.poll(() => controller.count('ledger'), SOON).toBe(LINES);
  // The broker has all of them: a word after them on the other line comes through.
  await say(box, 'talker', 'health');
  await expect.poll(() => controller.count('health')).toBe(1);
  expect(controller.count('ledger')).toBe(LINES);
  controller.heard.find(({ leaf }) => leaf === 'ledger')?.done();
  await expect.poll(() => controller.count('ledger')).toBe(LINES + 1);
});

it('is one of a group: of two, one hears each frame, and both hear who is there', async () => {
  const [one, two] = [await begin(), await begin()];
  const box = await outside.connect('shared');
  await say(box, 'shared', 'presence', presence);
  for (let frame = 0; frame < 40; frame++) await say(box, 'shared', 'ledger');
  await expect.poll(() => one.count('ledger') + two.count('ledger')).toBe(40);
  expect(Math.min(one.count('ledger'), two.count('ledger'))).toBeGreaterThan(0);
  await expect
    .poll(() => [one.broker.isConnected('shared'), two.broker.isConnected('shared')])
    .toEqual([true, true]);
});

it('is told on coming who is there, and takes for gone who is not heard of for long', async () => {
  const box = await outside.connect('quiet');
  await say(box, 'quiet', 'presence', presence);
  const controller = await begin();
  await expect.poll(() => controller.broker.isConnected('quiet')).toBe(true);
  controller.clock.advance(SILENT_MS - 120_000);
  await say(box, 'quiet', 'health');
  await expect.poll(() => controller.count('health')).toBe(1);
  controller.clock.advance(180_000);
  expect(controller.broker.isConnected('quiet')).toBe(true);
  controller.clock.advance(SILENT_MS);
  expect(controller.broker.isConnected('quiet')).toBe(false);
  expect(controller.gone).toContain('quiet');
});

it('judges later what it cannot judge now, where the box does not say it again', async () => {
  const box = await outside.connect('early');
  const controller = new Controller();
  controller.standing = () => Promise.reject(new Error('the store is away'));
  await controller.broker.start();
  await say(box, 'early', 'presence', presence);
  await say(box, 'early', 'ledger');
  await expect.poll(() => controller.broker.counted('not judged', 'early')).toBe(2);
  controller.standing = () => Promise.resolve('in-force');
  controller.clock.advance(2_000);
  await expect.poll(() => controller.broker.isConnected('early')).toBe(true);
  expect(controller.count('ledger')).toBe(0);
});

it('drops what a box says beyond its allowance, and hears the others', async () => {
  const controller = await begin(false, { rate: { messagesPerS: 3, bytesPerS: 1_000_000 } });
  const [loud, calm] = [await outside.connect('loud'), await outside.connect('calm')];
  for (let message = 0; message < 10; message++) await say(loud, 'loud', 'ledger');
  await say(calm, 'calm', 'ledger');
  await expect.poll(() => controller.broker.counted('over its allowance', 'loud')).toBe(7);
  await expect.poll(() => controller.count('ledger')).toBe(4);
  controller.clock.advance(1_000);
  await say(loud, 'loud', 'ledger');
  await expect.poll(() => controller.count('ledger')).toBe(5);
});

it('publishes nothing while the broker is away, and tries again by itself', async () => {
  const box = await outside.connect('left');
  await say(box, 'left', 'presence', presence);
  const controller = await begin();
  await expect.poll(() => controller.broker.isConnected('left')).toBe(true);
  await outside.kill();
  await expect.poll(() => controller.broker.away).toBeDefined();
  // Its lines end one after the other.
  await expect.poll(() => controller.gone).toEqual(expect.arrayContaining(['left']));
  controller.broker.send('left', 'ledger-ack', { v: 1, epoch: '0123456789abcdef', upto: 1 });
  await outside.run();
  await expect
    .poll(
      () => {
        controller.clock.advance(1_000);
        return controller.broker.away;
      },
      // All lines come again, by the time of the wire; what they wait for is by the clock that is put forward here.
      { ...SOON, interval: 500 },
    )
    .toBeUndefined();
});
