import { describe, expect, test } from 'vitest';
import { Bench, smallBranch } from './bench.ts';
import type { CallEvent } from './events.ts';
import { Step } from './step.ts';
import { acdPlan, happen, settleQueues } from './switchboard.ts';

const overflow = [{ when: 'waiting > 20s', to: 'flow welcome' }];
const document = { ...smallBranch, queues: { service: { overflow } } };

/** One step, in which the queues may not have their way even once. */
function held(bench: Bench, event: CallEvent): void {
  const step = new Step(bench.state, bench.branch, acdPlan(bench.branch), bench.now);
  happen(step, event);
  settleQueues(step, 0);
  const result = step.result();
  bench.state = result.state;
  bench.effects.push(...result.effects);
}

describe('what queues want comes to rest, whatever goes round', () => {
  test('an offer is taken back, and made again a moment later', () => {
    const bench = new Bench(document);
    held(bench, {
      type: 'arrived',
      channel: 'c1',
      from: { kind: 'gateway', name: 'e1' },
      callerNumber: '13900000001',
      dialled: '+8657186001001',
    });
    expect(bench.done('dial')).toEqual([]);
    expect(bench.call('c1').stage.at).toBe('queue');
    expect(Object.values(bench.state.acd.agents).flatMap(({ work }) => work)).toEqual([]);
    bench.pass(5_000);
    expect(bench.ringingAt('c1')).toHaveLength(1);
  });

  test('a caller who is sent on is let go', () => {
    const bench = new Bench(document);
    for (const agent of ['ann', 'bob']) bench.happen({ type: 'agent-order', agent, state: 'not-ready' });
    bench.callIn('c1');
    bench.now += 20_001;
    held(bench, { type: 'tick' });
    expect(bench.done('hang-up')).toMatchObject([{ channel: 'c1', cause: 34 }]);
    expect(bench.state.acd.waiting).toEqual({});
  });
});
