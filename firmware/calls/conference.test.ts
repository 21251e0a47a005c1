import { beforeEach, describe, expect, test } from 'vitest';
import { Bench, smallBranch } from './bench.ts';
import type { Refusal } from './call-order.ts';

let bench: Bench;
/** Ann's leg of c1, in talk with a caller. */
let leg: string;

beforeEach(() => {
  bench = new Bench();
  bench.callIn('c1');
  leg = bench.legAt('c1', 'p2');
  bench.answer(leg);
});

type Whom = { invite: string } | { with: string };
const conference = (whom: Whom, extension = '8002', call = 'c1'): Refusal | undefined =>
  bench.happen({ type: 'order', order: { do: 'conference', call, extension, ...whom }, by: 'test' }).refused;
const gone = (channel: string, cause = 16): void => void bench.happen({ type: 'gone', channel, cause });
/** Who talked, and for how long, by the ledger. */
const talked = () => bench.bodies('call.leg-ended').map(({ who, talkMs }) => [who.id, talkMs]);

function ofThree(): string {
  expect(conference({ invite: '8001' })).toBeUndefined();
  const invited = bench.legAt('c1', 'p1');
  bench.pass(5_000);
  bench.answer(invited);
  return invited;
}

describe('one who is invited', () => {
  test('rings while the talk goes on, and joins it when he answers', () => {
    const bridges = bench.done('bridge').length;
    const invited = ofThree();
    expect(bench.done('bridge').slice(bridges)).toEqual([
      { do: 'bridge', bridge: 'c1-bridge', create: false, channels: [invited] },
    ]);
    expect(bench.bodies('call.joined')).toMatchObject([{ who: { id: '8001' }, by: { id: 'ann' } }]);
    expect(bench.bodies('call.answered')).toHaveLength(1);
    expect(bench.done('record').at(-1)).toMatchObject({ channel: 'c1', again: true });
  });

  test('leaves, and the other two go on as before', () => {
    const invited = ofThree();
    bench.pass(3_000);
    gone(invited);
    expect(talked()).toEqual([['8001', 3_000]]);
    expect(bench.call('c1')).toMatchObject({ stage: { at: 'talking' }, anchor: { channel: 'c1' } });
    expect(bench.done('hang-up')).toEqual([]);
  });

  test('does not answer: the talk goes on', () => {
    conference({ invite: '8003' });
    const invited = bench.legAt('c1', 'p3');
    expect(bench.state.acd.agents.bob?.work).toHaveLength(1);
    bench.pass(30_000);
    expect(bench.done('hang-up')).toMatchObject([{ channel: invited }]);
    bench.happen({ type: 'gone', channel: invited, cause: 19 });
    expect(bench.call('c1').stage.at).toBe('talking');
    expect(bench.state.acd.agents.bob?.work).toEqual([]);
  });

  test('answers when the talk has been passed on: he is let go', () => {
    conference({ invite: '8001' });
    const invited = bench.legAt('c1', 'p1');
    bench.happen({ type: 'transfer', channel: leg, to: { kind: 'blind', dialled: '8003' } });
    bench.happen({ type: 'up', channel: invited });
    gone(invited);
    expect(bench.bodies('call.joined')).toEqual([]);
    expect(bench.call('c1')).toMatchObject({ stage: { at: 'ringing' } });
    expect(bench.call('c1').ending).toBeUndefined();
  });

  test('outside is tried by each line of the route, until one can be had', () => {
    conference({ invite: '013800000000' });
    gone(bench.legAt('c1', 'pstn'), 34);
    expect(bench.done('dial').at(-1)).toMatchObject({
      endpoint: { trunk: 'copper', number: '013800000000' },
      callerId: '+8657186001000',
    });
    expect(bench.bodies('call.leg-offered').map(({ to, attempt }) => [to.via, attempt])).toEqual([
      ['p2', 1],
      ['pstn', 1],
      ['copper', 2],
    ]);
    gone(bench.legAt('c1', 'copper'), 34);
    expect(bench.ringingAt('c1')).toEqual([]);
    expect(bench.call('c1')).toMatchObject({ stage: { at: 'talking' } });
  });

  test.each<[string, number, () => void]>([
    ['who is busy', 17, () => undefined],
    ['once the talk is over', 34, () => gone('c1')],
  ])('outside is not called by another line: %s', (_, cause, before) => {
    conference({ invite: '013800000000' });
    const line = bench.legAt('c1', 'pstn');
    before();
    gone(line, cause);
    expect(bench.done('dial').filter(({ endpoint }) => endpoint.kind === 'gateway')).toHaveLength(1);
  });

  test('outside is shown the number of the route', () => {
    expect(conference({ invite: '013800000000' })).toBeUndefined();
    expect(bench.done('dial').at(-1)).toMatchObject({
      endpoint: { kind: 'gateway', trunk: 'pstn', number: '013800000000' },
      callerId: '+8657186001000',
    });
  });
});

