import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { StandInHistory } from './stand-in-history.ts';

const EPOCH = 'a'.repeat(16);
const at = (seq: number): string => new Date(Date.UTC(2026, 10, 23) + seq * 1_000).toISOString();
const recorded = (seq: number, recording: string): LedgerEvent => ({
  ...{ seq, at: at(seq), call: recording, type: 'recording.ended' },
  body: { recording, durationMs: 1_000, bytes: 10, sha256: 'f'.repeat(64), salvaged: false },
});
const message = (seq: number, type: string, more: object = {}): LedgerEvent => ({
  ...{ seq, at: at(seq), call: 'c-1', type },
  body: { box: 'shop', message: 'm-1', ...more },
});

let dir: string;
let history: StandInHistory;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stand-in-history-'));
  history = new StandInHistory(dir);
});
afterEach(() => {
  history.close();
  rmSync(dir, { recursive: true });
});

const take = (...events: LedgerEvent[]) =>
  history.take({ v: 1, epoch: EPOCH, newest: events.at(-1)?.seq ?? 0, events });
const settle = (): void => {
  const next = history.nextSound();
  if (next) history.soundSettled(next);
};

test('the sounds that it tells of, in their order, each until it is settled, over a restart', () => {
  take(recorded(1, 'r-1'), recorded(2, 'r-2'));
  expect(history.nextSound()).toMatchObject({ epoch: EPOCH, seq: 1, deleted: false });
  expect([history.comes('r-1'), history.comes('r-2'), history.comes('r-3')]).toEqual([true, true, false]);
  settle();
  history.close();
  history = new StandInHistory(dir);
  expect([history.nextSound()?.seq, history.comes('r-1')]).toEqual([2, false]);
  settle();
  expect(history.nextSound()).toBeUndefined();
  take(recorded(3, 'r-3'));
  expect(history.nextSound()?.seq).toBe(3);
});

test('what was done with a message there goes with it', () => {
  take(message(1, 'voicemail.left', { from: '+861', durationMs: 1, bytes: 1, sha256: '' }));
  expect(history.nextSound()).toMatchObject({ seq: 1, deleted: false });
  take(message(2, 'voicemail.heard', { by: '8001' }));
  expect(history.nextSound()).toMatchObject({ deleted: false, heardAt: Date.parse(at(2)) });
  take(message(3, 'voicemail.deleted', { by: '8001' }));
  expect(history.nextSound()).toMatchObject({ deleted: true });
});
