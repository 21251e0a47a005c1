import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  atFirst,
  decide,
  PROBE_AGAIN_MS,
  provesFor,
  type ContinuityEffect,
  type ContinuityRules,
  type ContinuityState,
  type Probe,
  type Seen,
} from './decide.ts';

const RULES: ContinuityRules = { moveAfterMs: 3_000, comeHomeAfterMs: 300_000 };
const WELL: Seen = {
  presence: { online: true, since: 0 },
  engineUp: true,
  registered: true,
  powerAsks: false,
  probes: [],
  order: null,
  answers: 'box',
  standInThere: true,
  dropped: false,
};
const gone = (since: number): Partial<Seen> => ({ presence: { online: false, since } });
const back = (since: number): Partial<Seen> => ({ presence: { online: true, since } });
const probe = (begunAt: number, answered: boolean): Partial<Seen> => ({ probes: [{ begunAt, answered }] });

/** Looks, one after the other, each at its time; what was seen of each and asked for. */
function looks(...all: readonly (readonly [number, Partial<Seen>?])[]): {
  state: ContinuityState;
  effects: readonly ContinuityEffect[];
} {
  let state = atFirst(0);
  let effects: readonly ContinuityEffect[] = [];
  let seen = WELL;
  for (const [at, change] of all) {
    seen = { ...seen, ...change };
    ({ state, effects } = decide(RULES, state, seen, at));
  }
  return { state, effects };
}
const WANT_STAND_IN = [{ do: 'want', party: 'stand-in' }];
const WANT_BOX = [{ do: 'want', party: 'box' }];

test('a box that is well answers, and nothing is asked', () => {
  expect(looks([1_000])).toMatchObject({ state: { name: 'serving', because: 'well' }, effects: [] });
});

test('silent: suspect at once, called from outside, and the stand-in makes itself ready', () => {
  expect(looks([1_000], [2_000, gone(2_000)])).toMatchObject({
    state: { name: 'suspect', because: 'silent', since: 2_000 },
    effects: [{ do: 'probe' }, { do: 'warm' }],
  });
});

test('a stand-in that is gone while it answers: the box takes its calls again as soon as it is well, proven or not', () => {
  const moved = [[1_000, gone(1_000)], [2_000, probe(1_500, false)], [5_000]] as const;
  expect(looks(...moved)).toMatchObject({ state: { name: 'standing-in' }, effects: WANT_STAND_IN });
  const dead = looks(...moved, [6_000, { standInThere: false }]);
  expect(dead).toMatchObject({ state: { name: 'standing-in' }, effects: [] });
  expect(looks(...moved, [6_000, { standInThere: false }], [7_000, back(7_000)])).toMatchObject({
    state: { name: 'returning', because: 'stand-in-gone' },
    effects: WANT_BOX,
  });
});

test('its silence alone moves nothing, however long', () => {
  expect(looks([1_000, gone(1_000)], [9_000_000])).toMatchObject({ state: { name: 'suspect' } });
});

test('silent, and nobody answers a call that was made since: relieved once the time to move is over', () => {
  const early = looks([1_000, gone(1_000)], [3_999, probe(1_100, false)]);
  expect(early).toMatchObject({ state: { name: 'suspect' }, effects: [] });
  expect(looks([1_000, gone(1_000)], [4_000, probe(1_100, false)])).toMatchObject({
    state: { name: 'standing-in', because: 'silent-and-no-answer' },
    effects: WANT_STAND_IN,
  });
});

test('a call from before the silence says nothing of it', () => {
  expect(looks([1_000, gone(1_000)], [90_000, probe(999, false)])).toMatchObject({
    state: { name: 'suspect' },
    effects: [{ do: 'probe' }],
  });
});

test('silent, and it answers a call: cut off from us and serving; called again every while', () => {
  expect(looks([1_000, gone(1_000)], [60_000, probe(59_000, true)])).toMatchObject({
    state: { name: 'suspect', because: 'silent-but-answers' },
    effects: [],
  });
  const later = 59_000 + PROBE_AGAIN_MS;
  expect(looks([1_000, gone(1_000)], [later, probe(59_000, true)]).effects).toEqual([{ do: 'probe' }]);
});

test('one source that got through outweighs another that did not', () => {
  const probes: Probe[] = [
    { begunAt: 2_000, answered: false },
    { begunAt: 1_500, answered: true },
  ];
  expect(looks([1_000, gone(1_000)], [60_000, { probes }]).state.name).toBe('suspect');
});

