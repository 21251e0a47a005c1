/** What was recorded at the stand-in, and the messages left there, on the stores of both as they ship: the box has them as its own. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { VoicemailBox } from '@branchline/contracts/branch/flows/model';
import type { LedgerEvent, NewEvent } from '@branchline/contracts/ledger';
import { decode, type Leaf, type Payload } from '@branchline/contracts/topics';
import { Vault } from '@branchline/firmware/recording/vault';
import { wavHeader } from '@branchline/firmware/recording/wav';
import { makeSoundsComingHome, type SoundsComingHome } from '@branchline/firmware/sounds-coming-home';
import { StandInHistory } from '@branchline/firmware/store/stand-in-history';
import { Voicemail } from '@branchline/firmware/voicemail/voicemail';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';

const EPOCH = 'a'.repeat(16);
const shop: VoicemailBox = {
  ...{ name: 'shop', title: { zh: '店', en: 'Shop' }, greeting: { kind: 'tone', name: 'beep' } },
  ...{ people: ['ann'], longestMs: 60_000, keepMs: 30 * 86_400_000, mail: [] },
};

class Side {
  readonly clock = new ManualClock();
  readonly history: StandInHistory;
  readonly vault: Vault;
  readonly voicemail: Voicemail;
  readonly home: SoundsComingHome;
  readonly mailed: string[] = [];
  readonly lamps: string[] = [];
  readonly events: NewEvent[] = [];

  constructor(
    dataDir: string,
    role: 'box' | 'stand-in',
    say: <L extends Leaf>(leaf: L, said: Payload<L>) => void,
  ) {
    const { clock } = this;
    mkdirSync(dataDir);
    this.history = new StandInHistory(join(dataDir, 'stand-in-history'));
    this.vault = new Vault(join(dataDir, 'recordings'));
    this.voicemail = new Voicemail({
      ...{ clock, log: silentLog, wavHeader, boxes: () => ({ shop }) },
      dir: join(dataDir, 'voicemail'),
      recordedDir: join(dataDir, 'raw'),
      append: (events) => this.events.push(...events),
      showCounts: (_, { fresh, heard }) => this.lamps.push(`${fresh}/${heard}`),
      onMessage: ({ message }) => this.mailed.push(message),
    });
    const { history: standInHistory, vault, voicemail } = this;
    this.home = makeSoundsComingHome(
      { settings: { dataDir, role }, log: silentLog, wall: clock },
      { standInHistory, alarms: { open: () => [] } },
      { vault, voicemail },
      { say },
    );
  }
}

let dir: string;
let box: Side;
let standIn: Side;
let wire: (() => void)[];

/** As headquarters hands it on, over the bytes of the wire. */
function handed<L extends Leaf>(leaf: L, said: object): Payload<L> {
  const decoded = decode(leaf, Buffer.from(JSON.stringify(said)));
  if (!decoded.ok) throw new Error(decoded.error);
  return decoded.payload;
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sounds-home-'));
  wire = [];
  box = new Side(join(dir, 'box'), 'box', (leaf, said) => {
    if (leaf === 'sound-ask') wire.push(() => standIn.home.wanted(handed('sound-wanted', said)));
  });
  standIn = new Side(join(dir, 'stand-in'), 'stand-in', (leaf, said) => {
    if (leaf === 'sound-piece') wire.push(() => box.home.heard(handed('sound', said)));
  });
});
afterEach(() => {
  for (const { home, history } of [box, standIn]) {
    home.stop();
    history.close();
  }
  rmSync(dir, { recursive: true });
});

async function until(fits: () => boolean): Promise<void> {
  while (!fits()) {
    for (let word = wire.shift(); word; word = wire.shift()) word();
    await new Promise((resolve) => setImmediate(resolve));
    box.clock.advance(100);
  }
}
const allHere = (): boolean => box.history.nextSound() === undefined;

let seq: number;
const event = (type: string, call: string, body: object): LedgerEvent => ({
  ...{ seq: (seq += 1), at: new Date(Date.UTC(2026, 10, 23, 9) + seq * 60_000).toISOString(), call, type },
  body: { ...body },
});
const about = (file: Buffer) => ({
  ...{ durationMs: 30_000, bytes: file.length },
  sha256: createHash('sha256').update(file).digest('hex'),
});
function records(recording: string, file: Buffer): LedgerEvent {
  const path = join(dir, `${recording}.raw`);
  writeFileSync(path, file);
  standIn.vault.admit(recording, path, Date.UTC(2026, 10, 23, 9));
  return event('recording.ended', recording, { recording, salvaged: false, ...about(file) });
}
function isLeft(message: string, file: Buffer): LedgerEvent {
  const card = { message, box: 'shop', from: '+8613900000001', ...about(file) };
  standIn.voicemail.admit({ ...card, at: Date.UTC(2026, 10, 23, 9), call: message }, file);
  return event('voicemail.left', message, card);
}
const tells = (...events: LedgerEvent[]): void => {
  box.history.take({ v: 1, epoch: EPOCH, newest: seq, events });
};

beforeEach(() => (seq = 0));

test('a recording of several pieces, and a message, are the box’s own once it is there', async () => {
  const talk = Buffer.alloc(200_000, 'sound');
  const words = Buffer.alloc(60_000, 'words');
  tells(records('c-1', talk), isLeft('c-2', words));
  expect(box.history.comes('c-1')).toBe(true);
  box.home.connected();
  await until(allHere);
  const { path = '' } = box.vault.find('c-1') ?? {};
  expect(readFileSync(path).equals(talk)).toBe(true);
  expect(path).toContain('2026-11-23');
  expect(box.history.comes('c-1')).toBe(false);
  expect(readFileSync(box.voicemail.soundOf('shop', 'c-2') ?? '').equals(words)).toBe(true);
  expect(box.voicemail.list('shop')).toMatchObject([{ from: '+8613900000001', standIn: true }]);
  expect([box.lamps, box.mailed, box.events]).toEqual([['1/0'], [], []]);
});

test('a message that was listened to there is not new here, and one that was deleted there does not come', async () => {
  const words = Buffer.alloc(1_000, 'words');
  tells(
    isLeft('c-1', words),
    isLeft('c-2', words),
    event('voicemail.heard', 'c-1', { box: 'shop', message: 'c-1', by: '8001' }),
    event('voicemail.deleted', 'c-2', { box: 'shop', message: 'c-2', by: '8001' }),
  );
  box.home.connected();
  await until(allHere);
  expect(box.voicemail.list('shop').map(({ message, heardAt }) => [message, heardAt !== undefined])).toEqual([
    ['c-1', true],
  ]);
});

test('what is deleted at the box does not come again, over a restart', async () => {
  tells(isLeft('c-1', Buffer.alloc(1_000, 'words')));
  box.home.connected();
  await until(allHere);
  box.voicemail.remove('shop', 'c-1', '8001');
  box.home.stop();
  box.home.connected();
  await until(allHere);
  expect(box.voicemail.list('shop')).toEqual([]);
});

test('a box gives nothing of its own away', async () => {
  const said: Leaf[] = [];
  const other = new Side(join(dir, 'other'), 'box', (leaf) => said.push(leaf));
  const path = join(dir, 'own.raw');
  writeFileSync(path, 'own');
  other.vault.admit('own', path, 0);
  other.home.wanted({ v: 1, kind: 'recording', id: 'own', from: 0 });
  // As long as one takes that is given.
  tells(records('c-1', Buffer.alloc(100, 'sound')));
  box.home.connected();
  await until(allHere);
  expect(said).toEqual([]);
  other.history.close();
});
