import { ManualClock } from '@branchline/runtime/clock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Registration } from '../engine/port.ts';
import { ASK_EVERY_MS, RegistrationWatch, TRYING_MS } from './registration-watch.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let clock: ManualClock;
let watch: RegistrationWatch;
let registering: string[];
let engine: readonly Registration[] | Error;
let told: [string, boolean | undefined][];
let asked: number;

beforeEach(() => {
  clock = new ManualClock();
  [registering, told, asked] = [['cloud'], [], 0];
  watch = new RegistrationWatch({
    clock,
    registering: () => registering,
    ask: () => {
      asked += 1;
      return engine instanceof Error ? Promise.reject(engine) : Promise.resolve(engine);
    },
    tell: (trunk, registered) => told.push([trunk, registered]),
  });
});
afterEach(() => {
  watch.stop();
});

const says = (state: Registration['state']): void => {
  engine = [{ line: 'cloud', state }];
};
/** Rounds one after the other, each with its answer. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= ASK_EVERY_MS) {
    clock.advance(Math.min(left, ASK_EVERY_MS));
    await settled();
  }
}

test('registered, refused and registered again: each is told in the round after it', async () => {
  says('registered');
  watch.start();
  await settled();
  says('failed');
  await pass(ASK_EVERY_MS);
  says('registered');
  await pass(ASK_EVERY_MS);
  expect(told).toEqual([
    ['cloud', true],
    ['cloud', false],
    ['cloud', true],
  ]);
});

test.each([
  ['not there yet', [{ line: 'cloud', state: 'trying' as const }]],
  ['not known to the engine, as its password is not there', []],
])('one that is %s is given its time, and is then not registered', async (_, answer) => {
  engine = answer;
  watch.start();
  await settled();
  await pass(TRYING_MS - ASK_EVERY_MS);
  expect(told).toEqual([]);
  await pass(ASK_EVERY_MS);
  expect(told).toEqual([['cloud', false]]);
});

test('an engine that is new is given that time anew', async () => {
  says('trying');
  watch.start();
  await settled();
  await pass(TRYING_MS - ASK_EVERY_MS);
  watch.engineIsNew();
  await pass(ASK_EVERY_MS);
  expect(told).toEqual([]);
});

test('while the engine is away nothing is said, and it is asked on', async () => {
  engine = new Error('away');
  watch.start();
  await settled();
  await pass(4 * TRYING_MS);
  expect(told).toEqual([]);
  says('failed');
  await pass(ASK_EVERY_MS);
  expect(told).toEqual([['cloud', false]]);
});

test('a trunk that registers no more is told of once; with none the engine is not asked', async () => {
  says('failed');
  watch.start();
  await settled();
  [registering, asked] = [[], 0];
  await pass(3 * ASK_EVERY_MS);
  expect(told).toEqual([
    ['cloud', false],
    ['cloud', undefined],
  ]);
  expect(asked).toBe(0);
});