test('there, but its engine is down: moved only when a call is not answered either', () => {
  const down = { engineUp: false };
  expect(looks([1_000, down], [9_000]).state).toMatchObject({ name: 'suspect', because: 'engine-down' });
  expect(looks([1_000, down], [9_000, probe(1_200, false)])).toMatchObject({
    state: { name: 'standing-in', because: 'engine-down-and-no-answer' },
    effects: WANT_STAND_IN,
  });
});

test('power that asks, and a person who orders, are followed at once', () => {
  expect(looks([1_000, { powerAsks: true }])).toMatchObject({
    state: { name: 'standing-in', because: 'power-asked' },
    effects: WANT_STAND_IN,
  });
  expect(looks([1_000, { order: 'stand-in' }])).toMatchObject({
    state: { name: 'standing-in', because: 'ordered' },
    effects: WANT_STAND_IN,
  });
  const held = looks([1_000, { order: 'box', ...gone(1_000) }], [60_000, probe(2_000, false)]);
  expect(held.state.name).toBe('suspect');
});

test('ordered to a stand-in that is not there: waited for, while the box answers as ever', () => {
  const ordered = { order: 'stand-in', standInThere: false } as const;
  const waits = looks([1_000, ordered], [2_000], [900_000]);
  expect(waits).toMatchObject({ state: { name: 'standing-in', because: 'ordered' }, effects: [] });
  // It was there, took over, and died: its box takes the calls again.
  expect(looks([1_000, ordered], [2_000, { answers: 'stand-in' }])).toMatchObject({
    state: { name: 'returning', because: 'stand-in-gone' },
    effects: WANT_BOX,
  });
});

test('ordered to the stand-in while it comes home: it is to answer again', () => {
  const returning: ContinuityState = { ...atFirst(0), name: 'returning', because: 'proving', wellSince: 0 };
  const seen: Seen = { ...WELL, answers: 'stand-in', order: 'stand-in' };
  expect(decide(RULES, returning, seen, 9_000)).toMatchObject({
    state: { name: 'standing-in', because: 'ordered' },
    effects: WANT_STAND_IN,
  });
});

test('a caller whom the carrier once brought elsewhere keeps nobody away for ever: a call that is answered later counts', () => {
  const state: ContinuityState = { ...atFirst(0), name: 'standing-in', because: 'ordered', wellSince: 0 };
  const brought: Probe = { answered: false, brought: true, begunAt: 50_000 };
  const seen = (asked: Probe): Seen => ({ ...WELL, answers: 'stand-in', probes: [asked, brought] });
  const home = (asked: Probe): string => decide(RULES, state, seen(asked), 400_000).state.name;
  expect(home({ answered: true, begunAt: 40_000 })).toBe('standing-in');
  expect(home({ answered: true, begunAt: 60_000 })).toBe('returning');
});

const DEAD = [
  [1_000, gone(1_000)],
  [4_000, { ...probe(1_100, false) }],
] as const;

test('comes home when it was well without a break for its time, and answered a call in it', () => {
  const home = [10_000, { ...back(10_000), answers: 'stand-in' as const }] as const;
  const due = 10_000 + RULES.comeHomeAfterMs;
  expect(looks(...DEAD, home)).toMatchObject({
    state: { name: 'standing-in', because: 'proving' },
    effects: [{ do: 'probe' }],
  });
  expect(looks(...DEAD, home, [due]).state.name).toBe('standing-in');
  expect(looks(...DEAD, home, [due - 1, probe(20_000, true)]).state.name).toBe('standing-in');
  expect(looks(...DEAD, home, [due, probe(20_000, true)])).toMatchObject({
    state: { name: 'returning' },
    effects: WANT_BOX,
  });
  expect(looks(...DEAD, home, [due, probe(20_000, true)], [due + 900, { answers: 'box' }])).toMatchObject({
    state: { name: 'serving', cameHomeAt: due + 900 },
    effects: [],
  });
});

test('a document without a stand-in brings it home, proven or not, whatever is ordered, and moves it no more', () => {
  const at = { ...back(10_000), answers: 'stand-in' as const, dropped: true, order: 'stand-in' as const };
  const returning = looks(...DEAD, [10_000, at]);
  expect(returning).toMatchObject({ state: { name: 'returning', because: 'dropped' }, effects: WANT_BOX });
  const away = looks(...DEAD, [10_000, at], [11_000, gone(11_000)]);
  expect(away).toMatchObject({ state: { name: 'returning', because: 'dropped' }, effects: [] });
  expect(looks([1_000, { dropped: true, order: 'stand-in' }]).effects).toEqual([]);
});

