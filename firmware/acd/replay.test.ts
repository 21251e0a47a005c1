import { describe, expect, test } from 'vitest';
import { replay, stepInputs, type StepInputs } from './replay.ts';
import { emptyAcd } from './state.ts';
import { Centre } from './testing/centre.ts';
import { dayOf, planOfDay } from './testing/day.ts';

/** A day is some 25,000 inputs, decided twice. */
describe('a day of 100 agents', { timeout: 120_000 }, () => {
  const day = dayOf({ seed: 20_260_105, agents: 100, callsAnHour: 900, talkMs: 180_000 });
  const plan = planOfDay(day, { lastAgent: { withinMs: 86_400_000, waitMs: 20_000 } });
  const centre = new Centre(day, plan);
  const { served } = centre.run();
  const planOf = (id: string) => (id === plan.id ? plan : undefined);
  const read = centre.inputs.map((step) => JSON.parse(JSON.stringify(step)) as StepInputs);

  test('is worth replaying', () => {
    expect(served.length).toBe(day.callers.length);
    expect(served.filter(({ agent }) => agent !== undefined).length).toBeGreaterThan(5_000);
    expect(centre.decisions.length).toBeGreaterThan(6_000);
  });

  test('replays to the same decisions, byte for byte', () => {
    const again = replay(read, planOf);
    expect(JSON.stringify(again?.decisions)).toBe(JSON.stringify(centre.decisions));
  });

  test('begins where a state is given, and passes over what comes before', () => {
    expect(replay(read.slice(1), planOf)).toBeUndefined();
    const half = read.length >> 1;
    const state = replay(read.slice(0, half), planOf)?.state;
    const later = read
      .slice(half)
      .map((step, index) => (index === 0 && state ? { ...step, from: state } : step));
    const lastOf = (steps: readonly StepInputs[]): string =>
      JSON.stringify(replay(steps, planOf)?.decisions.slice(-1_000));
    expect(lastOf([...read.slice(1, 9), ...later])).toBe(lastOf(read));
  });
});

test('a plan whose document is not at hand is named', () => {
  const step: StepInputs = { at: 0, events: [{ type: 'plan', plan: 'x1' }], from: emptyAcd };
  expect(() => replay([step], () => undefined)).toThrow(/x1/);
});

test('a day, and a document, each begin with the state before them', () => {
  const told = (type: 'new-day' | 'tick') => stepInputs([{ type }], 5, emptyAcd);
  expect([told('new-day').from, told('tick').from]).toEqual([emptyAcd, undefined]);
});
