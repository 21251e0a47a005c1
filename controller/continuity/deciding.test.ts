import { beforeEach, expect, test } from 'vitest';
import type { Party } from '@branchline/contracts/continuity';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { KeptContinuity, StoryStep } from '../store/continuity.ts';
import { BOXES_COME_BACK_MS, Deciding, type BoxSeen } from './deciding.ts';
import type { ContinuityPlan } from './plan.ts';

const PLAN: ContinuityPlan = {
  rules: { moveAfterMs: 10_000, comeHomeAfterMs: 60_000 },
  ...{ host: 'cloud-1', standIn: 'west-standin', numbers: ['+8657186001000'], ownLine: false },
  ...{ own: [], cloudLine: undefined },
};

/** A branch as it is, what is kept of it, and headquarters, which may be begun anew. */
class World {
  readonly clock = new ManualClock();
  readonly wants: Party[] = [];
  readonly kept = new Map<string, KeptContinuity>();
  readonly story: StoryStep[] = [];
  warmed = 0;
  seen: BoxSeen = { online: true, since: 0, health: null };
  standInThere = true;
  left = 0;
  answers: Party = 'box';
  deaf = false;
  refuses = false;
  /** What a call from outside finds; undefined: none can be placed. */
  answered: boolean | undefined = true;
  deciding = this.#make();

  #make(): Deciding {
    const write = (): Promise<void> =>
      this.refuses ? Promise.reject(new Error('the disk is full')) : Promise.resolve();
    return new Deciding({
      ...{ clock: this.clock, log: silentLog },
      store: {
        all: () => Promise.resolve(new Map(this.kept)),
        put: (box, kept) => write().then(() => void this.kept.set(box, kept)),
        told: (_, step) => write().then(() => void this.story.push(step)),
      },
      boxSeen: () => this.seen,
      answers: () => this.answers,
      standInThere: () => this.standInThere,
      left: () => void (this.left += 1),
      want: (_, party) => void this.wants.push(party),
      probe: () =>
        this.answered === undefined
          ? Promise.reject(new Error('cannot call'))
          : Promise.resolve(this.answered),
      warm: () => void this.warmed++,
      isDeaf: () => this.deaf,
    });
  }

  async begin(): Promise<void> {
    this.deciding.follow('west', PLAN);
    await this.deciding.start();
    this.deciding.look('west');
    await this.#settled();
  }

  /** As by a stop and a start of headquarters. */
  async again(): Promise<void> {
    await this.deciding.rest();
    this.deciding = this.#make();
    await this.begin();
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      this.clock.advance(Math.min(1_000, left));
      await this.#settled();
    }
  }

  goes(): void {
    this.seen = { ...this.seen, online: false, since: this.clock.now() };
    this.deciding.look('west');
  }

  comes(): void {
    this.seen = { ...this.seen, online: true, since: this.clock.now() };
    this.deciding.look('west');
  }

  get state(): string {
    const { name, because } = this.deciding.of('west')?.state ?? { name: 'none', because: 'none' };
    return `${name}, ${because}`;
  }

  get steps(): string[] {
    return this.story.map(({ what }) => what);
  }

  /** All that follows from what has happened by now: every store answers within a few turns. */
  async #settled(): Promise<void> {
    for (let turn = 0; turn < 40; turn++) await Promise.resolve();
  }
}

let world: World;
beforeEach(async () => {
  world = new World();
  await world.begin();
});

test('falls silent and answers no call: the stand-in is wanted, and the story says why', async () => {
  world.goes();
  world.answered = false;
  await world.pass(9_000);
  expect([world.state, world.wants, world.warmed]).toEqual(['suspect, silent', [], 1]);
  await world.pass(4_000);
  expect([world.state, world.wants]).toEqual(['standing-in, silent-and-no-answer', ['stand-in']]);
  expect(world.steps.slice(0, 3)).toEqual(['silent', 'suspected', 'test-call-unanswered']);
});

test('cut off from headquarters for an hour, and it answers: nothing is moved, and the story is no longer for it', async () => {
  world.goes();
  await world.pass(3_600_000);
  expect([world.state, world.wants]).toEqual(['suspect, silent-but-answers', []]);
  expect(world.steps).toEqual(['silent', 'suspected', 'test-call-answered']);
  world.comes();
  await world.pass(1_000);
  expect(world.steps.slice(3)).toEqual(['back', 'well']);
});

test('a call that cannot be placed says nothing of the branch', async () => {
  world.goes();
  world.answered = undefined;
  await world.pass(600_000);
  expect([world.state, world.wants]).toEqual(['suspect, silent', []]);
});

test('a caller whom the carrier brought to the stand-in is evidence without a call of ours', async () => {
  world.goes();
  world.answered = undefined;
  await world.pass(5_000);
  world.deciding.broughtElsewhere('west');
  await world.pass(7_000);
  expect(world.wants).toEqual(['stand-in']);
});

async function relieved(): Promise<void> {
  world.goes();
  world.answered = false;
  await world.pass(20_000);
  world.answers = 'stand-in';
  expect(world.state).toBe('standing-in, silent-and-no-answer');
  world.wants.length = 0;
}

