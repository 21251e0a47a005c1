import { describe, expect, test } from 'vitest';
import { everyWaiting } from '../acd/state.ts';
import type { Heard } from '../flows/heard.ts';
import { REMIND_MS } from './ending.ts';
import { Bench, smallBranch } from './bench.ts';

const nameOf = (prompt: Heard): string => ('name' in prompt ? prompt.name : prompt.kind);

const service = (): Bench => {
  const bench = new Bench();
  bench.callIn('c1');
  return bench;
};
const talking = (): { bench: Bench; leg: string; phone: string } => {
  const bench = service();
  const phone = bench.ringingAt('c1')[0] ?? '';
  const leg = bench.legAt('c1', phone);
  bench.pass(3_000);
  bench.answer(leg);
  return { bench, leg, phone };
};

describe('a call to a queue', () => {
  test('rings one free agent, who answers, talks and is given wrap-up', () => {
    const { bench, leg } = talking();
    expect(bench.done('dial')).toHaveLength(1);
    expect(bench.bodies('call.answered')).toMatchObject([
      { by: { kind: 'agent', id: 'ann' }, queue: 'service', waitedMs: 3_000 },
    ]);
    expect(bench.done('bridge')).toMatchObject([{ create: true, channels: ['c1', leg] }]);
    expect(bench.bodies('recording.started')).toHaveLength(1);
    bench.pass(60_000);
    bench.happen({ type: 'gone', channel: leg, cause: 16 });
    expect(bench.done('hang-up')).toMatchObject([{ channel: 'c1' }]);
    bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
    expect(bench.bodies('call.ended')).toMatchObject([
      { outcome: 'answered', endedBy: 'callee', phase: 'talking', talkMs: 60_000, recorded: { kept: true } },
    ]);
    expect(bench.state.calls).toEqual({});
    expect(bench.state.channels).toEqual({});
    expect(bench.state.acd.agents.ann?.wrapUpUntil).toBe(bench.now + 5_000);
  });

  test('an agent who does not answer is taken out with a reason, and the next one rings', () => {
    const bench = service();
    const first = bench.legAt('c1', 'p2');
    bench.pass(15_000);
    expect(bench.done('hang-up')).toMatchObject([{ channel: first }]);
    bench.happen({ type: 'gone', channel: first, cause: 16 });
    expect(bench.bodies('call.leg-refused')).toMatchObject([{ reason: 'no-answer' }]);
    expect(bench.state.acd.agents.ann).toMatchObject({ ready: false, reason: 'no-answer', work: [] });
    expect(bench.ringingAt('c1')).toEqual(['p3']);
  });

  test('an agent whose phone is busy is left in peace for a while, not asked in a circle', () => {
    const bench = service();
    bench.happen({ type: 'gone', channel: bench.legAt('c1', 'p2'), cause: 17 });
    bench.happen({ type: 'gone', channel: bench.legAt('c1', 'p3'), cause: 17 });
    expect(Object.keys(bench.call('c1').legs)).toEqual([]);
    bench.pass(5_000);
    expect(bench.ringingAt('c1')).toHaveLength(1);
  });

  test('waits while nobody is free, and the first free agent gets who came first', () => {
    const { bench, leg } = talking();
    bench.callIn('c2');
    bench.answer(bench.legAt('c2', 'p3'));
    bench.callIn('c3');
    bench.pass(1_000);
    bench.callIn('c4');
    expect(bench.ringingAt('c3')).toEqual([]);
    bench.happen({ type: 'gone', channel: leg, cause: 16 });
    bench.pass(4_999);
    expect(bench.ringingAt('c3')).toEqual([]);
    bench.pass(1);
    expect(bench.ringingAt('c3')).toEqual(['p2']);
    expect(bench.ringingAt('c4')).toEqual([]);
  });

  test.each([
    [
      'in the queue',
      (bench: Bench) => void bench.happen({ type: 'gone', channel: bench.legAt('c1', 'p2'), cause: 17 }),
    ],
    ['while it rings', () => undefined],
  ])('a caller who hangs up %s leaves nothing behind', (_, before) => {
    const bench = service();
    before(bench);
    bench.pass(2_000);
    bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
    for (const leg of Object.keys(bench.state.calls.c1?.legs ?? {}))
      bench.happen({ type: 'gone', channel: leg, cause: 16 });
    expect(bench.bodies('call.ended')).toMatchObject([
      {
        outcome: 'abandoned',
        endedBy: 'caller',
        phase: 'queue',
        recorded: { kept: false, because: 'not answered' },
      },
    ]);
    expect(bench.state.calls).toEqual({});
    expect(everyWaiting(bench.state.acd)).toEqual([]);
    expect(Object.values(bench.state.acd.agents).flatMap((agent) => agent.work)).toEqual([]);
  });

  test('an agent who answers in the moment the caller hangs up is let go', () => {
    const bench = service();
    const leg = bench.legAt('c1', 'p2');
    bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
    bench.answer(leg);
    expect(bench.bodies('call.answered')).toEqual([]);
    bench.happen({ type: 'gone', channel: leg, cause: 16 });
    expect(bench.state.calls).toEqual({});
  });

  test('an agent at another call is not offered one', () => {
    const bench = new Bench();
    bench.callOut('x1', 'p2', '8001');
    bench.callIn('c1');
    expect(bench.ringingAt('c1')).toEqual(['p3']);
  });

  test('says why this agent', () => {
    const bench = service();
    expect(bench.bodies('call.leg-offered')[0]?.candidates).toMatchObject([
      { agent: 'ann', verdict: 'chosen' },
      { agent: 'bob', verdict: 'lower' },
    ]);
  });
});

