/** What happens in the middle of a move: headquarters ends, the line to it comes and goes, and the branch is called all the while. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { cloudLineOf } from '@branchline/contracts/stand-in-name';
import { FakeCloud, type FakeBranch } from './fake-cloud.ts';

const NAME = 'hangzhou';
const STAND_IN = `${NAME}-standin`;
/** By which line its numbers come to its box. */
const HOME = cloudLineOf(NAME);
const FLAP_MS = 20_000;
const FLAPS = 15;
const WAITING = 20;
let cloud: FakeCloud;
let branch: FakeBranch;
beforeEach(async () => {
  cloud = new FakeCloud(3);
  await cloud.start([NAME]);
  branch = cloud.of(NAME);
}, 30_000);
afterEach(() => cloud.end());

const targets = (): string[] => [...cloud.carrier.targets];

test(
  'headquarters ends while the carrier does what it was asked and has not said so: begun anew it goes on with the same move',
  {
    timeout: 60_000,
  },
  async () => {
    cloud.carrier.fault = 'silent';
    await cloud.order(NAME, 'stand-in');
    await cloud.pass(() => targets().includes(STAND_IN));
    expect(await cloud.continuity(NAME)).toMatchObject({
      ...{ lease: { answers: 'box', acts: 'box' }, move: { to: 'stand-in', step: 'routing' } },
    });
    await cloud.restarts();
    cloud.carrier.fault = 'none';
    // Either takes who reaches him, and the lease is still the box's: it passes when the carrier has said so.
    expect(cloud.reached(NAME)).toBe('stand-in');
    await cloud.until(NAME, ({ lease }) => lease.acts === 'stand-in');
    expect(targets()).toEqual([
      HOME,
      ...targets()
        .slice(1)
        .map(() => STAND_IN),
    ]);
    expect(branch.box.rights()).toEqual({ answers: false, acts: false });
    expect(branch.standIn.rights()).toEqual({ answers: true, acts: true });
    expect((await cloud.steps(NAME)).filter((what) => what === 'stands-in')).toHaveLength(1);
  },
);

test(
  'an uplink that comes and goes every 20 s, and calls that are answered: nothing moves; then the box dies: it moves once',
  {
    timeout: 60_000,
  },
  async () => {
    const { lease } = await cloud.continuity(NAME);
    for (let flap = 0; flap < FLAPS; flap += 1) {
      branch.box.isCut();
      await cloud.forMs(FLAP_MS, 1_000);
      await branch.box.comes();
      await cloud.forMs(FLAP_MS, 1_000);
    }
    expect((await cloud.continuity(NAME)).lease).toEqual(lease);
    expect(targets()).toEqual([HOME]);
    expect(await cloud.steps(NAME)).toContain('test-call-answered');
    branch.box.dies();
    await cloud.until(NAME, (of) => of.lease.answers === 'stand-in');
    await cloud.forMs(5 * FLAP_MS, 1_000);
    expect(targets()).toEqual([HOME, STAND_IN]);
  },
);

test(
  'home in the busy hour: the next call is the box’s, who waits at the stand-in goes on waiting there, and nobody finds nobody',
  {
    timeout: 60_000,
  },
  async () => {
    branch.box.dies();
    await cloud.until(NAME, ({ lease }) => lease.answers === 'stand-in');
    branch.standIn.calls = WAITING;
    await branch.standIn.health();
    await branch.standIn.tells(waiting());
    await branch.box.comes();
    const reached = new Set<string | null>();
    await cloud.pass(async () => {
      reached.add(cloud.reached(NAME));
      const { lease, state } = await cloud.continuity(NAME);
      return lease.acts === 'box' && state === 'serving';
    });
    expect(reached).toEqual(new Set(['stand-in', 'box']));
    // Whoever of them is cut off and calls again has his place at the box.
    const handed = await branch.box.told('handed-over', ({ from }) => from === 'stand-in');
    expect(handed.waiting).toHaveLength(WAITING);
    await cloud.forMs(60_000, 1_000);
    expect(branch.standIn.isThere).toBe(true);
    const { calls } = await cloud.get<{ calls: { outcome: string }[] }>(
      `/api/calls?box=${STAND_IN}&limit=100`,
    );
    expect(calls.filter(({ outcome }) => outcome === 'live')).toHaveLength(WAITING);
  },
);

function waiting(): Omit<LedgerEvent, 'seq'>[] {
  const at = new Date(cloud.clock.now()).toISOString();
  return Array.from({ length: WAITING }, (_, index) => {
    const common = { at, call: `call-${index}` };
    const from = { kind: 'caller', id: `+86139000001${10 + index}` };
    return [
      { ...common, type: 'call.offered', body: { direction: 'in', from, dialled: '1000' } },
      { ...common, type: 'call.queued', body: { queue: 'service', priority: 0, position: index + 1 } },
    ];
  }).flat();
}
