/** Headquarters proves that it has a box's whole history, finds what differs, and heals it: both as they ship, over the wire. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { callPage } from '@branchline/contracts/http/common';
import { boxSummary } from '@branchline/contracts/http/controller';
import { Bed } from '@branchline/controller/test-bed';
import { askingOf, equalAt, type Asking } from './asking.ts';
import { LedgerBox } from './ledger-box.ts';

const bed = new Bed();
const boxes: LedgerBox[] = [];
let asking: Asking;
beforeAll(async () => {
  await bed.start();
  asking = await askingOf(bed);
});
afterEach(async () => {
  for (const box of boxes.splice(0)) await box.end();
});
afterAll(() => bed.end());

/** More than a block, so that a block's hash is kept; and calls of which the last is in the midst of another block. */
const CALLS = 700;

async function boxWithHistory(
  name: string,
  changes: Parameters<LedgerBox['connect']>[1] = {},
): Promise<LedgerBox> {
  const box = new LedgerBox(name, await bed.enrol(name));
  boxes.push(box);
  box.calls(CALLS);
  box.connect(bed.headquarters.where().mqttPort, changes);
  await box.settled();
  return box;
}

/** What a failing disk, a wrong hand or a fault of ours does to the database of headquarters. */
async function spoil(sql: string): Promise<number> {
  const db = await bed.database();
  try {
    return await db.run(sql);
  } finally {
    await db.close();
  }
}

const ofBox = (box: string): string =>
  `(select id from call where box = (select id from box where name = '${box}'))`;

describe('the ledger of a box and what headquarters has of it', { timeout: 90_000 }, () => {
  test('are found equal, and the proof is printed from what is read back', async () => {
    const box = await boxWithHistory('equal');
    const { contiguous, missing, proof } = await asking.compared('equal', equalAt(CALLS * 4));
    expect({ contiguous, missing, differs: proof?.differs }).toEqual({
      contiguous: CALLS * 4,
      missing: 0,
      differs: null,
    });
    box.calls(3, Date.UTC(2036, 0, 5));
    await box.settled();
    await asking.compared('equal', equalAt(CALLS * 4 + 12));
    const said = await asking.proofCommand('equal');
    expect(said).toMatchObject({ code: 0 });
    expect(said.out).toContain(`events 1 to ${CALLS * 4 + 12} all here`);
    expect(said.out).toContain(`events 1 to ${CALLS * 4 + 12} read back now: digest equal`);
  });

  test('are made equal again when rows were changed and taken out: what differs is found, taken in anew, and the calls are told right', async () => {
    await boxWithHistory('spoilt');
    const [before] = callPage.parse(
      await asking.get('/api/calls?box=spoilt&limit=1&about=013912345678'),
    ).calls;
    const began = Date.now();
    expect(
      await spoil(
        `update event set body = '{"leg":"l1","by":{"kind":"agent","id":"x"},"waitedMs":1}' where owner in ${ofBox('spoilt')} and seq = 402`,
      ),
    ).toBe(1);
    expect(
      await spoil(`delete from event where owner in ${ofBox('spoilt')} and seq between 2000 and 2600`),
    ).toBeGreaterThan(400);
    const stream = `(select id from stream where box = (select id from box where name = 'spoilt'))`;
    expect(await spoil(`delete from event where owner = -${stream} and seq = 4`)).toBe(1);
    const { missing } = await asking.compared('spoilt', equalAt(CALLS * 4, began));
    expect(missing).toBe(0);
    const calls = callPage.parse(await asking.get('/api/calls?box=spoilt&limit=1&about=013912345678')).calls;
    expect(calls[0]).toEqual(before);
    expect(await asking.proofCommand('spoilt')).toMatchObject({ code: 0 });
  });

  test('that differ for good raise an alarm that names the stretch', async () => {
    const box = await boxWithHistory('stubborn');
    await asking.compared('stubborn', equalAt(CALLS * 4));
    await box.disconnect();
    // The box's own disk has changed one event since; its hash of that block was made before.
    box.connect(bed.headquarters.where().mqttPort, {
      blockDigest: (block) => (block === 1 ? 'f'.repeat(64) : box.ledger.blockDigest(block)),
    });
    await expect
      .poll(async () => boxSummary.parse(await asking.get('/api/boxes/stubborn')).online)
      .toBe(true);
    const { proof } = await asking.compared('stubborn', (told) => told.proof?.differs !== null);
    expect(proof?.differs).toMatchObject({ from: 1025, to: 2048, because: 'not-healed' });
    const { alarms, ledger } = boxSummary.parse(await asking.get('/api/boxes/stubborn'));
    expect(alarms).toMatchObject([{ code: 'ledger-differs', subject: '1025–2048' }]);
    expect(ledger.missing).toBe(0);
    expect(await asking.proofCommand('stubborn')).toMatchObject({ code: 2 });
  });
});