describe('a flow', () => {
  const inMenu = (): Bench => {
    const bench = new Bench();
    bench.callIn('c1', '057186001000');
    bench.happen({ type: 'played', channel: 'c1', playback: bench.done('play').at(-1)?.playback ?? '' });
    return bench;
  };

  test('greets, asks, and follows the digit, also while the prompt plays', () => {
    const bench = inMenu();
    expect(bench.done('play').map((play) => play.prompts.map(nameOf))).toEqual([['welcome'], ['main-menu']]);
    bench.happen({ type: 'digit', channel: 'c1', digit: '0' });
    expect(bench.done('stop-playing')).toHaveLength(1);
    expect(bench.ringingAt('c1')).toEqual(['p1']);
  });

  test('asks twice and then takes the way of those who press nothing', () => {
    const bench = inMenu();
    for (const _ of [1, 2]) {
      bench.happen({ type: 'played', channel: 'c1', playback: bench.done('play').at(-1)?.playback ?? '' });
      bench.pass(4_000);
    }
    expect(bench.done('play').map((play) => play.prompts.map(nameOf))).toEqual([
      ['welcome'],
      ['main-menu'],
      ['main-menu'],
    ]);
    expect(bench.call('c1').stage.at).toBe('queue');
  });

  test('a caller who hangs up in it is entered as such', () => {
    const bench = inMenu();
    bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
    expect(bench.bodies('call.ended')).toMatchObject([{ outcome: 'abandoned', phase: 'flow' }]);
  });
});

