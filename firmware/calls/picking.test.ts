import { beforeEach, describe, expect, test } from 'vitest';
import { Bench, smallBranch } from './bench.ts';
import type { CallOrder } from './call-order.ts';

const { boss, ann, bob } = smallBranch.people;
let bench: Bench;

beforeEach(() => {
  bench = new Bench({
    ...smallBranch,
    people: { boss, ann, bob, eve: { name: 'Eve', extension: 8004, phones: ['p4', 'p5'] } },
    phones: { ...smallBranch.phones, p4: {}, p5: {} },
    queues: {
      service: { ring: '15s', 'wrap-up': '5s', overflow: [{ when: 'waiting > 40s', to: 'hang-up' }] },
    },
  });
});

const order = (what: CallOrder) => bench.happen({ type: 'order', order: what, by: 'console 10.0.0.7' });
const pickUp = (extension: string, call = 'c1') => order({ do: 'pick-up', call, extension });
const gone = (channel: string, cause = 16): void => void bench.happen({ type: 'gone', channel, cause });
const workOf = (agent: string) => bench.state.acd.agents[agent]?.work.map(({ what, as }) => `${what} ${as}`);

describe('by order, what rings at an agent', () => {
  test('rings at another extension too, and the ledger says by whose order', () => {
    bench.callIn('c1');
    expect(pickUp('8003').refused).toBeUndefined();
    expect(bench.ringingAt('c1')).toEqual(['p2', 'p3']);
    expect(bench.bodies('call.leg-offered').at(-1)).toMatchObject({
      to: { kind: 'extension', id: '8003', via: 'p3' },
      ordered: 'console 10.0.0.7',
    });
    expect(bench.done('dial').at(-1)).toMatchObject({ endpoint: { name: 'p3' }, callerId: '+8613900000001' });
    expect(workOf('bob')).toEqual(['c1 elsewhere']);
  });

  test('is served by the agent who picks it up, with wrap-up', () => {
    bench.callIn('c1');
    const ringing = bench.legAt('c1', 'p2');
    pickUp('8003');
    bench.pass(4_000);
    const leg = bench.legAt('c1', 'p3');
    bench.answer(leg);
    gone(ringing);
    expect(bench.bodies('call.picked-up')).toMatchObject([
      { by: { id: '8003' }, from: [{ id: 'ann' }], ordered: 'console 10.0.0.7' },
    ]);
    expect(bench.bodies('call.answered')).toMatchObject([{ queue: 'service', waitedMs: 4_000 }]);
    expect(bench.done('bridge').at(-1)).toMatchObject({ bridge: 'c1-bridge', channels: ['c1', leg] });
    expect([workOf('ann'), workOf('bob')]).toEqual([[], ['c1 served']]);
    gone('c1');
    gone(leg);
    expect(bench.state.acd.agents.bob?.wrapUpUntil).toBe(bench.now + 5_000);
    expect(bench.state.calls).toEqual({});
  });

  test('leaves the queue with one who is no agent, whichever of his telephones he takes', () => {
    bench.callIn('c1');
    const ringing = bench.legAt('c1', 'p2');
    pickUp('8004');
    const other = bench.legAt('c1', 'p4');
    bench.answer(bench.legAt('c1', 'p5'));
    gone(ringing);
    gone(other);
    expect(bench.bodies('call.picked-up')).toMatchObject([{ from: [{ id: 'ann' }] }]);
    expect(bench.state.acd.waiting.service ?? []).toEqual([]);
    expect(workOf('ann')).toEqual([]);
    expect(bench.call('c1').stage.at).toBe('talking');
  });

  test('is his whom it rang for, if he is first; the other is free again', () => {
    bench.callIn('c1');
    pickUp('8003');
    const asked = bench.legAt('c1', 'p3');
    bench.answer(bench.legAt('c1', 'p2'));
    expect(bench.done('hang-up')).toMatchObject([{ channel: asked }]);
    bench.happen({ type: 'up', channel: asked });
    gone(asked);
    expect(bench.bodies('call.answered')).toHaveLength(1);
    expect([workOf('ann'), workOf('bob')]).toEqual([['c1 served'], []]);
  });

  test('waits on when he does not take it, and he is free again', () => {
    bench.callIn('c1');
    pickUp('8003');
    gone(bench.legAt('c1', 'p3'), 17);
    expect(bench.ringingAt('c1')).toEqual(['p2']);
    expect(workOf('bob')).toEqual([]);
    gone(bench.legAt('c1', 'p2'), 19);
    expect(bench.ringingAt('c1')).toEqual(['p3']);
    expect(bench.call('c1').stage.at).toBe('queue');
  });

  test('goes on ringing at him after the agent has let it ring in vain', () => {
    bench.callIn('c1');
    bench.happen({ type: 'agent-order', agent: 'bob', state: 'not-ready' });
    pickUp('8004');
    gone(bench.legAt('c1', 'p2'), 19);
    bench.answer(bench.legAt('c1', 'p4'));
    expect(bench.bodies('call.picked-up')).toMatchObject([{ from: [] }]);
    expect(bench.call('c1').stage.at).toBe('talking');
  });

  test('rings no more once the caller is sent on', () => {
    bench.callIn('c1');
    bench.happen({ type: 'agent-order', agent: 'bob', state: 'not-ready' });
    bench.pass(14_000);
    pickUp('8004');
    gone(bench.legAt('c1', 'p2'), 19);
    expect(bench.ringingAt('c1')).toEqual(['p4', 'p5']);
    bench.pass(26_000);
    expect(bench.ringingAt('c1')).toEqual([]);
    expect(bench.bodies('call.overflowed')).toHaveLength(1);
  });
});

describe('by order, what rings at an extension', () => {
  test('rings at another too; when both refuse, the caller hears so', () => {
    bench.callOut('c1', 'p1', '8002');
    pickUp('8003');
    gone(bench.legAt('c1', 'p2'), 17);
    expect(bench.call('c1').ending).toBeUndefined();
    gone(bench.legAt('c1', 'p3'), 17);
    expect(bench.done('hang-up').at(-1)).toMatchObject({ channel: 'c1', cause: 17 });
    expect([workOf('ann'), workOf('bob')]).toEqual([[], []]);
  });

  test('is answered at the other, and the first is free', () => {
    bench.callOut('c1', 'p1', '8002');
    const ringing = bench.legAt('c1', 'p2');
    pickUp('8003');
    const leg = bench.legAt('c1', 'p3');
    bench.answer(leg);
    gone(ringing);
    expect([workOf('ann'), workOf('bob')]).toEqual([[], ['c1 elsewhere']]);
    gone('c1');
    gone(leg);
    expect(workOf('bob')).toEqual([]);
  });
});

test.each<[string, string, () => void]>([
  ['not-ringing', '8003', () => bench.answer(bench.legAt('c1', 'p2'))],
  ['no-such-call', '8003', () => gone('c1')],
  ['no-such-extension', '9999', () => undefined],
  ['in-the-call', '8002', () => undefined],
])('is refused as %s for %s', (code, extension, before) => {
  bench.callIn('c1');
  before();
  const { refused, effects } = pickUp(extension);
  expect(refused?.code).toBe(code);
  expect(effects).toEqual([]);
});
