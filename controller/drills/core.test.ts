import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DRILL_KINDS, HAND_DRILLS } from '@branchline/contracts/http/drills';
import type { Party } from '@branchline/contracts/continuity';
import {
  isOpen,
  MOVE_WITHIN_MS,
  planned,
  step,
  type Drill,
  type DrillEffect,
  type DrillEvent,
} from './core.ts';

const plan = (kind: Drill['kind']): Drill =>
  planned({ kind, plannedFor: null, holdMs: 10_000, homeWithinMs: 60_000, silentMs: 8_000, hours: null });

/** A branch that does what it is ordered; `answersBy` says who answers a call now. */
function play(
  kind: Drill['kind'],
  answersBy: (world: { ordered: Party | null; cut: boolean; now: number }) => Party | null,
  more: (now: number) => DrillEvent | undefined = () => undefined,
) {
  const world = { ordered: null as Party | null, cut: false, now: 1_000_000 };
  const effects: DrillEffect[] = [];
  let drill = plan(kind);
  const happen = (event: DrillEvent): void => {
    const next = step(drill, event, world.now);
    drill = next.drill;
    for (const effect of next.effects) {
      effects.push(effect);
      if (effect.do === 'order') world.ordered = effect.to;
      if (effect.do === 'cut-uplink') world.cut = true;
      if (effect.do !== 'call') continue;
      const at = world.now;
      world.now += 400;
      const by = answersBy(world);
      happen({ is: 'called', at, by, ms: by === null ? null : 400 });
    }
  };
  for (let looks = 0; isOpen(drill) && looks < 500; looks++) {
    world.now += 1_000;
    const event = more(world.now);
    if (event) happen(event);
    happen({ is: 'look', seen: { standInReady: true, answers: 'box', quiet: true, personOrdered: false } });
  }
  return { drill, effects, world };
}

const obedient = ({ ordered }: { ordered: Party | null }): Party => ordered ?? 'box';

test('a move: called before, moved, held, brought home, and left to itself again', () => {
  const { drill, world } = play('move', obedient);
  expect([drill.state, drill.because, world.ordered]).toEqual(['passed', null, null]);
  const by = (phase: string) =>
    new Set(drill.calls.filter((call) => call.phase === phase).map((call) => call.by));
  expect([...by('before'), ...by('during'), ...by('after')]).toEqual(['box', 'stand-in', 'box']);
  expect((drill.movedAt ?? 0) - (drill.begunAt ?? 0)).toBeLessThan(2_000);
  expect(drill.homeAt).toBeGreaterThan(drill.liftedAt ?? Infinity);
});

test('an uplink that is cut moves nothing: the box has to answer throughout', () => {
  const { drill, effects } = play('cut-uplink', () => 'box');
  expect([drill.state, drill.movedAt]).toEqual(['passed', null]);
  expect(effects.filter(({ do: what }) => what !== 'call')).toEqual([{ do: 'cut-uplink', forMs: 10_000 }]);
  expect(play('cut-uplink', ({ cut }) => (cut ? 'stand-in' : 'box')).drill.because).toBe('call-unanswered');
});

test('begins nothing at a branch whose box does not answer, or whose stand-in is not ready', () => {
  const silent = play('move', () => null);
  expect([silent.drill.because, silent.effects]).toEqual(['box-does-not-answer', [{ do: 'call' }]]);
  const { drill, effects } = step(
    plan('move'),
    { is: 'look', seen: { standInReady: false, answers: 'box', quiet: true, personOrdered: false } },
    1,
  );
  expect([drill.because, effects]).toEqual(['stand-in-not-ready', []]);
});

test('what does not move is brought home, and fails', () => {
  const { drill, world } = play('move', () => 'box');
  expect([drill.state, drill.because, world.ordered]).toEqual(['failed', 'not-moved', null]);
  expect((drill.liftedAt ?? 0) - (drill.begunAt ?? 0)).toBeGreaterThan(MOVE_WITHIN_MS);
});

test('does not begin before its time', () => {
  const { drill, effects } = step(
    { ...plan('move'), plannedFor: 5_000 },
    { is: 'look', seen: { standInReady: true, answers: 'box', quiet: true, personOrdered: false } },
    4_999,
  );
  expect([drill.state, effects]).toEqual(['waiting', []]);
});

test('one for quiet hours waits for one', () => {
  const look = (quiet: boolean): DrillEvent => ({
    is: 'look',
    seen: { standInReady: true, answers: 'box', quiet, personOrdered: false },
  });
  expect(step(plan('move'), look(false), 1).drill.state).toBe('waiting');
  expect(step(plan('move'), look(true), 1).drill.state).toBe('before');
});

test('what a person pulls: either may answer, the report says when the other first did, and it ends when it is put right', () => {
  const from = 1_000_000;
  const pulled = (now: number): boolean => now > from + 8_000 && now < from + 11_000;
  const { drill, effects } = play(
    'pull-line',
    ({ now }) => (pulled(now) ? 'stand-in' : 'box'),
    (now) => (now > from + 11_500 ? { is: 'undone' } : undefined),
  );
  expect([drill.state, drill.because]).toEqual(['passed', null]);
  expect(drill.movedAt).toBeGreaterThanOrEqual(from + 8_000);
  expect((drill.liftedAt ?? 0) - (drill.begunAt ?? 0)).toBeLessThan(10_000);
  expect(new Set(effects.map(({ do: what }) => what))).toEqual(new Set(['call']));
});

test.each([
  [5_000, 'passed', null],
  [9_500, 'failed', 'unanswered-too-long'],
] as const)('nobody answers for %i ms while a box is switched off: %s', (ms, state, because) => {
  const from = 1_008_000;
  const { drill } = play('stop-box', ({ now }) =>
    now < from ? 'box' : now < from + ms ? null : now < from + 20_000 ? 'stand-in' : 'box',
  );
  expect([drill.state, drill.because]).toEqual([state, because]);
});

test('whatever happens, it ends, and what it ordered is taken back', () => {
  const who = fc.constantFrom<Party | null>('box', 'stand-in', null);
  fc.assert(
    fc.property(
      fc.infiniteStream(who),
      fc.nat(300),
      fc.constantFrom(...DRILL_KINDS),
      (answers, stopAt, kind) => {
        const from = 1_000_000;
        const { drill, world, effects } = play(
          kind,
          () => answers.next().value as Party | null,
          (now) => (now >= from + stopAt * 1_000 ? { is: 'stopped', who: 'anna' } : undefined),
        );
        expect(isOpen(drill)).toBe(false);
        expect(world.ordered).toBe(null);
        const orders = effects.filter(({ do: what }) => what === 'order');
        if (orders.length > 0) expect(orders.at(-1)).toEqual({ do: 'order', to: null });
        if (drill.state === 'passed' && !HAND_DRILLS.includes(kind))
          expect(
            drill.calls.filter(({ by }) => by === null).every(({ at }) => at < (drill.movedAt ?? 0)),
          ).toBe(true);
      },
    ),
  );
});
