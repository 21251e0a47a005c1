/** A document that becomes another while the stand-in answers: who serves which one, and what becomes of a branch that is to have no stand-in any more. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inCloud } from '@branchline/contracts/branch/in-cloud';
import { cloudLineOf } from '@branchline/contracts/stand-in-name';
import { documentOf, FakeCloud, HOST, type FakeBranch } from './fake-cloud.ts';
import { FakeHost } from './fake-host.ts';

const NAME = 'hangzhou';
const AT_STAND_IN = { answers: 'stand-in' } as const;
let cloud: FakeCloud;
let branch: FakeBranch;
beforeEach(async () => {
  cloud = new FakeCloud(3);
  await cloud.start([NAME]);
  branch = cloud.of(NAME);
}, 30_000);
afterEach(() => cloud.end());

const revisionOf = (document: Record<string, unknown>): string =>
  createHash('sha256')
    .update(JSON.stringify(inCloud(document)))
    .digest('hex');
const served = (): string | undefined => cloud.host.told.get(NAME)?.revision;

async function ofHeadquarters(document: Record<string, unknown>, after: number): Promise<void> {
  const body = { source: JSON.stringify(document), reason: 'as agreed', after };
  await cloud.post(`/api/boxes/${NAME}/documents`, body);
}

async function moved(): Promise<void> {
  branch.box.dies();
  await cloud.until(NAME, ({ lease }) => lease.answers === 'stand-in');
}

test(
  'changed at headquarters while the box is away: the stand-in serves what the box confirmed last, the box takes it when it is back, and the stand-in then',
  {
    timeout: 60_000,
  },
  async () => {
    const [before, after] = [branch.box.document ?? {}, documentOf(NAME, branch.number, '25s')];
    await ofHeadquarters(before, 0);
    await moved();
    await ofHeadquarters(after, 1);
    await cloud.forMs(20_000);
    expect(served()).toBe(revisionOf(before));
    expect(await cloud.continuity(NAME)).toMatchObject({ documentCurrent: true, lease: AT_STAND_IN });
    await branch.box.comes();
    const desired = await branch.box.told('desired', ({ version }) => version === 2);
    const source = JSON.parse(desired.source) as Record<string, unknown>;
    expect(source).toEqual(after);
    await branch.box.reports(source);
    await cloud.pass(() => served() === revisionOf(after));
    await cloud.until(NAME, ({ documentCurrent }) => documentCurrent);
    expect((await cloud.continuity(NAME)).lease.answers).toBe('stand-in');
    await cloud.until(NAME, ({ lease, state }) => lease.answers === 'box' && state === 'serving');
  },
);

const without = (): Record<string, unknown> => {
  const { continuity: _, ...document } = documentOf(NAME, branch.number);
  return document;
};

test(
  'without a stand-in any more while that answers: the branch comes home at once, and then its host has no branch',
  {
    timeout: 60_000,
  },
  async () => {
    await moved();
    await branch.box.comes();
    cloud.carrier.fault = 'refuses';
    await branch.box.reports(without());
    await cloud.pass(async () => (await cloud.steps(NAME)).includes('carrier-refused'));
    // It is told why it is not home, and nothing of the stand-in is let go.
    expect(await cloud.continuity(NAME)).toMatchObject({
      ...{ state: 'returning', because: 'dropped', lease: AT_STAND_IN },
    });
    expect(cloud.host.lists.at(-1)).toEqual([NAME]);
    // A start of headquarters meanwhile loses nothing of it.
    await cloud.restarts();
    await cloud.pass(async () => (await cloud.shown(NAME)).continuity?.because === 'dropped');
    cloud.carrier.fault = 'none';
    await cloud.pass(async () => (await cloud.shown(NAME)).continuity === null);
    expect(cloud.carrier.routes.get(branch.number)).toBe(cloudLineOf(NAME));
    await cloud.pass(() => branch.box.rights().acts);
    expect(branch.box.rights().answers).toBe(true);
    expect(branch.standIn.rights()).toEqual({ answers: false, acts: false });
    await cloud.pass(() => cloud.host.lists.at(-1)?.length === 0);
    await cloud.pass(() => !branch.standIn.isThere);
    const steps = await cloud.steps(NAME);
    expect(steps.filter((what) => what === 'dropped')).toHaveLength(1);
    expect(steps.indexOf('home')).toBeGreaterThan(steps.indexOf('dropped'));
    expect(await cloud.get('/api/continuity')).toEqual({ branches: [], hosts: [] });
    // It goes on from the number that its lease has when it has a stand-in again.
    const { n } = await branch.box
      .told('lease', ({ lease }) => lease.acts === 'box')
      .then(({ lease }) => lease);
    await branch.box.reports(documentOf(NAME, branch.number));
    await cloud.until(NAME, ({ lease, host }) => lease.n >= n && lease.answers === 'box' && host === HOST);
  },
);

test(
  'with another host while its stand-in answers: that goes on where it is, and the other host has it once the branch is home and its calls are over',
  {
    timeout: 60_000,
  },
  async () => {
    const other = new FakeHost('cloud-2', 3, () => branch.standIn);
    await other.comes(cloud.bed);
    await moved();
    branch.standIn.calls = 1;
    await branch.standIn.health();
    const document = documentOf(NAME, branch.number);
    await branch.box.comes();
    await branch.box.reports({
      ...document,
      continuity: { 'stand-in': 'cloud-2', 'come-home-after': '10s' },
    });
    await cloud.until(NAME, ({ host, state }) => host === 'cloud-2' && state === 'serving');
    await cloud.forMs(5_000);
    expect([cloud.host.there(), other.there()]).toEqual([[NAME], []]);
    expect([cloud.host.lists.at(-1), other.told.size]).toEqual([[NAME], 0]);
    branch.standIn.calls = 0;
    await branch.standIn.health();
    await cloud.pass(() => other.there().length === 1);
    expect([cloud.host.there(), cloud.host.lists.at(-1)]).toEqual([[], []]);
    await other.end();
  },
);
