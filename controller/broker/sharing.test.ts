import { expect, test } from 'vitest';
import { leaves, topics } from '@branchline/contracts/topics';
import { subscriptionsOf } from './sharing.ts';

const GROUP = 'a1'.repeat(16);
test('every word that boxes say is heard, and by one or by each', () => {
  const { one, each } = subscriptionsOf('main', GROUP);
  const up = leaves.filter((leaf) => topics[leaf].direction === 'up');
  expect([...one, ...each].map(({ filter }) => filter.split('/').at(-1)).sort()).toEqual([...up].sort());
  for (const { filter } of one) expect(filter).toMatch(`$share/${GROUP}/branchline/v1/main/+/`);
  for (const { filter } of each) expect(filter).toMatch(/^branchline\/v1\/main\/\+\//);
});

test('what the broker keeps is heard by each: a group is told nothing that was said before it came', () => {
  const { one } = subscriptionsOf('main', GROUP);
  for (const { filter } of one) {
    const leaf = leaves.find((each) => filter.endsWith(`/${each}`));
    expect(leaf && topics[leaf].retain).toBe(false);
  }
});

test.each(['', 'hq', 'a'.repeat(31), 'x'.repeat(32), `${GROUP}/x`, 'a'.repeat(129)])(
  'a group is not named %j, and the name is not repeated',
  (group) => {
    const message = (() => {
      try {
        return JSON.stringify(subscriptionsOf('main', group));
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(message).toMatch(/32 to 128 signs/);
    if (group.length > 8) expect(message).not.toContain(group);
  },
);

test.each(['', '+', '#', 'a/b'])('no fleet is named %j', (tenant) => {
  expect(() => subscriptionsOf(tenant, GROUP)).toThrow(/tenant/);
});