describe('recording', () => {
  test('is announced before the caller waits, when the policy asks', () => {
    const bench = new Bench({ ...smallBranch, recording: { default: 'always', announce: true } });
    bench.callIn('c1');
    expect(bench.done('play').map((play) => play.prompts.map(nameOf))).toEqual([['recorded']]);
    expect(bench.done('dial')).toEqual([]);
    bench.happen({ type: 'played', channel: 'c1', playback: bench.done('play')[0]?.playback ?? '' });
    expect(bench.ringingAt('c1')).toEqual(['p2']);
  });

  test('is switched on when somebody has answered; the talk goes on without when that fails', () => {
    const bench = service();
    const leg = bench.legAt('c1', 'p2');
    bench.happen({ type: 'up', channel: leg });
    expect(bench.done('bridge')).toMatchObject([{ channels: ['c1', leg] }]);
    expect(bench.done('record')).toMatchObject([{ channel: 'c1', file: 'c1.raw', again: false }]);
    bench.happen({ type: 'recording-refused', channel: 'c1' });
    bench.happen({ type: 'gone', channel: leg, cause: 16 });
    bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
    expect(bench.bodies('call.ended')).toMatchObject([
      { recorded: { kept: false, because: 'recording did not start' } },
    ]);
  });

  test('that stops growing raises an alarm, once', () => {
    const { bench } = talking();
    bench.happen({ type: 'recording-stalled', call: 'c1', bytes: 32_768 });
    bench.happen({ type: 'recording-stalled', call: 'c1', bytes: 32_768 });
    expect(bench.done('raise-alarm')).toHaveLength(1);
    bench.happen({ type: 'recording-grows', call: 'c1' });
    expect(bench.done('clear-alarm')).toHaveLength(1);
  });

  test('that stopped is no alarm any more when its call has ended', () => {
    const { bench, leg } = talking();
    bench.happen({ type: 'recording-stalled', call: 'c1', bytes: 0 });
    for (const channel of ['c1', leg]) bench.happen({ type: 'gone', channel, cause: 16 });
    expect(bench.done('clear-alarm')).toEqual([
      { do: 'clear-alarm', code: 'recording-stalled', subject: 'c1' },
    ]);
  });
});

describe('from a phone', () => {
  test('an extension rings and is joined; internal calls are not recorded by default', () => {
    const bench = new Bench();
    bench.callOut('x1', 'p1', '8003');
    bench.answer(bench.legAt('x1', 'p3'));
    expect(bench.call('x1')).toMatchObject({ direction: 'internal', stage: { at: 'talking' } });
    expect(bench.bodies('recording.started')).toEqual([]);
  });

  test('a call out shows the number of the route and is recorded', () => {
    const bench = new Bench();
    bench.callOut('x1', 'p2', '013912345678');
    expect(bench.done('dial')).toMatchObject([
      {
        endpoint: { kind: 'gateway', name: 'e1', trunk: 'pstn', number: '013912345678' },
        callerId: '+8657186001000',
      },
    ]);
    bench.answer(bench.legAt('x1', 'pstn'));
    expect(bench.bodies('recording.started')).toHaveLength(1);
  });

  test('a trunk that is out hands over to the next within the same call; a busy party does not', () => {
    const bench = new Bench();
    bench.callOut('x1', 'p2', '013912345678');
    bench.happen({ type: 'gone', channel: bench.legAt('x1', 'pstn'), cause: 34 });
    expect(bench.ringingAt('x1')).toEqual(['copper']);
    bench.happen({ type: 'gone', channel: bench.legAt('x1', 'copper'), cause: 17 });
    expect(bench.done('hang-up')).toMatchObject([{ channel: 'x1', cause: 17 }]);
  });

  test('who may not call abroad is refused with a cause', () => {
    const bench = new Bench();
    bench.callOut('x1', 'p2', '00442071234567');
    expect(bench.done('hang-up')).toMatchObject([{ channel: 'x1', cause: 57 }]);
    bench.callOut('x2', 'p1', '00442071234567');
    expect(bench.ringingAt('x2')).toEqual(['pstn']);
  });

  test('an emergency number goes out from any phone, tells the branch, and is not recorded', () => {
    const bench = new Bench();
    bench.callOut('x1', 'p3', '120');
    expect(bench.done('dial')).toMatchObject([{ endpoint: { number: '120' } }]);
    expect(bench.done('raise-alarm')).toMatchObject([{ code: 'emergency-call' }]);
    expect(bench.done('record')).toEqual([]);
  });

  test('star codes set the agent ready and not ready', () => {
    const bench = new Bench();
    bench.callOut('x1', 'p2', '*51');
    expect(bench.state.acd.agents.ann?.ready).toBe(false);
    bench.happen({ type: 'played', channel: 'x1', playback: bench.done('play')[0]?.playback ?? '' });
    expect(bench.done('hang-up')).toMatchObject([{ channel: 'x1' }]);
  });
});

