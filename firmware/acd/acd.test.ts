import { describe, expect, test } from 'vitest';
import type { Queue } from '@branchline/contracts/branch/queues/model';
import { Room, T0, queueOf, smallPlan } from './bench.ts';
import { planOf, type AgentPlan } from './plan.ts';
import { agentPhase, everyWaiting } from './state.ts';

const MINUTE = 60_000;
const agentOf = (id: string, more: Partial<AgentPlan> = {}): AgentPlan => ({
  id,
  queues: { q: 1 },
  skills: {},
  atOnce: 1,
  ...more,
});
const roomOf = (queue: Partial<Queue>, agents: readonly AgentPlan[]): Room =>
  new Room(planOf({ queues: { q: queueOf('q', queue) }, agents }));
const waitingNames = (room: Room): string[] => everyWaiting(room.state).map(({ interaction }) => interaction);

describe('among equals', () => {
  const served = (order: Queue['order'], calls: number): (string | undefined)[] => {
    const room = new Room(smallPlan({ order }));
    return Array.from({ length: calls }, (_, index) => {
      const [agent] = room.enter(`i${index}`);
      if (agent !== undefined) room.serve(`i${index}`, agent);
      return agent;
    });
  };
  test.each([
    ['longest-idle', ['ann', 'bob', 'cid', 'ann']],
    ['round-robin', ['ann', 'bob', 'cid', 'ann']],
    ['fewest-calls', ['ann', 'bob', 'cid', 'ann']],
    ['least-occupied', ['ann', 'bob', 'cid', 'ann']],
    ['linear', ['ann', 'ann', 'ann', 'ann']],
  ] as const)('%s', (order, expected) => expect(served(order, 4)).toEqual(expected));

  test('random draws lots, and a replay draws the same', () => {
    const once = served('random', 60);
    expect(new Set(once).size).toBe(3);
    expect(served('random', 60)).toEqual(once);
  });

  test('least-occupied goes by the share of time at work, wrap-up included', () => {
    const room = new Room(smallPlan({ order: 'least-occupied', wrapUpMs: 5_000 }));
    const [first = ''] = room.enter('long');
    room.tell({ type: 'accepted', interaction: 'long', agent: first });
    room.now += 1_000;
    const [second = ''] = room.enter('short');
    room.serve('short', second, 500);
    room.now += 20_000;
    room.tell({ type: 'free', agent: first, by: 'long', wrapUpMs: 5_000 });
    room.pass(10_000);
    expect([first, second]).toEqual(['ann', 'bob']);
    expect(room.enter('next')).toEqual(['cid']);
    expect(
      room
        .offers()
        .at(-1)
        ?.candidates.map(({ agent, score }) => [agent, score]),
    ).toEqual([
      ['cid', 0],
      ['bob', 16],
      ['ann', 841],
    ]);
  });
});

