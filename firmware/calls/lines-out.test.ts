/** Calls to the outside: one line after the other, who may, emergencies, and what the fraud brake makes of it. */
import { describe, expect, test } from 'vitest';
import { Bench, smallBranch } from './bench.ts';

const MOBILE = '013912345678';
/** A Monday, ten o'clock in China: where a bench begins. */
const three = {
  ...smallBranch,
  gateways: { ...smallBranch.gateways, far: { kind: 'sip', address: '127.0.0.13' } },
  trunks: { ...smallBranch.trunks, third: { gateway: 'far', channels: 1 } },
  routes: [
    { to: 'emergency', via: ['pstn', 'copper'] },
    { to: ['national', 'mobile'], via: ['third', 'pstn', 'copper'], 'caller-id': 'main' },
    { to: 'international', via: ['pstn'], allow: ['managers'] },
  ],
};

function calling(dialled = MOBILE, document: object = three, phone = 'p2'): Bench {
  const bench = new Bench(document);
  bench.callOut('x', phone, dialled);
  return bench;
}
const lineOf = (bench: Bench, call = 'x'): string | undefined => bench.ringingAt(call)[0];
function refuse(bench: Bench, cause: number, sip?: number, call = 'x'): void {
  const line = lineOf(bench, call);
  const channel = bench.legAt(call, line ?? '');
  bench.happen({ type: 'gone', channel, cause, ...(sip === undefined ? {} : { sip }) });
}
const goes = (bench: Bench, call = 'x'): string[] =>
  bench
    .done('dial')
    .flatMap(({ endpoint, channel }) =>
      endpoint.kind === 'gateway' && channel.startsWith(`${call}-`) ? [endpoint.trunk] : [],
    );

describe('the next line within the same call', () => {
  test('a refusal is gone round at once, and said with what the far end answered and when', () => {
    const bench = calling();
    bench.pass(40);
    refuse(bench, 34, 503);
    expect(lineOf(bench)).toBe('pstn');
    expect(bench.bodies('call.leg-refused')).toMatchObject([
      { to: { via: 'third' }, reason: 'congestion', cause: 34, sip: 503, afterMs: 40 },
    ]);
    expect(bench.done('ring')).toMatchObject([{ channel: 'x' }]);
    expect(bench.bodies('call.routed')).toEqual([
      { class: 'mobile', number: '+8613912345678', route: 2, trunks: ['third', 'pstn', 'copper'] },
    ]);
  });

  test('a busy party is busy on every line', () => {
    const bench = calling();
    refuse(bench, 17, 486);
    expect(bench.done('hang-up')).toMatchObject([{ channel: 'x', cause: 17 }]);
  });

  test('the last refusal is the caller’s when no line is left', () => {
    const bench = calling();
    refuse(bench, 34);
    refuse(bench, 27);
    refuse(bench, 38);
    expect(goes(bench)).toEqual(['third', 'pstn', 'copper']);
    expect(bench.done('hang-up')).toMatchObject([{ channel: 'x', cause: 38 }]);
  });

  test('a line without a free channel is passed over, and is none that failed', () => {
    const bench = calling();
    bench.answer(bench.legAt('x', 'third'));
    bench.callOut('y', 'p3', MOBILE);
    expect(lineOf(bench, 'y')).toBe('pstn');
    expect(bench.bodies('call.line-full')).toEqual([{ trunk: 'third', channels: 1 }]);
    expect(bench.bodies('call.leg-refused')).toEqual([]);
  });

  test('when every line is full he hears that there is none free', () => {
    const full = {
      ...three,
      routes: [{ to: 'mobile', via: ['third'] }],
    };
    const bench = calling(MOBILE, full);
    bench.callOut('y', 'p3', MOBILE);
    expect(bench.done('hang-up')).toMatchObject([{ channel: 'y', cause: 34 }]);
  });

  test('a line that is out is tried last', () => {
    const bench = new Bench(three);
    bench.happen({ type: 'trunk-worth', trunk: 'third', worth: 'down' });
    bench.callOut('x', 'p2', MOBILE);
    expect(bench.bodies('call.routed')[0]?.trunks).toEqual(['pstn', 'copper', 'third']);
  });
});

