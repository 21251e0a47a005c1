import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command } from '@branchline/contracts/fleet/commands';
import { newCommand, type SentCommand } from '@branchline/contracts/http/commands';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { Boxes } from '../store/boxes.ts';
import { SentCommands } from '../store/commands.ts';
import type { Database } from '../store/database.ts';
import { DocumentVersions } from '../store/document-versions.ts';
import { openSqlite } from '../store/open.ts';
import { Bundles } from './bundles.ts';
import { Commands } from './commands.ts';

let db: Database;
let clock: ManualClock;
let sent: Command[];
let commands: Commands;
let store: SentCommands;
let audit: DocumentVersions;
beforeEach(async () => {
  db = openSqlite(':memory:');
  clock = new ManualClock();
  sent = [];
  const boxes = new Boxes(db);
  await boxes.idOf('x');
  store = new SentCommands(db, boxes);
  audit = new DocumentVersions(db, boxes);
  commands = fresh();
});
afterEach(async () => {
  await commands.stop();
  await db.close();
});

const fresh = (ended?: (command: SentCommand) => void): Commands =>
  new Commands({
    ...{ clock, store, ...(ended && { ended }) },
    log: silentLog,
    send: (_box, command) => sent.push(command),
    note: (line) => audit.note(line),
  });
const ask = (more: object = {}) =>
  commands.ask('x', newCommand.parse({ do: 'test-call', with: { trunk: 'e1-a' }, ...more }), {
    who: 'Chen',
    address: '10.0.0.9',
  });
const ONES = { box: 1, hq: 1, access: 1 };
const RELEASE = {
  ...{ version: '1.5.0', architecture: 'x64', engine: '22.10.1', schema: ONES, oldestBack: ONES },
  ...{ bytes: 1, unpackedBytes: 1, port: 8886 },
};
const stateOf = async (id: string) => (await store.one('x', id))?.state;
/** A time has come, and what it set off is over: in memory, the database answers before the next turn of the loop. */
const advance = (ms: number): Promise<void> => {
  clock.advance(ms);
  return new Promise((resolve) => void setImmediate(resolve));
};

describe('a command', () => {
  test('is sent at once, kept, and entered with who asked for it', async () => {
    const { id } = await ask();
    expect(sent).toMatchObject([{ id, do: 'test-call', with: { trunk: 'e1-a' }, who: 'Chen', withinS: 600 }]);
    expect(await audit.audit({ limit: 9 })).toMatchObject([
      {
        who: 'Chen',
        address: '10.0.0.9',
        action: 'command test-call',
        box: 'x',
        detail: `${id}: {"trunk":"e1-a"}`,
      },
    ]);
  });

  test('is said again when the box comes back, with the time that is left, and over a restart', async () => {
    const { id } = await ask();
    await advance(100_000);
    await commands.stop();
    commands = fresh();
    await commands.load();
    await commands.online('x');
    expect(sent.at(-1)).toMatchObject({ id, withinS: 500 });
    await commands.online('y');
    expect(sent).toHaveLength(2);
  });

  test('that ended at another controller keeps its end, and is entered once', async () => {
    const { id } = await ask({ withinS: 60 });
    const ended: SentCommand[] = [];
    const other = fresh((command) => ended.push(command));
    await other.load();
    await commands.heard('x', { v: 1, id, state: 'done', answer: { ok: true } });
    await advance(66_000);
    await other.stop();
    expect(await store.one('x', id)).toMatchObject({ state: 'done', answer: { ok: true } });
    expect(ended).toMatchObject([{ id, state: 'done' }]);
    const lines = await audit.audit({ limit: 9, action: 'command test-call ended' });
    expect(lines).toMatchObject([{ detail: `${id}: done` }]);
  });

  test('expires while the box is away, and is said no more', async () => {
    const { id } = await ask({ withinS: 60 });
    await advance(66_000);
    expect(await stateOf(id)).toBe('expired');
    await commands.online('x');
    expect(sent).toHaveLength(1);
    expect(await audit.audit({ limit: 1 })).toMatchObject([
      { action: 'command test-call ended', detail: `${id}: expired` },
    ]);
  });

  test('that the box has in hand does not expire; its end is kept, and nothing after it', async () => {
    const { id } = await ask({ withinS: 60 });
    await commands.heard('x', { v: 1, id, state: 'running', percent: 40 });
    await advance(90_000);
    expect(await store.one('x', id)).toMatchObject({ state: 'running', percent: 40 });
    await commands.heard('x', { v: 1, id, state: 'done', answer: { verdict: 'both-ways' } });
    await commands.heard('x', { v: 1, id, state: 'failed', because: 'fault' });
    expect(await store.one('x', id)).toMatchObject({
      state: 'done',
      answer: { verdict: 'both-ways' },
      because: null,
    });
  });

  test('of which the box never says more ends as silent', async () => {
    const { id } = await ask();
    await commands.heard('x', { v: 1, id, state: 'running' });
    await advance(24 * 3_600_000 + 6_000);
    expect(await stateOf(id)).toBe('silent');
  });

  test('that may wait for its hour is silent only after the time for which it may wait', async () => {
    const withinS = 3 * 86_400;
    const { id } = await commands.ask(
      'x',
      { do: 'release', with: RELEASE, withinS },
      { who: 'Chen', address: '' },
    );
    await commands.heard('x', { v: 1, id, state: 'running' });
    await advance(3 * 86_400_000);
    expect(await stateOf(id)).toBe('running');
    await advance(24 * 3_600_000 + 6_000);
    expect(await stateOf(id)).toBe('silent');
  });

  test('is refused by the box with its reason', async () => {
    const { id } = await ask({ do: 'restart', with: { what: 'engine' } });
    await commands.heard('x', { v: 1, id, state: 'refused', because: 'would-cut-calls', calls: 3 });
    expect(await store.one('x', id)).toMatchObject({
      state: 'refused',
      because: 'would-cut-calls',
      calls: 3,
    });
  });

  test("is nobody's but its box's", async () => {
    const { id } = await ask();
    await commands.heard('y', { v: 1, id, state: 'done' });
    expect(await stateOf(id)).toBe('waiting');
  });

  test('that lacks what its kind needs is not taken; the field is named', async () => {
    await expect(ask({ with: {} })).rejects.toThrow(/body\.with\.trunk/);
    await expect(ask({ with: { trunk: 'e1-a', force: true } })).rejects.toThrow(/force/);
    expect(sent).toEqual([]);
  });
});

