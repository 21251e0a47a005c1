/**
 * A broker outside is killed again and again right after it has confirmed frames that headquarters has not stored: nothing is lost, and
 * nothing is there twice. Headquarters and the boxes stay.
 */
import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Bed } from '@branchline/controller/test-bed';
import { seededRandom } from '@branchline/lab/traffic/chance';
import type { OutsideBroker } from '../network/mosquitto.ts';
import { askingOf, equalAt } from './asking.ts';
import { LedgerBox } from './ledger-box.ts';

const KILLS = 3;
const SEED = Number(process.env.BRANCHLINE_TEST_SEED ?? 20260105);
const bed = new Bed();
const boxes: LedgerBox[] = [];
/** Says 'sent' with each frame. */
const wire = new EventEmitter();
let outside: OutsideBroker;
beforeAll(async () => {
  outside = await bed.useMosquitto();
  await bed.start();
  for (const name of ['first', 'second']) boxes.push(new LedgerBox(name, await bed.enrol(name)));
}, 120_000);
afterAll(async () => {
  for (const box of boxes) await box.end();
  await bed.end();
});

test(`${KILLS} kills of the broker lose nothing and double nothing`, { timeout: 90_000 }, async () => {
  const random = seededRandom(SEED);
  for (const box of boxes)
    box.connect(outside.port, {
      range: (from, to, limit) => {
        wire.emit('sent');
        return box.ledger.range(from, to, limit);
      },
    });
  for (let kill = 0; kill < KILLS; kill++) {
    for (const box of boxes) box.calls(300 + Math.floor(random() * 300), Date.UTC(2026, 0, 5 + kill));
    const frames = 1 + Math.floor(random() * 4);
    for (let frame = 0; frame < frames; frame++)
      await once(wire, 'sent', { signal: AbortSignal.timeout(20_000) });
    await pause(random() * 15);
    await outside.kill();
    await outside.run();
  }
  const asking = await askingOf(bed);
  for (const box of boxes) {
    await box.settled();
    const { missing } = await asking.compared(box.name, equalAt(box.ledger.newest()), 40_000);
    expect(missing).toBe(0);
    const said = await asking.proofCommand(box.name);
    expect(said.out).toContain(`events 1 to ${box.ledger.newest()} all here`);
    expect(said.code).toBe(0);
  }
});
