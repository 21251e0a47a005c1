import { beforeEach, describe, expect, test } from 'vitest';
import { Bench, smallBranch } from './bench.ts';
import type { EngineSnapshot } from './adoption.ts';
import type { CallOrder, Refusal } from './call-order.ts';

type Mode = Extract<CallOrder, { do: 'supervise' }>['mode'];

let bench: Bench;
let leg: string;

beforeEach(() => {
  bench = new Bench({ ...smallBranch, supervision: { allow: ['managers'] } });
  bench.callIn('c1');
  leg = bench.legAt('c1', bench.ringingAt('c1')[0] ?? '');
  bench.answer(leg);
});

const order = (asked: CallOrder): Refusal | undefined =>
  bench.happen({ type: 'order', order: asked, by: 'console test' }).refused;
const supervise = (mode: Mode, extension = '8001'): Refusal | undefined =>
  order({ do: 'supervise', call: 'c1', extension, mode });

/** The supervisor's telephone rings and he answers; gives its channel. */
function listening(mode: Mode = 'listen'): string {
  supervise(mode);
  const channel = bench.call('c1').watch?.ringing[0] ?? '';
  bench.happen({ type: 'up', channel });
  return channel;
}
const watch = () => bench.call('c1').watch;
const snoop = (): string => watch()?.in?.snoop ?? '';

describe('a supervisor', () => {
  test('is rung, and hears the talk through a channel of its own, in a bridge of its own', () => {
    const bridges = bench.done('bridge').length;
    const channel = listening();
    expect(bench.done('dial').at(-1)).toMatchObject({ channel, endpoint: { kind: 'phone', name: 'p1' } });
    expect(bench.done('snoop')).toMatchObject([{ channel: leg, snoop: snoop(), whisper: 'nobody' }]);
    expect(bench.done('bridge').slice(bridges)).toEqual([
      { do: 'bridge', bridge: 'c1-watch', create: true, channels: [channel] },
      { do: 'bridge', bridge: 'c1-watch', create: false, channels: [snoop()] },
    ]);
    expect(bench.bodies('call.supervised')).toMatchObject([
      { by: { id: '8001' }, of: { id: 'ann' }, mode: 'listen', ordered: 'console test' },
    ]);
  });

  test('hangs up: the talk goes on, and the ledger says how long he listened', () => {
    const channel = listening();
    const hungUp = bench.done('hang-up').length;
    bench.pass(7_000);
    bench.happen({ type: 'gone', channel, cause: 16 });
    expect(bench.done('hang-up').slice(hungUp)).toMatchObject([
      { channel: expect.stringContaining('snoop') as string },
    ]);
    expect(bench.done('end-bridge')).toEqual([{ do: 'end-bridge', bridge: 'c1-watch' }]);
    expect(bench.bodies('call.supervision-ended')).toMatchObject([
      { by: { id: '8001' }, of: { id: 'ann' }, listenedMs: 7_000, because: 'left' },
    ]);
    expect(bench.call('c1').stage.at).toBe('talking');
    expect(watch()).toBeUndefined();
    expect(Object.keys(bench.state.channels).sort()).toEqual(['c1', leg].sort());
  });

  test('is let go by order; a second order finds nobody', () => {
    const channel = listening();
    expect(order({ do: 'end-supervision', call: 'c1' })).toBeUndefined();
    expect(bench.done('hang-up')).toContainEqual({ do: 'hang-up', channel, cause: 16 });
    expect(bench.bodies('call.supervision-ended')).toMatchObject([{ because: 'ordered' }]);
    expect(order({ do: 'end-supervision', call: 'c1' })).toMatchObject({ code: 'not-supervised' });
  });

  test('who does not answer is entered as such, once all his telephones are silent', () => {
    supervise('listen');
    bench.happen({ type: 'gone', channel: watch()?.ringing[0] ?? '', cause: 19 });
    expect(watch()).toBeUndefined();
    expect(bench.bodies('call.supervision-ended')).toMatchObject([
      { listenedMs: 0, because: 'not-answered' },
    ]);
    expect(bench.bodies('call.supervised')).toEqual([]);
  });

  test.each([
    ['the caller hangs up', () => bench.happen({ type: 'gone', channel: 'c1', cause: 16 })],
    ['the agent hangs up', () => bench.happen({ type: 'gone', channel: leg, cause: 16 })],
    [
      'the agent passes the call on',
      () => bench.happen({ type: 'transfer', channel: leg, to: { kind: 'blind', dialled: '8003' } }),
    ],
  ])('is let go when %s', (_, end) => {
    const channel = listening();
    end();
    expect(bench.done('hang-up')).toContainEqual({ do: 'hang-up', channel, cause: 16 });
    expect(bench.bodies('call.supervision-ended')).toMatchObject([{ because: 'talk-over' }]);
  });

  test('changes the mode while he is in: heard by the agent, then by both', () => {
    const channel = listening();
    const first = snoop();
    expect(supervise('whisper')).toBeUndefined();
    expect(bench.done('snoop').at(-1)).toMatchObject({ channel: leg, snoop: snoop(), whisper: 'party' });
    expect(snoop()).not.toBe(first);
    bench.happen({ type: 'gone', channel: first, cause: 16 });
    expect(watch()?.in?.channel).toBe(channel);
    supervise('barge');
    expect(bench.done('snoop').at(-1)).toMatchObject({ channel: leg, whisper: 'both' });
    expect(bench.bodies('call.supervised').map(({ mode }) => mode)).toEqual(['listen', 'whisper', 'barge']);
    expect(bench.done('dial')).toHaveLength(2);
  });

  test('holding his own telephone does not hold the talk', () => {
    const channel = listening();
    bench.happen({ type: 'held', channel });
    expect(bench.bodies('call.held')).toEqual([]);
  });

  test('may not pass the talk on', () => {
    const channel = listening();
    bench.happen({ type: 'transfer', channel, to: { kind: 'blind', dialled: '8003' } });
    expect(bench.done('transfer-result')).toEqual([{ do: 'transfer-result', channel, result: 'refused' }]);
    expect(bench.call('c1').anchor.channel).toBe('c1');
  });
});