test('falls away on its way home: the stand-in goes on', () => {
  const home = [10_000, { ...back(10_000), answers: 'stand-in' as const }] as const;
  const due = 10_000 + RULES.comeHomeAfterMs;
  const lost = looks(...DEAD, home, [due, probe(20_000, true)], [due + 500, { registered: false }]);
  expect(lost).toMatchObject({ state: { name: 'standing-in', wellSince: null }, effects: WANT_STAND_IN });
});

test('who fell away soon after he came home must be well for twice as long, up to sixteen times', () => {
  const state = { ...atFirst(0), cameHomeAt: 1_000, relapses: 1 };
  const { state: again } = decide(RULES, state, { ...WELL, powerAsks: true }, 60_000);
  expect([again.relapses, provesFor(RULES, again)]).toEqual([2, 4 * RULES.comeHomeAfterMs]);
  expect(provesFor(RULES, { ...again, relapses: 40 })).toBe(16 * RULES.comeHomeAfterMs);
  const { state: much } = decide(RULES, state, { ...WELL, powerAsks: true }, 2_000_000);
  expect(much.relapses).toBe(0);
});

test('an order is no relapse', () => {
  const state = { ...atFirst(0), cameHomeAt: 1_000, relapses: 1 };
  expect(decide(RULES, state, { ...WELL, order: 'stand-in' }, 60_000).state.relapses).toBe(1);
});

/** A branch whose uplink goes and comes, each for so long; whether it answers a call is another matter. */
function flapping(spells: readonly number[], answers: boolean): string[] {
  let state = atFirst(0);
  let seen: Seen = WELL;
  let from = 0;
  const wants: string[] = [];
  for (const [index, spell] of spells.entries()) {
    const online = index % 2 === 0;
    seen = { ...seen, presence: { online, since: from } };
    for (let now = from; now < from + spell; now += 500) {
      const { state: next, effects } = decide(RULES, state, seen, now);
      state = next;
      for (const effect of effects) {
        if (effect.do === 'probe')
          seen = { ...seen, probes: [{ begunAt: now, answered: answers || online }] };
        if (effect.do === 'want') {
          wants.push(effect.party);
          seen = { ...seen, answers: effect.party };
        }
      }
    }
    from += spell;
  }
  return wants;
}
const EVERY_20_S = Array.from({ length: 180 }, () => 20_000);

test('an uplink that flaps every 20 s for an hour: nothing moves while calls get through, and once at most when they do not', () => {
  expect(flapping(EVERY_20_S, true)).toEqual([]);
  expect(flapping(EVERY_20_S, false)).toEqual(['stand-in']);
});

test('however an uplink flaps: nothing moves while calls get through, and once at most while it is never well for as long as it must', () => {
  const spell = fc.integer({ min: 500, max: RULES.comeHomeAfterMs - 1_000 });
  fc.assert(
    fc.property(fc.array(spell, { maxLength: 40 }), (spells) => {
      expect(flapping(spells, true)).toEqual([]);
      expect(['', 'stand-in']).toContain(flapping(spells, false).join());
    }),
    { numRuns: 50 },
  );
});

test('whatever is seen: nobody is relieved for silence without a call that failed since, and never sooner than the document says', () => {
  const look = fc.record({
    after: fc.integer({ min: 1, max: 400_000 }),
    online: fc.boolean(),
    engineUp: fc.boolean(),
    registered: fc.boolean(),
    answered: fc.option(fc.boolean(), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(look, { maxLength: 40 }), (all) => {
      let state = atFirst(0);
      let seen: Seen = WELL;
      let now = 0;
      let badSince: number | null = null;
      for (const { after, online, engineUp, registered, answered } of all) {
        now += after;
        const presence = online === seen.presence.online ? seen.presence : { online, since: now };
        const probes = answered === undefined ? seen.probes : [{ begunAt: now, answered }];
        seen = { ...seen, presence, engineUp, registered, probes };
        badSince = online && engineUp ? null : (badSince ?? now);
        const { state: next, effects } = decide(RULES, state, seen, now);
        if (
          effects.some((effect) => effect.do === 'want' && effect.party === 'stand-in') &&
          state.name === 'suspect'
        ) {
          expect(now - (badSince ?? now)).toBeGreaterThanOrEqual(RULES.moveAfterMs);
          expect(probes.some((each) => !each.answered && each.begunAt >= (badSince ?? 0))).toBe(true);
        }
        for (const effect of effects) if (effect.do === 'want') seen = { ...seen, answers: effect.party };
        state = next;
      }
    }),
    { numRuns: 500 },
  );
});
