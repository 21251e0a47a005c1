/**
 * What kills aedes is a busy subscriber that drops while dozens of others publish: its stack overflows. Headquarters stays clear of it by taking
 * messages in inside the process and by bounding what is under way. Here is the crowd, and here are the bounds.
 */
import { createSecureContext } from 'node:tls';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leaves, topicOf, topics } from '@branchline/contracts/topics';
import { Broker } from '@branchline/controller/broker/broker';
import { brokerCertificate, openAuthority } from '@branchline/controller/enrolment/authority';
import { systemClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { text } from '../../bench/ingest/wire.ts';
import { papersFor, type Papers } from './papers.ts';
import { WireLink } from './wire-link.ts';

const TENANT = 'crowd';
const PUBLISHERS = 60;
/** Of each, before anything of it is confirmed: what made bare aedes fall in eight of eight tries. */
const UNDER_WAY = 20;
const TURNS = 5;
/** Messages of one box at once, and the size of each: eight megabytes in all. */
const SENT = 20_000;
const BYTES = 400;
const names = Array.from({ length: PUBLISHERS }, (_, index) => `crowd-${index}`);
const DOWN = leaves.filter((leaf) => topics[leaf].direction === 'down');

let dir: string;
let papers: Papers;
let broker: Broker;
let links: WireLink[];
/** Calls back for messages that are taken in and not dealt with. */
let held: (() => void)[];
let taken: number;
let holds: boolean;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'crowd-'));
  papers = await papersFor(dir, TENANT, names);
  const own = await brokerCertificate(
    await openAuthority(dir, TENANT, systemClock),
    dir,
    ['localhost'],
    systemClock,
  );
  [links, held, taken, holds] = [[], [], 0, false];
  broker = new Broker({
    listen: { host: '127.0.0.1', port: 0 },
    tenant: TENANT,
    tls: { ...own, ca: papers.ca },
    standing: () => Promise.resolve('in-force'),
    intake: {
      take: (_box, _leaf, _bytes, done) => {
        taken += 1;
        if (holds) held.push(done);
        else setImmediate(done);
        return undefined;
      },
      gone: () => undefined,
    },
    clock: systemClock,
    log: silentLog,
  });
  await broker.start();
});
afterEach(async () => {
  for (const link of links) link.cut();
  await broker.stop();
  rmSync(dir, { recursive: true });
});

function connect(name: string, more: readonly string[] = []): Promise<WireLink> {
  const context = createSecureContext({ cert: papers.cert(name), key: papers.key, ca: papers.ca });
  const topics = [...DOWN.map((leaf) => topicOf(TENANT, name, leaf)), ...more];
  return new Promise((resolve, reject) => {
    const link = new WireLink(
      { port: broker.port, context, clientId: name, topics },
      {
        ready: () => resolve(link),
        message: () => undefined,
        ended: (why) => reject(new Error(why)),
      },
    );
    links.push(link);
  });
}

const publish = (link: WireLink, name: string, confirmed?: () => void): void =>
  link.publish(text(topicOf(TENANT, name, 'ledger')), Buffer.alloc(BYTES, 0x61), confirmed);

describe('a crowd that publishes', () => {
  it('while the one who asked to hear all of it drops, again and again, is taken in whole', async () => {
    const crowd = await Promise.all(
      names.slice(1).map(async (name) => ({ name, link: await connect(name) })),
    );
    let confirmed = 0;
    for (let turn = 0; turn < TURNS; turn += 1) {
      const listener = await connect('crowd-0', [`branchline/v1/${TENANT}/#`, '$share/all/#', '#']);
      for (const { name, link } of crowd)
        for (let each = 0; each < UNDER_WAY; each += 1) publish(link, name, () => (confirmed += 1));
      listener.cut();
      await expect.poll(() => confirmed, { timeout: 20_000 }).toBe((turn + 1) * crowd.length * UNDER_WAY);
    }
    expect(taken).toBe(TURNS * crowd.length * UNDER_WAY);
    expect(broker.counted('subscribe-refused', 'crowd-0')).toBe(3 * TURNS);
  });

  it('and half of which drops while nothing is dealt with leaves the others as they were', async () => {
    const crowd = await Promise.all(names.map(async (name) => ({ name, link: await connect(name) })));
    holds = true;
    for (const { name, link } of crowd) for (let each = 0; each < UNDER_WAY; each += 1) publish(link, name);
    await expect.poll(() => taken, { timeout: 20_000 }).toBeGreaterThanOrEqual(crowd.length);
    const stay = crowd.filter((_, index) => index % 2 === 0);
    for (const { link } of crowd.filter((_, index) => index % 2 === 1)) link.cut();
    holds = false;
    for (const done of held) done();
    let confirmed = 0;
    for (const { name, link } of stay) publish(link, name, () => (confirmed += 1));
    await expect.poll(() => confirmed, { timeout: 20_000 }).toBe(stay.length);
    await expect.poll(() => broker.connections).toBe(stay.length);
  });
});

it('a box has no more under way inside headquarters than a large frame or two, however much it sends', async () => {
  const link = await connect('crowd-0');
  holds = true;
  for (let each = 0; each < SENT; each += 1) publish(link, 'crowd-0');
  let most = 0;
  for (let each = 0; each < 300; each += 1) {
    await expect.poll(() => held.length).toBeGreaterThan(0);
    most = Math.max(most, held.length);
    held.shift()?.();
  }
  expect(most * BYTES).toBeLessThan(512 * 1024);
  expect(taken).toBeLessThan(SENT / 4);
});
