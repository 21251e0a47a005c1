import { describe, expect, test } from 'vitest';
import { Bench, smallBranch } from './bench.ts';

const document = {
  ...smallBranch,
  numbers: {
    main: { number: '+86 571 8600 1000', to: 'flow ask' },
    service: { number: '+86 571 8600 1001', to: 'flow rated' },
    box: { number: '+86 571 8600 1002', to: 'voicemail shop' },
    out: { number: '+86 571 8600 1003', to: 'outside +86 571 8700 2000' },
  },
  flows: {
    ask: [
      {
        'look-up': 'http://crm.example/{caller}',
        take: { level: 'level' },
        while: 'moment',
        within: '2s',
        failed: 'queue service',
      },
      { set: { priority: 50 } },
      { when: { variable: 'level', is: 'gold' }, then: 'extension 8001', else: 'queue service' },
    ],
    rated: [{ set: { after: 'flow rating' } }, { to: 'queue service' }],
    rating: [
      { survey: 'service', questions: [{ id: 'friendly', ask: 'friendly', digits: '1-5' }] },
      { to: 'hang-up' },
    ],
  },
  voicemail: { shop: { name: 'Shop', greeting: 'greeting', people: ['boss'], longest: '60s' } },
};
const bench = (dialled: string): Bench => {
  const made = new Bench(document);
  made.callIn('c1', dialled);
  return made;
};
const played = (it: Bench): void =>
  void it.happen({ type: 'played', channel: 'c1', playback: it.done('play').at(-1)?.playback ?? '' });

describe('a look-up in a call', () => {
  const asking = (): Bench => bench('+8657186001000');
  const answer = (level: string) => ({
    type: 'looked-up' as const,
    call: 'c1',
    lookUp: 1,
    variables: { level },
    tags: [],
  });

  test('is asked for once, and its answer leads on', () => {
    const it = asking();
    expect(it.done('look-up')).toMatchObject([
      { call: 'c1', lookUp: 1, request: { url: 'http://crm.example/%2B8613900000001' } },
    ]);
    it.happen(answer('gold'));
    expect(it.done('stop-playing')).toHaveLength(1);
    expect(it.ringingAt('c1')).toEqual(['p1']);
  });

  test('whose asker has died is given up', () => {
    const it = asking();
    it.pass(2_999);
    expect(it.call('c1').stage.at).toBe('flow');
    it.pass(1);
    expect(it.call('c1').stage.at).toBe('queue');
    expect(it.bodies('call.flow').at(-1)).toMatchObject({
      step: 'look-up failed: no answer in time',
      node: '1',
    });
    it.happen(answer('gold'));
    expect(it.call('c1').stage.at).toBe('queue');
  });

  test('that comes after the caller has gone does nothing', () => {
    const it = asking();
    it.happen({ type: 'gone', channel: 'c1', cause: 16 });
    expect(it.happen(answer('gold')).effects).toEqual([]);
  });

  test('a caller who was adopted in the middle of it goes on', () => {
    const it = asking();
    it.adopt({ channels: [{ id: 'c1', state: 'up', ours: true }], bridges: [], playbacks: [] });
    it.happen(answer('silver'));
    expect(it.call('c1').stage.at).toBe('queue');
    expect(it.bodies('call.queued')).toMatchObject([{ priority: 50 }]);
  });
});

describe('the ringing that a caller hears', () => {
  const heard = (it: Bench): string[] =>
    it.effects.flatMap(({ do: what }) => (/ring|bridge/.test(what) ? [what] : []));

  test('is stopped before he is joined, where he was answered before and so hears it as sound', () => {
    const it = bench('+8657186001000');
    it.happen({ type: 'looked-up', call: 'c1', lookUp: 1, variables: { level: 'gold' }, tags: [] });
    it.answer(it.legAt('c1', 'p1'));
    expect(heard(it)).toEqual(['ring', 'stop-ringing', 'bridge']);
  });

  test("is his own exchange's where he was not, and ends with the answer", () => {
    const it = new Bench(document);
    it.callOut('c1', 'p2', '8001');
    it.answer(it.legAt('c1', 'p1'));
    expect(heard(it)).toEqual(['ring', 'bridge']);
  });
});

describe('a survey after the talk', () => {
  const rated = (): Bench => {
    const it = bench('+8657186001001');
    const leg = it.legAt('c1', 'p2');
    it.answer(leg);
    it.pass(30_000);
    it.happen({ type: 'gone', channel: leg, cause: 16 });
    return it;
  };

  test('is asked when the agent has hung up, away from the bridge', () => {
    const it = rated();
    expect(it.done('unbridge')).toMatchObject([{ channel: 'c1' }]);
    expect(it.done('play').at(-1)).toMatchObject({ prompts: [{ name: 'friendly' }] });
    it.happen({ type: 'digit', channel: 'c1', digit: '4' });
    expect(it.bodies('survey.answered')).toEqual([{ survey: 'service', question: 'friendly', answer: '4' }]);
    expect(it.done('hang-up').at(-1)).toMatchObject({ channel: 'c1' });
    it.happen({ type: 'gone', channel: 'c1', cause: 16 });
    expect(it.bodies('call.ended')).toMatchObject([{ outcome: 'answered', talkMs: 30_000 }]);
  });

  test('is asked once', () => {
    const it = rated();
    expect(it.call('c1').context?.after).toBeUndefined();
  });

  test('is not for one who hangs up himself', () => {
    const it = bench('+8657186001001');
    const leg = it.legAt('c1', 'p2');
    it.answer(leg);
    it.happen({ type: 'gone', channel: 'c1', cause: 16 });
    it.happen({ type: 'gone', channel: leg, cause: 16 });
    expect(it.done('play')).toEqual([]);
    expect(it.state.calls).toEqual({});
  });
});