test('the caller leaves, and the other two go on; each is counted once, and the recording goes on', () => {
  const invited = ofThree();
  bench.pass(10_000);
  gone('c1');
  expect(bench.done('hang-up')).toEqual([]);
  expect(bench.call('c1').anchor).toMatchObject({ channel: leg, person: 'ann' });
  expect(bench.done('record').at(-1)).toMatchObject({ channel: leg, again: true });
  bench.pass(20_000);
  gone(leg);
  expect(bench.done('hang-up')).toMatchObject([{ channel: invited }]);
  gone(invited);
  expect(bench.state.calls).toEqual({});
  expect(talked()).toEqual([
    ['+8613900000001', 15_000],
    ['ann', 35_000],
    ['8001', 30_000],
  ]);
  expect(bench.bodies('call.ended')).toMatchObject([
    { outcome: 'answered', talkMs: 35_000, recorded: { kept: true } },
  ]);
  expect(bench.state.acd.agents.ann?.work).toEqual([]);
});

test('an agent who is left with it wraps up when he hangs up, as any other of the queue', () => {
  const invited = ofThree();
  gone('c1');
  bench.pass(3_000);
  gone(leg);
  gone(invited);
  expect(bench.state.acd.agents.ann?.wrapUpUntil).toBe(bench.now + 5_000);
  expect(bench.bodies('call.leg-ended').find(({ who }) => who.id === 'ann')).toMatchObject({
    wrapUpMs: 5_000,
  });
});

test('and when he leaves it to two others', () => {
  ofThree();
  expect(conference({ invite: '8003' })).toBeUndefined();
  bench.answer(bench.legAt('c1', 'p3'));
  gone('c1');
  gone(leg);
  expect(bench.call('c1').stage.at).toBe('talking');
  expect(bench.state.acd.agents.ann?.wrapUpUntil).toBe(bench.now + 5_000);
});