describe('skills', () => {
  test('an agent without a needed skill is passed over, and the ledger can say so', () => {
    const room = new Room(smallPlan({ order: 'linear', needs: { refund: 1 } }));
    expect(room.enter('i1')).toEqual(['bob']);
    expect(room.offers()[0]?.candidates).toEqual([
      { agent: 'bob', verdict: 'chosen', score: 1 },
      { agent: 'cid', verdict: 'lower', score: 2 },
      { agent: 'ann', verdict: 'lacks-skill' },
    ]);
  });

  test('what an interaction itself needs counts beside what its queue needs', () => {
    const room = new Room();
    expect(room.enter('i1', 'q', { needs: { refund: 2 } })).toEqual(['cid']);
    expect(room.enter('i2', 'q', { needs: { refund: 2 } })).toEqual([]);
    expect(room.enter('i3', 'q', { needs: { refund: 1 } })).toEqual(['bob']);
  });

  test('without relaxation a preference ranks, and keeps nobody waiting', () => {
    const room = new Room(smallPlan({ order: 'linear', prefers: { refund: 2 } }));
    expect(['i1', 'i2', 'i3'].flatMap((name) => room.enter(name))).toEqual(['cid', 'bob', 'ann']);
    expect(room.offers()[1]?.candidates).toMatchObject([
      { agent: 'bob', verdict: 'chosen', short: 1 },
      { agent: 'ann', verdict: 'less-skilled', short: 2 },
      { agent: 'cid', verdict: 'ringing' },
    ]);
  });

  test('with relaxation the best is waited for, step by step', () => {
    const room = new Room(
      smallPlan({
        prefers: { refund: 2 },
        relax: [
          { afterMs: 20_000, insists: { refund: 1 } },
          { afterMs: 40_000, insists: {} },
        ],
      }),
    );
    expect(room.enter('i1')).toEqual(['cid']);
    expect(room.enter('i2')).toEqual([]);
    expect(room.enter('i3')).toEqual([]);
    expect(room.pass(19_999)).toEqual([]);
    expect(room.pass(1)).toMatchObject([
      {
        interaction: 'i2',
        agent: 'bob',
        why: {
          relaxed: [{ skill: 'refund', from: 2, to: 1, afterMs: 20_000 }],
          turn: { waitedMs: 20_000, waiting: 2, next: { interaction: 'i3' } },
        },
      },
    ]);
    expect(room.pass(20_000)).toMatchObject([
      { interaction: 'i3', agent: 'ann', why: { relaxed: [{ skill: 'refund', from: 2, to: 0 }] } },
    ]);
  });

  test('levels of agents are asked in turn, and some only after a time', () => {
    const room = roomOf({ levels: { 3: 10_000 }, order: 'linear' }, [
      agentOf('late', { queues: { q: 3 } }),
      agentOf('second', { queues: { q: 2 } }),
      agentOf('first'),
    ]);
    expect(room.enter('i1')).toEqual(['first']);
    expect(room.enter('i2')).toEqual(['second']);
    expect(room.enter('i3')).toEqual([]);
    expect(room.offers()[0]?.candidates).toMatchObject([
      { agent: 'first', verdict: 'chosen' },
      { agent: 'second', verdict: 'further-level', level: 2 },
      { agent: 'late', verdict: 'level-closed', level: 3 },
    ]);
    expect(room.pass(10_000)).toMatchObject([{ interaction: 'i3', agent: 'late' }]);
  });
});

describe('who is served first', () => {
  const vipFirst = { default: 0, tags: { vip: 10, gold: 5 }, ageingPerMinute: 1 };

  test('a customer with a tag comes before those without, and ageing lets nobody starve', () => {
    const room = new Room(smallPlan({ priority: vipFirst }), false);
    room.enter('plain');
    room.now += 5 * MINUTE;
    room.enter('vip-1', 'q', { tags: ['gold', 'vip'] });
    expect(waitingNames(room)).toEqual(['vip-1', 'plain']);
    room.now += 6 * MINUTE;
    room.enter('vip-2', 'q', { tags: ['vip'] });
    expect(waitingNames(room)).toEqual(['vip-1', 'plain', 'vip-2']);
    const [offer] = room.tell({ type: 'reachable', agent: 'ann', reachable: true });
    expect(offer).toMatchObject({
      interaction: 'vip-1',
      why: {
        turn: { priority: 10, aged: 6, tag: 'vip', waiting: 3, next: { interaction: 'plain', points: 11 } },
      },
    });
  });

  test('between queues the one with most points goes first', () => {
    const room = new Room(smallPlan(), false);
    room.enter('plain');
    room.now += MINUTE;
    room.enter('vip', 'vip');
    expect(room.tell({ type: 'reachable', agent: 'ann', reachable: true })).toMatchObject([
      { interaction: 'vip', why: { turn: { next: { interaction: 'plain', queue: 'q', points: 1 } } } },
    ]);
  });

  test('who can be served by nobody free is passed, and it is said so', () => {
    const room = new Room(smallPlan(), false);
    room.enter('picky', 'q', { needs: { refund: 2 } });
    room.enter('plain');
    const [offer] = room.tell({ type: 'reachable', agent: 'ann', reachable: true });
    expect(offer).toMatchObject({ interaction: 'plain', why: { turn: { waiting: 2, passed: 1 } } });
  });

  test('a supervisor may move one forward', () => {
    const room = new Room(smallPlan(), false);
    room.enter('a');
    room.enter('b');
    room.tell({ type: 'promote', interaction: 'b', priority: 50 });
    expect(waitingNames(room)).toEqual(['b', 'a']);
  });
});