describe('a bundle', () => {
  let dir: string;
  let have: number[];
  let bundles: Bundles;
  const bytes = randomBytes(2_500);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'bundles-'));
    have = [];
    bundles = new Bundles({ dir, log: silentLog, store, ack: (_box, word) => have.push(word.have) });
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const piece = (id: string, from: number, to: number, more: object = {}) => ({
    ...{ v: 1 as const, id, sha256, bytes: bytes.length, from },
    data: bytes.subarray(from, to).toString('base64'),
    ...more,
  });

  test('becomes a file; a repeat, a gap and a piece after its end are answered with what is there', async () => {
    const { id } = await ask({ do: 'support-bundle', with: {} });
    await bundles.take('x', piece(id, 0, 1_000));
    await bundles.take('x', piece(id, 0, 1_000));
    await bundles.take('x', piece(id, 2_000, 2_500));
    expect(await bundles.path('x', id)).toBeUndefined();
    await bundles.take('x', piece(id, 1_000, 2_500));
    await bundles.take('x', piece(id, 0, 1_000));
    expect(have).toEqual([1_000, 1_000, 1_000, 2_500, 2_500]);
    expect(readFileSync((await bundles.path('x', id)) ?? '')).toEqual(bytes);
    expect((await store.one('x', id))?.file).toEqual({ bytes: 2_500, have: 2_500 });
    expect(await bundles.path('y', id)).toBeUndefined();
  });

  test('that is not what its hash says is asked for anew', async () => {
    const { id } = await ask({ do: 'support-bundle', with: {} });
    await bundles.take('x', piece(id, 0, 2_500, { sha256: 'f'.repeat(64) }));
    expect(have).toEqual([0]);
    await bundles.take('x', piece(id, 0, 2_500));
    expect(have).toEqual([0, 2_500]);
  });

  test('that nobody asked for, or another box sends, is dropped', async () => {
    const { id } = await ask({ do: 'support-bundle', with: {} });
    await bundles.take('y', piece(id, 0, 2_500));
    await bundles.take('x', piece('00000000', 0, 2_500));
    await bundles.take('x', piece((await ask()).id, 0, 2_500));
    expect(have).toEqual([]);
  });
});
