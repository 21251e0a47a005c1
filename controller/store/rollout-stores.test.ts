/** What rollouts read of the ledger, and what they write: figures by the real writer of the ledger, states by the real database. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { rolloutPlan } from '@branchline/contracts/fleet/rollouts';
import { LedgerWriter } from '../ledger/writer.ts';
import { Alarms } from './alarms.ts';
import { BlockDigests } from './block-digests.ts';
import { Boxes } from './boxes.ts';
import { Calls } from './calls.ts';
import { Events } from './events.ts';
import { LedgerReader } from './ledger-reader.ts';
import type { Database } from './database.ts';
import { databases } from './testing/databases.ts';
import { RolloutStore, type KeptRollout } from './rollouts.ts';
import { Streams } from './streams.ts';
import { TelephonyFigures } from './telephony-figures.ts';

let db: Database;

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 0, 5, 9);
const stamp = (at: number): string => new Date(at).toISOString();

function call(seq: number, at: number, outcome: string | null): LedgerEvent[] {
  const name = `c${seq}`;
  const offered = { direction: 'out', from: { kind: 'agent', id: 'li' }, dialled: '123' };
  const ended = {
    outcome,
    endedBy: 'branch',
    phase: 'ringing',
    talkMs: 0,
    totalMs: 1,
    recorded: { kept: false, because: 'not-answered' },
  };
  const first: LedgerEvent = { seq, at: stamp(at), call: name, type: 'call.offered', body: offered };
  return outcome === null
    ? [first]
    : [first, { seq: seq + 1, at: stamp(at + 1_000), call: name, type: 'call.ended', body: ended }];
}
const tested = (seq: number, trunk: string, verdict: string): LedgerEvent => ({
  seq,
  at: stamp(START),
  type: 'trunk.tested',
  body: { trunk, to: '123', why: 'schedule', verdict, tookMs: 1 },
});

describe.each(databases)('on $name', ({ open }) => {
  beforeEach(async () => {
    db = await open();
  });
  afterEach(() => db.close());

  describe('figures of the ledger', () => {
    const told = async (events: LedgerEvent[], box = 'a') => {
      const boxes = new Boxes(db);
      const kept = new Events(db);
      const store = {
        ...{
          db,
          boxes,
          events: kept,
          streams: new Streams(db),
          calls: new Calls(db),
          alarms: new Alarms(db),
        },
        reader: new LedgerReader(db, kept),
        blocks: new BlockDigests(db),
      };
      const newest = Math.max(...events.map(({ seq }) => seq));
      const frame = { v: 1 as const, epoch: '00000000000000aa', events, newest };
      const { streams } = await new LedgerWriter(store).write([{ box, frame }]);
      return { box: (await boxes.find(box)) ?? 0, stream: streams[0]?.id ?? 0, newest };
    };

    it('count the calls of a time that are over, and those among them that found no way', async () => {
      const { box } = await told([
        ...call(1, START - 1, 'failed'),
        ...call(3, START, 'answered'),
        ...call(5, START + 1, 'failed'),
        ...call(7, START + 2, 'refused'),
        ...call(9, START + 3, 'busy'),
        ...call(11, START + 4, null),
        ...call(13, START + HOUR_MS, 'failed'),
      ]);
      await told(call(1, START, 'failed'), 'another');
      const figures = new TelephonyFigures(db);
      expect(await figures.ended(box, START, START + HOUR_MS)).toEqual({ ended: 4, failed: 2 });
      expect(await figures.ended(box, START + 9 * HOUR_MS, START + 10 * HOUR_MS)).toEqual({
        ended: 0,
        failed: 0,
      });
      const hour = START / HOUR_MS;
      expect(await figures.byHour(box, START - HOUR_MS, START + 2 * HOUR_MS)).toEqual([
        { hour: hour - 1, calls: 1 },
        { hour, calls: 5 },
        { hour: hour + 1, calls: 1 },
      ]);
    });

    it('know the last word of each trunk that was tested after an event; one that says nothing does not count', async () => {
      const { stream, newest } = await told([
        tested(1, 'x', 'both-ways'),
        tested(2, 'y', 'silent'),
        tested(3, 'x', 'refused'),
        tested(4, 'y', 'heard'),
        tested(5, 'y', 'unjudged'),
      ]);
      const figures = new TelephonyFigures(db);
      expect(await figures.testsLately(stream, newest)).toEqual({ x: 'bad', y: 'good' });
      expect(await figures.tests(stream, 3)).toEqual({ y: 'good' });
      expect(await figures.tests(stream + 1, 0)).toEqual({});
    });
  });

  describe('the rollouts', () => {
    const plan = rolloutPlan.parse({
      name: 'one',
      change: { kind: 'document', set: [{ path: ['a'], becomes: 1 }] },
      boxes: ['a', 'b'],
      waves: [{ take: 'rest' }],
    });
    const head = { plan, author: 'chen', reason: 'so', address: '::1', at: START };
    type State = KeptRollout<{ step: string }, { by: string }>;
    const state: State = {
      status: 'running',
      wave: 0,
      stop: null,
      boxes: new Map([
        ['a', { step: 'x' }],
        ['b', { step: 'y' }],
      ]),
    };

    it('are read as they were written, what has changed too', async () => {
      const store = new RolloutStore<{ step: string }, { by: string }>(db);
      const id = await store.begin(head, state);
      expect(await store.all()).toEqual([{ head: { ...head, id }, state }]);
      const after: State = {
        ...state,
        status: 'going-back',
        wave: 1,
        stop: { by: 'gate' },
        boxes: new Map(state.boxes).set('b', { step: 'z' }),
      };
      await store.save(id, state, after);
      expect((await store.all())[0]?.state).toEqual(after);
    });

    it('are written together with what belongs to it, or not at all', async () => {
      const store = new RolloutStore<{ step: string }, { by: string }>(db);
      const id = await store.begin(head, state);
      const fails = (): Promise<void> =>
        store.together(async () => {
          await store.save(id, state, {
            ...state,
            status: 'done',
            boxes: new Map(state.boxes).set('a', { step: 'z' }),
          });
          throw new Error('the disk is full');
        });
      await expect(fails()).rejects.toThrow('the disk is full');
      expect((await store.all())[0]?.state).toEqual(state);
    });
  });
});
