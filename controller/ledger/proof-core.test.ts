import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROOF_TUNING, stepProof, type ProofEffect, type ProofEvent, type ProofState } from './proof-core.ts';

const T = PROOF_TUNING;

/** A box and headquarters which differ in some numbers; what is asked for again comes, unless it cannot. */
class World {
  now = 0;
  upto: number;
  state: ProofState = { phase: 'resting', dueAt: 0 };
  readonly said: ProofEffect[] = [];
  asks = 0;
  readonly #different: Set<number>;
  readonly #stubborn: ReadonlySet<number>;
  readonly #gone: ReadonlySet<number>;

  constructor(
    upto: number,
    different: readonly number[],
    stubborn: readonly number[] = [],
    gone: readonly number[] = [],
  ) {
    this.upto = upto;
    this.#different = new Set([...different, ...stubborn]);
    this.#stubborn = new Set(stubborn);
    this.#gone = new Set(gone);
  }

  run(): void {
    for (let turn = 0; turn < 2_000 && (turn === 0 || this.state.phase !== 'resting'); turn++)
      this.#feed({ is: 'look', online: true, upto: this.upto });
  }

  #feed(event: ProofEvent): void {
    const { state, effects } = stepProof(this.state, event, this.now, T);
    this.state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: ProofEffect): void {
    if (effect.do === 'proven' || effect.do === 'differs') return void this.said.push(effect);
    const { from, to } = effect.stretch;
    const within = (numbers: ReadonlySet<number>) => [...numbers].filter((seq) => from <= seq && seq <= to);
    if (effect.do === 'heal') {
      for (const seq of within(this.#different)) if (!this.#stubborn.has(seq)) this.#different.delete(seq);
      return;
    }
    this.asks++;
    const found =
      within(this.#gone).length > 0 ? 'not-kept' : within(this.#different).length > 0 ? 'differs' : 'equal';
    this.#feed({ is: 'compared', stretch: effect.stretch, found });
  }
}

describe('comparing', () => {
  test('what is equal is proven with one question', () => {
    const world = new World(60_000, []);
    world.run();
    expect([world.asks, world.said]).toEqual([1, [{ do: 'proven', upto: 60_000 }]]);
    expect(world.state).toEqual({ phase: 'resting', dueAt: T.everyMs });
  });

  test('whatever differs is found, asked for again, and then everything is proven', () => {
    const differing = fc.array(fc.integer({ min: 1, max: 50_000 }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000 }), differing, (upto, numbers) => {
        const world = new World(
          upto,
          numbers.filter((seq) => seq <= upto),
        );
        world.run();
        expect(world.said).toEqual([{ do: 'proven', upto }]);
        expect(world.asks).toBeLessThan(12 * 9 + 2);
      }),
      { numRuns: 60 },
    );
  });

  test('what differs after it was sent again is told, once, and tried again later', () => {
    const world = new World(10_000, [77], [7_000]);
    world.run();
    expect(world.said).toMatchObject([{ do: 'differs', because: 'not-healed' }]);
    const [told] = world.said;
    expect(told?.do === 'differs' && told.stretch.from <= 7_000 && told.stretch.to >= 7_000).toBe(true);
    expect(world.state).toEqual({ phase: 'resting', dueAt: T.retryMs });
  });

  test('what the box keeps no more cannot be compared, and that is told', () => {
    const world = new World(1_000, [5], [], [5]);
    world.run();
    expect(world.said).toEqual([{ do: 'differs', stretch: { from: 1, to: 1_000 }, because: 'not-kept' }]);
  });
});

describe('time and presence', () => {
  const asking = stepProof({ phase: 'resting', dueAt: 0 }, { is: 'look', online: true, upto: 9 }, 0, T).state;
  const look = (state: ProofState, now: number, online = true, upto = 9) =>
    stepProof(state, { is: 'look', online, upto }, now, T);

  test('nothing is asked of a box that is away, before it is due, or of an empty ledger', () => {
    for (const step of [
      look({ phase: 'resting', dueAt: 5 }, 4),
      look({ phase: 'resting', dueAt: 0 }, 4, false),
      look({ phase: 'resting', dueAt: 0 }, 4, true, 0),
    ])
      expect(step.effects).toEqual([]);
  });

  test('silence ends the round; it is tried again after a while', () => {
    expect(look(asking, T.answerMs - 1).state).toBe(asking);
    expect(look(asking, T.answerMs).state).toEqual({ phase: 'resting', dueAt: T.answerMs + T.retryMs });
  });

  test('a box that went is asked anew when it is back; an answer from before counts for nothing', () => {
    const gone = look(asking, 50, false).state;
    expect(gone).toEqual({ phase: 'resting', dueAt: 50 });
    const late = { is: 'compared', stretch: { from: 1, to: 9 }, found: 'equal' } as const;
    expect(stepProof(gone, late, 60, T).effects).toEqual([]);
    expect(look(gone, 70).effects).toEqual([{ do: 'ask', stretch: { from: 1, to: 9 } }]);
  });

  test('a stretch that does not come is told', () => {
    const differs = { is: 'compared', stretch: { from: 1, to: 9 }, found: 'differs' } as const;
    const healing = stepProof(asking, differs, 5, T);
    expect(healing.effects).toEqual([{ do: 'heal', stretch: { from: 1, to: 9 } }]);
    expect(look(healing.state, 6, true, 0).effects).toEqual([]);
    expect(look(healing.state, 5 + T.healMs, true, 0).effects).toMatchObject([{ do: 'differs' }]);
  });

  test('a person has it compared at once', () => {
    const wanted = stepProof({ phase: 'resting', dueAt: 1e9 }, { is: 'wanted' }, 7, T);
    expect(look(wanted.state, 7).effects).toHaveLength(1);
  });
});
