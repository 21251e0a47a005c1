/** What a document says of queues, on calls: through the switchboard, with an engine on paper. */
import { describe, expect, test } from 'vitest';
import { replay, type StepInputs } from '../acd/replay.ts';
import type { Offer } from '../acd/state.ts';
import { Bench, smallBranch } from './bench.ts';
import { acdPlan } from './switchboard.ts';

type Json = Record<string, unknown>;
const person = (extension: number, phone: string, agent?: Json): Json => ({
  name: phone,
  extension,
  phones: [phone],
  ...(agent ? { agent } : {}),
});
const branch = (service: Json, more: Json = {}): Json => ({
  ...smallBranch,
  people: {
    boss: { ...person(8001, 'p1'), groups: ['managers'] },
    ann: person(8002, 'p2', { queues: { service: 1 }, skills: { refund: 5 } }),
    bob: person(8003, 'p3', { queues: { service: 1, sales: 1 }, skills: { refund: 3 } }),
  },
  queues: { service: { ring: '15s', 'wrap-up': '5s', ...service }, sales: {} },
  ...more,
});
const opened = (service: Json, more: Json = {}): Bench => new Bench(branch(service, more));
const out = (bench: Bench, agent: string): void =>
  void bench.happen({ type: 'agent-order', agent, state: 'not-ready' });
const inQueue = (bench: Bench): void => {
  for (const agent of ['ann', 'bob']) out(bench, agent);
  bench.callIn('c1');
};

describe('who is rung', () => {
  test('the better skilled first, and after its time whoever is enough', () => {
    const bench = opened({ prefers: { refund: 5, relax: { after: '20s', to: 3 } } });
    bench.callIn('c1');
    expect(bench.ringingAt('c1')).toEqual(['p2']);
    bench.callIn('c2');
    expect(bench.ringingAt('c2')).toEqual([]);
    bench.pass(20_000);
    expect(bench.ringingAt('c2')).toEqual(['p3']);
    expect(bench.bodies('call.leg-offered').at(-1)?.why?.relaxed).toEqual([
      { skill: 'refund', from: 5, to: 3, afterMs: 20_000 },
    ]);
  });

  test('where all ring, the first who answers has the caller, and the others are let off', () => {
    const bench = opened({ order: 'ring-all' });
    bench.callIn('c1');
    expect(bench.ringingAt('c1')).toEqual(['p2', 'p3']);
    const [first, second] = [bench.legAt('c1', 'p3'), bench.legAt('c1', 'p2')];
    bench.answer(first);
    bench.answer(second);
    expect(bench.bodies('call.answered')).toMatchObject([{ by: { id: 'bob' } }]);
    bench.happen({ type: 'gone', channel: second, cause: 26 });
    expect(bench.state.acd.agents.ann).toMatchObject({ work: [], ready: true, answered: 0 });
    expect(bench.state.acd.agents.bob).toMatchObject({ answered: 1 });
    bench.callIn('c2');
    expect(bench.ringingAt('c2')).toEqual(['p2']);
  });

  test('the agent of last time, whom the caller knows', () => {
    const bench = opened({ order: 'linear', 'last-agent': { within: '1d', wait: '20s' } });
    out(bench, 'ann');
    bench.callIn('c1');
    bench.answer(bench.legAt('c1', 'p3'));
    bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
    bench.happen({ type: 'gone', channel: Object.keys(bench.call('c1').legs)[0] ?? '', cause: 16 });
    bench.happen({ type: 'agent-order', agent: 'ann', state: 'ready' });
    bench.pass(10_000);
    bench.callIn('c2');
    expect(bench.ringingAt('c2')).toEqual(['p3']);
    bench.callIn('c3', undefined, '13900000009');
    expect(bench.ringingAt('c3')).toEqual(['p2']);
  });

  test('a caller with a tag goes first', () => {
    const bench = opened(
      { priority: { vip: 10, default: 0, ageing: '1/min' } },
      { callers: { vip: ['+86 139 0000 0007'] } },
    );
    inQueue(bench);
    bench.callIn('c2', undefined, '13900000007');
    expect(bench.bodies('call.queued')).toMatchObject([
      { priority: 0, position: 1 },
      { priority: 10, tag: 'vip', position: 1 },
    ]);
    bench.happen({ type: 'agent-order', agent: 'ann', state: 'ready' });
    expect(bench.ringingAt('c2')).toEqual(['p2']);
    expect(bench.ringingAt('c1')).toEqual([]);
  });

  test('a supervisor moves one forward, and wrap-up ends early', () => {
    const bench = opened({});
    out(bench, 'bob');
    bench.callIn('c0');
    bench.answer(bench.legAt('c0', 'p2'));
    bench.callIn('c1');
    bench.callIn('c2');
    bench.happen({ type: 'promote', call: 'c2', priority: 50 });
    bench.happen({ type: 'gone', channel: Object.keys(bench.call('c0').legs)[0] ?? '', cause: 16 });
    expect(bench.ringingAt('c2')).toEqual([]);
    bench.happen({ type: 'agent-wrap-up', agent: 'ann', moreMs: 'end' });
    expect(bench.ringingAt('c2')).toEqual(['p2']);
  });
});

