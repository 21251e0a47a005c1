/** Of several controllers one leads, and what one that was overtaken still would write is not written. */
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { holdDataDir } from './hold.ts';
import { Leadership } from './leadership.ts';
import { databases } from './testing/databases.ts';

const LONG = 600_000;

describe.each(databases)('the lead, on $name', { timeout: 60_000 }, ({ open, beside, runs }) => {
  let db: Database;
  let other: Database;
  beforeEach(async () => {
    db = await open();
    other = beside(db);
  });
  afterEach(async () => {
    if (other !== db) await other.close();
    await db.close();
  });
  const expire = (): Promise<number> => db.run('update leadership set until = 1');

  it('is had by the first who asks, and kept by going on', async () => {
    const first = await new Leadership(db).take('a', 0, LONG);
    expect(first).toMatchObject({ holder: 'a', term: 1 });
    expect(await new Leadership(other).take('b', 0, LONG)).toEqual(first);
    expect(await new Leadership(db).take('a', 1, LONG)).toEqual(first);
    const row = await db.one<{ left: number }>(`select until - ${db.words.nowMs} as "left" from leadership`);
    expect(row?.left).toBeGreaterThan(LONG / 2);
    expect(row?.left).toBeLessThanOrEqual(LONG);
  });

  it('of many who ask at once one has it', async () => {
    const asked = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, index) =>
      new Leadership(index % 2 === 0 ? db : other).take(name, 0, LONG),
    );
    const told = await Promise.all(asked);
    const [row] = await db.all<{ holder: string }>('select holder from leadership');
    expect(told.filter((leader) => leader?.holder === row?.holder).length).toBeGreaterThan(0);
    // Who asked at the same moment may have seen no row yet, and nobody saw himself but the one.
    for (const [index, leader] of told.entries())
      expect(leader === undefined || leader.holder === row?.holder, `asker ${index}`).toBe(true);
  });

  it('passes when its time is over, when it is given up, and to the next life of the same controller', async () => {
    const [one, two] = [new Leadership(db), new Leadership(other)];
    await one.take('a', 0, LONG);
    await expire();
    expect(await two.take('b', 0, LONG)).toMatchObject({ holder: 'b', term: 2 });
    // The one that was overtaken goes on as if nothing had been.
    expect(await one.take('a', 1, LONG)).toMatchObject({ holder: 'b', term: 2 });
    await two.giveUp('b', 2);
    expect(await one.take('a', 0, LONG)).toMatchObject({ holder: 'a', term: 3 });
    expect(await one.take('a', 0, LONG)).toMatchObject({ holder: 'a', term: 4 });
    await one.giveUp('a', 3);
    expect(await two.take('b', 0, LONG)).toMatchObject({ holder: 'a', term: 4 });
  });

  it('whose time is over while nobody else asked goes on in its term', async () => {
    const first = await new Leadership(db).take('a', 0, LONG);
    await expire();
    expect(await new Leadership(db).take('a', 1, LONG)).toEqual(first);
  });

  it('cannot be taken while the one that leads writes', async () => {
    const [one, two] = [new Leadership(db), new Leadership(other)];
    await one.take('a', 0, LONG);
    await expire();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const writing = db.together(async () => {
      expect(await one.leads('a', 1)).toBe(true);
      ask();
      await db.run("insert into box (name) values ('written')");
    });
    await asked;
    const taken = await two.take('b', 0, LONG);
    // Seen by the one that took it: which of two connections is answered first says nothing.
    const written = await other.one("select name from box where name = 'written'");
    await writing;
    expect(taken).toMatchObject({ holder: 'b', term: 2 });
    expect(written).toBeDefined();
    expect(await db.together(() => one.leads('a', 1))).toBe(false);
  });

  it('whatever befalls them, what is written is written in terms that only grow, each by one of them', async () => {
    const step = fc.record({
      who: fc.constantFrom(0, 1),
      do: fc.constantFrom('ask', 'write', 'write', 'restart', 'stop', 'expire'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        await db.run('delete from leadership');
        const rooms = [db, other].map((on, index) => ({ on, name: `c${index}`, term: 0 }));
        const written: { name: string; term: number }[] = [];
        for (const { who, do: what } of steps) {
          const room = rooms[who];
          if (!room) continue;
          const leadership = new Leadership(room.on);
          if (what === 'expire') await expire();
          else if (what === 'restart') room.term = 0;
          else if (what === 'stop') {
            await leadership.giveUp(room.name, room.term);
            room.term = 0;
          } else if (what === 'ask') {
            const leader = await leadership.take(room.name, room.term, LONG);
            room.term = leader?.holder === room.name ? leader.term : 0;
          } else if (await room.on.together(() => leadership.leads(room.name, room.term)))
            written.push({ name: room.name, term: room.term });
        }
        for (const [index, { name, term }] of written.entries()) {
          const before = written[index - 1];
          if (!before) continue;
          expect(term).toBeGreaterThanOrEqual(before.term);
          if (term === before.term) expect(name).toBe(before.name);
        }
      }),
      { numRuns: runs },
    );
  });
});

describe('a data directory', () => {
  it('is had by one controller; the second is told so, and gets it when the first has gone', () => {
    const dir = mkdtempSync(join(tmpdir(), 'hold-'));
    try {
      const release = holdDataDir(dir);
      expect(() => holdDataDir(dir, 0)).toThrow(`BRANCHLINE_HQ_DATA_DIR='${dir}': another controller`);
      release();
      holdDataDir(dir, 0)();
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
