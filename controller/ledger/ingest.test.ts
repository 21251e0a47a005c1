import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tell, type CallSummary } from '@branchline/contracts/call-story';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { openDatabase } from '@branchline/runtime/sqlite';
import { Alarms } from '../store/alarms.ts';
import { BlockDigests } from '../store/block-digests.ts';
import { Boxes } from '../store/boxes.ts';
import { Calls } from '../store/calls.ts';
import { Events } from '../store/events.ts';
import { LedgerReader } from '../store/ledger-reader.ts';
import type { Database } from '../store/database.ts';
import { Streams } from '../store/streams.ts';
import { migrations } from '../store/migrations.ts';
import { SqliteDatabase } from '../store/sqlite-database.ts';
import { databases } from '../store/testing/databases.ts';
import { callEvents } from '../test-bed.ts';
import { Ingest } from './ingest.ts';
import { LedgerWriter, type Written } from './writer.ts';

const storeOf = (db: Database) => {
  const events = new Events(db);
  return {
    db,
    boxes: new Boxes(db),
    streams: new Streams(db),
    events,
    calls: new Calls(db),
    alarms: new Alarms(db),
    blocks: new BlockDigests(db),
    reader: new LedgerReader(db, events),
  };
};

const EPOCHS = ['00000000000000aa', '00000000000000bb'] as const;

/** Two interleaved calls, events of no call, one type that nobody here knows. */
const LEDGER: readonly LedgerEvent[] = [
  ...interleaved(callEvents('a', 1), callEvents('b', 1)),
  { type: 'agent.state', body: { agent: 'li-na', state: 'ready' } },
  { type: 'future.thing', call: 'a', body: { deep: { er: 1 } }, shape: 'new' },
  ...callEvents('c', 1),
].map((event, index) => ({
  at: '2026-01-05T02:00:00.000Z',
  ...event,
  seq: index + 1,
}));

function interleaved<T>(one: readonly T[], other: readonly T[]): T[] {
  return one.flatMap((item, index) => [item, other[index]].filter((each) => each !== undefined));
}

const toldPlainly = (call: string): CallSummary | undefined =>
  LEDGER.filter((event) => event.call === call).reduce<CallSummary | undefined>(tell, undefined);

let db: Database;

const frameOf = (epoch: string, events: readonly LedgerEvent[]) => ({
  v: 1 as const,
  epoch,
  events: [...events],
  newest: LEDGER.length,
});

