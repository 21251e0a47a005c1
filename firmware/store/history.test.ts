import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, type Db } from '@branchline/runtime/sqlite';
import type { NewEvent } from '@branchline/contracts/ledger';
import { History, type HistoryQuery } from './history.ts';
import { Ledger } from './ledger.ts';
import { migrations } from './migrations.ts';
import { answered, batch, ended, offered, queued, recordingEnded, survived, T0 } from './testing/story.ts';

describe('call history', () => {
  let db: Db;
  let ledger: Ledger;
  let history: History;
  const write = (events: readonly NewEvent[], openCalls: Record<string, unknown> = {}): void =>
    void ledger.append(batch(events, { openCalls }));
  const list = (query: Partial<HistoryQuery> = {}): string[] =>
    history.list({ limit: 50, ...query }).calls.map(({ id }) => id);

  beforeEach(() => {
    db = openDatabase(':memory:', migrations);
    ledger = new Ledger(db);
    history = new History(db, ledger, () => undefined);
  });
  afterEach(() => db.close());

  describe('the list', () => {
    beforeEach(() => {
      const shop = { kind: 'number', id: '+8657186001000' } as const;
      write([offered('in-1', 1_000), answered('in-1', 2_000), ended('in-1', 9_000)]);
      write([offered('in-2', 2_000), queued('in-2', 2_100), ended('in-2', 3_000, { outcome: 'abandoned' })]);
      write([
        offered('out-1', 3_000, { direction: 'out', from: shop, dialled: '+8610555000' }),
        answered('out-1', 4_000, { kind: 'number', id: '+8610555000' }),
        ended('out-1', 5_000),
      ]);
      write([offered('live-1', 4_000)], { 'live-1': {} });
    });

    test('has ended calls, the newest first', () => {
      expect(list()).toEqual(['out-1', 'in-2', 'in-1']);
    });

    test.each([
      [{ outcome: 'abandoned' }, ['in-2']],
      [{ direction: 'out' }, ['out-1']],
      [{ direction: 'in', outcome: 'answered' }, ['in-1']],
      [{ about: '10555' }, ['out-1']],
      [{ about: '13900000001' }, ['in-2', 'in-1']],
      [{ about: 'li.lei' }, ['in-1']],
      [{ about: '%' }, []],
      [{ outcome: "' or 1=1 --" }, []],
    ])('narrows by %j', (query, expected) => {
      expect(list(query)).toEqual(expected);
    });

    test('goes on where the page before it ended, and says whether there is more', () => {
      const first = history.list({ limit: 2 });
      expect(first.calls.map(({ id }) => id)).toEqual(['out-1', 'in-2']);
      expect(first.more).toBe(true);
      const next = history.list({ limit: 2, before: first.calls[1]!.startedAt });
      expect(next).toMatchObject({ calls: [{ id: 'in-1' }], more: false });
    });
  });

  describe('the detail', () => {
    test('of a call in progress is told up to now', () => {
      write([offered('a'), offered('b', 10)], { a: {}, b: {} });
      write([answered('a', 3_000)]);
      const detail = history.detail('a');
      expect(detail?.call).toMatchObject({ outcome: 'live', waitMs: 3_000, endedAt: null, lastSeq: 3 });
      expect(detail?.events.map(({ seq }) => seq)).toEqual([1, 3]);
    });

    test('of an ended call has its own events only', () => {
      write([offered('a'), offered('b', 10)], { a: {}, b: {} });
      write([answered('a', 3_000), queued('b', 3_100), ended('a', 9_000)], { a: null });
      const detail = history.detail('a');
      expect(detail?.events.map(({ type }) => type)).toEqual(['call.offered', 'call.answered', 'call.ended']);
      expect(detail?.call).toEqual(history.list({ limit: 1 }).calls[0]);
    });

    test("has a recording's end that came after the call's", () => {
      write([offered('a'), answered('a', 1_000)], { a: {} });
      write([ended('a', 9_000, { recording: 'a' })], { a: null });
      const before = history.list({ limit: 1 }).calls[0];
      write([recordingEnded('a', 9_500)]);
      expect(before).toMatchObject({ lastSeq: 3 });
      expect(history.list({ limit: 1 }).calls[0]).toEqual({ ...before, lastSeq: 4 });
      expect(history.detail('a')?.events.map(({ type }) => type)).toContain('recording.ended');
    });

    test('of a call that the engine has handled alone says when it was, not when it became known', () => {
      write([survived('s')]);
      expect(history.detail('s')?.call).toMatchObject({
        outcome: 'survived',
        recovered: true,
        startedAt: new Date(T0 + 10_000).toISOString(),
        talkMs: 30_000,
      });
      expect(list({ before: new Date(T0 + 10_001).toISOString() })).toEqual(['s']);
    });

    test('of a call that nobody knows, or of which only its recording is known, is not there', () => {
      write([recordingEnded('stray', 1_000)]);
      expect(history.detail('nobody')).toBeUndefined();
      expect(history.detail('stray')).toBeUndefined();
    });
  });
});