describe('silence', () => {
  test('after its patience a line is asked after, and left when nobody there has heard of the call', () => {
    const bench = calling();
    bench.pass(1_999);
    expect(bench.done('ask-far-end')).toEqual([]);
    bench.pass(1);
    const channel = bench.legAt('x', 'third');
    expect(bench.done('ask-far-end')).toEqual([{ do: 'ask-far-end', channel }]);
    bench.happen({ type: 'far-end', channel, answers: false });
    bench.happen({ type: 'gone', channel, cause: 16 });
    expect(lineOf(bench)).toBe('pstn');
    expect(bench.bodies('call.leg-refused')).toMatchObject([
      { to: { via: 'third' }, reason: 'unreachable', cause: 18, afterMs: 2_000 },
    ]);
  });

  test('one who is at work on it is left the time that a network takes, and no more', () => {
    const bench = calling();
    bench.pass(2_000);
    const channel = bench.legAt('x', 'third');
    bench.happen({ type: 'far-end', channel, answers: true });
    bench.pass(17_999);
    expect(bench.done('hang-up')).toEqual([]);
    bench.pass(1);
    expect(bench.done('hang-up')).toMatchObject([{ channel }]);
    bench.happen({ type: 'gone', channel, cause: 16 });
    expect(lineOf(bench)).toBe('pstn');
  });

  test.each(['ringing', 'early-media'] as const)('%s is no silence', (type) => {
    const bench = calling();
    bench.happen({ type, channel: bench.legAt('x', 'third') });
    bench.pass(89_999);
    expect(bench.done('ask-far-end')).toEqual([]);
    expect(lineOf(bench)).toBe('third');
  });

  test('an answer that comes while it is asked counts', () => {
    const bench = calling();
    const channel = bench.legAt('x', 'third');
    bench.pass(2_000);
    bench.answer(channel);
    bench.happen({ type: 'far-end', channel, answers: false });
    expect(bench.call('x').stage.at).toBe('talking');
  });

  test('the patience is the document’s to set', () => {
    const patient = {
      ...three,
      trunks: { ...three.trunks, third: { gateway: 'far', channels: 1, patience: '5s' } },
    };
    const bench = calling(MOBILE, patient);
    bench.pass(4_999);
    expect(bench.done('ask-far-end')).toEqual([]);
    bench.pass(1);
    expect(bench.done('ask-far-end')).toHaveLength(1);
  });
});

describe('emergencies', () => {
  const narrow = {
    ...smallBranch,
    trunks: { pstn: { gateway: 'e1', channels: 2, numbers: ['+86 571 8600 1000..1029'] } },
    routes: [{ to: ['national', 'mobile'], via: ['pstn'] }],
  };

  test('go on whatever a line says, begin again with the first, and end with the caller', () => {
    const bench = calling('120', three);
    for (const cause of [17, 1, 21]) refuse(bench, cause);
    expect(goes(bench)).toEqual(['pstn', 'copper', 'third']);
    expect(bench.done('hang-up')).toEqual([]);
    bench.pass(1_000);
    expect(goes(bench)).toEqual(['pstn', 'copper', 'third', 'pstn']);
    bench.happen({ type: 'gone', channel: 'x', cause: 16 });
    bench.happen({ type: 'gone', channel: bench.legAt('x', 'pstn'), cause: 34 });
    bench.pass(60_000);
    expect(bench.state.calls).toEqual({});
    expect(goes(bench)).toHaveLength(4);
  });

  test('wait longer for a silent line in every second round: it may only be slow, and there may be no other', () => {
    const bench = calling('120', narrow);
    const patience = (): number => {
      const from = bench.now;
      const asked = bench.done('ask-far-end').length;
      while (bench.done('ask-far-end').length === asked) bench.pass(500);
      const took = bench.now - from;
      const channel = bench.legAt('x', 'pstn');
      bench.happen({ type: 'far-end', channel, answers: false });
      bench.happen({ type: 'gone', channel, cause: 16 });
      return took;
    };
    expect(patience()).toBe(2_000);
    bench.pass(1_000);
    expect(goes(bench)).toHaveLength(2);
    expect(patience()).toBe(6_000);
    // Later than a second: out of step with a line that comes and goes.
    bench.pass(1_000);
    expect(goes(bench)).toHaveLength(2);
    bench.pass(618);
    expect(goes(bench)).toHaveLength(3);
    expect(patience()).toBe(2_000);
  });

  test('are dialled by the gateway’s address, as it may be there though it is thought to be out', () => {
    const bench = calling('120');
    expect(bench.done('dial')).toMatchObject([
      { endpoint: { trunk: 'pstn', number: '120', at: { host: '127.0.0.11', port: 5060 } } },
    ]);
  });

  test('when every channel is taken a call is let go: one that only rings before one that talks', () => {
    const bench = calling(MOBILE, narrow, 'p1');
    bench.answer(bench.legAt('x', 'pstn'));
    bench.pass(5_000);
    bench.callOut('y', 'p2', MOBILE);
    bench.pass(1_000);
    bench.callOut('sos', 'p3', '110');
    expect(bench.bodies('call.preempted')).toEqual([{ by: 'sos', trunk: 'pstn' }]);
    expect(bench.done('hang-up').map(({ channel }) => channel)).toContain('y');
    expect(bench.call('x').stage.at).toBe('talking');
    expect(goes(bench, 'sos')).toEqual([]);
    bench.pass(200);
    expect(goes(bench, 'sos')).toEqual(['pstn']);
    expect(bench.bodies('call.preempted')).toHaveLength(1);
  });

  test('one that a gateway refuses as full, though we count a free channel, lets a call go the next time', () => {
    const bench = calling(MOBILE, narrow, 'p1');
    bench.answer(bench.legAt('x', 'pstn'));
    bench.callOut('sos', 'p3', '110');
    refuse(bench, 34, 503, 'sos');
    expect(bench.bodies('call.preempted')).toEqual([]);
    bench.pass(1_200);
    expect(bench.bodies('call.preempted')).toEqual([{ by: 'sos', trunk: 'pstn' }]);
    expect(goes(bench, 'sos')).toEqual(['pstn', 'pstn']);
  });

  test('never another emergency: then the line is asked all the same', () => {
    const bench = calling('120', narrow, 'p1');
    bench.callOut('y', 'p2', '120');
    bench.callOut('z', 'p3', '110');
    expect(bench.bodies('call.preempted')).toEqual([]);
    expect(goes(bench, 'z')).toEqual(['pstn']);
  });

  test('not where the document says that none may be let go', () => {
    const gentle = {
      ...narrow,
      routes: [...narrow.routes, { to: 'emergency', via: ['pstn'], preempt: false }],
    };
    const bench = calling(MOBILE, gentle, 'p1');
    bench.callOut('y', 'p2', MOBILE);
    bench.callOut('sos', 'p3', '110');
    expect(bench.bodies('call.preempted')).toEqual([]);
    expect(goes(bench, 'sos')).toEqual(['pstn']);
  });

  test('whoever takes it is shown a number that can be called back', () => {
    expect(calling('120').done('dial')[0]?.callerId).toBe('+8657186001000');
  });

  test('the front desk is told who called, from which telephone, and who is to go', () => {
    const desk = {
      ...smallBranch,
      site: { ...smallBranch.site, emergency: { notify: ['managers'] } },
    };
    expect(calling('120', desk).done('raise-alarm')).toMatchObject([
      { code: 'emergency-call', detail: '{emergency|8002 Ann|p2|120|Boss (8001)}' },
    ]);
  });
});