test('of a call out, the agent who made it hears the whisper; one who barges in is heard in the recording', () => {
  bench.callOut('c2', 'p3', '013800000000');
  bench.answer(Object.keys(bench.call('c2').legs)[0] ?? '');
  order({ do: 'supervise', call: 'c2', extension: '8001', mode: 'whisper' });
  bench.happen({ type: 'up', channel: bench.call('c2').watch?.ringing[0] ?? '' });
  expect(bench.done('snoop').at(-1)).toMatchObject({ channel: 'c2', whisper: 'party' });
  order({ do: 'supervise', call: 'c2', extension: '8001', mode: 'barge' });
  expect(bench.done('snoop').at(-1)).toMatchObject({ channel: Object.keys(bench.call('c2').legs)[0] });
});

describe('is refused', () => {
  test.each<[string, CallOrder, string]>([
    [
      'a call that is not',
      { do: 'supervise', call: 'c9', extension: '8001', mode: 'listen' },
      'no-such-call',
    ],
    [
      'an extension that is not',
      { do: 'supervise', call: 'c1', extension: '9', mode: 'listen' },
      'no-such-extension',
    ],
    [
      'one without the right',
      { do: 'supervise', call: 'c1', extension: '8003', mode: 'listen' },
      'not-a-supervisor',
    ],
  ])('%s', (_, asked, code) => {
    expect(order(asked)).toMatchObject({ code });
    expect(watch()).toBeUndefined();
  });

  test('everybody, where the document names nobody', () => {
    bench = new Bench();
    bench.callIn('c1');
    expect(supervise('listen')).toMatchObject({ code: 'not-a-supervisor' });
  });

  test('a call in which nobody talks', () => {
    bench.callIn('c2');
    expect(order({ do: 'supervise', call: 'c2', extension: '8001', mode: 'listen' })).toMatchObject({
      code: 'not-talking',
    });
  });

  test('who is in the call himself', () => {
    bench.callOut('c2', 'p1', '8003');
    bench.answer(Object.keys(bench.call('c2').legs)[0] ?? '');
    expect(order({ do: 'supervise', call: 'c2', extension: '8001', mode: 'listen' })).toMatchObject({
      code: 'in-the-call',
    });
  });
});

describe('after a restart', () => {
  const standing = (bridges: EngineSnapshot['bridges'], without: readonly string[] = []): EngineSnapshot => ({
    channels: Object.keys(bench.state.channels)
      .filter((id) => !without.includes(id))
      .map((id) => ({ id, state: 'up', ours: true })),
    bridges: [{ id: 'c1-bridge', channels: ['c1', leg] }, ...bridges],
    playbacks: [],
  });

  test('he listens on', () => {
    const channel = listening();
    const seen = bench.effects.length;
    bench.adopt(standing([{ id: 'c1-watch', channels: [channel, snoop()] }]));
    expect(bench.effects.slice(seen).filter((effect) => effect.do !== 'watch-recording')).toEqual([]);
    expect(watch()?.in?.channel).toBe(channel);
  });

  test('he is brought together with what he hears, where that was not done', () => {
    const channel = listening();
    bench.adopt(standing([]));
    expect(bench.done('bridge').at(-1)).toEqual({
      do: 'bridge',
      bridge: 'c1-watch',
      create: true,
      channels: [channel, snoop()],
    });
  });

  test('he is let go where his ear is gone, and the talk is not touched', () => {
    const channel = listening();
    const hungUp = bench.done('hang-up').length;
    bench.adopt(standing([], [snoop()]));
    expect(bench.done('hang-up').slice(hungUp)).toMatchObject([{ channel }]);
    expect(bench.call('c1').stage.at).toBe('talking');
    expect(watch()).toBeUndefined();
  });

  test('one who answered meanwhile is brought in', () => {
    supervise('whisper');
    bench.adopt(standing([]));
    expect(bench.done('snoop')).toHaveLength(1);
    expect(bench.bodies('call.supervised')).toHaveLength(1);
  });
});
