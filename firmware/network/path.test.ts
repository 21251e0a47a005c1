import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newPath, pathPace, pathStep, type PathChange, type PathState } from './path.ts';
import { figuresOf } from './window.ts';

const LIMITS = { latencyMs: 200, jitterMs: 50, lossPercent: 5 };

function run(probes: readonly (number | null)[], from?: PathState, everyMs = 5_000) {
  let state = from ?? newPath({ now: 0, monotonic: 0 });
  const effects: PathChange[] = [];
  let at = state.window.at(-1)?.at ?? 0;
  for (const ms of probes) {
    at += everyMs;
    const step = pathStep(state, ms, { now: at, monotonic: at }, LIMITS);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('the figures of a way', () => {
  it('are the middle latency, the mean step and the part lost', () => {
    const { state } = run([20, 24, 20, null, 900]);
    expect(figuresOf(state.window)).toEqual({
      latencyMs: 22,
      jitterMs: 296,
      lossPercent: 20,
      samples: 5,
    });
  });

  it('are of the last twenty, and of nothing longer ago than half an hour', () => {
    expect(figuresOf(run(times(50, 10)).state.window).samples).toBe(20);
    expect(figuresOf(run(times(8, 10), undefined, 600_000).state.window).samples).toBe(3);
  });
});

describe('the state of a way', () => {
  it('is unknown until five probes are known', () => {
    expect(run(times(4, 20)).state.condition).toBe('unknown');
    expect(run(times(5, 20)).state.condition).toBe('good');
  });

  it('is poor over 200 ms, and good again only well below', () => {
    const slow = run(times(6, 210));
    expect(slow.state).toMatchObject({ condition: 'poor', because: ['latency'] });
    const nearly = run(times(20, 190), slow.state);
    expect(nearly.state.condition).toBe('poor');
    expect(run(times(20, 150), nearly.state).state).toMatchObject({ condition: 'good', because: [] });
  });

  it('is poor where one in ten is lost, and where one differs from the next', () => {
    expect(run([...times(9, 20), null, ...times(8, 20), null, 20]).state).toMatchObject({
      because: ['loss'],
    });
    expect(run([20, 100, 20, 100, 20, 100]).state).toMatchObject({ because: ['jitter'] });
  });

  it('is unreachable after three lost in a row, and is measured afresh when it is back', () => {
    const gone = run([...times(10, 20), null, null, null]);
    expect(gone.state.condition).toBe('unreachable');
    const back = run([20, 20, 20], gone.state);
    expect(back.state.condition).toBe('good');
    expect(figuresOf(back.state.window)).toMatchObject({ lossPercent: 0, samples: 3 });
    expect(back.effects).toEqual([{ do: 'changed', from: 'unreachable', lastedMs: 15_000 }]);
  });

  it('does not come back by a single answer', () => {
    const gone = run(times(3, null));
    expect(run([20, 20, null, 20, null, null], gone.state).effects).toEqual([]);
  });

  it('says each change once, and never from a state to itself', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 1_000 })), { maxLength: 200 }), (probes) => {
        const { effects, state } = run(probes);
        effects.forEach(({ from }, index) => expect(effects[index + 1]?.from).not.toBe(from));
        expect(effects.at(-1)?.from).not.toBe(state.condition);
      }),
    );
  });
});

describe('the pace', () => {
  it('is calm on a way that is well, and quick after one that was lost', () => {
    const calm = run(times(30, 20)).state;
    expect(pathPace(calm)).toBe(30_000);
    expect(pathPace(run([null], calm).state)).toBe(3_000);
  });

  it('finds that nothing is reached within 40 s of a calm probe, with lost ones given a second each', () => {
    let state = run(times(30, 20)).state;
    let ms = 0;
    while (state.condition !== 'unreachable') {
      ms += pathPace(state) + 1_000;
      state = run([null], state).state;
    }
    expect(ms).toBeLessThanOrEqual(40_000);
  });

  it('costs no more in the long run, however the way is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: 150, max: 250 })), { minLength: 1, maxLength: 7 }),
        (turn) => {
          let state = newPath({ now: 0, monotonic: 0 });
          let at = 0;
          let heard = 0;
          for (let index = 0; at < 86_400_000; index++) {
            const ms = turn[index % turn.length] ?? null;
            if (ms !== null) heard++;
            state = pathStep(state, ms, { now: at, monotonic: at }, LIMITS).state;
            at += pathPace(state);
          }
          // 224 bytes a probe that is answered: docs/network.md.
          expect(heard * 224).toBeLessThan(2_000_000);
        },
      ),
      { numRuns: 30 },
    );
  });
});