describe('who may call', () => {
  test('what is denied is said with its reason', () => {
    const bench = calling('00442071234567');
    expect(bench.bodies('call.denied')).toEqual([
      { class: 'international', number: '+442071234567', because: 'not-allowed' },
    ]);
    expect(bench.done('hang-up')).toMatchObject([{ channel: 'x', cause: 57 }]);
  });

  test('who came in is sent out again by nobody, unless the document allows it', () => {
    for (const forward of [false, true]) {
      const bench = new Bench({ ...smallBranch, limits: { 'forward-out': forward } });
      bench.callIn('c');
      const leg = Object.keys(bench.call('c').legs)[0] ?? '';
      bench.answer(leg);
      bench.happen({ type: 'transfer', channel: leg, to: { kind: 'blind', dialled: MOBILE } });
      expect(bench.done('transfer-result')).toMatchObject([{ result: forward ? 'accepted' : 'refused' }]);
      expect(bench.bodies('call.denied').map(({ because }) => because)).toEqual(forward ? [] : ['came-in']);
    }
  });

  test('nor by way of a consultation', () => {
    const bench = new Bench(smallBranch);
    bench.callIn('c');
    const leg = Object.keys(bench.call('c').legs)[0] ?? '';
    bench.answer(leg);
    const phone = bench.call('c').legs[leg]?.party.via ?? '';
    bench.callOut('x', phone, MOBILE);
    bench.answer(bench.legAt('x', 'pstn'));
    bench.happen({ type: 'transfer', channel: leg, to: { kind: 'attended', otherChannel: 'x' } });
    expect(bench.done('transfer-result')).toMatchObject([{ result: 'refused' }]);
    expect(bench.call('c').stage.at).toBe('talking');
  });
});

