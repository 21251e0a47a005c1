/** What the controller that leads does begins, ends and passes; one that was overtaken finds itself held up. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { Leading, TERM_MS } from './leading.ts';
import type { Database } from './store/database.ts';
import { Leadership } from './store/leadership.ts';
import { databases } from './store/testing/databases.ts';

class Room {
  readonly did: string[] = [];
  faults = 0;
  start(): Promise<void> {
    if (this.faults-- > 0) return Promise.reject(new Error('the database is away'));
    this.did.push('start');
    return Promise.resolve();
  }
  rest(): Promise<void> {
    if (this.did.at(-1) === 'start') this.did.push('rest');
    return Promise.resolve();
  }
}

describe.each(databases)('a controller among others, on $name', { timeout: 60_000 }, ({ open, beside }) => {
  let db: Database;
  let other: Database;
  let clock: ManualClock;
  beforeEach(async () => {
    db = await open();
    other = beside(db);
    clock = new ManualClock();
  });
  afterEach(async () => {
    if (other !== db) await other.close();
    await db.close();
  });

  const controller = (on: Database, name: string) => {
    const room = new Room();
    const leadership = new Leadership(on);
    const leading = new Leading({ clock, log: silentLog, leadership, name, room: () => room });
    return { room, leading };
  };
  const writes = ({ leading }: { leading: Leading }, on: Database): Promise<string> =>
    on
      .together(() => leading.fence())
      .then(
        () => 'written',
        () => 'refused',
      );
  /** Both have asked again, and been answered. */
  const asked = async (...all: { leading: Leading }[]): Promise<void> => {
    clock.advance(TERM_MS / 3);
    for (const { leading } of all) await leading.settled();
  };

  it('leads alone until it stops; the next one then goes on', async () => {
    const [a, b] = [controller(db, 'a'), controller(other, 'b')];
    await a.leading.start();
    await b.leading.start();
    await asked(a, b);
    expect([a.room.did, b.room.did]).toEqual([['start'], []]);
    expect(() => b.leading.must()).toThrow("Another controller leads: 'a'");
    expect([await writes(a, db), await writes(b, other)]).toEqual(['written', 'refused']);
    await a.leading.stop();
    await asked(b);
    expect([a.room.did, b.room.did]).toEqual([['start', 'rest'], ['start']]);
    expect([await writes(a, db), await writes(b, other)]).toEqual(['refused', 'written']);
    await b.leading.stop();
  });

  it('that was silent too long writes nothing more, rests when it hears of it, and may lead again', async () => {
    const [a, b] = [controller(db, 'a'), controller(other, 'b')];
    await a.leading.start();
    await db.run('update leadership set until = 1');
    await b.leading.start();
    expect(b.room.did).toEqual(['start']);
    expect(await writes(a, db)).toBe('refused');
    await asked(a, b);
    expect(a.room.did).toEqual(['start', 'rest']);
    expect(() => a.leading.must()).toThrow("'b'");
    await b.leading.stop();
    await asked(a);
    expect(a.room.did).toEqual(['start', 'rest', 'start']);
    await a.leading.stop();
  });

  it('that was overtaken hears so of what it writes nothing for; many that ask at once are answered once each time', async () => {
    const a = controller(db, 'a');
    await a.leading.start();
    await Promise.all([a.leading.since(), a.leading.since()]);
    await db.run("update leadership set holder = 'b', term = term + 1");
    const refused = await Promise.allSettled([a.leading.since(), a.leading.since()]);
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await a.leading.stop();
  });

  it('whose room could not begin does not lead, and tries again', async () => {
    const a = controller(db, 'a');
    a.room.faults = 1;
    await a.leading.start();
    expect(() => a.leading.must()).toThrow('another-leads');
    await asked(a);
    expect(a.room.did).toEqual(['start']);
    expect(await writes(a, db)).toBe('written');
    await a.leading.stop();
  });
});
