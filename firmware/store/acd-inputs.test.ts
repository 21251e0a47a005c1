import { expect, test } from 'vitest';
import { openDatabase } from '@branchline/runtime/sqlite';
import { stepInputs, type StepInputs } from '../acd/replay.ts';
import { emptyAcd } from '../acd/state.ts';
import { AcdInputs } from './acd-inputs.ts';
import { migrations } from './migrations.ts';

const DAY_MS = 86_400_000;
const kept = (): AcdInputs => new AcdInputs(openDatabase(':memory:', migrations));
const tick = (at: number): StepInputs => stepInputs([{ type: 'tick' }], at, emptyAcd);
const newDay = (at: number): StepInputs => stepInputs([{ type: 'new-day' }], at, emptyAcd);
const from = (inputs: AcdInputs, at: number): number[] => [...inputs.from(at)].map((step) => step.at);

test('come back as they were told, from the last step before a moment that a replay may begin with', () => {
  const inputs = kept();
  const steps = [tick(1), newDay(2), tick(3), newDay(4), tick(5)];
  inputs.write(steps);
  expect([...inputs.from(3)]).toEqual(steps.slice(1));
  expect(from(inputs, 9)).toEqual([4, 5]);
  expect(from(inputs, 1)).toEqual([1, 2, 3, 4, 5]);
});

test('go after a week, a thousand at once', () => {
  const inputs = kept();
  inputs.write([0, 1, 2].map(tick));
  inputs.write([tick(7 * DAY_MS + 1)]);
  expect(from(inputs, 0)).toEqual([1, 2, 7 * DAY_MS + 1]);
  inputs.write(Array.from({ length: 1_500 }, () => tick(7 * DAY_MS + 2)));
  inputs.write([tick(20 * DAY_MS)]);
  expect(from(inputs, 0)).toHaveLength(1_503 - 1_000);
  inputs.write([tick(20 * DAY_MS)]);
  expect(from(inputs, 0)).toEqual([20 * DAY_MS, 20 * DAY_MS]);
});
