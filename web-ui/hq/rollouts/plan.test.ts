import { expect, test } from 'vitest';
import { EMPTY, planOf, type PlanFields } from './plan.ts';

const filled: PlanFields = {
  ...EMPTY,
  name: 'longer',
  set: [
    { path: 'queues/sales/ring', value: '20s' },
    { path: 'people/wang.fang/groups', value: '["managers"]' },
    { path: 'limits', value: '' },
    { path: '', value: 'nothing' },
  ],
  pilots: 'a, b',
};

test('fields become a plan: values as JSON or text, an empty one takes out, waves in order', () => {
  const plan = planOf(filled, ['a', 'b', 'c'], 120);
  expect(plan?.change).toEqual({
    kind: 'document',
    set: [
      { path: ['queues', 'sales', 'ring'], becomes: '20s' },
      { path: ['people', 'wang.fang', 'groups'], becomes: ['managers'] },
      { path: ['limits'] },
    ],
  });
  expect(plan?.waves.map(({ take }) => take)).toEqual(['boxes', 'one-per-model', 'share', 'share', 'rest']);
  expect(plan).toMatchObject({ boxes: ['a', 'b', 'c'], hours: { by: 'computed' }, gates: { soakS: 3_600 } });
  expect(planOf({ ...filled, these: 'c  b' }, ['a'], 120)?.boxes).toEqual(['c', 'b']);
});

test('a version of a template and what branches stand beneath are changes too', () => {
  const about = { ...filled, template: 'east', version: '3' };
  expect(planOf({ ...about, kind: 'template' }, ['a'], 120)?.change).toEqual({
    kind: 'template',
    template: 'east',
    version: 3,
  });
  expect(planOf({ ...about, kind: 'assignment', template: '' }, ['a'], 120)?.change).toEqual({
    kind: 'assignment',
    template: null,
    overrides: 'keep',
  });
  expect(planOf({ ...about, kind: 'template', version: '' }, ['a'], 120)).toBeUndefined();
});

test.each<Partial<PlanFields>>([
  { name: ' ' },
  { set: [{ path: '/', value: 'x' }] },
  { set: [] },
  { these: '' },
  { shares: '10 x' },
  { shares: '0' },
  { soakMin: '0' },
  { patienceMin: '' },
  { atOnce: '1.5' },
  { hours: 'stated', from: '25:00' },
])('%j is no plan yet', (wrong) => {
  expect(planOf({ ...filled, ...wrong }, ['a'], 120)).toBeUndefined();
});
