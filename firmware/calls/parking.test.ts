import { beforeEach, describe, expect, test } from 'vitest';
import { Bench, smallBranch } from './bench.ts';
import type { CallOrder, Refusal } from './call-order.ts';

const FOR_MS = 180_000;

let bench: Bench;
/** Ann's leg of c1, in talk with a caller. */
let leg: string;

beforeEach(() => {
  bench = new Bench({ ...smallBranch, parking: { slots: '8701..8702' } });
  leg = talking('c1');
});

function talking(id: string): string {
  bench.callIn(id);
  const channel = bench.legAt(id, bench.ringingAt(id)[0] ?? '');
  bench.answer(channel);
  return channel;
}
const refer = (channel: string, dialled: string): void =>
  void bench.happen({ type: 'transfer', channel, to: { kind: 'blind', dialled } });
const order = (asked: CallOrder): Refusal | undefined =>
  bench.happen({ type: 'order', order: asked, by: 'console test' }).refused;
const stage = () => bench.call('c1').stage;

describe('a call', () => {
  test.each([
    ['*70', '8701'],
    ['8702', '8702'],
  ])('passed to %s is parked in %s: who parked it is free, the caller hears music', (dialled, slot) => {
    refer(leg, dialled);
    expect(stage()).toMatchObject({ at: 'parked', slot, by: { id: 'ann' }, person: 'ann' });
    expect(bench.done('transfer-result')).toMatchObject([{ channel: leg, result: 'accepted' }]);
    expect(bench.done('hang-up')).toMatchObject([{ channel: leg }]);
    expect(bench.done('music').at(-1)).toMatchObject({ channel: 'c1', on: true });
    expect(bench.bodies('call.parked')).toMatchObject([{ by: { id: 'ann' }, slot }]);
    expect(bench.state.acd.agents.ann?.work).toEqual([]);
    expect(bench.call('c1').talkingSince).toBeUndefined();
  });

  test('is taken by whoever dials the slot: a party like any other, recorded on, and counted once', () => {
    bench.pass(10_000);
    refer(leg, '*70');
    bench.happen({ type: 'gone', channel: leg, cause: 16 });
    bench.pass(20_000);
    const recorded = bench.done('record').length;
    bench.callOut('c2', 'p1', '8701');
    expect(bench.bodies('call.retrieved')).toMatchObject([
      { by: { id: '8001' }, slot: '8701', parkedMs: 20_000 },
    ]);
    expect(bench.done('bridge').at(-1)).toMatchObject({ bridge: 'c1-bridge', channels: ['c1', 'c2'] });
    expect(bench.done('music').at(-1)).toMatchObject({ channel: 'c1', on: false });
    expect(bench.done('record').slice(recorded)).toMatchObject([{ channel: 'c1', again: true }]);
    expect(Object.keys(bench.state.calls)).toEqual(['c1']);
    bench.pass(5_000);
    bench.happen({ type: 'gone', channel: 'c2', cause: 16 });
    bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
    expect(bench.bodies('call.ended')).toMatchObject([
      { outcome: 'merged' },
      { outcome: 'answered', talkMs: 15_000 },
    ]);
    expect(bench.bodies('call.leg-ended').map(({ who, talkMs }) => [who.id, talkMs])).toEqual([
      ['ann', 10_000],
      ['8001', 5_000],
    ]);
    expect(bench.state.channels).toEqual({});
  });

  test('an agent who takes it is busy with it alone, and free when it ends', () => {
    refer(leg, '*70');
    bench.callOut('c2', 'p3', '8701');
    expect(bench.state.acd.agents.bob?.work).toMatchObject([{ what: 'c1' }]);
    bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
    bench.happen({ type: 'gone', channel: 'c2', cause: 16 });
    expect(bench.state.acd.agents.bob?.work).toEqual([]);
    expect(bench.state.calls).toEqual({});
  });

  test('nobody takes goes back to who parked it, and is parked again when he does not answer', () => {
    refer(leg, '*70');
    bench.happen({ type: 'gone', channel: leg, cause: 16 });
    bench.pass(FOR_MS);
    expect(bench.bodies('call.parked-too-long')).toEqual([{ slot: '8701', parkedMs: FOR_MS, to: '8002' }]);
    const back = bench.legAt('c1', 'p2');
    bench.happen({ type: 'gone', channel: back, cause: 19 });
    expect(stage()).toMatchObject({ at: 'parked', slot: '8701', person: 'ann' });
    expect(bench.done('hang-up').map(({ channel }) => channel)).not.toContain('c1');
    bench.pass(FOR_MS);
    bench.answer(bench.legAt('c1', 'p2'));
    expect(stage().at).toBe('talking');
    expect(bench.call('c1').returning).toBeUndefined();
  });

  test('whose caller hangs up leaves the slot free', () => {
    refer(leg, '8701');
    bench.happen({ type: 'gone', channel: leg, cause: 16 });
    bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
    expect(bench.bodies('call.ended')).toMatchObject([{ outcome: 'answered', endedBy: 'caller' }]);
    expect(bench.state.calls).toEqual({});
  });

  test('is not parked where another is, nor when every slot is taken: the talk goes on', () => {
    refer(leg, '8701');
    const second = talking('c2');
    refer(second, '8701');
    expect(bench.done('transfer-result').at(-1)).toMatchObject({ result: 'refused' });
    expect(bench.call('c2').stage.at).toBe('talking');
    refer(second, '*70');
    expect(bench.call('c2').stage).toMatchObject({ slot: '8702' });
  });

  test('by order: parked by a party, then moved to an extension', () => {
    expect(order({ do: 'park', call: 'c1', extension: '8003' })).toMatchObject({ code: 'not-a-party' });
    expect(order({ do: 'park', call: 'c1', extension: '8002', slot: '8709' })).toMatchObject({
      code: 'no-slot',
    });
    expect(order({ do: 'park', call: 'c1', extension: '8002' })).toBeUndefined();
    expect(order({ do: 'move', call: 'c1', to: { kind: 'extension', name: '8001' } })).toBeUndefined();
    expect(bench.bodies('call.moved')).toMatchObject([{ from: 'slot 8701', to: 'extension 8001' }]);
    bench.answer(bench.legAt('c1', 'p1'));
    expect(stage().at).toBe('talking');
  });
});

