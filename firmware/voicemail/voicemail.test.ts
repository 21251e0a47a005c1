import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { VoicemailBox } from '@branchline/contracts/branch/flows/model';
import type { NewEvent } from '@branchline/contracts/ledger';
import { ManualClock } from '@branchline/runtime/clock';
import { rootLog } from '@branchline/runtime/log';
import { wavHeader } from '../recording/wav.ts';
import type { Message } from './message-store.ts';
import { Voicemail } from './voicemail.ts';

const DAY_MS = 86_400_000;
const shop: VoicemailBox = {
  name: 'shop',
  title: { zh: '店', en: 'Shop' },
  greeting: { kind: 'tone', name: 'beep' },
  people: ['ann'],
  longestMs: 60_000,
  keepMs: 30 * DAY_MS,
  mail: [],
};

describe('voicemail', () => {
  let dir: string;
  let clock: ManualClock;
  let events: NewEvent[];
  let lamps: string[];
  let told: Message[];
  let box: Voicemail;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'branchline-voicemail-'));
    mkdirSync(join(dir, 'recording'));
    clock = new ManualClock();
    [events, lamps, told] = [[], [], []];
    box = fresh();
  });
  afterEach(async () => {
    await stopped(box);
    rmSync(dir, { recursive: true, force: true });
  });

  const fresh = (): Voicemail =>
    new Voicemail({
      clock,
      log: rootLog({ name: 'test', level: 'fatal' }),
      boxes: () => ({ shop }),
      dir: join(dir, 'voicemail'),
      recordedDir: join(dir, 'recording'),
      wavHeader,
      append: (more) => events.push(...more),
      showCounts: (name, { fresh: count, heard }) => lamps.push(`${name} ${count}/${heard}`),
      onMessage: (message) => told.push(message),
    });
  const record = (call: string, ms: number): string => {
    const recording = `vm_shop_${call}`;
    writeFileSync(join(dir, 'recording', `${recording}.sln`), Buffer.alloc(ms * 16, 7));
    return recording;
  };
  /** Lets time pass until all that is being kept is kept. */
  async function stopped(it: Voicemail): Promise<void> {
    const state = { done: false };
    const stop = it.stop().then(() => (state.done = true));
    while (!state.done) {
      clock.advance(300);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await stop;
  }
  async function leave(call: string, ms = 3_000): Promise<void> {
    box.keep({ call, box: 'shop', recording: record(call, ms), from: '+8613900000001', at: clock.now() });
    await stopped(box);
  }
  const types = (): string[] => events.map(({ type }) => type);

  test('a message is kept as it was spoken, told, and lights the lamp', async () => {
    await leave('k3v9-1.7');
    const [message] = box.list('shop');
    expect(message).toMatchObject({
      message: 'k3v9-1.7',
      from: '+8613900000001',
      durationMs: 3_000,
      bytes: 48_044,
    });
    const wav = readFileSync(box.soundOf('shop', 'k3v9-1.7') ?? '');
    expect(wav.readUInt32LE(40)).toBe(48_000);
    expect(wav.subarray(44).every((byte) => byte === 7)).toBe(true);
    expect(events).toMatchObject([
      {
        type: 'voicemail.left',
        call: 'k3v9-1.7',
        body: { box: 'shop', durationMs: 3_000, sha256: message?.sha256 },
      },
    ]);
    expect(lamps).toEqual(['shop 1/0']);
    expect(told).toHaveLength(1);
    expect(existsSync(join(dir, 'recording/vm_shop_k3v9-1.7.sln'))).toBe(false);
  });

  test('silence after the tone is no message', async () => {
    await leave('c1', 200);
    box.keep({ call: 'c2', box: 'shop', recording: 'vm_shop_c2', from: 'anonymous', at: clock.now() });
    await stopped(box);
    expect(types()).toEqual(['voicemail.empty', 'voicemail.empty']);
    expect(box.list('shop')).toEqual([]);
  });

  test('heard, new again, deleted: each once in the ledger, with the lamp', async () => {
    await leave('c1');
    lamps.length = 0;
    box.markHeard('shop', 'c1', '8001');
    box.markHeard('shop', 'c1', '8001');
    expect(lamps).toEqual(['shop 0/1']);
    box.markNew('shop', 'c1');
    expect(lamps).toEqual(['shop 0/1', 'shop 1/0']);
    expect(box.remove('shop', 'c1', '8001')).toMatchObject({ message: 'c1' });
    expect(box.remove('shop', 'c1', '8001')).toBeUndefined();
    expect(types()).toEqual(['voicemail.left', 'voicemail.heard', 'voicemail.deleted']);
    expect(box.soundOf('shop', 'c1')).toBeUndefined();
    expect(lamps.at(-1)).toBe('shop 0/0');
  });

  test('new ones are heard first, the oldest of them first', async () => {
    for (const call of ['c1', 'c2', 'c3']) {
      await leave(call);
      clock.advance(1_000);
    }
    box.markHeard('shop', 'c1', '8001');
    expect(box.listFor(['shop']).map(({ message }) => message)).toEqual(['c2', 'c3', 'c1']);
  });

  test('what an end of ours has left is taken in, but not what is being recorded', async () => {
    record('k3v9-1.8', 2_000);
    record('k3v9-1.9', 2_000);
    box = fresh();
    box.start(new Set(['vm_shop_k3v9-1.9']));
    await stopped(box);
    expect(box.list('shop').map(({ call }) => call)).toEqual(['k3v9-1.8']);
  });

  test('a message goes when its time is over', async () => {
    await leave('c1');
    box.start(new Set());
    clock.advance(29 * DAY_MS);
    expect(box.list('shop')).toHaveLength(1);
    clock.advance(DAY_MS + 3_600_000);
    expect(box.list('shop')).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: 'voicemail.deleted', body: { by: 'retention' } });
  });

  test('one that was left at the stand-in is there like any other; nobody is mailed, and no call of this ledger tells of it', () => {
    const message = { message: 'c9', box: 'shop', from: '+861', at: 1, durationMs: 1_000, bytes: 4 };
    box.admit({ ...message, sha256: 'f', call: 'c9', standIn: true }, Buffer.from('RIFF'));
    expect([lamps.at(-1), told]).toEqual(['shop 1/0', []]);
    expect(readFileSync(box.soundOf('shop', 'c9') ?? '', 'latin1')).toBe('RIFF');
    box.markHeard('shop', 'c9', '8001');
    box.remove('shop', 'c9', '8001');
    expect(events.map(({ type, call }) => [type, call])).toEqual([
      ['voicemail.heard', undefined],
      ['voicemail.deleted', undefined],
    ]);
  });

  test('names that would lead elsewhere lead nowhere', async () => {
    await leave('c1');
    expect(box.soundOf('..', '../voicemail/shop/c1')).toBeUndefined();
    expect(box.remove('shop', '../../recording', 'x')).toBeUndefined();
  });

  test('a card that cannot be read is passed over', async () => {
    await leave('c1');
    writeFileSync(join(dir, 'voicemail/shop/c2.json'), '{"half":');
    expect(box.list('shop').map(({ message }) => message)).toEqual(['c1']);
  });
});
