import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewEvent } from '@branchline/contracts/ledger';
import { ManualClock, type Timer } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { CallEvent } from '../calls/events.ts';
import { Recorder } from './recorder.ts';
import { Vault } from './vault.ts';

/** Tells when somebody begins to wait, so that a test moves the time on at that moment and not before. */
class WatchedClock extends ManualClock {
  #told: (() => void)[] = [];

  override after(ms: number, action: () => void): Timer {
    const timer = super.after(ms, action);
    for (const tell of this.#told.splice(0)) tell();
    return timer;
  }

  nextWait(): Promise<void> {
    return new Promise((resolve) => this.#told.push(resolve));
  }
}

const LOOK_MS = 2_000;
const SETTLE_MS = 400;

let dir: string;
let rawDir: string;
let clock: WatchedClock;
let vault: Vault;
let recorder: Recorder;
let told: NewEvent[];
let happened: CallEvent[];

const path = (file: string): string => join(rawDir, file);
const grow = (file: string, bytes = 400): void => appendFileSync(path(file), Buffer.alloc(bytes, 1));
const order = (call: string) => ({
  call,
  recording: call,
  file: `${call}.raw`,
  parties: [],
  salvaged: false,
});
/** Lets the recorder settle what it has in hand: two looks at each file that no longer changes. */
const settled = async (looks = 2): Promise<void> => {
  for (let n = 0; n < looks - 1; n += 1) {
    const next = clock.nextWait();
    clock.advance(SETTLE_MS);
    await next;
  }
  clock.advance(SETTLE_MS);
  await recorder.stop();
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'recorder-'));
  rawDir = join(dir, 'raw');
  mkdirSync(rawDir);
  clock = new WatchedClock();
  vault = new Vault(join(dir, 'recordings'));
  told = [];
  happened = [];
  recorder = new Recorder({
    clock,
    log: silentLog,
    rawDir,
    vault,
    append: (events) => told.push(...events),
    happen: (event) => happened.push(event),
  });
});
afterEach(async () => {
  await recorder.stop();
  rmSync(dir, { recursive: true });
});

/** First that nothing has come, and later that it is no matter of a buffer. */
const NEVER_BEGAN = [
  { type: 'recording-empty', call: 'a' },
  { type: 'recording-stalled', call: 'a', bytes: 0 },
];

describe('watching', () => {
  const look = async (): Promise<void> => {
    const next = clock.nextWait();
    clock.advance(LOOK_MS);
    await next;
  };
  const looks = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) await look();
  };

  test('says once that a recording has stalled after 6 s without growth, and once that it grows again', async () => {
    recorder.watch('a', 'a.raw');
    grow('a.raw');
    await looks(3);
    expect(happened).toEqual([]);
    await looks(3);
    expect(happened).toEqual([{ type: 'recording-stalled', call: 'a', bytes: 400 }]);
    grow('a.raw');
    await looks(2);
    expect(happened.slice(1)).toEqual([{ type: 'recording-grows', call: 'a' }]);
  });

  test('looks at each call for itself', async () => {
    recorder.watch('a', 'a.raw');
    recorder.watch('b', 'b.raw');
    for (let n = 0; n < 4; n += 1) {
      grow('b.raw');
      await look();
    }
    expect(happened).toEqual(NEVER_BEGAN);
  });

  test('says nothing of a call that is no longer watched', async () => {
    recorder.watch('a', 'a.raw');
    recorder.watch('b', 'b.raw');
    await look();
    recorder.unwatch('a');
    await looks(3);
    expect(happened).toMatchObject([{ call: 'b' }, { call: 'b' }]);
  });

  test('a file that the disk does not let us look at has stalled, and the service lives on', async () => {
    rmSync(rawDir, { recursive: true });
    writeFileSync(rawDir, 'no folder any more');
    recorder.watch('a', 'a.raw');
    await looks(3);
    expect(happened).toEqual(NEVER_BEGAN);
  });
});

describe('keeping', () => {
  test('takes a file into the vault and tells what it is', async () => {
    grow('a.raw', 32_000);
    const waiting = clock.nextWait();
    recorder.keep(order('a'));
    await waiting;
    await settled(1);
    expect(told).toEqual([
      {
        type: 'recording.ended',
        call: 'a',
        at: clock.now(),
        body: {
          recording: 'a',
          durationMs: 1_000,
          bytes: 32_044,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
          salvaged: false,
        },
      },
    ]);
    expect(vault.find('a')?.finished).toBe(true);
    expect(existsSync(path('a.raw'))).toBe(false);
  });

  test('waits until the engine has written the last of it', async () => {
    grow('a.raw', 400);
    const waiting = clock.nextWait();
    recorder.keep(order('a'));
    await waiting;
    grow('a.raw', 400);
    await settled(2);
    expect(told).toMatchObject([{ type: 'recording.ended', body: { bytes: 844 } }]);
  });

  test('takes what there is when a file never comes to rest', async () => {
    grow('a.raw');
    const waiting = clock.nextWait();
    recorder.keep(order('a'));
    await waiting;
    grow('a.raw');
    clock.advance(10_001);
    await recorder.stop();
    expect(told).toMatchObject([{ type: 'recording.ended', body: { bytes: 844 } }]);
  });

  test.each(['an empty file', 'no file'])('%s is a missing recording, with the reason', async (what) => {
    if (what === 'an empty file') grow('a.raw', 0);
    const waiting = clock.nextWait();
    recorder.keep(order('a'));
    await waiting;
    await settled(1);
    expect(told).toMatchObject([{ type: 'recording.missing', call: 'a', body: { recording: 'a' } }]);
    expect(told[0]!.body).toHaveProperty('because', expect.stringContaining('nothing was recorded'));
    expect(readdirSync(rawDir)).toEqual([]);
    expect(vault.find('a')).toBeUndefined();
  });

  test('what the vault cannot take is told as missing, and its sound stays for the next start', async () => {
    grow('a.raw');
    writeFileSync(join(dir, 'recordings', new Date(clock.now()).toISOString().slice(0, 10)), 'in the way');
    const waiting = clock.nextWait();
    recorder.keep(order('a'));
    await waiting;
    await settled(1);
    expect(told).toMatchObject([{ type: 'recording.missing', call: 'a' }]);
    expect(existsSync(path('a.raw'))).toBe(true);
  });
});

describe('salvaging', () => {
  test('takes what no call owns, once, and marks it', async () => {
    for (const file of ['left.raw', 'open.raw', 'note.txt']) grow(file);
    const waiting = clock.nextWait();
    expect(recorder.salvage(new Set(['open.raw']))).toBe(1);
    expect(recorder.salvage(new Set(['open.raw']))).toBe(0);
    await waiting;
    await settled(1);
    expect(told).toMatchObject([
      { type: 'recording.ended', call: 'left', body: { recording: 'left', salvaged: true, lostMs: 2_050 } },
    ]);
    expect(readdirSync(rawDir).sort()).toEqual(['note.txt', 'open.raw']);
  });

  test('leaves a file that is being kept already', async () => {
    grow('a.raw');
    const waiting = clock.nextWait();
    recorder.keep(order('a'));
    expect(recorder.salvage(new Set())).toBe(0);
    await waiting;
    await settled(1);
    expect(told).toMatchObject([{ type: 'recording.ended', body: { salvaged: false } }]);
  });
});
