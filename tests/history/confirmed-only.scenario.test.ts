/** The broker confirms, and headquarters dies before it has stored anything: what was confirmed is sent again, for it was never called stored. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storePaths } from '@branchline/controller/store/open';
import { Bed, TENANT } from '@branchline/controller/test-bed';
import { freeTcpPort } from '@branchline/lab/tcp';
import { Herd } from '../fleet/load/herd.ts';
import { papersFor } from '../fleet/load/papers.ts';
import { askingOf, equalAt } from './asking.ts';

const NAMES = ['north', 'south'];
const WITHIN_MS = 30_000;
const bed = new Bed();
let herd: Herd;
let running: ChildProcess | undefined;
let port = 0;

beforeAll(async () => {
  // The first start makes the authority and the password.
  await bed.start();
  await bed.stop();
  const papers = await papersFor(join(bed.dir, 'identity'), TENANT, NAMES);
  herd = new Herd({
    tenant: TENANT,
    names: NAMES,
    papers,
    port: () => port,
    speaks: 'contract',
    random: () => 0,
  });
});
afterAll(async () => {
  herd.stop();
  running?.kill('SIGKILL');
  await bed.end();
});

async function headquarters(): Promise<ChildProcess> {
  const [mqtt, page] = await Promise.all([freeTcpPort(), freeTcpPort()]);
  port = mqtt;
  const env = {
    ...process.env,
    ...bed.variables,
    BRANCHLINE_HQ_MQTT_LISTEN: `127.0.0.1:${mqtt}`,
    BRANCHLINE_HQ_HTTP_LISTEN: `127.0.0.1:${page}`,
    BRANCHLINE_HQ_LOG_LEVEL: 'fatal',
  };
  return spawn(process.execPath, ['controller/main.ts'], { env, stdio: 'ignore' });
}

const events = (db: Database.Database): number =>
  (db.prepare('select count(*) as count from event').get() as { count: number }).count;

test('a frame that is confirmed and not stored is not lost', { timeout: 90_000 }, async () => {
  running = await headquarters();
  herd.start();
  await herd.until(({ isReady }) => isReady, WITHIN_MS, 'connected');
  for (const box of herd.boxes) box.grow(90);
  await herd.until(({ acked }) => acked === 90, WITHIN_MS, 'stored');

  // Whoever holds the database keeps headquarters from storing; its broker has nothing to do with that.
  const db = new Database(storePaths(bed.dir).database);
  db.exec('begin immediate');
  for (const box of herd.boxes) box.grow(90);
  await herd.until(({ confirmedByBroker }) => confirmedByBroker === 180, WITHIN_MS, 'confirmed');
  const gone = once(running, 'exit');
  running.kill('SIGKILL');
  await gone;
  db.exec('rollback');
  expect(events(db)).toBe(NAMES.length * 90);
  db.close();
  for (const { acked } of herd.boxes) expect(acked).toBe(90);

  await bed.start();
  port = bed.headquarters.where().mqttPort;
  await herd.until(({ acked }) => acked === 180, WITHIN_MS, 'stored after all');
  const asking = await askingOf(bed);
  for (const { name } of herd.boxes) {
    const { missing } = await asking.compared(name, equalAt(180));
    expect(missing).toBe(0);
    expect(await asking.proofCommand(name)).toMatchObject({ code: 0 });
  }
});