test('a number outside is called by the lines that may carry it', () => {
  const it = bench('+8657186001003');
  expect(it.done('dial')).toMatchObject([
    { endpoint: { kind: 'gateway', trunk: 'pstn', number: '+8657187002000' } },
  ]);
});

describe('a message is left', () => {
  const greeted = (): Bench => {
    const it = bench('+8657186001002');
    played(it);
    return it;
  };
  const keep = {
    do: 'keep-message',
    call: 'c1',
    box: 'shop',
    recording: 'vm_shop_c1',
    from: '+8613900000001',
  };

  test('after the greeting, for as long as the box allows', () => {
    const it = greeted();
    expect(it.done('record-message')).toEqual([
      { do: 'record-message', channel: 'c1', recording: 'vm_shop_c1', maxMs: 60_000 },
    ]);
  });

  test('the key of the end cuts the greeting short', () => {
    const it = bench('+8657186001002');
    it.happen({ type: 'digit', channel: 'c1', digit: '#' });
    expect(it.done('stop-playing')).toHaveLength(1);
    expect(it.done('record-message')).toHaveLength(1);
  });

  test.each([
    ['the caller hangs up', (it: Bench) => void it.happen({ type: 'gone', channel: 'c1', cause: 16 })],
    [
      'the engine says it is at its end',
      (it: Bench) => void it.happen({ type: 'message-recorded', channel: 'c1', recording: 'vm_shop_c1' }),
    ],
    ['the engine never says so', (it: Bench) => it.pass(65_000)],
  ])('and kept once when %s', (_, ends) => {
    const it = greeted();
    ends(it);
    it.happen({ type: 'message-recorded', channel: 'c1', recording: 'vm_shop_c1' });
    it.happen({ type: 'gone', channel: 'c1', cause: 16 });
    expect(it.done('keep-message')).toMatchObject([keep]);
    expect(it.bodies('call.ended')).toMatchObject([{ outcome: 'not-answered', phase: 'flow' }]);
    expect(it.state.calls).toEqual({});
  });

  test('who goes during the greeting leaves none', () => {
    const it = bench('+8657186001002');
    it.happen({ type: 'gone', channel: 'c1', cause: 16 });
    expect(it.done('keep-message')).toEqual([]);
    expect(it.bodies('call.ended')).toMatchObject([{ outcome: 'abandoned' }]);
  });

  test('a restart in the middle of it changes nothing', () => {
    const it = greeted();
    it.adopt({ channels: [{ id: 'c1', state: 'up', ours: true }], bridges: [], playbacks: [] });
    expect(it.done('record-message')).toHaveLength(1);
    it.happen({ type: 'gone', channel: 'c1', cause: 16 });
    expect(it.done('keep-message')).toMatchObject([keep]);
  });
});

test('a caller who comes to a box that can take nothing is told so, and does not speak into nothing', () => {
  const it = new Bench(document);
  const because = 'disk has no room to spare';
  it.happen({ type: 'messages-refused', because });
  it.callIn('c1', '+8657186001002');
  expect(it.done('play').at(-1)?.prompts).toEqual([
    { kind: 'prompt', name: 'message-refused', language: 'en' },
  ]);
  played(it);
  expect(it.done('record-message')).toEqual([]);
  expect(it.bodies('voicemail.refused')).toEqual([{ box: 'shop', from: '+8613900000001', because }]);
  it.happen({ type: 'gone', channel: 'c1', cause: 16 });
  expect(it.bodies('call.ended')).toMatchObject([{ outcome: 'not-answered', endedBy: 'branch' }]);
});

describe('messages by telephone', () => {
  test('are listed, heard and deleted by a person of the box', () => {
    const it = new Bench(document);
    it.callOut('x1', 'p1', '*97');
    expect(it.done('list-messages')).toEqual([{ do: 'list-messages', call: 'x1', boxes: ['shop'] }]);
    it.happen({ type: 'messages', call: 'x1', messages: [{ box: 'shop', message: 'm1', fresh: true }] });
    const order = { box: 'shop', message: 'm1', by: '8001' };
    expect(it.effects).toContainEqual({ do: 'mark-message-heard', ...order });
    it.happen({ type: 'digit', channel: 'x1', digit: '3' });
    expect(it.effects).toContainEqual({ do: 'delete-message', ...order });
  });

  test('are nobody else’s', () => {
    const it = new Bench(document);
    it.callOut('x1', 'p2', '*97');
    expect(it.done('list-messages')).toEqual([]);
    expect(it.done('hang-up')).toMatchObject([{ channel: 'x1' }]);
  });
});