describe('hold and transfer', () => {
  test('hold and resume are entered with how long', () => {
    const { bench, leg } = talking();
    bench.happen({ type: 'held', channel: leg });
    bench.pass(7_000);
    bench.happen({ type: 'resumed', channel: leg });
    expect(bench.bodies('call.resumed')).toMatchObject([{ by: { id: 'ann' }, heldMs: 7_000 }]);
  });

  test('blind: the caller rings at the new party, the agent is free, nothing is counted twice', () => {
    const { bench, leg } = talking();
    bench.pass(10_000);
    bench.happen({ type: 'transfer', channel: leg, to: { kind: 'blind', dialled: '8001' } });
    expect(bench.done('transfer-result')).toMatchObject([{ result: 'accepted' }]);
    expect(bench.bodies('call.leg-ended')).toMatchObject([{ who: { id: 'ann' }, talkMs: 10_000 }]);
    bench.happen({ type: 'gone', channel: leg, cause: 16 });
    expect(bench.ringingAt('c1')).toEqual(['p1']);
    bench.pass(2_000);
    const second = bench.legAt('c1', 'p1');
    bench.answer(second);
    bench.pass(20_000);
    bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
    bench.happen({ type: 'gone', channel: second, cause: 16 });
    expect(bench.bodies('call.ended')).toMatchObject([{ outcome: 'answered', talkMs: 30_000 }]);
    expect(bench.bodies('call.ended')).toHaveLength(1);
  });

  test('blind to where the transferor may not call is refused, and the talk goes on', () => {
    const { bench, leg } = talking();
    bench.happen({ type: 'transfer', channel: leg, to: { kind: 'blind', dialled: '00442071234567' } });
    expect(bench.done('transfer-result')).toMatchObject([{ result: 'refused' }]);
    expect(bench.call('c1').stage.at).toBe('talking');
  });

  test('attended: caller and consulted party are joined in the older call, the other is merged', () => {
    const { bench, leg } = talking();
    bench.pass(5_000);
    bench.callOut('x1', 'p2', '8001');
    const boss = bench.legAt('x1', 'p1');
    bench.answer(boss);
    bench.pass(5_000);
    bench.happen({ type: 'transfer', channel: leg, to: { kind: 'attended', otherChannel: 'x1' } });
    expect(bench.done('bridge').at(-1)).toMatchObject({ bridge: 'c1-bridge', channels: ['c1', boss] });
    bench.happen({ type: 'gone', channel: leg, cause: 16 });
    bench.happen({ type: 'gone', channel: 'x1', cause: 16 });
    expect(bench.bodies('call.ended')).toMatchObject([{ outcome: 'merged' }]);
    expect(Object.keys(bench.state.calls)).toEqual(['c1']);
    bench.pass(10_000);
    bench.happen({ type: 'gone', channel: boss, cause: 16 });
    bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
    expect(bench.bodies('call.ended').at(-1)).toMatchObject({ outcome: 'answered', talkMs: 20_000 });
    expect(bench.state).toMatchObject({ calls: {}, channels: {} });
    expect(bench.state.acd.agents.ann?.work).toEqual([]);
  });

  test('attended, asked for from the newer call, ends the same way', () => {
    const { bench, leg } = talking();
    bench.callOut('x1', 'p2', '8001');
    const boss = bench.legAt('x1', 'p1');
    bench.answer(boss);
    bench.happen({ type: 'transfer', channel: 'x1', to: { kind: 'attended', otherChannel: leg } });
    for (const channel of [leg, 'x1']) bench.happen({ type: 'gone', channel, cause: 16 });
    expect(Object.keys(bench.state.calls)).toEqual(['c1']);
    expect(bench.call('c1').legs[boss]?.state).toBe('up');
  });
});