test('comes home when it was well for its time and answered a call; then it serves', async () => {
  await relieved();
  world.comes();
  world.answered = true;
  await world.pass(59_000);
  expect([world.state, world.wants]).toEqual(['standing-in, proving', []]);
  await world.pass(3_000);
  expect([world.state, world.wants]).toEqual(['returning, proving', ['box']]);
  world.answers = 'box';
  world.deciding.look('west');
  await world.pass(1_000);
  expect(world.state).toBe('serving, well');
});

test('a start of headquarters wants again what was wanted: the lease may not have heard of it', async () => {
  await relieved();
  await world.again();
  expect([world.state, world.wants[0]]).toEqual(['standing-in, silent-and-no-answer', 'stand-in']);
});

test('after a start the box comes back before its stand-in: it does not come home for that', async () => {
  await relieved();
  world.standInThere = false;
  await world.again();
  world.comes();
  await world.pass(BOXES_COME_BACK_MS - 70_000);
  expect([world.state, world.wants]).toEqual(['standing-in, proving', ['stand-in']]);
  world.standInThere = true;
  await world.pass(2_000);
  world.standInThere = false;
  await world.pass(2_000);
  expect(world.wants.at(-1)).toBe('box');
});

test('a stand-in that is not back when all have had their time is gone', async () => {
  await relieved();
  world.standInThere = false;
  await world.again();
  await world.pass(BOXES_COME_BACK_MS + 1_000);
  world.comes();
  await world.pass(1_000);
  expect(world.wants.at(-1)).toBe('box');
});

test('after a start, and while headquarters is deaf, silence is nobody’s fault for as long as boxes take to come back', async () => {
  world.seen = { online: false, since: null, health: null };
  world.answered = false;
  await world.again();
  await world.pass(BOXES_COME_BACK_MS - 1_000);
  expect(world.state).toBe('serving, well');
  world.deaf = true;
  world.deciding.look('west');
  await world.pass(3_600_000);
  expect([world.state, world.steps]).toEqual(['serving, well', []]);
  world.deaf = false;
  await world.pass(BOXES_COME_BACK_MS + 15_000);
  expect(world.wants).toEqual(['stand-in']);
});

test('a person orders it, it is kept over a start, and its end lets headquarters decide again', async () => {
  await world.deciding.order('west', 'stand-in', 'anna', 'roof work');
  expect([world.state, world.wants]).toEqual(['standing-in, ordered', ['stand-in']]);
  world.answers = 'stand-in';
  await world.again();
  await world.pass(600_000);
  expect(world.state).toBe('standing-in, ordered');
  expect(world.deciding.of('west')?.order).toMatchObject({ to: 'stand-in', who: 'anna', note: 'roof work' });
  await world.deciding.order('west', null, 'anna', null);
  await world.pass(12_000);
  expect(world.wants.at(-1)).toBe('box');
  expect(world.story.filter(({ who }) => who === 'anna').map(({ what }) => what)).toEqual([
    'ordered',
    'order-ended',
  ]);
});

test('what a person has ordered goes before a drill, which orders nothing and takes nothing back', async () => {
  const { deciding } = world;
  await deciding.orderOfDrill('west', 'stand-in', 'ben', 7);
  expect(deciding.of('west')?.order).toMatchObject({ to: 'stand-in', drill: 7 });
  await deciding.order('west', 'stand-in', 'anna', 'roof work');
  for (const to of ['box', null] as const) await deciding.orderOfDrill('west', to, 'ben', 7);
  expect(deciding.of('west')?.order).toMatchObject({ to: 'stand-in', who: 'anna', note: 'roof work' });
  await deciding.order('west', null, 'anna', null);
  await deciding.orderOfDrill('west', 'box', 'ben', 7);
  expect(deciding.of('west')?.order).toMatchObject({ to: 'box', who: 'ben' });
});

test('an order that cannot be stored is refused to whoever gives it, and nothing is moved', async () => {
  world.refuses = true;
  await expect(world.deciding.order('west', 'stand-in', 'anna', null)).rejects.toThrow('the disk is full');
  expect([world.deciding.of('west')?.order, world.wants]).toEqual([null, []]);
  world.refuses = false;
  await world.deciding.order('west', 'stand-in', 'anna', null);
  expect(world.wants).toEqual(['stand-in']);
});

test('nothing is wanted before it is stored', async () => {
  world.goes();
  world.answered = false;
  await world.pass(2_000);
  world.refuses = true;
  await world.pass(30_000);
  expect([world.state, world.wants]).toEqual(['suspect, silent', []]);
  world.refuses = false;
  await world.pass(1_000);
  expect(world.wants).toEqual(['stand-in']);
});

test('a document that drops its stand-in: the branch comes home unproven, and is let go of once it is', async () => {
  await relieved();
  world.comes();
  world.deciding.follow('west', PLAN, true);
  world.deciding.look('west');
  await world.pass(2_000);
  expect([world.state, world.wants, world.left]).toEqual(['returning, dropped', ['box'], 0]);
  expect(world.kept.get('west')?.plan).toEqual(PLAN);
  world.answers = 'box';
  await world.pass(1_000);
  expect(world.left).toBeGreaterThan(0);
  expect(world.steps.filter((what) => what === 'dropped')).toHaveLength(1);
});

test('a document that loses continuity and has it again goes on where the branch is', async () => {
  await relieved();
  world.deciding.follow('west', undefined);
  expect(world.deciding.of('west')).toBeUndefined();
  world.deciding.follow('west', PLAN);
  expect(world.state).toBe('standing-in, silent-and-no-answer');
});
