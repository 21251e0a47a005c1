import { beforeEach, describe, expect, test } from 'vitest';
import { Bench } from './bench.ts';
import type { CallOrder, Refusal } from './call-order.ts';

let bench: Bench;
/** Ann's leg of c1, in talk with a caller. */
let leg: string;

beforeEach(() => {
  bench = new Bench();
  bench.callIn('c1');
  leg = bench.legAt('c1', 'p2');
  bench.answer(leg);
});

const order = (asked: CallOrder): Refusal | undefined =>
  bench.happen({ type: 'order', order: asked, by: 'console test' }).refused;
const ann = { call: 'c1', extension: '8002' } as const;
const gone = (channel: string): void => void bench.happen({ type: 'gone', channel, cause: 16 });
/** What was done from now on, of these kinds. */
function doneBy(work: () => void, ...kinds: string[]): unknown[] {
  const seen = bench.effects.length;
  work();
  return bench.effects.slice(seen).filter((effect) => kinds.includes(effect.do));
}
const bridgeWith = (...channels: string[]) => ({
  do: 'bridge',
  bridge: 'c1-bridge',
  create: false,
  channels,
});

describe('held by the telephone that has just answered', () => {
  test('counts from when the two are joined, for the hold is told before the telephone can be', () => {
    bench.callIn('c2');
    const early = bench.legAt('c2', 'p3');
    bench.happen({ type: 'held', channel: early });
    expect(bench.call('c2').held).toBeUndefined();
    bench.pass(40);
    bench.answer(early);
    expect(bench.call('c2').held).toMatchObject({ by: early });
    bench.pass(1_000);
    bench.happen({ type: 'resumed', channel: early });
    expect(bench.bodies('call.resumed')).toMatchObject([{ heldMs: 1_000 }]);
  });

  test('and taken back as fast is no hold', () => {
    bench.callIn('c2');
    const early = bench.legAt('c2', 'p3');
    bench.happen({ type: 'held', channel: early });
    bench.happen({ type: 'resumed', channel: early });
    bench.answer(early);
    expect(bench.call('c2').held).toBeUndefined();
  });
});

describe('held by order', () => {
  test('the other party hears music apart, and comes back to a recording that goes on', () => {
    expect(doneBy(() => order({ do: 'hold', ...ann }), 'unbridge', 'music')).toEqual([
      { do: 'unbridge', bridge: 'c1-bridge', channel: 'c1' },
      { do: 'music', channel: 'c1', on: true, music: 'default' },
    ]);
    bench.pass(8_000);
    expect(doneBy(() => order({ do: 'resume', ...ann }), 'bridge', 'music', 'record')).toMatchObject([
      { do: 'music', channel: 'c1', on: false },
      bridgeWith('c1'),
      { do: 'record', channel: 'c1', again: true },
    ]);
    expect(bench.bodies('call.resumed')).toMatchObject([{ by: { id: 'ann' }, heldMs: 8_000 }]);
  });

  test('what cannot be held or resumed is refused', () => {
    expect(order({ do: 'hold', call: 'c1', extension: '8001' })).toMatchObject({ code: 'not-a-party' });
    expect(order({ do: 'resume', ...ann })).toMatchObject({ code: 'not-held' });
    bench.happen({ type: 'held', channel: leg });
    expect(order({ do: 'hold', ...ann })).toMatchObject({ code: 'held-already' });
    expect(order({ do: 'resume', ...ann })).toMatchObject({ code: 'held-by-phone' });
  });

  test('the one who held hangs up: the call is over, whoever hears music', () => {
    order({ do: 'hold', ...ann });
    gone(leg);
    expect(bench.done('hang-up').at(-1)).toMatchObject({ channel: 'c1' });
    gone('c1');
    expect(bench.state.calls).toEqual({});
  });

  test('after a restart he is still apart', () => {
    order({ do: 'hold', ...ann });
    const channels = ['c1', leg].map((id) => ({ id, state: 'up', ours: true }) as const);
    const bridges = [{ id: 'c1-bridge', channels: [leg] }];
    expect(doneBy(() => bench.adopt({ channels, bridges, playbacks: [] }), 'bridge')).toEqual([]);
  });
});

