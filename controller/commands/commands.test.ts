import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command } from '@branchline/contracts/fleet/commands';
import { newCommand } from '@branchline/contracts/http/commands';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { Db } from '@branchline/runtime/sqlite';
import { Boxes } from '../store/boxes.ts';
import { SentCommands } from '../store/commands.ts';
import { DocumentVersions } from '../store/document-versions.ts';
import { openStore } from '../store/open.ts';
import { Bundles } from './bundles.ts';
import { Commands } from './commands.ts';

let db: Db;
let clock: ManualClock;
let sent: Command[];
let commands: Commands;
let store: SentCommands;
let audit: DocumentVersions;
beforeEach(() => {
  db = openStore(':memory:');
  clock = new ManualClock();
  sent = [];
  const boxes = new Boxes(db);
  boxes.idOf('x');
  store = new SentCommands(db, boxes);
  audit = new DocumentVersions(db, boxes);
  commands = fresh();
});
afterEach(() => {
  commands.stop();
  db.close();
});

const fresh = (): Commands =>
  new Commands({
    clock,
    store,
    send: (_box, command) => sent.push(command),
    note: (line) => audit.note(line),
  });
const ask = (more: object = {}) =>
  commands.ask('x', newCommand.parse({ do: 'test-call', with: { trunk: 'e1-a' }, ...more }), {
    who: 'Chen',
    address: '10.0.0.9',
  });
const stateOf = (id: string) => store.one('x', id)?.state;

describe('a command', () => {
  test('is sent at once, kept, and entered with who asked for it', () => {
    const { id } = ask();
    expect(sent).toMatchObject([{ id, do: 'test-call', with: { trunk: 'e1-a' }, who: 'Chen', withinS: 600 }]);
    expect(audit.audit({ limit: 9 })).toMatchObject([
      {
        who: 'Chen',
        address: '10.0.0.9',
        action: 'command test-call',
        box: 'x',
        detail: `${id}: {"trunk":"e1-a"}`,
      },
    ]);
  });

  test('is said again when the box comes back, with the time that is left, and over a restart', () => {
    const { id } = ask();
    clock.advance(100_000);
    commands.stop();
    commands = fresh();
    commands.load();
    commands.online('x');
    expect(sent.at(-1)).toMatchObject({ id, withinS: 500 });
    commands.online('y');
    expect(sent).toHaveLength(2);
  });

  test('expires while the box is away, and is said no more', () => {
    const { id } = ask({ withinS: 60 });
    clock.advance(66_000);
    expect(stateOf(id)).toBe('expired');
    commands.online('x');
    expect(sent).toHaveLength(1);
    expect(audit.audit({ limit: 1 })).toMatchObject([
      { action: 'command test-call ended', detail: `${id}: expired` },
    ]);
  });

  test('that the box has in hand does not expire; its end is kept, and nothing after it', () => {
    const { id } = ask({ withinS: 60 });
    commands.heard('x', { v: 1, id, state: 'running', percent: 40 });
    clock.advance(90_000);
    expect(store.one('x', id)).toMatchObject({ state: 'running', percent: 40 });
    commands.heard('x', { v: 1, id, state: 'done', answer: { verdict: 'both-ways' } });
    commands.heard('x', { v: 1, id, state: 'failed', because: 'fault' });
    expect(store.one('x', id)).toMatchObject({
      state: 'done',
      answer: { verdict: 'both-ways' },
      because: null,
    });
  });

  test('of which the box never says more ends as silent', () => {
    const { id } = ask();
    commands.heard('x', { v: 1, id, state: 'running' });
    clock.advance(24 * 3_600_000 + 6_000);
    expect(stateOf(id)).toBe('silent');
  });

  test('is refused by the box with its reason', () => {
    const { id } = ask({ do: 'restart', with: { what: 'engine' } });
    commands.heard('x', { v: 1, id, state: 'refused', because: 'would-cut-calls', calls: 3 });
    expect(store.one('x', id)).toMatchObject({ state: 'refused', because: 'would-cut-calls', calls: 3 });
  });

  test("is nobody's but its box's", () => {
    const { id } = ask();
    commands.heard('y', { v: 1, id, state: 'done' });
    expect(stateOf(id)).toBe('waiting');
  });

  test('that lacks what its kind needs is not taken; the field is named', () => {
    expect(() => ask({ with: {} })).toThrow(/body\.with\.trunk/);
    expect(() => ask({ with: { trunk: 'e1-a', force: true } })).toThrow(/force/);
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

  test('becomes a file; a repeat, a gap and a piece after its end are answered with what is there', () => {
    const { id } = ask({ do: 'support-bundle', with: {} });
    bundles.take('x', piece(id, 0, 1_000));
    bundles.take('x', piece(id, 0, 1_000));
    bundles.take('x', piece(id, 2_000, 2_500));
    expect(bundles.path('x', id)).toBeUndefined();
    bundles.take('x', piece(id, 1_000, 2_500));
    bundles.take('x', piece(id, 0, 1_000));
    expect(have).toEqual([1_000, 1_000, 1_000, 2_500, 2_500]);
    expect(readFileSync(bundles.path('x', id) ?? '')).toEqual(bytes);
    expect(store.one('x', id)?.file).toEqual({ bytes: 2_500, have: 2_500 });
    expect(bundles.path('y', id)).toBeUndefined();
  });

  test('that is not what its hash says is asked for anew', () => {
    const { id } = ask({ do: 'support-bundle', with: {} });
    bundles.take('x', piece(id, 0, 2_500, { sha256: 'f'.repeat(64) }));
    expect(have).toEqual([0]);
    bundles.take('x', piece(id, 0, 2_500));
    expect(have).toEqual([0, 2_500]);
  });

  test('that nobody asked for, or another box sends, is dropped', () => {
    const { id } = ask({ do: 'support-bundle', with: {} });
    bundles.take('y', piece(id, 0, 2_500));
    bundles.take('x', piece('00000000', 0, 2_500));
    bundles.take('x', piece(ask().id, 0, 2_500));
    expect(have).toEqual([]);
  });
});
