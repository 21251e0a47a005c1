/**
 * Headquarters is killed again and again while boxes report: mostly right after a frame went out, when the broker has taken
 * it and nothing is stored yet. Afterwards the proof holds for every box. How often is said by BRANCHLINE_TEST_HQ_KILLS.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Bed } from '@branchline/controller/test-bed';
import { seededRandom } from '@branchline/lab/traffic/chance';
import { freeTcpPort } from '@branchline/lab/tcp';
import { askingOf, equalAt } from './asking.ts';
import { LedgerBox } from './ledger-box.ts';

const KILLS = Number(process.env.BRANCHLINE_TEST_HQ_KILLS ?? 4);
const SEED = Number(process.env.BRANCHLINE_TEST_SEED ?? 20260105);
/** A hundred kills leave a quarter of a million events to be read back at each box. */
const COMPARED_MS = 40_000 + KILLS * 2_000;
const NAMES = ['first', 'second', 'third'];

const bed = new Bed();
const boxes: LedgerBox[] = [];
/** Says 'sent' with each frame. */
const wire = new EventEmitter();
let running: ChildProcess | undefined;

beforeAll(async () => {
  // The first start makes the authority and the password.
  await bed.start();
  await bed.stop();
  for (const name of NAMES) boxes.push(new LedgerBox(name, await bed.enrol(name)));
});
afterAll(async () => {
  running?.kill('SIGKILL');
  for (const box of boxes) await box.end();
  await bed.end();
});

function connect(box: LedgerBox, port: number): void {
  box.connect(port, {
    range: (from, to, limit) => {
      wire.emit('sent');
      return box.ledger.range(from, to, limit);
    },
  });
}

test(`${KILLS} kills lose nothing and double nothing`, { timeout: 90_000 + KILLS * 15_000 }, async () => {
  const random = seededRandom(SEED);
  const [own, page] = await Promise.all([freeTcpPort(), freeTcpPort()]);
  const port = bed.outside?.port ?? own;
  const env = {
    ...process.env,
    ...bed.variables,
    BRANCHLINE_HQ_MQTT_LISTEN: `127.0.0.1:${own}`,
    BRANCHLINE_HQ_HTTP_LISTEN: `127.0.0.1:${page}`,
    BRANCHLINE_HQ_LOG_LEVEL: 'fatal',
  };
  for (const box of boxes) connect(box, port);
  for (let kill = 0; kill < KILLS; kill++) {
    const headquarters = spawn(process.execPath, ['controller/main.ts'], { env, stdio: 'ignore' });
    running = headquarters;
    for (const box of boxes) box.calls(300 + Math.floor(random() * 600), Date.UTC(2026, 0, 5 + kill));
    const frames = 1 + Math.floor(random() * 8);
    for (let frame = 0; frame < frames; frame++)
      await once(wire, 'sent', { signal: AbortSignal.timeout(20_000) });
    await pause(random() * 15);
    const gone = once(headquarters, 'exit');
    headquarters.kill('SIGKILL');
    await gone;
  }
  for (const box of boxes) await box.disconnect();
  await bed.start();
  for (const box of boxes) connect(box, bed.headquarters.where().mqttPort);
  const asking = await askingOf(bed);
  for (const box of boxes) {
    await box.settled();
    const { missing } = await asking.compared(box.name, equalAt(box.ledger.newest()), COMPARED_MS);
    expect(missing).toBe(0);
    const said = await asking.proofCommand(box.name);
    expect(said.out).toContain(`events 1 to ${box.ledger.newest()} all here`);
    expect(said.code).toBe(0);
  }
});