describe('a consultation', () => {
  /** Ann holds the caller and asks Bob. */
  function consulting(): { bob: string } {
    bench.happen({ type: 'held', channel: leg });
    bench.callOut('c2', 'p2', '8003');
    const bob = bench.legAt('c2', 'p3');
    bench.answer(bob);
    return { bob };
  }

  test('becomes a talk of three: she goes on by the line of the consultation', () => {
    const { bob } = consulting();
    bench.pass(4_000);
    expect(conference({ with: 'c2' })).toBeUndefined();
    expect(bench.done('hang-up')).toEqual([{ do: 'hang-up', channel: leg, cause: 16 }]);
    expect(bench.done('bridge').at(-1)).toMatchObject({ bridge: 'c1-bridge', channels: ['c2', bob] });
    expect(bench.bodies('call.joined').map(({ who, merged }) => [who.id, merged])).toEqual([
      ['8002', 'c2'],
      ['8003', 'c2'],
    ]);
    expect(bench.bodies('call.ended')).toMatchObject([{ outcome: 'merged', talkMs: 4_000 }]);
    expect(bench.call('c1').held).toBeUndefined();
    expect(bench.state.acd.agents.ann?.work).toMatchObject([{ what: 'c1' }]);
    gone(leg);
    bench.pass(6_000);
    gone('c2');
    expect(bench.call('c1').stage.at).toBe('talking');
    gone('c1');
    gone(bob);
    expect(bench.state.calls).toEqual({});
    expect(bench.state.channels).toEqual({});
    expect(Object.values(bench.state.acd.agents).flatMap(({ work }) => work)).toEqual([]);
    expect(talked()).toEqual([
      ['ann', 4_000],
      ['8003', 4_000],
      ['8002', 6_000],
      ['8003', 6_000],
    ]);
  });

  test.each([
    ['a call that is not', 'c9'],
    ['the same call', 'c1'],
  ])('is not %s', (_, other) => {
    expect(conference({ with: other })).toMatchObject({ code: 'no-consultation', value: other });
    expect(bench.done('hang-up')).toEqual([]);
  });
});

describe('is refused', () => {
  test('one who is in the talk, one who is nowhere, and a stranger who asks', () => {
    expect(conference({ invite: '8002' })).toMatchObject({ code: 'in-the-call' });
    expect(conference({ invite: '99' })).toMatchObject({ code: 'no-such-destination' });
    expect(conference({ invite: '8001' }, '8003')).toMatchObject({ code: 'not-a-party' });
    expect(bench.done('dial')).toHaveLength(1);
  });

  test('passing on a talk of three, as nobody could say to whom', () => {
    ofThree();
    bench.happen({ type: 'transfer', channel: leg, to: { kind: 'blind', dialled: '8003' } });
    expect(bench.done('transfer-result')).toMatchObject([{ result: 'refused' }]);
  });
});

describe('those outside, when nobody of the branch is left with them', () => {
  /** The caller, Ann and a mobile phone. */
  const withOutside = (): string => {
    conference({ invite: '013800000000' });
    const outside = bench.legAt('c1', 'pstn');
    bench.answer(outside);
    return outside;
  };

  test('are not left to go on at its cost, and the ledger says why', () => {
    const outside = withOutside();
    gone(leg);
    expect(bench.bodies('call.left-alone')).toMatchObject([
      { who: [{ kind: 'caller', id: '+8613900000001' }, { via: 'pstn' }] },
    ]);
    expect(bench.done('hang-up').map(({ channel }) => channel)).toEqual([outside, 'c1']);
    gone(outside);
    gone('c1');
    expect(bench.bodies('call.ended')).toMatchObject([{ outcome: 'answered', endedBy: 'branch' }]);
  });

  test('go on while another of the branch is with them, or still rings', () => {
    withOutside();
    conference({ invite: '8001' });
    gone(leg);
    expect(bench.bodies('call.left-alone')).toEqual([]);
    gone(bench.legAt('c1', 'p1'), 19);
    expect(bench.bodies('call.left-alone')).toHaveLength(1);
  });

  test('go on where the document lets callers be handed on to the outside', () => {
    bench = new Bench({ ...smallBranch, limits: { 'forward-out': true } });
    bench.callIn('c1');
    leg = bench.legAt('c1', 'p2');
    bench.answer(leg);
    withOutside();
    gone(leg);
    expect([bench.bodies('call.left-alone'), bench.done('hang-up')]).toEqual([[], []]);
  });

  test('a caller is not handed on to one outside who has joined already', () => {
    withOutside();
    const order = { do: 'transfer', call: 'c1', extension: '8002', to: '+8613800000000' } as const;
    const { refused } = bench.happen({ type: 'order', order, by: 'test' });
    expect(refused?.code).toBe('no-such-destination');
    expect(bench.bodies('call.denied')).toMatchObject([{ because: 'came-in' }]);
    expect(bench.done('hang-up')).toEqual([]);
  });
});