describe.each(databases)('on $name', ({ open, runs }) => {
  beforeEach(async () => {
    db = await open();
  });
  afterEach(() => db.close());

  describe('frames', () => {
    /** What the wire and the machine may do: send any piece, again, in any order, and die between commit and acknowledgement. */
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          do: fc.constant('send' as const),
          epoch: fc.constantFrom(...EPOCHS),
          from: fc.integer({ min: 0, max: LEDGER.length - 1 }),
          length: fc.integer({ min: 1, max: 6 }),
          backwards: fc.boolean(),
        }),
      },
      { weight: 1, arbitrary: fc.constantFrom({ do: 'crash' as const }, { do: 'fail' as const }) },
    );

    it('are stored exactly once whatever the order, the repeats and the crashes, and every call is told right', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          await db.close();
          db = await open();
          let writer = new LedgerWriter(storeOf(db));
          const acked = new Map<string, number>();
          const note = (written: Written): void => {
            for (const { epoch, kept } of written.streams) {
              expect(kept.upto).toBeGreaterThanOrEqual(acked.get(epoch) ?? 0);
              acked.set(epoch, kept.upto);
            }
          };
          for (const each of steps) {
            if (each.do === 'crash') writer = new LedgerWriter(storeOf(db));
            else if (each.do === 'fail') await failOnce(writer);
            else {
              const events = LEDGER.slice(each.from, each.from + each.length);
              if (each.backwards) events.reverse();
              note(await writer.write([{ box: 'x', frame: frameOf(each.epoch, events) }]));
            }
          }
          for (const epoch of EPOCHS) note(await writer.write([{ box: 'x', frame: frameOf(epoch, LEDGER) }]));
          for (const epoch of EPOCHS) expect(acked.get(epoch)).toBe(LEDGER.length);
          await expectWhole(storeOf(db));
        }),
        { numRuns: runs },
      );
    });

    /** An event that the database refuses, in the middle of a frame. */
    async function failOnce(writer: LedgerWriter): Promise<void> {
      const broken = { ...LEDGER[1], at: 'no time' } as LedgerEvent;
      const events = [LEDGER[0], broken].filter((event) => event !== undefined);
      await expect(
        writer.write([{ box: 'y', frame: frameOf('00000000000000cc', events) }]),
      ).rejects.toThrow();
    }

    async function expectWhole(store: ReturnType<typeof storeOf>): Promise<void> {
      const count = await db.one<{ n: number }>('select count(*) as n from event');
      expect(count?.n).toBe(LEDGER.length * EPOCHS.length);
      const box = await store.boxes.idOf('x');
      for (const { id: stream } of await store.streams.ofBox(box)) {
        for (const name of ['a', 'b', 'c']) {
          const found = await store.calls.find([{ box, stream, name }]);
          const call = found.find(({ place }) => place.stream === stream)?.call;
          expect(call?.summary).toEqual(toldPlainly(name));
          const events = await store.events.of({ call: call?.id ?? 0, name });
          expect(events).toEqual(LEDGER.filter((event) => event.call === name));
        }
        expect(await store.events.of({ stream })).toEqual(LEDGER.filter((event) => event.call === undefined));
      }
    }
  });

  describe('alarms', () => {
    it('are open exactly when raised last, in whatever order that is learned', async () => {
      const alarm = (seq: number, type: 'alarm.raised' | 'alarm.cleared'): LedgerEvent => ({
        seq,
        at: '2026-01-05T02:00:00.000Z',
        type,
        body:
          type === 'alarm.raised'
            ? { alarm: 'a1', code: 'trunk-down', severity: 'major', subject: 'e1-a' }
            : { alarm: 'a1', code: 'trunk-down', subject: 'e1-a', lastedMs: 5 },
      });
      const store = storeOf(db);
      const writer = new LedgerWriter(store);
      const openAfter = async (event: LedgerEvent): Promise<number> => {
        const { streams } = await writer.write([{ box: 'x', frame: frameOf(EPOCHS[0], [event]) }]);
        return (await store.alarms.openOf(streams[0]?.id ?? 0)).length;
      };
      expect(await openAfter(alarm(2, 'alarm.cleared'))).toBe(0);
      expect(await openAfter(alarm(1, 'alarm.raised'))).toBe(0);
      expect(await openAfter(alarm(3, 'alarm.raised'))).toBe(1);
      expect(await openAfter(alarm(4, 'alarm.cleared'))).toBe(0);
    });

    it('stand where they were placed last, with who looks after them, in whatever order that is learned', async () => {
      const at = '2026-01-05T02:00:00.000Z';
      const about = { alarm: 'a2', code: 'trunk-down', subject: 'e1-a' };
      const raised = { seq: 1, at, type: 'alarm.raised', body: { ...about, severity: 'major', cause: 'a0' } };
      const told: LedgerEvent[] = [
        { seq: 4, at, type: 'alarm.acknowledged', body: { alarm: 'a2', who: 'li', note: 'on my way' } },
        { seq: 3, at, type: 'alarm.placed', body: { ...about, window: 'w' } },
        { seq: 2, at, type: 'alarm.placed', body: { ...about, cause: 'a1' } },
        raised,
      ];
      for (const events of [told, told.toReversed()]) {
        const epoch = events === told ? EPOCHS[0] : EPOCHS[1];
        const store = storeOf(db);
        const writer = new LedgerWriter(store);
        const streams = [];
        for (const event of events)
          streams.push((await writer.write([{ box: 'x', frame: frameOf(epoch, [event]) }])).streams[0]);
        expect(await store.alarms.openOf(streams[0]?.id ?? 0)).toEqual([
          {
            ...{ id: 'a2', code: 'trunk-down', severity: 'major', subject: 'e1-a', detail: null, since: at },
            window: 'w',
            acknowledged: { who: 'li', at, note: 'on my way' },
          },
        ]);
      }
    });
  });

  describe('gathering', () => {
    it('writes the frames of some milliseconds in one transaction, and says done after it', async () => {
      const clock = new ManualClock();
      const batches: number[] = [];
      const inner = new LedgerWriter(storeOf(db));
      const writer = {
        write: (arrivals: Parameters<LedgerWriter['write']>[0]) => (
          batches.push(arrivals.length),
          inner.write(arrivals)
        ),
      };
      const said: string[] = [];
      const ingest = new Ingest({ clock, log: silentLog, writer, written: () => said.push('written') });
      ingest.take('x', frameOf(EPOCHS[0], LEDGER.slice(0, 2)), () => said.push('done'));
      ingest.take('y', frameOf(EPOCHS[0], LEDGER), () => said.push('done'));
      expect(said).toEqual([]);
      clock.advance(10);
      await ingest.flush();
      expect(batches).toEqual([2]);
      expect(said).toEqual(['written', 'done', 'done']);
    });

    it('lets one bad frame cost nobody else theirs', async () => {
      const clock = new ManualClock();
      const written: Written[] = [];
      const writer = new LedgerWriter(storeOf(db));
      const ingest = new Ingest({ clock, log: silentLog, writer, written: (result) => written.push(result) });
      const bad = [{ ...LEDGER[0], at: 'no time' } as LedgerEvent];
      ingest.take('bad', frameOf(EPOCHS[0], bad), () => undefined);
      ingest.take('good', frameOf(EPOCHS[0], LEDGER), () => undefined);
      await ingest.flush();
      expect(written.flatMap(({ streams }) => streams.map(({ box }) => box))).toEqual(['good']);
    });
  });
});

it('acknowledges nothing that a full disk kept from being stored, and goes on once there is room', async () => {
  const file = openDatabase(':memory:', migrations);
  const clock = new ManualClock();
  const written: Written[] = [];
  const writer = new LedgerWriter(storeOf(new SqliteDatabase(file)));
  const ingest = new Ingest({ clock, log: silentLog, writer, written: (result) => written.push(result) });
  const pages = file.pragma('page_count', { simple: true }) as number;
  file.pragma(`max_page_count = ${pages}`);
  const large = callEvents('z', 1).map((event) => ({
    ...event,
    body: { ...event.body, more: 'x'.repeat(50_000) },
  }));
  let done = 0;
  ingest.take('full', frameOf(EPOCHS[0], large), () => done++);
  await ingest.flush();
  expect([done, written.length]).toEqual([1, 0]);
  file.pragma('max_page_count = 100000');
  ingest.take('full', frameOf(EPOCHS[0], large), () => done++);
  await ingest.flush();
  expect(written[0]?.streams[0]?.kept.upto).toBe(3);
  file.close();
});
