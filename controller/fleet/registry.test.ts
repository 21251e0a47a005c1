import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FleetChange } from '@branchline/contracts/http/controller';
import { fleetState } from '@branchline/contracts/http/controller';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { Alarms } from '../store/alarms.ts';
import { Boxes } from '../store/boxes.ts';
import { Calls } from '../store/calls.ts';
import type { Database } from '../store/database.ts';
import { openSqlite } from '../store/open.ts';
import { Streams } from '../store/streams.ts';
import { FleetBoard } from './board.ts';
import { Registry } from './registry.ts';

let db: Database;
const clock = new ManualClock();
let changes: FleetChange[];

beforeEach(() => {
  db = openSqlite(':memory:');
  changes = [];
});
afterEach(() => db.close());

async function start() {
  const board = new FleetBoard(clock, (change) => changes.push(change));
  const store = {
    boxes: new Boxes(db),
    streams: new Streams(db),
    calls: new Calls(db),
    alarms: new Alarms(db),
  };
  const registry = new Registry({ clock, log: silentLog, board, ...store });
  await registry.load();
  return { board, registry };
}

const iso = (): string => new Date(clock.now()).toISOString();
const presence = (state: 'online' | 'offline', version = '1.0') =>
  ({ v: 1, state, version, at: iso() }) as const;
const health = () => ({
  v: 1 as const,
  at: iso(),
  uptimeS: 5,
  cpu: { percent: 3, load1: 0.1, cores: 2 },
  memory: { totalMb: 512, usedPercent: 40, serviceMb: 60, engineMb: 58 },
  disks: [],
  temperatureC: null,
  engine: { state: 'up' as const, version: '22.10.1', since: iso(), optionsMs: 2 },
  phones: [],
  trunks: [],
  uplink: { connected: true, since: iso(), outbox: 0 },
  calls: 0,
});
const name = { zh: '杭州西湖', en: 'Hangzhou West' };
const reported = () => ({
  v: 1 as const,
  version: '1.0',
  revision: 'f'.repeat(64),
  document: { site: { name } },
  warnings: 0,
  at: iso(),
});

describe('presence', () => {
  it('changes once, and remembers since when', async () => {
    const { board, registry } = await start();
    registry.presence('x', presence('online'));
    const since = board.summary('x')?.since;
    clock.advance(60_000);
    registry.presence('x', presence('online'));
    expect(board.summary('x')).toMatchObject({ online: true, since });
    expect(changes).toHaveLength(1);
    registry.gone('x');
    registry.presence('x', presence('offline'));
    expect(changes).toHaveLength(2);
    expect(board.summary('x')).toMatchObject({ online: false, since: iso(), version: '1.0' });
  });
});

describe('a restart', () => {
  it('knows what each box said last, and that nobody is connected yet', async () => {
    const { registry } = await start();
    registry.presence('x', presence('online'));
    registry.health('x', health());
    void registry.reported('x', reported());
    await registry.stop();
    clock.advance(1_000);
    const { board } = await start();
    expect(board.summary('x')).toMatchObject({
      online: false,
      since: iso(),
      version: '1.0',
      name,
      revision: 'f'.repeat(64),
      health: { calls: 0, engine: { state: 'up' } },
    });
    expect(fleetState.parse(board.state()).boxes['x']?.name).toEqual(name);
  });
});

describe('health', () => {
  it('is shown at once and written once a minute', async () => {
    const { board, registry } = await start();
    registry.presence('x', presence('online'));
    const written = async () =>
      (await db.one<{ health: string | null }>("select health from box where name = 'x'"))?.health;
    registry.health('x', health());
    await new Promise((resolve) => void setImmediate(resolve));
    expect(board.summary('x')?.health?.uptimeS).toBe(5);
    expect((await written()) ?? null).toBeNull();
    clock.advance(60_000);
    await registry.stop();
    expect(await written()).toContain('"uptimeS":5');
  });
});
