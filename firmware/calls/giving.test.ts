import { beforeEach, describe, expect, test } from 'vitest';
import { Bench, smallBranch } from './bench.ts';

let bench: Bench;

beforeEach(() => {
  bench = new Bench({
    ...smallBranch,
    people: {
      ...smallBranch.people,
      eve: { name: 'Eve', extension: 8004, phones: ['p4'], agent: { queues: ['sales'] } },
    },
    phones: { ...smallBranch.phones, p4: {} },
    queues: { ...smallBranch.queues, sales: {} },
  });
});

const give = (agent: string, call = 'c3') =>
  bench.happen({ type: 'order', order: { do: 'give', call, agent }, by: 'console 10.0.0.7' });
const set = (agent: string, state: 'ready' | 'not-ready' | 'signed-out'): void =>
  void bench.happen({ type: 'agent-order', agent, state });

/** Both agents talk, and three wait: c3, c4, c5. */
function crowd(): void {
  for (const channel of ['c1', 'c2', 'c3', 'c4', 'c5'])
    bench.callIn(channel, undefined, `139000000${channel[1]}1`);
  bench.answer(bench.legAt('c1', 'p2'));
  bench.answer(bench.legAt('c2', 'p3'));
}

describe('a caller who waits is given to an agent', () => {
  test('before others who have waited longer, to one of another queue, with who ordered it', () => {
    crowd();
    bench.pass(30_000);
    expect(give('eve', 'c5').refused).toBeUndefined();
    expect(bench.ringingAt('c5')).toEqual(['p4']);
    expect(bench.bodies('call.leg-offered').at(-1)).toMatchObject({
      to: { kind: 'agent', id: 'eve' },
      queue: 'service',
      candidates: [{ agent: 'eve', verdict: 'chosen' }],
      why: { given: 'console 10.0.0.7', turn: { waitedMs: 30_000, waiting: 3 } },
    });
    bench.answer(bench.legAt('c5', 'p4'));
    expect(bench.bodies('call.answered').at(-1)).toMatchObject({ by: { id: 'eve' }, queue: 'service' });
    expect(bench.state.acd.agents.eve?.work).toMatchObject([{ what: 'c5', as: 'served', queue: 'service' }]);
  });

  test('in wrap-up, and not by any other before he has let it ring in vain', () => {
    crowd();
    const ann = bench.legAt('c1', 'p2');
    set('eve', 'signed-out');
    bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
    bench.happen({ type: 'gone', channel: ann, cause: 16 });
    give('ann', 'c4');
    expect(bench.ringingAt('c4')).toEqual(['p2']);
    bench.happen({ type: 'gone', channel: bench.legAt('c4', 'p2'), cause: 19 });
    expect(bench.state.acd.agents.ann).toMatchObject({ ready: false, reason: 'no-answer' });
    expect(bench.state.acd.waiting.service?.map(({ interaction }) => interaction)).toEqual([
      'c3',
      'c4',
      'c5',
    ]);
  });

  test('and what was decided is decided again from what the ACD was told', () => {
    crowd();
    give('eve', 'c5');
    expect(bench.acdInputs.at(-1)?.events).toMatchObject([{ type: 'give', interaction: 'c5', agent: 'eve' }]);
  });

  test.each<[string, string, string, () => void]>([
    ['not-waiting', 'eve', 'c1', () => undefined],
    ['no-such-agent', 'boss', 'c3', () => undefined],
    ['agent-not-free', 'ann', 'c3', () => undefined],
    ['agent-not-free', 'eve', 'c3', () => set('eve', 'not-ready')],
    ['agent-not-free', 'eve', 'c3', () => bench.happen({ type: 'phone', phone: 'p4', reachable: false })],
    ['rings-already', 'eve', 'c4', () => give('eve', 'c4')],
  ])('is refused as %s for %s', (code, agent, call, before) => {
    crowd();
    before();
    const { refused, effects } = give(agent, call);
    expect(refused?.code).toBe(code);
    expect(effects).toEqual([]);
  });
});