test('a slot in which nothing is parked is refused as a number that is not', () => {
  bench.callOut('c2', 'p1', '8702');
  expect(bench.done('hang-up').at(-1)).toMatchObject({ channel: 'c2', cause: 1 });
});

describe('*70, dialled while the caller is on hold', () => {
  function fillSlots(): void {
    for (const slot of ['8701', '8702']) {
      refer(talking(`in ${slot}`), slot);
      bench.pass(6_000);
    }
  }
  const said = (): unknown => bench.done('play').at(-1)?.prompts;

  test('parks him, and a voice says twice where', () => {
    bench.happen({ type: 'held', channel: leg });
    bench.callOut('c2', 'p2', '*70');
    expect(stage()).toMatchObject({ at: 'parked', slot: '8701', person: 'ann' });
    expect(bench.done('hang-up')).toMatchObject([{ channel: leg }]);
    expect(bench.done('answer').at(-1)).toMatchObject({ channel: 'c2' });
    for (let round = 0; round < 2; round += 1) {
      const { playback = '' } = bench.done('play').at(-1) ?? {};
      bench.happen({ type: 'played', channel: 'c2', playback });
      expect(said()).toMatchObject([{ kind: 'say', parts: [{ text: 'Parked at' }, { value: '8701' }] }]);
    }
    const { playback = '' } = bench.done('play').at(-1) ?? {};
    bench.happen({ type: 'played', channel: 'c2', playback });
    expect(bench.done('hang-up').at(-1)).toMatchObject({ channel: 'c2', cause: 16 });
    bench.happen({ type: 'gone', channel: 'c2', cause: 16 });
    expect(bench.state.acd.agents.ann?.work).toEqual([]);
  });

  test('takes the one on hold, of two talks', () => {
    bench.callOut('c2', 'p2', '8001');
    bench.answer(bench.legAt('c2', 'p1'));
    bench.happen({ type: 'held', channel: 'c2' });
    bench.callOut('c3', 'p2', '*70');
    expect([stage().at, bench.call('c2').stage.at]).toEqual(['talking', 'parked']);
  });

  test.each<[string, string, () => void]>([
    ['by one who talks with nobody', 'p1', () => undefined],
    ['when every slot is taken', 'p2', fillSlots],
  ])('is refused %s, and nobody is parked', (_, phone, before) => {
    if (phone === 'p2') bench.happen({ type: 'agent-order', agent: 'ann', state: 'not-ready' });
    before();
    bench.callOut('c2', phone, '*70');
    expect(bench.done('hang-up').at(-1)).toMatchObject({ channel: 'c2', cause: 1 });
    expect(stage().at).toBe('talking');
  });
});
