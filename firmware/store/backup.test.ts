import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase, type Db } from '@branchline/runtime/sqlite';
import { Backups } from './backup.ts';
import { Ledger } from './ledger.ts';
import { migrations } from './migrations.ts';
import { openLedgerToRead } from './open.ts';
import { batch, offered } from './testing/story.ts';

let dir: string;
let db: Db;
let ledger: Ledger;
const NEVER = new AbortController().signal;
const backups = (): Backups => new Backups(db, join(dir, 'backups'));
const write = (count: number): void => {
  ledger.append(batch(Array.from({ length: count }, (_, each) => offered(`c${each}`))));
};
/** Does something the n-th time that anybody asks whether to go on. */
function meanwhile(at: number, act: () => void): AbortSignal {
  let asked = 0;
  const throwIfAborted = (): void => {
    asked += 1;
    if (asked === at) act();
  };
  return { aborted: false, throwIfAborted } as unknown as AbortSignal;
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'backup-'));
  db = openDatabase(join(dir, 'ledger.db'), migrations);
  ledger = new Ledger(db);
});
afterEach(() => {
  db.close();
  rmSync(dir, { recursive: true });
});

test('the copy has every event, can be opened by this version, and leaves nothing beside it', async () => {
  write(30);
  const made = await backups().make('2026-11-22', 2, NEVER);
  expect(made).toMatchObject({ is: 'good', events: 30 });
  expect(readdirSync(join(dir, 'backups'))).toEqual(['ledger-2026-11-22.db']);
  const copy = openLedgerToRead(join(dir, 'backups/ledger-2026-11-22.db'));
  expect(copy.prepare('select count(*) as n from events').get()).toEqual({ n: 30 });
  copy.close();
});

test('what is written while it is made does not spoil it', async () => {
  write(500);
  const made = await backups().make(
    '2026-11-22',
    2,
    meanwhile(1, () => write(20)),
  );
  expect(made).toMatchObject({ is: 'good', events: 500 });
});

test('the oldest go', async () => {
  for (const day of ['20', '21', '22']) await backups().make(`2026-11-${day}`, 2, NEVER);
  expect(readdirSync(join(dir, 'backups'))).toEqual(['ledger-2026-11-21.db', 'ledger-2026-11-22.db']);
});

test('an event that says otherwise in the ledger than in its copy is found, and no such copy is kept', async () => {
  write(5);
  // The small copy is made in one go; the second time is before its reading back.
  const rots = meanwhile(2, () => void db.exec("update events set body = '{}' where seq = 3"));
  expect(await backups().make('2026-11-22', 2, rots)).toEqual({ is: 'different', seq: 3 });
  expect(existsSync(join(dir, 'backups/ledger-2026-11-22.db'))).toBe(false);
});

test('one that is given up leaves nothing', async () => {
  write(5);
  const given = new AbortController();
  const making = backups().make('2026-11-22', 2, given.signal);
  given.abort(new Error('a caller came'));
  await expect(making).rejects.toThrow('a caller came');
  expect(readdirSync(join(dir, 'backups'))).toEqual([]);
});