describe('a clock that went back', () => {
  test('keeps nobody wrapping up until the old time comes round again', () => {
    const { bench, leg } = talking();
    for (const channel of ['c1', leg]) bench.happen({ type: 'gone', channel, cause: 16 });
    bench.now -= 365 * 86_400_000;
    bench.happen({ type: 'clock-moved' });
    bench.pass(60_000);
    const ann = bench.state.acd.agents.ann;
    expect(ann?.wrapUpUntil).toBeUndefined();
    expect(ann?.idleSince).toBeLessThanOrEqual(bench.now);
  });
});

describe('after a restart', () => {
  const up = (id: string) => ({ id, state: 'up' as const, ours: true });

  test('a talk goes on; a leg that answered meanwhile is joined', () => {
    const bench = service();
    const leg = bench.legAt('c1', 'p2');
    bench.adopt({ channels: [up('c1'), up(leg)], bridges: [], playbacks: [] });
    expect(bench.done('record')).toMatchObject([{ channel: 'c1', again: true }]);
    bench.happen({ type: 'recording-on', channel: 'c1' });
    expect(bench.call('c1').stage.at).toBe('talking');
    expect(bench.done('bridge')).toMatchObject([{ channels: ['c1', leg] }]);
    const before = bench.effects.length;
    bench.adopt({
      channels: [up('c1'), up(leg)],
      bridges: [{ id: 'c1-bridge', channels: ['c1', leg] }],
      playbacks: [],
    });
    expect(bench.effects.slice(before).filter((effect) => effect.do !== 'watch-recording')).toEqual([]);
  });

  test('callers keep their places', () => {
    const bench = service();
    bench.callIn('c2');
    for (const id of ['c1', 'c2']) bench.answer(Object.keys(bench.call(id).legs)[0] ?? '');
    bench.callIn('c3');
    bench.pass(1_000);
    bench.callIn('c4');
    const order = bench.state.acd.waiting;
    const channels = [
      'c1',
      'c2',
      'c3',
      'c4',
      ...Object.keys(bench.call('c1').legs),
      ...Object.keys(bench.call('c2').legs),
    ].map(up);
    bench.adopt({ channels, bridges: [], playbacks: [] });
    expect(bench.state.acd.waiting).toEqual(order);
  });

  test('a call whose record was lost is taken in anew, and no name of before is used again', () => {
    const before = service();
    const bench = new Bench();
    bench.now = before.now + 300;
    const arrival = {
      type: 'arrived',
      channel: 'c1',
      from: { kind: 'gateway', name: 'e1' },
      callerNumber: '139',
      dialled: '+8657186001001',
    } as const;
    const old = before.legAt('c1', 'p2');
    bench.adopt({ channels: [{ ...up('c1'), arrival }, up(old)], bridges: [], playbacks: [] });
    expect(bench.done('hang-up')).toMatchObject([{ channel: old }]);
    expect(bench.legAt('c1', 'p2')).not.toBe(old);
  });

  test('what is gone is entered as gone, once, and marked', () => {
    const { bench } = talking();
    bench.adopt({ channels: [], bridges: [], playbacks: [] }, 'engine-restart');
    expect(bench.bodies('call.ended')).toMatchObject([
      { outcome: 'answered', endedBy: 'engine', recovered: 'engine-restart' },
    ]);
    expect(bench.done('keep-recording')).toMatchObject([{ salvaged: true }]);
    expect(bench.state.calls).toEqual({});
    expect(Object.values(bench.state.acd.agents).flatMap((agent) => agent.work)).toEqual([]);
  });

  test('a phone that was to ring and never did is rung now', () => {
    const bench = service();
    const leg = bench.legAt('c1', 'p2');
    const before = bench.done('dial').length;
    bench.adopt({ channels: [up('c1')], bridges: [], playbacks: [] });
    expect(bench.done('dial').slice(before)).toMatchObject([{ channel: leg }]);
    expect(bench.ringingAt('c1')).toEqual(['p2']);
    expect(bench.bodies('call.leg-refused')).toEqual([]);
  });

  test('a recording that was being switched on when we died is switched on anew', () => {
    const bench = service();
    const leg = bench.legAt('c1', 'p2');
    bench.happen({ type: 'up', channel: leg });
    const bridges = [{ id: 'c1-bridge', channels: ['c1', leg] }];
    bench.adopt({ channels: [up('c1'), up(leg)], bridges, playbacks: [] });
    expect(bench.done('record')).toMatchObject([{ again: false }, { channel: 'c1', again: true }]);
    bench.happen({ type: 'recording-on', channel: 'c1' });
    expect(bench.bodies('recording.started')).toHaveLength(1);
    bench.adopt({ channels: [up('c1'), up(leg)], bridges, playbacks: [] });
    expect(bench.done('record')).toHaveLength(2);
  });

  test("a caller whom the engine took meanwhile is the engine's: what we had begun for him ends", () => {
    const bench = service();
    const leg = bench.legAt('c1', 'p2');
    const alone = { id: 'c1', state: 'up' as const, ours: false };
    bench.adopt({
      channels: [alone, { id: leg, state: 'ringing', ours: false }],
      bridges: [],
      playbacks: [],
    });
    expect(bench.done('hang-up')).toMatchObject([{ channel: leg }]);
    bench.happen({ type: 'gone', channel: leg, cause: 16 });
    expect(bench.bodies('call.ended')).toMatchObject([
      { outcome: 'survived', endedBy: 'engine', recovered: 'service-restart' },
    ]);
    expect(everyWaiting(bench.state.acd)).toEqual([]);
  });

  test('so it is when he is gone since, and the engine has written that it took him', () => {
    const bench = service();
    const leg = bench.legAt('c1', 'p2');
    bench.adopt({ channels: [], bridges: [], playbacks: [], alone: new Set(['c1']) });
    bench.happen({ type: 'gone', channel: leg, cause: 16 });
    expect(bench.bodies('call.ended')).toMatchObject([{ outcome: 'survived', endedBy: 'engine' }]);
  });

  test('who was told to go, and has not gone, is told again until he has', () => {
    const { bench, leg } = talking();
    bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
    bench.pass(REMIND_MS);
    bench.pass(REMIND_MS);
    expect(bench.done('hang-up')).toMatchObject([{ channel: leg }, { channel: leg }, { channel: leg }]);
    bench.happen({ type: 'gone', channel: leg, cause: 16 });
    bench.pass(10 * REMIND_MS);
    expect(bench.done('hang-up')).toHaveLength(3);
    expect(bench.bodies('call.ended')).toHaveLength(1);
  });

  test('who was to go and lives on is told again', () => {
    const { bench, leg } = talking();
    bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
    expect(bench.done('hang-up')).toMatchObject([{ channel: leg }]);
    bench.adopt({ channels: [up(leg)], bridges: [], playbacks: [] });
    expect(bench.done('hang-up')).toMatchObject([{ channel: leg }, { channel: leg }]);
  });

  test('a stranger that arrived is taken in, a leg that nobody knows is let go', () => {
    const bench = new Bench();
    const arrival = {
      type: 'arrived',
      channel: 'n1',
      from: { kind: 'gateway', name: 'e1' },
      callerNumber: '139',
      dialled: '+8657186001001',
    } as const;
    // A leg that was out in the dial plan looks as if it had dialled something.
    const leg = { ...up('c9-leg-1'), arrival: { ...arrival, channel: 'c9-leg-1', dialled: 's' } };
    bench.adopt({ channels: [{ ...up('n1'), arrival }, leg], bridges: [], playbacks: [] });
    expect(bench.ringingAt('n1')).toEqual(['p2']);
    expect(bench.done('hang-up')).toMatchObject([{ channel: 'c9-leg-1' }]);
  });
});