describe('while he waits', () => {
  test('he is told where he stands, between music and music', () => {
    const bench = opened({ waiting: { announce: ['position', 'comfort'], first: '10s', every: '30s' } });
    inQueue(bench);
    bench.pass(10_000);
    const [told] = bench.done('announce');
    expect(told?.prompts.map((prompt) => 'name' in prompt && prompt.name)).toEqual([
      'queue-position',
      'number-1',
      'queue-position-end',
      'please-hold',
    ]);
    expect(bench.bodies('call.announced')).toEqual([{ queue: 'service', position: 1 }]);
    const music = bench.done('music').length;
    bench.happen({ type: 'played', channel: 'c1', playback: told?.playback ?? '' });
    expect(bench.done('music').slice(music)).toMatchObject([{ on: true, music: 'default' }]);
    bench.pass(30_000);
    expect(bench.done('announce')).toHaveLength(2);
  });

  test('an announcement stops when somebody answers', () => {
    const bench = opened({ waiting: { announce: ['position'], first: '1s' } });
    inQueue(bench);
    bench.pass(1_000);
    bench.happen({ type: 'agent-order', agent: 'ann', state: 'ready' });
    bench.answer(bench.legAt('c1', 'p2'));
    expect(bench.done('stop-playing')).toEqual([
      { do: 'stop-playing', playback: bench.done('announce')[0]?.playback },
    ]);
  });
});

describe('without an agent', () => {
  test('after a time he goes on to another queue, and keeps the time that he has waited', () => {
    const bench = opened({ overflow: [{ when: 'waiting > 1m', to: 'queue sales' }] });
    const came = bench.now;
    inQueue(bench);
    bench.pass(60_000);
    expect(bench.bodies('call.overflowed')).toEqual([
      { queue: 'service', because: 'waiting', to: 'queue sales', waitedMs: 60_000 },
    ]);
    expect(bench.call('c1').stage).toMatchObject({ at: 'queue', queue: 'sales', since: came });
    bench.happen({ type: 'agent-order', agent: 'bob', state: 'ready' });
    bench.answer(bench.legAt('c1', 'p3'));
    expect(bench.bodies('call.answered')).toMatchObject([{ queue: 'sales', waitedMs: 60_000 }]);
  });

  test.each([
    ['nobody there', 'extension 8001', 'p1'],
    ['nobody there', 'outside +86 571 8600 2000', 'pstn'],
    ['nobody there', 'flow on', 'p1'],
  ])('%s: %s', (when, to, rings) => {
    const bench = opened(
      { overflow: [{ when, to }] },
      { flows: { ...smallBranch.flows, on: [{ to: 'extension 8001' }] } },
    );
    inQueue(bench);
    expect(bench.ringingAt('c1')).toEqual([rings]);
    expect(bench.state.acd.waiting.service).toBeUndefined();
  });

  test('a flow may lead him back, where he waits', () => {
    const bench = opened(
      { overflow: [{ when: 'nobody there', to: 'flow sorry' }] },
      { flows: { ...smallBranch.flows, sorry: [{ to: 'queue service' }] } },
    );
    inQueue(bench);
    expect(bench.call('c1').stage).toMatchObject({ at: 'queue', queue: 'service' });
    expect(bench.bodies('call.overflowed')).toHaveLength(1);
    bench.happen({ type: 'agent-order', agent: 'ann', state: 'ready' });
    expect(bench.ringingAt('c1')).toEqual(['p2']);
  });

  test('he may leave a message', () => {
    const voicemail = { shop: { name: 'Shop', greeting: 'greeting' } };
    const bench = opened({ overflow: [{ when: 'nobody there', to: 'voicemail shop' }] }, { voicemail });
    inQueue(bench);
    expect(bench.call('c1').stage).toMatchObject({ at: 'voicemail', box: 'shop' });
    expect(bench.done('play').at(-1)).toMatchObject({ prompts: [{ name: 'greeting' }] });
  });

  test('a digit leads out', () => {
    const bench = opened({ waiting: { press: { 9: 'extension 8001' } } });
    inQueue(bench);
    bench.happen({ type: 'digit', channel: 'c1', digit: '9' });
    expect(bench.ringingAt('c1')).toEqual(['p1']);
    expect(bench.bodies('call.overflowed')).toMatchObject([{ because: 'digit', to: 'extension 8001' }]);
  });
});

