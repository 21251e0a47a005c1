import { expect, test } from 'vitest';
import type { ControllerShown } from '@branchline/contracts/http/controllers';
import { whoLeads } from './who-leads.ts';

const AT = '2026-01-05T02:00:00.000Z';
const controller = (name: string, more: Partial<ControllerShown> = {}): ControllerShown => ({
  ...{ name, version: '0.3.0', here: false, there: true, leadsSince: null, startedAt: AT, seenAt: AT },
  ...more,
});

test('one alone has nothing to tell', () => {
  expect(whoLeads([controller('a', { leadsSince: AT })])).toBeUndefined();
});

test('of several: who leads, who is there beside it, who is away', () => {
  const [a, b, c] = [controller('a', { leadsSince: AT }), controller('b'), controller('c', { there: false })];
  expect(whoLeads([a, b, c])).toEqual({ leader: a, others: [b], away: [c] });
});

test('after the leader was lost nobody leads for a while', () => {
  expect(whoLeads([controller('a', { there: false }), controller('b')])).toMatchObject({
    leader: undefined,
    others: [{ name: 'b' }],
    away: [{ name: 'a' }],
  });
});