describe('a consultation by order', () => {
  function consulting(): string {
    expect(order({ do: 'consult', ...ann, to: '8001' })).toBeUndefined();
    const asked = bench.legAt('c1', 'p1');
    expect(doneBy(() => bench.answer(asked), 'bridge')).toEqual([bridgeWith(asked)]);
    return asked;
  }

  test('holds the caller and rings the third, who talks with the agent alone', () => {
    consulting();
    expect(bench.call('c1').held).toMatchObject({ by: leg, apart: 'c1' });
    expect(bench.bodies('call.joined')).toMatchObject([{ who: { id: '8001' }, by: { id: 'ann' } }]);
  });

  test('becomes a talk of three when it is resumed', () => {
    consulting();
    expect(doneBy(() => order({ do: 'resume', ...ann }), 'bridge')).toEqual([bridgeWith('c1')]);
    expect(bench.call('c1').held).toBeUndefined();
  });

  test.each([
    ['is handed over', () => void order({ do: 'transfer', ...ann, to: '8001' })],
    ['is left by hanging up', () => gone(leg)],
  ])('%s: caller and third talk, the agent is free', (_, leave) => {
    const asked = consulting();
    bench.pass(5_000);
    expect(doneBy(leave, 'bridge')).toEqual([bridgeWith('c1')]);
    expect(bench.call('c1').held).toBeUndefined();
    expect(bench.state.acd.agents.ann?.work).toEqual([]);
    bench.pass(7_000);
    gone('c1');
    gone(asked);
    expect(bench.bodies('call.leg-ended').map(({ who, talkMs }) => [who.id, talkMs])).toEqual([
      ['ann', 5_000],
      ['8001', 12_000],
    ]);
    expect(bench.state.calls).toEqual({});
    expect(bench.state.channels).toEqual({});
  });

  test('ends with the third hanging up: the caller is still held, and can be resumed', () => {
    const asked = consulting();
    gone(asked);
    expect(bench.call('c1').held).toMatchObject({ apart: 'c1' });
    expect(order({ do: 'resume', ...ann })).toBeUndefined();
  });

  test('the caller hangs up meanwhile: the two go on', () => {
    consulting();
    gone('c1');
    expect(bench.call('c1')).toMatchObject({ anchor: { channel: leg }, stage: { at: 'talking' } });
    expect(bench.call('c1').held).toBeUndefined();
  });

  test('with nobody is refused, and the caller is not held', () => {
    expect(order({ do: 'consult', ...ann, to: '99' })).toMatchObject({ code: 'no-such-destination' });
    expect(bench.call('c1').held).toBeUndefined();
  });
});

describe('a transfer by order', () => {
  test('to an extension is the blind one, and no telephone is told of a REFER', () => {
    expect(order({ do: 'transfer', ...ann, to: '8001' })).toBeUndefined();
    expect(bench.bodies('call.transferred')).toMatchObject([
      { kind: 'blind', by: { id: 'ann' }, to: '8001' },
    ]);
    expect(bench.done('transfer-result')).toEqual([]);
    expect(bench.ringingAt('c1')).toEqual(['p1']);
  });

  test('of one who is held stops his music first', () => {
    order({ do: 'hold', ...ann });
    expect(doneBy(() => order({ do: 'transfer', ...ann, to: '8001' }), 'music', 'ring')).toMatchObject([
      { do: 'music', channel: 'c1', on: false },
      { do: 'ring', channel: 'c1' },
    ]);
  });

  test('with another talk of the same extension is the attended one', () => {
    bench.happen({ type: 'held', channel: leg });
    bench.callOut('c2', 'p2', '8003');
    const bob = bench.legAt('c2', 'p3');
    bench.answer(bob);
    expect(order({ do: 'transfer', ...ann, with: 'c2' })).toBeUndefined();
    expect(bench.bodies('call.transferred')).toMatchObject([{ kind: 'attended', merged: 'c2' }]);
    expect(bench.done('bridge').at(-1)).toMatchObject({ channels: ['c1', bob] });
  });

  test('to nowhere, or with no other talk, is refused and the talk goes on', () => {
    expect(order({ do: 'transfer', ...ann, to: '99' })).toMatchObject({ code: 'no-such-destination' });
    expect(order({ do: 'transfer', ...ann, with: 'c9' })).toMatchObject({ code: 'no-consultation' });
    expect(bench.done('hang-up')).toEqual([]);
  });
});

test('who was called and talks with an agent, then hands him over, leaves no agent busy', () => {
  bench.callOut('c2', 'p3', '8001');
  const boss = bench.legAt('c2', 'p1');
  bench.answer(boss);
  bench.callOut('c3', 'p1', '013800000000');
  bench.answer(Object.keys(bench.call('c3').legs)[0] ?? '');
  bench.happen({ type: 'transfer', channel: 'c3', to: { kind: 'attended', otherChannel: boss } });
  for (const channel of [...Object.keys(bench.state.channels)]) gone(channel);
  for (const channel of [...Object.keys(bench.state.channels)]) gone(channel);
  expect(bench.state.calls).toEqual({});
  expect(bench.state.acd.agents.bob?.work).toEqual([]);
});