describe('what the flows have learnt of him', () => {
  const known = (set: Json, service: Json = {}): Bench =>
    opened(service, {
      numbers: { main: { number: '+86 571 8600 1000', to: 'flow known' } },
      flows: { known: [{ set }, { to: 'queue service' }] },
    });
  const callIn = (bench: Bench): void => bench.callIn('c1', '+8657186001000');

  test('his tags give him his points, with those that his number has', () => {
    const bench = known({ tags: ['gold'] }, { priority: { gold: 30, vip: 10 } });
    for (const agent of ['ann', 'bob']) out(bench, agent);
    callIn(bench);
    expect(bench.bodies('call.queued')).toMatchObject([{ priority: 30, tag: 'gold' }]);
  });

  test('the skills that he needs count beside those of the queue', () => {
    const bench = known({ needs: { refund: 4 } });
    out(bench, 'ann');
    callIn(bench);
    expect(bench.ringingAt('c1')).toEqual([]);
    bench.happen({ type: 'agent-order', agent: 'ann', state: 'ready' });
    expect(bench.ringingAt('c1')).toEqual(['p2']);
  });

  test('he is told in his language where he stands', () => {
    const bench = known({ language: 'zh' }, { waiting: { announce: ['position'], first: '1s' } });
    for (const agent of ['ann', 'bob']) out(bench, agent);
    callIn(bench);
    bench.pass(1_000);
    expect(bench.done('announce')[0]?.prompts[0]).toMatchObject({ name: 'queue-position', language: 'zh' });
  });

  test('all of it goes with him through a restart', () => {
    const bench = known({ needs: { refund: 4 }, tags: ['gold'] }, { priority: { gold: 30 } });
    out(bench, 'ann');
    callIn(bench);
    bench.state = { ...bench.state, acd: { ...bench.state.acd, waiting: {} } };
    bench.adopt({ channels: [{ id: 'c1', state: 'up', ours: true }], bridges: [], playbacks: [] });
    expect(bench.state.acd.waiting.service).toMatchObject([
      { priority: 30, tag: 'gold', needs: { refund: 4 } },
    ]);
    expect(bench.ringingAt('c1')).toEqual([]);
  });
});

test('calls replay to the offers that were made, byte for byte', () => {
  const document = branch({
    order: 'ring-all',
    prefers: { refund: 4 },
    'last-agent': {},
    overflow: [{ when: 'waiting > 1m', to: 'queue sales' }],
  });
  const bench = new Bench(document);
  for (let index = 0; index < 24; index += 1) {
    const id = `c${index}`;
    bench.callIn(id, undefined, `1390000000${index % 4}`);
    bench.pass(index % 3 === 0 ? 61_000 : 7_000);
    const leg = Object.values(bench.state.calls[id]?.legs ?? {}).find(({ dropped }) => dropped === undefined);
    if (leg && index % 4 !== 1) bench.answer(leg.id);
    bench.pass(3_000);
    if (index % 3 !== 2) bench.happen({ type: 'gone', channel: id, cause: 16 });
    for (const call of Object.values(bench.state.calls))
      for (const other of Object.values(call.legs))
        if (other.dropped !== undefined) bench.happen({ type: 'gone', channel: other.id, cause: 16 });
    for (const agent of ['ann', 'bob'])
      if (bench.state.acd.agents[agent]?.ready === false)
        bench.happen({ type: 'agent-order', agent, state: 'ready' });
  }
  const plan = acdPlan(bench.branch);
  const read = JSON.parse(JSON.stringify(bench.acdInputs)) as StepInputs[];
  const decisions = replay(read, (id) => (id === plan.id ? plan : undefined))?.decisions ?? [];
  const offers = decisions.flatMap(({ effect }) => (effect.do === 'offer' ? [effect] : []));
  const told = bench.events.flatMap((event) =>
    event.type === 'call.leg-offered' && event.body.queue !== undefined ? [event] : [],
  );
  expect(told.length).toBeGreaterThan(10);
  const same = (offer: Offer): string =>
    JSON.stringify([offer.interaction, offer.agent, offer.attempt, offer.candidates, offer.why]);
  expect(offers.map(same)).toEqual(
    told.map(({ call, body }) => JSON.stringify([call, body.to.id, body.attempt, body.candidates, body.why])),
  );
});
