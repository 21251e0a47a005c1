/** More branches fail at once than their host may run stand-ins: who is first, who waits, what is told of those, and who is next. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeCloud, HOST } from './fake-cloud.ts';

const NAMES = ['a-hai', 'b-jing', 'c-sha', 'd-du', 'e-an'] as const;
let cloud: FakeCloud;
beforeEach(async () => {
  cloud = new FakeCloud(3);
  await cloud.start(NAMES);
}, 30_000);
afterEach(() => cloud.end());

const answering = async (): Promise<string[]> => {
  const all = await Promise.all(NAMES.map((name) => cloud.continuity(name)));
  return all.filter(({ lease }) => lease.answers === 'stand-in').map(({ box }) => box);
};

test(
  'five fail on a host sized for three: three move, two are said to have no room, and the next moves when one is home',
  {
    timeout: 60_000,
  },
  async () => {
    expect(cloud.host.there()).toEqual(['a-hai', 'b-jing', 'c-sha']);
    for (const name of ['b-jing', 'c-sha']) cloud.of(name).box.dies();
    for (const name of ['b-jing', 'c-sha']) await cloud.until(name, ({ state }) => state !== 'serving');
    // For the one of these that is seen first the stand-in goes that nobody needs; there is no room for the other.
    for (const name of ['d-du', 'e-an']) cloud.of(name).box.dies();
    await cloud.pass(async () => (await answering()).length === 3);
    const first = await answering();
    expect(first).toEqual(['b-jing', 'c-sha', first[2]]);
    const late = first[2] === 'd-du' ? 'e-an' : 'd-du';
    await cloud.until(late, ({ hasRoom }) => !hasRoom);
    cloud.of('a-hai').box.dies();
    await cloud.until('a-hai', ({ hasRoom }) => !hasRoom);
    await cloud.forMs(30_000);
    // Nobody's stand-in was ended for another, and no lease went where nobody is.
    expect(await answering()).toEqual(first);
    expect(cloud.host.mostThere).toBe(3);
    for (const name of [late, 'a-hai']) {
      expect(await cloud.continuity(name)).toMatchObject({
        ...{ hasRoom: false, lease: { answers: 'box' }, state: 'suspect', standInState: 'cold' },
      });
      expect((await cloud.steps(name)).filter((step) => step === 'no-room')).toHaveLength(1);
    }
    expect(await cloud.get('/api/continuity')).toMatchObject({
      hosts: [{ host: HOST, most: 3, running: 3, capacity: { byMemory: 9, callsEach: 92, calls: 92 } }],
    });
    // Whose doubt is the oldest is next, once a branch is home and the calls at its stand-in are over.
    cloud.of('b-jing').standIn.calls = 1;
    await cloud.of('b-jing').standIn.health();
    await cloud.of('b-jing').box.comes();
    await cloud.until('b-jing', ({ lease, state }) => lease.answers === 'box' && state === 'serving');
    await cloud.forMs(5_000);
    expect(cloud.of('b-jing').standIn.isThere).toBe(true);
    cloud.of('b-jing').standIn.calls = 0;
    await cloud.of('b-jing').standIn.health();
    await cloud.until(late, ({ lease, hasRoom }) => lease.answers === 'stand-in' && hasRoom);
    expect(cloud.of('b-jing').standIn.isThere).toBe(false);
    expect(await cloud.continuity('a-hai')).toMatchObject({ hasRoom: false, lease: { answers: 'box' } });
    expect(cloud.host.mostThere).toBe(3);
  },
);
