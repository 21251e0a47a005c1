/** The fleet as a rollout sees it, from what boxes said. */
import { expect, it } from 'vitest';
import { rolloutPlan } from '@branchline/contracts/fleet/rollouts';
import type { HealthReport } from '@branchline/contracts/health';
import { ManualClock } from '@branchline/runtime/clock';
import { FleetBoard } from '../fleet/board.ts';
import type { TelephonyFigures } from '../store/telephony-figures.ts';
import { untouched } from './state.ts';
import { modelsOf, World } from './world.ts';

const clock = new ManualClock(Date.UTC(2026, 0, 5, 18, 30));
const at = new Date(clock.now()).toISOString();
const figures = {
  ended: () => Promise.resolve({ ended: 5, failed: 1 }),
  byHour: () => Promise.resolve([]),
  tests: () => Promise.resolve({ x: 'bad' as const }),
  testsLately: () => Promise.resolve({ x: 'good' as const }),
} as unknown as TelephonyFigures;
const reported = (document: object, more: object = {}) =>
  ({ v: 1, version: '1', revision: 'a'.repeat(64), document, warnings: 0, at, ...more }) as never;
const health = {
  at,
  phones: [
    { name: 'a', reachable: true, since: at },
    { name: 'b', reachable: false, since: at },
  ],
  trunks: ['up', 'degraded', 'draining', 'down', 'unknown'].map((state) => ({
    name: state,
    state,
    since: at,
    calls: 0,
    channels: 1,
  })),
} as unknown as HealthReport;

function made() {
  const board = new FleetBoard(clock, () => undefined);
  const alarm = (id: string, more: object = {}) => ({
    id,
    code: 'trunk-down',
    severity: 'major',
    subject: id,
    since: at,
    detail: null,
    ...more,
  });
  board.change('a', {
    online: true,
    health,
    stream: { id: 1, boxId: 1, box: 'a', epoch: 'e', kept: { upto: 7, beyond: [] }, newest: 7 },
    alarms: [alarm('x'), alarm('worked-on', { window: 'w' })] as never,
    reported: reported({ site: { timezone: 'Asia/Shanghai' } }),
  });
  return { board, world: new World({ board, figures, boxId: () => Promise.resolve(1) }) };
}

it('what can be reached, what does not count, and what is known of a box that never spoke', async () => {
  const { world } = made();
  expect(await world.before('a', clock.now())).toMatchObject({
    phones: { up: ['a'], away: ['b'] },
    trunks: { up: ['up', 'degraded'], away: ['down', 'unknown'] },
    alarms: [{ name: 'trunk-down x', severity: 'major' }],
    calls: { ended: 5, failed: 1 },
    tests: { x: 'good' },
    ledger: { stream: 1, newest: 7 },
  });
  expect(await world.before('nobody', clock.now())).toBeNull();
  expect(world.candidate('nobody')).toEqual({ box: 'nobody', models: ['machine unknown'], online: false });
});

it('a quiet hour is one of the branch, told by its zone', async () => {
  const { world } = made();
  const plan = (from: string, to: string) =>
    rolloutPlan.parse({
      name: 'x',
      change: { kind: 'document', set: [{ path: ['a'], becomes: 1 }] },
      boxes: ['a'],
      waves: [{ take: 'rest' }],
      hours: { by: 'stated', from, to },
    });
  const boxes = new Map([['a', untouched(0, null)]]);
  expect((await world.views(plan('02:00', '03:00'), boxes, clock.now())).get('a')?.quiet).toBe(true);
  expect((await world.views(plan('18:00', '19:00'), boxes, clock.now())).get('a')?.quiet).toBe(false);
});

it('models are those of the machine and of each gateway, each once', () => {
  const document = {
    gateways: {
      one: { kind: 'e1', model: 'm-1' },
      two: { kind: 'fxo' },
      three: { kind: 'e1', model: 'm-1' },
      four: null,
    },
  };
  const hardware = { vendor: 'Acme', product: 'Box 3' };
  expect(modelsOf(reported(document, { hardware }))).toEqual([
    'machine Acme Box 3',
    'gateway m-1',
    'gateway generic fxo',
    'gateway generic',
  ]);
  expect(modelsOf(null)).toEqual(['machine unknown']);
});
