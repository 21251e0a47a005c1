/** A carrier's API that is slow, refuses, is broken or lies while a branch is to be moved: what is told, how often it is asked, and that nothing passes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CarrierFault } from '@branchline/lab/carrier-api/server';
import { FakeCloud } from './fake-cloud.ts';

const NAME = 'hangzhou';
const STAND_IN = `${NAME}-standin`;
/** Headquarters' time for which the carrier is as it is. */
const FAULT_MS = 90_000;
const cloud = new FakeCloud(3);
beforeAll(() => cloud.start([NAME]), 30_000);
afterAll(() => cloud.end());

/** `orders`: at most so many keys; `questions`: at most so many repeats of them. By its own time it is asked for 15 s, and then waited for. */
const FAULTS: readonly {
  readonly fault: CarrierFault;
  readonly says: string;
  readonly told: string;
  readonly orders: number;
  readonly questions: number;
}[] = [
  { fault: 'refuses', says: 'refuses (409)', told: 'carrier-refused', orders: 10, questions: 10 },
  { fault: 'busy', says: 'is broken (503)', told: 'carrier-silent', orders: 6, questions: 96 },
  { fault: 'silent', says: 'does not answer in time', told: 'carrier-silent', orders: 6, questions: 96 },
  {
    fault: 'lies',
    says: 'says that it is done, and it is not',
    told: 'carrier-otherwise',
    orders: 6,
    questions: 96,
  },
];

test.each(FAULTS)(
  'a carrier that $says: the story says so once, the box keeps its calls, and it is asked again and again but no flood',
  {
    timeout: 60_000,
  },
  async ({ fault, told, orders, questions }) => {
    const { carrier } = cloud;
    const [asked, before] = [carrier.keys.length, (await cloud.steps(NAME)).length];
    carrier.fault = fault;
    carrier.busyFor = Infinity;
    await cloud.order(NAME, 'stand-in');
    await cloud.pass(async () => (await cloud.steps(NAME)).slice(before).includes(told));
    await cloud.pass(() => new Set(carrier.keys.slice(asked)).size > 1);
    await cloud.forMs(FAULT_MS);
    const keys = carrier.keys.slice(asked);
    expect(new Set(carrier.targets.slice(asked))).toEqual(new Set([STAND_IN]));
    expect(new Set(keys).size).toBeLessThanOrEqual(orders);
    expect(keys.length).toBeLessThanOrEqual(questions);
    expect((await cloud.steps(NAME)).slice(before)).toEqual(['ordered', 'carrier-asked', told]);
    expect(await cloud.continuity(NAME)).toMatchObject({
      ...{ lease: { answers: 'box', acts: 'box' }, move: { to: 'stand-in', step: 'routing' }, routed: null },
    });
    carrier.fault = 'none';
    await cloud.until(NAME, ({ lease }) => lease.acts === 'stand-in');
    expect((await cloud.steps(NAME)).slice(before)).toEqual(
      expect.arrayContaining(['carrier-confirmed', 'stands-in']),
    );
    await cloud.order(NAME, 'box');
    await cloud.until(NAME, ({ lease, state }) => lease.acts === 'box' && state === 'serving');
  },
);
