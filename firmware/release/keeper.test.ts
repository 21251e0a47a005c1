/** The shell of an update with a disk of its own, and with somebody who fetches as he is told. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { orderedRelease, type OrderedRelease } from '@branchline/contracts/fleet/releases';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { Doing } from '../uplink/commands.ts';
import { ReleaseKeeper } from './keeper.ts';
import { RootSide } from './root-side.ts';

const ONES = { box: 1, hq: 1, access: 1 };
const running = {
  ...({ version: '1.4.0', architecture: 'x64', engine: '22.10.1' } as const),
  ...{ schema: ONES, oldestBack: ONES },
};
const order = (more: object = {}): OrderedRelease =>
  orderedRelease.parse({ ...running, version: '1.5.0', bytes: 10, unpackedBytes: 10, port: 8886, ...more });
const LATE = 'late';

let dir: string;
let clock: ManualClock;
let keeper: ReleaseKeeper;
/** Of each fetch, whether it was broken off. */
let fetches: AbortSignal[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'keeper-'));
  for (const folder of ['release', 'releases']) mkdirSync(join(dir, folder));
  const ready = { v: 1, current: '1.4.0', confirmed: true, previous: null, wish: null, refused: null };
  writeFileSync(join(dir, 'releases/state.json'), JSON.stringify({ ...ready, wentBack: null, watches: 0 }));
  clock = new ManualClock();
  fetches = [];
  keeper = begun();
});
afterEach(() => {
  keeper.stop();
  rmSync(dir, { recursive: true });
});

function begun(): ReleaseKeeper {
  const folder = join(dir, 'release');
  const made = new ReleaseKeeper({
    ...{ clock, log: silentLog, folder, running, tooLong: LATE },
    root: new RootSide(folder, join(dir, 'releases')),
    keys: () => ['a key'],
    fetch: (_order, { signal }) => {
      fetches.push(signal);
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(new Error('broken off'))),
      );
    },
    host: () => 'hq.example',
    engine: () => '22.10.1',
    room: () => Promise.resolve(1_000),
    wellness: () => ({ well: ['headquarters'], phones: 0 }),
    calls: () => 0,
    minuteOfDay: () => 120,
  });
  made.start();
  return made;
}

const doing = (id: string, signal = new AbortController().signal): Doing => ({
  ...{ id, signal, who: 'chen', progress: () => undefined },
});
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('fetches on battery no more, and goes on with the mains', async () => {
  void keeper.perform(order(), doing('o1'));
  await settled();
  clock.advance(0);
  expect(fetches).toHaveLength(1);
  keeper.background(false);
  expect(fetches[0]?.aborted).toBe(true);
  clock.advance(3_600_000);
  expect(fetches).toHaveLength(1);
  keeper.background(true);
  clock.advance(0);
  expect(fetches).toHaveLength(2);
});

it('goes on in the next service, under the same order', async () => {
  void keeper.perform(order(), doing('o1'));
  await settled();
  keeper.stop();
  keeper = begun();
  clock.advance(0);
  expect(fetches).toHaveLength(1);
  const ended = keeper.goOn(doing('o1'));
  const newer = keeper.perform(order({ version: '1.6.0' }), doing('o2'));
  expect(await ended).toMatchObject({ state: 'refused', because: 'withdrawn' });
  await settled();
  expect(JSON.parse(readFileSync(join(dir, 'release/state.json'), 'utf8'))).toMatchObject({
    state: { step: { offer: { order: 'o2', version: '1.6.0' } } },
  });
  void newer;
});

it('gives an order up whose time is over, and none because the service ends', async () => {
  const [late, ends] = [new AbortController(), new AbortController()];
  const ended = keeper.perform(order(), doing('o1', late.signal));
  await settled();
  late.abort(LATE);
  expect(await ended).toMatchObject({ state: 'refused', because: 'withdrawn' });
  void keeper.perform(order(), doing('o2', ends.signal));
  await settled();
  ends.abort();
  expect(readFileSync(join(dir, 'release/state.json'), 'utf8')).toContain('"fetching"');
});

it('says that a machine which root has not made ready takes none', () => {
  rmSync(join(dir, 'releases/state.json'));
  expect(keeper.problem(order())).toEqual({ because: 'not-ready-for-releases' });
});