describe('the agent of last time', () => {
  const lastAgent = { withinMs: 24 * 60 * MINUTE, waitMs: 20_000 };
  const known = (): Room => {
    const room = new Room(smallPlan({ order: 'linear', lastAgent }));
    room.enter('before', 'q', { customer: '+861' });
    room.serve('before', 'ann');
    room.tell({ type: 'order', agent: 'ann', state: 'not-ready' });
    room.tell({ type: 'order', agent: 'ann', state: 'ready' });
    return room;
  };

  test('has him again, though the order says another', () => {
    const room = new Room(smallPlan({ order: 'fewest-calls', lastAgent }));
    const [first = ''] = room.enter('before', 'q', { customer: '+861' });
    room.serve('before', first);
    expect(room.enter('again', 'q', { customer: '+861' })).toEqual([first]);
    expect(room.offers().at(-1)).toMatchObject({
      why: { lastAgent: { agent: first, state: 'chosen' } },
      candidates: [{ verdict: 'chosen' }, { verdict: 'not-last-agent' }, { verdict: 'not-last-agent' }],
    });
  });

  test('is waited for while he talks, but not for longer than stated', () => {
    const room = known();
    room.tell({ type: 'occupied', agent: 'ann', by: 'other' });
    expect(room.enter('again', 'q', { customer: '+861' })).toEqual([]);
    expect(room.enter('somebody')).toEqual(['bob']);
    expect(room.pass(20_000)).toMatchObject([
      { interaction: 'again', agent: 'cid', why: { lastAgent: { agent: 'ann', state: 'not-in-time' } } },
    ]);
  });

  test('is not waited for when he is away, or was last spoken to long ago', () => {
    const room = known();
    room.tell({ type: 'order', agent: 'ann', state: 'not-ready', reason: 'lunch' });
    expect(room.enter('again', 'q', { customer: '+861' })).toEqual(['bob']);
    const later = known();
    later.now += lastAgent.withinMs + 1;
    later.tell({ type: 'occupied', agent: 'ann', by: 'other' });
    expect(later.enter('again', 'q', { customer: '+861' })).toEqual(['bob']);
  });

  test('who leaves while the customer is kept for him is kept for no longer', () => {
    const room = known();
    room.tell({ type: 'occupied', agent: 'ann', by: 'other' });
    room.enter('again', 'q', { customer: '+861' });
    expect(room.tell({ type: 'order', agent: 'ann', state: 'signed-out' })).toMatchObject([
      { interaction: 'again', agent: 'bob', why: { lastAgent: { state: 'not-there' } } },
    ]);
  });
});

