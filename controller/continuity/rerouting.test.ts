import { expect, test } from 'vitest';
import type { HealthReport } from '@branchline/contracts/health';
import type { TrunkState } from '@branchline/contracts/trunks';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { CarrierWord } from '../carriers/carrier.ts';
import type { ContinuityPlan } from './plan.ts';
import { Rerouting } from './rerouting.ts';

const NUMBER = '+8657186001000';
const PLAN: ContinuityPlan = {
  rules: { moveAfterMs: 10_000, comeHomeAfterMs: 60_000 },
  ...{ host: 'cloud-1', standIn: 'west-standin', numbers: [NUMBER], ownLine: true, cloudLine: 'cloud' },
  own: [{ number: NUMBER, trunks: ['pstn'] }],
};

/** A branch with one line, its carrier, what is stored, and headquarters, which may be begun anew. */
class World {
  readonly clock = new ManualClock();
  readonly asked: string[] = [];
  readonly story: string[] = [];
  readonly stored = new Map<string, readonly string[]>();
  word: CarrierWord = 'confirmed';
  serves = true;
  line: { state: TrunkState; since: number } = { state: 'up', since: 0 };
  rerouting = this.#make();

  #make(): Rerouting {
    return new Rerouting({
      ...{ clock: this.clock, log: silentLog },
      store: {
        rerouted: () => Promise.resolve(new Map(this.stored)),
        putRerouted: (box, numbers) => {
          if (numbers.length > 0) this.stored.set(box, numbers);
          else this.stored.delete(box);
          return Promise.resolve();
        },
      },
      planOf: () => PLAN,
      healthOf: () => this.#health(),
      serves: () => this.serves,
      isTold: () => true,
      route: (numbers, target) => {
        this.asked.push(`${numbers.join()} ${target}`);
        return Promise.resolve(this.word);
      },
      tell: (_, what) => {
        this.story.push(what);
        return Promise.resolve();
      },
    });
  }

  #health(): HealthReport {
    const line = (name: string, state: TrunkState, since: number) => ({
      ...{ name, state, calls: 0, channels: 30 },
      since: new Date(since).toISOString(),
    });
    const trunks = [line('pstn', this.line.state, this.line.since), line('cloud', 'up', 0)];
    return { trunks } as unknown as HealthReport;
  }

  becomes(state: TrunkState): void {
    this.line = { state, since: this.clock.now() };
    this.rerouting.look('west');
  }

  async again(): Promise<void> {
    this.rerouting.rest();
    this.rerouting = this.#make();
    await this.rerouting.start();
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      this.clock.advance(Math.min(left, 1_000));
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    }
  }
}

async function begun(): Promise<World> {
  const world = new World();
  await world.rerouting.start();
  await world.pass(60_000);
  return world;
}

test('a line that stays down has its numbers brought by the cloud, and back when it stays up', async () => {
  const world = await begun();
  world.becomes('down');
  await world.pass(9_000);
  expect(world.asked).toEqual([]);
  await world.pass(2_000);
  expect(world.asked).toEqual([`${NUMBER} west-cloud`]);
  expect([...world.rerouting.movedOf('west')]).toEqual([NUMBER]);
  world.becomes('up');
  await world.pass(12_000);
  expect(world.asked.slice(1)).toEqual([`${NUMBER} west`]);
  expect([world.rerouting.movedOf('west').size, world.stored.size]).toEqual([0, 0]);
  expect(world.story).toEqual(['numbers-moved', 'numbers-back']);
});

test('a line that flaps every few seconds moves nothing', async () => {
  const world = await begun();
  for (let turn = 0; turn < 30; turn++) {
    world.becomes(turn % 2 === 0 ? 'down' : 'up');
    await world.pass(8_000);
  }
  expect(world.asked).toEqual([]);
});

test('a carrier that does not do it is asked again, not every second, and nothing is forgotten over a restart', async () => {
  const world = await begun();
  world.word = 'nothing';
  world.becomes('down');
  await world.pass(41_000);
  expect(world.asked.length).toBeGreaterThanOrEqual(1);
  expect(world.asked.length).toBeLessThanOrEqual(3);
  // It may have been done after all: the way back is asked for.
  await world.again();
  world.word = 'confirmed';
  world.becomes('up');
  await world.pass(30_000);
  expect(world.asked.at(-1)).toBe(`${NUMBER} west`);
  expect(world.stored.size).toBe(0);
});

test('while the branch is with its stand-in, or on its way, no number of it is touched', async () => {
  const world = await begun();
  world.serves = false;
  world.becomes('down');
  await world.pass(60_000);
  expect(world.asked).toEqual([]);
});
