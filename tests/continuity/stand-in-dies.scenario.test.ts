/** The stand-in dies while it answers: with a box that is well, with one that is dead, and when it comes back. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { documentOf, FakeCloud, HOST, type FakeBranch } from './fake-cloud.ts';

const NAME = 'hangzhou';
let cloud: FakeCloud;
let branch: FakeBranch;
beforeEach(async () => {
  cloud = new FakeCloud(3);
  await cloud.start([NAME]);
  branch = cloud.of(NAME);
  // Far longer than anything here: what comes home sooner does so for another reason.
  const continuity = { 'stand-in': HOST, 'move-after': '5s', 'come-home-after': '1h' };
  await branch.box.reports({ ...documentOf(NAME, branch.number), continuity });
  await cloud.until(NAME, ({ provesForS }) => provesForS === 3_600);
  branch.box.dies();
  await cloud.until(NAME, ({ lease }) => lease.answers === 'stand-in');
}, 30_000);
afterEach(() => cloud.end());

test('the box is back and has not proved itself yet: home at once', { timeout: 60_000 }, async () => {
  await branch.box.comes();
  await cloud.until(NAME, ({ because }) => because === 'proving');
  branch.standIn.dies();
  await cloud.until(NAME, ({ lease, state }) => lease.answers === 'box' && state === 'serving');
  expect(cloud.reached(NAME)).toBe('box');
  const { story } = await cloud.shown(NAME);
  expect(story).toContainEqual(expect.objectContaining({ what: 'comes-home', because: 'stand-in-gone' }));
});

test(
  'the box is dead: nothing is moved to it, it is said that nobody answers, and the stand-in goes on when it is back',
  {
    timeout: 60_000,
  },
  async () => {
    const asked = cloud.carrier.targets.length;
    const { lease } = await cloud.continuity(NAME);
    branch.standIn.dies();
    await cloud.pass(async () => (await cloud.steps(NAME)).at(-1) === 'stand-in-gone');
    await cloud.forMs(60_000);
    expect(await cloud.continuity(NAME)).toMatchObject({
      ...{ state: 'standing-in', lease: { answers: 'stand-in' }, move: null, online: { 'stand-in': false } },
    });
    await branch.standIn.comes();
    await cloud.until(NAME, ({ ready }) => ready['stand-in']);
    await cloud.pass(async () => (await cloud.steps(NAME)).includes('stand-in-back'));
    expect((await cloud.steps(NAME)).filter((what) => what === 'stand-in-gone')).toHaveLength(1);
    expect((await cloud.continuity(NAME)).lease.n).toBeLessThanOrEqual(lease.n + 1);
    expect(cloud.carrier.targets.slice(asked)).toEqual([]);
    expect(cloud.reached(NAME)).toBe('stand-in');
  },
);
