/** What is asked at the same time: transactions stay apart, and nobody decides on what another is changing. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import { FleetBoard } from '../fleet/board.ts';
import { Composer } from '../fleet/composer.ts';
import { BranchDocuments, type Asker } from '../fleet/documents.ts';
import { LedgerWriter } from '../ledger/writer.ts';
import { callEvents } from '../test-bed.ts';
import { Alarms } from './alarms.ts';
import { BlockDigests } from './block-digests.ts';
import { Boxes } from './boxes.ts';
import { Calls } from './calls.ts';
import type { Database } from './database.ts';
import { DocumentVersions } from './document-versions.ts';
import { Events } from './events.ts';
import { LedgerReader } from './ledger-reader.ts';
import { Streams } from './streams.ts';
import { TemplateStore } from './templates.ts';
import { databases } from './testing/databases.ts';

const EPOCH = '00000000000000aa';
const CALLS = ['a', 'b', 'c', 'd'];
const LEDGER = CALLS.flatMap((call, index) => callEvents(call, 1 + 3 * index));

function writerOn(db: Database): LedgerWriter {
  const events = new Events(db);
  return new LedgerWriter({
    ...{ db, events, boxes: new Boxes(db), streams: new Streams(db), calls: new Calls(db) },
    ...{ alarms: new Alarms(db), blocks: new BlockDigests(db), reader: new LedgerReader(db, events) },
  });
}

describe.each(databases)('on $name', { timeout: 60_000 }, ({ open, beside, runs }) => {
  let db: Database;
  let other: Database;
  beforeEach(async () => {
    db = await open();
    other = beside(db);
  });
  afterEach(async () => {
    if (other !== db) await other.close();
    await db.close();
  });

  const names = async (): Promise<string[]> =>
    (await db.all<{ name: string }>('select name from box order by name')).map(({ name }) => name);
  const enter = (name: string): Promise<number> => db.run('insert into box (name) values (?)', name);

  it('what fails takes back all of it, and nothing that others wrote meanwhile', async () => {
    const told: string[] = [];
    const { promise: gate, resolve: go } = Promise.withResolvers<void>();
    const failing = db.together(async () => {
      await enter('inside');
      db.afterwards(() => told.push('inside'));
      await gate;
      await db.together(() => enter('deeper'));
      throw new Error('no');
    });
    const outside = enter('outside');
    go();
    await expect(failing).rejects.toThrow('no');
    await outside;
    expect(await names()).toEqual(['outside']);
    expect(told).toEqual([]);
  });

  it('what succeeds is told once it is on disk, and what it left running is no part of it', async () => {
    const told: string[] = [];
    const { promise: gate, resolve: go } = Promise.withResolvers<void>();
    let late: Promise<unknown> = Promise.resolve();
    await db.together(async () => {
      await enter('inside');
      db.afterwards(() => told.push('done'));
      late = gate.then(() => enter('late'));
      expect(told).toEqual([]);
    });
    expect(told).toEqual(['done']);
    const undone = db.together(async () => {
      go();
      await enter('undone');
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    await late;
    expect(await names()).toEqual(['inside', 'late']);
  });

  it('of two who follow the same version of a document one is told to look again', async () => {
    const board = new FleetBoard(new ManualClock(), () => undefined);
    const documentsOn = (on: Database): BranchDocuments => {
      const versions = new DocumentVersions(on, new Boxes(on));
      return new BranchDocuments({
        clock: new ManualClock(),
        board,
        versions,
        composer: new Composer(new TemplateStore(on, versions)),
        send: () => undefined,
      });
    };
    const asker: Asker = { author: 'li', reason: 'x', address: '', after: 0, confirmWithinS: 60 };
    const site = '{ id: x, name: { zh: 一, en: One }, country: CN, timezone: Asia/Shanghai }';
    const source = `schema: branchline.branch/1\nsite: ${site}\n`;
    await new Boxes(db).idOf('x');
    const checked = await documentsOn(db).check('x', source);
    expect(checked.faults.filter(({ severity }) => severity === 'error')).toEqual([]);
    const results = await Promise.allSettled(
      [db, other, db, other].map((on) => documentsOn(on).put('x', source, asker)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ status: 409 });
    expect(await documentsOn(db).list('x')).toHaveLength(1);
  });

  it('frames of one box that come over two ways at once are stored exactly once, and every call is told right', async () => {
    const piece = fc.record({
      from: fc.integer({ min: 0, max: LEDGER.length - 1 }),
      length: fc.integer({ min: 1, max: 5 }),
      second: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 2, maxLength: 12 }), async (pieces) => {
        if (other !== db) await other.close();
        await db.close();
        db = await open();
        other = beside(db);
        const writers = [writerOn(db), writerOn(other)] as const;
        const write = async (writer: LedgerWriter, events: typeof LEDGER): Promise<number> => {
          const frame = { v: 1 as const, epoch: EPOCH, events, newest: LEDGER.length };
          const { streams } = await writer.write([{ box: 'x', frame }]);
          return streams[0]?.kept.upto ?? 0;
        };
        await Promise.all(
          pieces.map(({ from, length, second }) =>
            write(writers[second ? 1 : 0], LEDGER.slice(from, from + length)),
          ),
        );
        expect(await write(writers[0], LEDGER)).toBe(LEDGER.length);
        const count = await db.one<{ events: number; calls: number }>(
          'select (select count(*) from event) as events, (select count(*) from call) as calls',
        );
        expect(count).toEqual({ events: LEDGER.length, calls: CALLS.length });
        const found = await new Calls(db).list({ limit: 9 });
        expect(found.map(({ summary }) => [summary.outcome, summary.talkMs])).toEqual(
          CALLS.map(() => ['answered', 1_000]),
        );
      }),
      { numRuns: runs },
    );
  });
});
