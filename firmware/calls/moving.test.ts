import { destination } from '@branchline/contracts/branch/values';
import { describe, expect, test } from 'vitest';
import { Bench, smallBranch } from './bench.ts';
import type { Refusal } from './call-order.ts';

const twoQueues = {
  ...smallBranch,
  queues: { ...smallBranch.queues, sales: { ring: '15s' } },
  people: {
    ...smallBranch.people,
    boss: { ...smallBranch.people.boss, agent: { queues: ['sales'] } },
  },
};

function move(bench: Bench, call: string, to: string): Refusal | undefined {
  const order = { do: 'move', call, to: destination(to) ?? { kind: 'hang-up' } } as const;
  return bench.happen({ type: 'order', order, by: 'console test' }).refused;
}

describe('a caller who waits', () => {
  test('is moved to another queue, and has waited there as long', () => {
    const bench = new Bench(twoQueues);
    bench.callIn('c1');
    const ringing = bench.legAt('c1', 'p2');
    bench.pass(9_000);
    const since = bench.state.acd.waiting.service?.[0]?.since;
    expect(move(bench, 'c1', 'queue sales')).toBeUndefined();
    expect(bench.bodies('call.moved')).toEqual([
      { from: 'queue service', to: 'queue sales', waitedMs: 9_000, by: 'console test' },
    ]);
    expect(bench.state.acd.waiting.service ?? []).toEqual([]);
    expect(bench.state.acd.waiting.sales).toMatchObject([{ interaction: 'c1', since }]);
    expect(bench.done('hang-up')).toMatchObject([{ channel: ringing }]);
    bench.happen({ type: 'gone', channel: ringing, cause: 16 });
    expect(bench.state.acd.agents.ann?.work).toEqual([]);
    expect(bench.ringingAt('c1')).toEqual(['p1']);
    bench.answer(bench.legAt('c1', 'p1'));
    expect(bench.bodies('call.answered')).toMatchObject([
      { by: { id: 'boss' }, queue: 'sales', waitedMs: 9_000 },
    ]);
  });

  test('is moved to an extension; who rang for the queue in that moment and answers is let go', () => {
    const bench = new Bench(twoQueues);
    bench.callIn('c1');
    const late = bench.legAt('c1', 'p2');
    move(bench, 'c1', 'extension 8003');
    bench.happen({ type: 'up', channel: late });
    bench.happen({ type: 'gone', channel: late, cause: 16 });
    expect(bench.call('c1').ending).toBeUndefined();
    bench.answer(bench.legAt('c1', 'p3'));
    expect(bench.call('c1').stage.at).toBe('talking');
    expect(bench.done('music').at(-1)).toMatchObject({ channel: 'c1', on: false });
  });

  test.each([
    ['queue nowhere', 'no-such-destination'],
    ['extension 9999', 'no-such-destination'],
    ['flow nowhere', 'no-such-destination'],
  ])('is not moved to %s, and waits on', (to, code) => {
    const bench = new Bench();
    bench.callIn('c1');
    expect(move(bench, 'c1', to)).toMatchObject({ code, value: to });
    expect(bench.call('c1').stage.at).toBe('queue');
    expect(bench.done('hang-up')).toEqual([]);
  });

  test('one who talks cannot be moved', () => {
    const bench = new Bench();
    bench.callIn('c1');
    bench.answer(bench.legAt('c1', bench.ringingAt('c1')[0] ?? ''));
    expect(move(bench, 'c1', 'queue service')).toMatchObject({ code: 'not-waiting' });
  });
});

describe('an agent', () => {
  test('is ordered about, and the ledger says by whom', () => {
    const bench = new Bench();
    bench.happen({
      type: 'agent-order',
      agent: 'ann',
      state: 'not-ready',
      reason: 'lunch',
      by: 'console test',
    });
    expect(bench.bodies('agent.state').filter(({ by }) => by !== undefined)).toEqual([
      { agent: 'ann', state: 'not-ready', reason: 'lunch', by: 'console test' },
    ]);
    expect(bench.state.acd.agents.ann).toMatchObject({ signedIn: true, ready: false, reason: 'lunch' });
  });

  test('is given more time to wrap up, and then none', () => {
    const bench = new Bench();
    bench.callIn('c1');
    const leg = bench.legAt('c1', 'p2');
    bench.answer(leg);
    bench.happen({ type: 'gone', channel: leg, cause: 16 });
    bench.happen({ type: 'agent-wrap-up', agent: 'ann', moreMs: 30_000, by: 'console test' });
    expect(bench.state.acd.agents.ann?.wrapUpUntil).toBe(bench.now + 35_000);
    bench.happen({ type: 'agent-wrap-up', agent: 'ann', moreMs: 'end', by: 'console test' });
    expect(bench.state.acd.agents.ann?.wrapUpUntil).toBeUndefined();
    expect(bench.bodies('agent.wrap-up')).toEqual(
      [35_000, 0].map((ms) => ({
        agent: 'ann',
        endsAt: new Date(bench.now + ms).toISOString(),
        by: 'console test',
      })),
    );
  });
});