describe('the fraud brake', () => {
  const loose = {
    ...smallBranch,
    routes: [...smallBranch.routes.slice(0, 2), { to: 'international', via: ['pstn'] }],
    trunks: { ...smallBranch.trunks, pstn: { ...smallBranch.trunks.pstn, cost: { mobile: 1 } } },
    calling: { default: ['national', 'mobile', 'international'] },
    limits: { extension: { calls: 2, 'cost-a-day': 3 }, burst: { prefixes: 2 } },
  };

  test('calls at once', () => {
    const bench = calling(MOBILE, loose);
    bench.callOut('y', 'p2', MOBILE);
    bench.callOut('z', 'p2', MOBILE);
    expect(bench.bodies('call.denied')).toMatchObject([{ because: 'calls-at-once', detail: '2' }]);
  });

  test('what a call has cost counts when it is over, and while it lasts', () => {
    const bench = calling(MOBILE, loose);
    const leg = bench.legAt('x', 'pstn');
    bench.answer(leg);
    bench.pass(130_000);
    bench.callOut('y', 'p2', MOBILE);
    expect(bench.bodies('call.denied')).toMatchObject([{ because: 'cost' }]);
    bench.happen({ type: 'gone', channel: 'x', cause: 16 });
    bench.happen({ type: 'gone', channel: leg, cause: 16 });
    expect(bench.state.brake).toMatchObject({
      'extension/8002': { talkMs: 130_000, cost: 3 },
      'trunk/pstn': { talkMs: 130_000, cost: 3 },
    });
    bench.callOut('z', 'p2', MOBILE);
    expect(bench.bodies('call.denied')).toHaveLength(2);
    bench.callOut('sos', 'p2', '110');
    expect(bench.ringingAt('sos')).toEqual(['pstn']);
  });

  test('a burst abroad stops the extension, which is alarmed and kept, until it is released', () => {
    const bench = calling('00442071234567', loose);
    bench.happen({ type: 'gone', channel: 'x', cause: 16 });
    bench.callOut('y', 'p2', '0033612345678');
    expect(bench.bodies('brake.stopped')).toEqual([
      { extension: '8002', because: 'new-prefixes', detail: '+44, +33' },
    ]);
    expect(bench.done('raise-alarm')).toMatchObject([{ code: 'extension-stopped', subject: '8002' }]);
    bench.callOut('z', 'p2', MOBILE);
    expect(bench.bodies('call.denied').map(({ because }) => because)).toEqual(['stopped', 'stopped']);
    bench.callOut('sos', 'p2', '120');
    expect(bench.ringingAt('sos')).toEqual(['pstn']);
    const released = bench.happen({ type: 'release-extension', extension: '8002', by: 'console' });
    expect(Object.keys(released.brakeChanged ?? {})).toEqual(['extension/8002']);
    expect(bench.bodies('brake.released')).toEqual([{ extension: '8002', by: 'console' }]);
    expect(bench.done('clear-alarm')).toMatchObject([{ code: 'extension-stopped', subject: '8002' }]);
    bench.callOut('w', 'p2', MOBILE);
    expect(bench.ringingAt('w')).toEqual(['pstn']);
  });
});

describe('calls in', () => {
  test('one more than a line may bring is refused so that its network tries another', () => {
    const bench = new Bench({
      ...smallBranch,
      trunks: { ...smallBranch.trunks, pstn: { ...smallBranch.trunks.pstn, 'most-in': 1 } },
    });
    bench.callIn('a');
    bench.callIn('b');
    expect(bench.bodies('call.turned-away')).toEqual([{ trunk: 'pstn', because: 'line-limit', cause: 34 }]);
    expect(bench.done('hang-up')).toMatchObject([{ channel: 'b', cause: 34 }]);
    bench.happen({ type: 'gone', channel: 'b', cause: 34 });
    bench.happen({ type: 'gone', channel: 'a', cause: 16 });
    for (const channel of Object.keys(bench.state.channels))
      bench.happen({ type: 'gone', channel, cause: 16 });
    bench.callIn('c');
    expect(bench.bodies('call.turned-away')).toHaveLength(1);
  });

  test('a line that is busied out is refused all that comes in, and is tried last going out', () => {
    const bench = new Bench();
    bench.happen({ type: 'trunk-worth', trunk: 'pstn', worth: 'refusing' });
    bench.callIn('a');
    expect(bench.bodies('call.turned-away')).toEqual([{ trunk: 'pstn', because: 'busied-out', cause: 42 }]);
    expect(bench.done('hang-up')).toMatchObject([{ channel: 'a', cause: 42 }]);
    bench.callOut('b', 'p2', MOBILE);
    expect(bench.ringingAt('b')).not.toContain('pstn');
    bench.happen({ type: 'trunk-worth', trunk: 'pstn', worth: 'up' });
    bench.callIn('c');
    expect(bench.bodies('call.turned-away')).toHaveLength(1);
  });

  test('a number goes elsewhere outside of its hours', () => {
    const document = {
      ...smallBranch,
      numbers: {
        ...smallBranch.numbers,
        owner: {
          number: '+86 571 8600 1029',
          to: 'extension 8001',
          during: 'late',
          otherwise: 'extension 8002',
        },
      },
      hours: { ...smallBranch.hours, late: { open: { 'mon-sun': '20:00-24:00' } } },
    };
    const bench = new Bench(document);
    bench.callIn('a', '+8657186001029');
    expect(bench.ringingAt('a')).toEqual(['p2']);
    bench.pass(11 * 3_600_000);
    bench.callIn('b', '+8657186001029');
    expect(bench.ringingAt('b')).toEqual(['p1']);
  });
});
