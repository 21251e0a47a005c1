import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, type Db } from '@branchline/runtime/sqlite';
import type { LedgerEvent, NewEvent } from '@branchline/contracts/ledger';
import { History } from './history.ts';
import { Ledger, type LedgerBatch } from './ledger.ts';
import { migrations } from './migrations.ts';
import { answered, batch, ended, offered, queued, recordingEnded, survived, T0 } from './testing/story.ts';

describe('the ledger on disk', () => {
  let dir: string;
  let db: Db;
  let ledger: Ledger;
  const open = (): void => {
    db = openDatabase(join(dir, 'ledger.db'), migrations);
    ledger = new Ledger(db);
  };
  const reopen = (): void => {
    db.close();
    open();
  };
  const write = (events: readonly NewEvent[], more: Partial<LedgerBatch> = {}): readonly LedgerEvent[] =>
    ledger.append(batch(events, more));
  const seqs = (): number[] => ledger.range(1, 1_000, 1_000).map(({ seq }) => seq);
  const summary = (call: string) => new History(db, ledger, () => undefined).detail(call)?.call;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ledger-'));
    open();
  });
  afterEach(() => {
    db.close();
    rmSync(dir, { recursive: true });
  });

  describe('numbers', () => {
    test('begin at 1 and go on without a gap over a reopening, within one epoch', () => {
      const { epoch } = ledger;
      expect(write([offered('a'), answered('a', 2_000)]).map(({ seq }) => seq)).toEqual([1, 2]);
      reopen();
      expect(write([ended('a', 9_000)]).map(({ seq }) => seq)).toEqual([3]);
      reopen();
      expect(seqs()).toEqual([1, 2, 3]);
      expect(ledger.newest()).toBe(3);
      expect(ledger.epoch).toBe(epoch);
      expect(epoch).toMatch(/^[0-9a-f]{16}$/);
    });

    test('an event comes back as it was told', () => {
      const [told] = write([offered('a')]);
      reopen();
      expect(ledger.range(1, 1, 1)).toEqual([told]);
      expect(told).toEqual({
        seq: 1,
        at: new Date(T0).toISOString(),
        call: 'a',
        type: 'call.offered',
        body: offered('a').body,
      });
    });
  });

  describe('a write that fails', () => {
    /** A body that JSON cannot hold: the transaction breaks after the events before it were written. */
    const unwritable = (): NewEvent => ({
      type: 'service.started',
      at: T0,
      body: { version: 1n as unknown as string, adoptedCalls: 0, closedCalls: 0 },
    });

    test('changes nothing: neither numbers, nor calls, nor state, nor listeners', () => {
      write([offered('a')], { openCalls: { a: { at: 'flow' } }, about: { acd: 'before' } });
      const heard: LedgerEvent[] = [];
      ledger.onAppended((events) => heard.push(...events));
      const attempt = (): unknown =>
        write([offered('b'), ended('a', 5_000), unwritable()], {
          openCalls: { a: null, b: { at: 'flow' } },
          about: { acd: 'after' },
        });
      expect(attempt).toThrow(TypeError);
      for (const look of [() => undefined, reopen]) {
        look();
        expect(seqs()).toEqual([1]);
        expect(ledger.newest()).toBe(1);
        expect(ledger.openCalls()).toEqual({ a: { at: 'flow' } });
        expect(ledger.about('acd')).toBe('before');
        expect(ledger.firstSeqOf('a')).toBe(1);
        expect(ledger.firstSeqOf('b')).toBeUndefined();
        expect(summary('a')?.outcome).toBe('live');
      }
      expect(heard).toEqual([]);
      expect(write([ended('a', 6_000)], { openCalls: { a: null } })[0]?.seq).toBe(2);
    });

    test('state that cannot be written takes the events with it', () => {
      expect(() => write([offered('a')], { about: { acd: 1n } })).toThrow(TypeError);
      expect(seqs()).toEqual([]);
      expect(write([offered('a')])[0]?.seq).toBe(1);
    });

    test('a full disk is one of them, and the same events go in when there is room', () => {
      write([offered('a')]);
      const pages = db.pragma('page_count', { simple: true }) as number;
      db.pragma(`max_page_count = ${pages}`);
      const large = Array.from({ length: 400 }, (_, n) => offered(`call-${n}`));
      expect(() => write(large)).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }) as Error);
      expect(ledger.newest()).toBe(1);
      db.pragma('max_page_count = 1073741823');
      expect(write(large).at(-1)?.seq).toBe(401);
      expect(seqs()).toHaveLength(401);
    });

    test('leaves the mark of headquarters to be written later', () => {
      write([offered('a'), ended('a', 1_000)]);
      ledger.acked(2);
      expect(() => write([unwritable()])).toThrow();
      write([offered('b')]);
      reopen();
      expect(ledger.unsent(10).map(({ seq }) => seq)).toEqual([3]);
    });
  });

  describe('what headquarters has', () => {
    test('outlives a reopening once an event has been written after it', () => {
      write([offered('a'), answered('a', 1_000), ended('a', 2_000)]);
      ledger.acked(2);
      write([offered('b')]);
      reopen();
      expect(ledger.unsent(10).map(({ seq }) => seq)).toEqual([3, 4]);
      expect(ledger.unsentCount()).toBe(2);
    });

    test('is forgotten by a kill before that: sent again rather than lost', () => {
      write([offered('a'), ended('a', 1_000)]);
      ledger.acked(2);
      expect(ledger.unsentCount()).toBe(0);
      reopen();
      expect(ledger.unsentCount()).toBe(2);
    });

    test('never goes back, nor beyond what there is', () => {
      write([offered('a'), ended('a', 1_000)]);
      ledger.acked(2);
      ledger.acked(1);
      expect(ledger.unsentCount()).toBe(0);
      ledger.acked(99);
      write([offered('b')]);
      expect(ledger.unsent(10).map(({ seq }) => seq)).toEqual([3]);
    });

    test('is handed out in pieces', () => {
      write([offered('a'), answered('a', 1_000), ended('a', 2_000)]);
      expect(ledger.unsent(2).map(({ seq }) => seq)).toEqual([1, 2]);
    });
  });

  describe('calls in progress', () => {
    test('outlive a reopening, and go when they have ended', () => {
      write([offered('a'), offered('b')], { openCalls: { a: { at: 'flow' }, b: { at: 'queue' } } });
      write([answered('b', 1_000)], { openCalls: { b: { at: 'talking' } } });
      reopen();
      expect(ledger.openCalls()).toEqual({ a: { at: 'flow' }, b: { at: 'talking' } });
      expect([ledger.firstSeqOf('a'), ledger.firstSeqOf('b')]).toEqual([1, 2]);
      write([ended('b', 3_000)], { openCalls: { b: null } });
      reopen();
      expect(ledger.openCalls()).toEqual({ a: { at: 'flow' } });
      expect(ledger.firstSeqOf('b')).toBeUndefined();
    });
  });

  describe('what is told of a call after its end', () => {
    test('changes its line, however many such events come, before and after a reopening', () => {
      write([offered('a'), answered('a', 1_000)], { openCalls: { a: {} } });
      write([ended('a', 9_000, { recording: 'a' })], { openCalls: { a: null } });
      expect(summary('a')).toMatchObject({ lastSeq: 3, recording: 'a' });
      for (const [late, seq] of [4, 5].entries()) {
        write([recordingEnded('a', 10_000 + late)]);
        expect(summary('a')?.lastSeq).toBe(seq);
      }
      reopen();
      write([recordingEnded('a', 20_000)]);
      expect(summary('a')).toMatchObject({ lastSeq: 6, outcome: 'answered' });
      expect(ledger.firstSeqOf('a')).toBeUndefined();
    });

    test('also of a call that the engine has handled alone', () => {
      write([survived('s')]);
      expect(ledger.firstSeqOf('s')).toBeUndefined();
      write([recordingEnded('s', 90_000)]);
      expect(new History(db, ledger, () => undefined).detail('s')?.events.map(({ seq }) => seq)).toEqual([
        1, 2,
      ]);
      expect([...ledger.unknownSurvivors(['s', 't'])]).toEqual(['t']);
    });

    test('one that was begun and left to the engine waits for what the engine says of it, once', () => {
      write([offered('a'), offered('b')], { openCalls: { a: {}, b: {} } });
      write([ended('a', 900, { outcome: 'survived' }), ended('b', 900)], { openCalls: { a: null, b: null } });
      expect([...ledger.unknownSurvivors(['a', 'b'])]).toEqual(['a']);
      write([survived('a')]);
      expect([...ledger.unknownSurvivors(['a', 'b'])]).toEqual([]);
      expect(summary('a')).toMatchObject({ outcome: 'survived' });
    });
  });

  describe('since a moment', () => {
    const since = (at: number): string[] => ledger.since(T0 + at).map(({ type, call }) => `${type} ${call}`);

    test('gives what happened from then on', () => {
      write([offered('a'), ended('a', 1_000), offered('b', 60_000), queued('b', 61_000)]);
      write([ended('b', 62_000)]);
      expect(since(60_000)).toEqual(['call.offered b', 'call.queued b', 'call.ended b']);
      expect(since(90_000)).toEqual([]);
    });

    test('leaves out no call that is still in progress, though a later one has ended', () => {
      write([offered('a'), queued('a', 500)], { openCalls: { a: {} } });
      write([offered('b', 1_000), ended('b', 2_000)]);
      reopen();
      expect(since(0)).toEqual(['call.offered a', 'call.queued a', 'call.offered b', 'call.ended b']);
    });
  });

  test('a listener hears what was written, until it no longer listens', () => {
    const heard: number[] = [];
    const stop = ledger.onAppended((events) => heard.push(...events.map(({ seq }) => seq)));
    write([offered('a'), ended('a', 1_000)]);
    write([], { about: { acd: 1 } });
    stop();
    write([offered('b')]);
    expect(heard).toEqual([1, 2]);
  });
});