describe('agents', () => {
  test('who did not take it is out with a reason, and asked again only when nobody else is left', () => {
    const room = new Room(smallPlan({ order: 'linear' }));
    expect(room.enter('i1')).toEqual(['ann']);
    const [next] = room.tell({ type: 'refused', interaction: 'i1', agent: 'ann', reason: 'no-answer' });
    expect(next).toMatchObject({ agent: 'bob', attempt: 2 });
    expect(room.state.agents.ann).toMatchObject({ ready: false, reason: 'no-answer' });
    room.tell({ type: 'order', agent: 'ann', state: 'ready' });
    const again = room.tell({ type: 'refused', interaction: 'i1', agent: 'bob', reason: 'busy' });
    expect(again).toMatchObject([
      { agent: 'cid', candidates: [{}, { agent: 'ann', verdict: 'just-missed' }, { verdict: 'held-back' }] },
    ]);
  });

  test('may miss as many as the queue allows', () => {
    const room = roomOf({ outAfterMisses: 2 }, [agentOf('ann')]);
    room.enter('i1');
    room.tell({ type: 'refused', interaction: 'i1', agent: 'ann', reason: 'no-answer' });
    expect(agentPhase(room.state.agents.ann!, room.now)).toBe('held-back');
    expect(room.pass(5_000)).toMatchObject([{ agent: 'ann', attempt: 2 }]);
    room.tell({ type: 'refused', interaction: 'i1', agent: 'ann', reason: 'no-answer' });
    expect(agentPhase(room.state.agents.ann!, room.now)).toBe('not-ready');
  });

  test('whose telephone cannot be reached are out at once, and back at once', () => {
    const room = roomOf({}, [agentOf('ann')]);
    room.tell({ type: 'reachable', agent: 'ann', reachable: false });
    expect(room.enter('i1')).toEqual([]);
    expect(room.tell({ type: 'reachable', agent: 'ann', reachable: true })).toMatchObject([{ agent: 'ann' }]);
  });

  test('wrap-up ends by itself, early, or later', () => {
    const wrapUp = (): Room => {
      const room = roomOf({}, [agentOf('ann')]);
      room.enter('i1');
      room.tell({ type: 'accepted', interaction: 'i1', agent: 'ann' });
      room.tell({ type: 'free', agent: 'ann', by: 'i1', wrapUpMs: 5_000 });
      room.enter('i2');
      return room;
    };
    const left = wrapUp();
    expect(agentPhase(left.state.agents.ann!, left.now)).toBe('wrap-up');
    expect(left.pass(4_999)).toEqual([]);
    expect(left.pass(1)).toMatchObject([{ agent: 'ann' }]);
    expect(wrapUp().tell({ type: 'wrap-up', agent: 'ann', moreMs: 'end' })).toMatchObject([{ agent: 'ann' }]);
    const longer = wrapUp();
    longer.tell({ type: 'wrap-up', agent: 'ann', moreMs: 10_000 });
    expect(longer.pass(14_999)).toEqual([]);
    expect(longer.pass(1)).toMatchObject([{ agent: 'ann' }]);
  });

  test('take as many at once as they may, and nothing written while they speak', () => {
    const room = roomOf({}, [agentOf('ann', { atOnce: 2, chats: 3 })]);
    const chat = (name: string): string[] => room.enter(name, 'q', { kind: 'chat' });
    expect([chat('c1'), chat('c2')]).toEqual([['ann'], ['ann']]);
    expect([room.enter('v1'), room.enter('v2'), room.enter('v3')]).toEqual([['ann'], ['ann'], []]);
    expect(chat('c3')).toEqual([]);
    for (const name of ['v1', 'v2']) room.serve(name, 'ann');
    room.serve('v3', 'ann');
    expect(waitingNames(room)).toEqual(['c1', 'c2', 'c3']);
    expect(everyWaiting(room.state).at(-1)?.offers).toEqual(['ann']);
  });

  test('an offer that came to nothing costs nobody his place', () => {
    const room = new Room();
    expect(room.enter('i1')).toEqual(['ann']);
    room.now += 1_000;
    room.tell({ type: 'leave', interaction: 'i1' });
    room.tell({ type: 'refused', interaction: 'i1', agent: 'ann', reason: 'caller-gone' });
    expect(room.enter('i2')).toEqual(['ann']);
  });
});

describe('all ring', () => {
  const all = (): Room => new Room(smallPlan({ order: 'ring-all', outAfterMisses: 0 }));

  test('and the first who answers has it: the others are told, also one who answers in the same moment', () => {
    const room = all();
    expect(room.enter('i1')).toEqual(['ann', 'bob', 'cid']);
    expect(room.tell({ type: 'accepted', interaction: 'i1', agent: 'bob' })).toMatchObject([
      { do: 'withdraw', agent: 'ann', because: 'answered-elsewhere' },
      { do: 'withdraw', agent: 'cid', because: 'answered-elsewhere' },
    ]);
    expect(room.tell({ type: 'accepted', interaction: 'i1', agent: 'cid' })).toMatchObject([
      { do: 'withdraw', agent: 'cid' },
    ]);
    expect(agentPhase(room.state.agents.bob!, room.now)).toBe('busy');
    for (const agent of ['ann', 'cid']) {
      expect(agentPhase(room.state.agents[agent]!, room.now)).toBe('ringing');
      room.tell({ type: 'refused', interaction: 'i1', agent, reason: 'withdrawn' });
      expect(agentPhase(room.state.agents[agent]!, room.now)).toBe('ready');
    }
    expect(room.enter('i2')).toEqual(['ann', 'cid']);
  });

  test('whoever becomes free meanwhile rings too', () => {
    const room = all();
    room.tell({ type: 'occupied', agent: 'cid', by: 'other' });
    expect(room.enter('i1')).toEqual(['ann', 'bob']);
    expect(room.tell({ type: 'free', agent: 'cid', by: 'other', wrapUpMs: 0 })).toMatchObject([
      { do: 'offer', interaction: 'i1', agent: 'cid', attempt: 2 },
    ]);
  });

  test('when nobody answers all ring again after a pause, and nobody is taken out', () => {
    const room = all();
    room.enter('i1');
    for (const agent of ['ann', 'bob', 'cid'])
      room.tell({ type: 'refused', interaction: 'i1', agent, reason: 'no-answer' });
    expect(room.pass(4_999)).toEqual([]);
    expect(room.pass(1)).toHaveLength(3);
  });
});

test('an event of 500 agents names the chosen one and the best few, and counts the rest', () => {
  const agents = Array.from({ length: 500 }, (_, index) => agentOf(`a${index}`));
  const room = roomOf({ order: 'linear' }, agents);
  for (let index = 100; index < 500; index += 1)
    room.tell({ type: 'order', agent: `a${index}`, state: 'signed-out' });
  room.enter('i1');
  const [offer] = room.offers();
  expect(offer?.candidates).toHaveLength(8);
  expect(offer?.why.rest).toEqual({ lower: 92, 'signed-out': 400 });
  expect(JSON.stringify(offer).length).toBeLessThan(900);
});

test('a document that changes keeps who waits in order, and sends on whoever waits in a queue that is gone', () => {
  const room = new Room(smallPlan(), false);
  room.enter('a');
  room.enter('b', 'vip');
  room.plan = planOf({ queues: { q: queueOf('q') }, agents: [agentOf('dan')] });
  expect(room.tell({ type: 'plan', plan: room.plan.id })).toEqual([
    { do: 'overflow', interaction: 'b', queue: 'vip', because: 'queue-gone' },
  ]);
  expect(Object.keys(room.state.agents)).toEqual(['dan']);
  expect(room.tell({ type: 'reachable', agent: 'dan', reachable: true })).toMatchObject([
    { interaction: 'a' },
  ]);
});

test('after a restart, what lives on goes on waiting in its order', () => {
  const room = new Room(smallPlan(), false);
  for (const name of ['a', 'b', 'c']) room.enter(name);
  room.tell({ type: 'occupied', agent: 'ann', by: 'gone' });
  room.tell({ type: 'alive', interactions: ['a', 'c'] });
  expect(waitingNames(room)).toEqual(['a', 'c']);
  expect(room.state.agents.ann?.work).toEqual([]);
});

test('a clock that goes back leaves nobody waiting since a moment to come', () => {
  const room = new Room(smallPlan(), false);
  room.enter('a');
  room.enter('b');
  room.now = T0 - 60 * MINUTE;
  room.tell({ type: 'clock-moved' });
  expect(everyWaiting(room.state).map(({ interaction, since }) => [interaction, since])).toEqual([
    ['a', room.now],
    ['b', room.now],
  ]);
});
