/** A person at his mobile, through the switchboard, with an engine on paper. */
import { beforeEach, describe, expect, test } from 'vitest';
import { Bench, decidedAgain, smallBranch } from './bench.ts';
import { CAUSE } from './events.ts';

const MOBILE = '+8613900000009';
const { people } = smallBranch;
const rings = { mobile: MOBILE, 'mobile-rings': 'when-unreachable' };
const document = (ann: object, more: object = {}) => ({
  ...smallBranch,
  people: { boss: people.boss, ann: { ...people.ann, ...ann } },
  ...more,
});

let bench: Bench;
const begin = (ann: object, more: object = {}): void => {
  bench = new Bench(document(ann, more));
  bench.happen({ type: 'document-changed' });
  bench.happen({ type: 'phone', phone: 'p2', reachable: false });
  bench.happen({ type: 'agent-order', agent: 'ann', state: 'ready' });
};
const dials = () => bench.done('dial').map(({ endpoint }) => endpoint);
const lastDial = (): string => bench.done('dial').at(-1)?.channel ?? '';
const gone = (cause: number): void => void bench.happen({ type: 'gone', channel: lastDial(), cause });
const digit = (pressed: string): void =>
  void bench.happen({ type: 'digit', channel: lastDial(), digit: pressed });
const bridged = () => bench.done('bridge').map(({ channels }) => channels);

describe('an agent whose telephone is not registered', () => {
  beforeEach(() => {
    begin(rings);
    bench.callIn('c1');
  });

  test('is rung there first, and at his mobile once that is known to be away', () => {
    expect(dials()).toMatchObject([{ kind: 'phone', name: 'p2' }]);
    gone(CAUSE.absent);
    expect(dials()).toMatchObject([{ kind: 'phone' }, { kind: 'gateway', trunk: 'pstn' }]);
    // He is called by the branch, whose number his network lets pass.
    expect(bench.done('dial').at(-1)).toMatchObject({ callerId: '+8657186001000' });
    expect(decidedAgain(bench.acdInputs, bench.events, [bench.branch])).toBeUndefined();
  });

  test('is joined with the caller when he has pressed 1, and not before', () => {
    gone(CAUSE.absent);
    bench.happen({ type: 'ringing', channel: lastDial() });
    bench.happen({ type: 'up', channel: lastDial() });
    expect([bridged(), bench.call('c1').stage.at]).toEqual([[], 'queue']);
    expect(bench.done('play').at(-1)).toMatchObject({
      channel: lastDial(),
      prompts: [{ name: 'mobile-take' }, {}, {}],
    });
    digit('5');
    expect(bridged()).toEqual([]);
    digit('1');
    expect(bridged()).toEqual([['c1', lastDial()]]);
    expect(bench.bodies('call.answered')).toMatchObject([{ by: { kind: 'agent', id: 'ann', via: 'pstn' } }]);
    expect(bench.bodies('call.leg-asked')).toHaveLength(1);
    digit('1');
    expect(bridged()).toHaveLength(1);
  });

  test('has not taken it when nothing is pressed: the mailbox of his network is let go, and he has missed it', () => {
    gone(CAUSE.absent);
    bench.happen({ type: 'up', channel: lastDial() });
    bench.pass(16_000);
    expect(bench.done('hang-up').map(({ channel }) => channel)).toContain(lastDial());
    gone(CAUSE.normal);
    expect(bench.call('c1').stage.at).toBe('queue');
    expect(bench.bodies('call.leg-refused').at(-1)).toMatchObject({ reason: 'no-answer' });
    expect(bridged()).toEqual([]);
    expect(bench.state.acd.agents.ann?.reachable).toBe(true);
  });

  test.each([CAUSE.normal, CAUSE.congestion])(
    'has missed it as well when his mailbox hangs up first (cause %d), and no other line is tried',
    (cause) => {
      gone(CAUSE.absent);
      bench.happen({ type: 'up', channel: lastDial() });
      const rung = dials().length;
      gone(cause);
      expect(bench.bodies('call.leg-refused').at(-1)).toMatchObject({ reason: 'no-answer', cause });
      expect(bench.state.acd.agents.ann).toMatchObject({ ready: false, reason: 'no-answer' });
      expect([dials().length, bridged(), bench.call('c1').stage.at]).toEqual([rung, [], 'queue']);
      expect(decidedAgain(bench.acdInputs, bench.events, [bench.branch])).toBeUndefined();
    },
  );

  test('is tried by the next line when the first cannot be had, and is there again later', () => {
    gone(CAUSE.absent);
    gone(CAUSE.congestion);
    expect(dials().at(-1)).toMatchObject({ kind: 'gateway', trunk: 'copper' });
    gone(CAUSE.congestion);
    expect(bench.state.acd.agents.ann).toMatchObject({ reachable: true, ready: true });
    bench.pass(60_000);
    expect(dials().length).toBeGreaterThan(3);
    expect(decidedAgain(bench.acdInputs, bench.events, [bench.branch])).toBeUndefined();
  });

  test('is asked again by a service that came anew, and joined by nothing else', () => {
    gone(CAUSE.absent);
    bench.happen({ type: 'up', channel: lastDial() });
    const channels = ['c1', lastDial()].map((id) => ({ id, state: 'up' as const, ours: true }));
    bench.adopt({ channels, bridges: [], playbacks: [] });
    expect(bridged()).toEqual([]);
    digit('1');
    expect(bridged()).toEqual([['c1', lastDial()]]);
  });

  test('a caller who hangs up meanwhile lets him go', () => {
    gone(CAUSE.absent);
    bench.happen({ type: 'up', channel: lastDial() });
    bench.happen({ type: 'gone', channel: 'c1', cause: CAUSE.normal });
    expect(bench.done('hang-up').map(({ channel }) => channel)).toContain(lastDial());
    digit('1');
    expect(bridged()).toEqual([]);
  });
});

test('one who has no telephone at all is rung at his mobile', () => {
  begin({ ...rings, phones: [] });
  bench.callIn('c1');
  expect(dials()).toMatchObject([{ kind: 'gateway', trunk: 'pstn' }]);
  bench.happen({ type: 'up', channel: lastDial() });
  digit('1');
  expect(bridged()).toEqual([['c1', lastDial()]]);
  expect(decidedAgain(bench.acdInputs, bench.events, [bench.branch])).toBeUndefined();
});

test('an extension that is called rings there as well', () => {
  begin({ ...rings });
  bench.callOut('c1', 'p1', '8002');
  gone(CAUSE.absent);
  expect(dials().at(-1)).toMatchObject({ kind: 'gateway', trunk: 'pstn' });
  bench.happen({ type: 'up', channel: lastDial() });
  digit('1');
  expect(bridged()).toEqual([['c1', lastDial()]]);
});

test('where the mobile is for the stand-in alone, it is not rung here', () => {
  begin({ mobile: MOBILE });
  bench.callIn('c1');
  expect(dials()).toEqual([]);
  expect(bench.state.acd.agents.ann?.reachable).toBe(false);
});

test('without a line that leads there, he is not there for the moment', () => {
  begin({ ...rings, phones: [] }, { routes: [{ to: 'emergency', via: ['pstn'] }] });
  bench.callIn('c1');
  expect(dials()).toEqual([]);
  expect(bench.call('c1').stage.at).toBe('queue');
});

test('who calls a customer back from his mobile takes it by the digit, and only then is the customer rung', () => {
  const queues = {
    service: { ...smallBranch.queues.service, callback: { tries: 2 } },
  };
  const numbers = { ...smallBranch.numbers, back: { number: '+86 571 8600 1005', to: 'callback service' } };
  begin({ ...rings, phones: [] }, { queues, numbers });
  bench.callIn('c1', '+8657186001005');
  const { playback = '' } = bench.done('play').at(-1) ?? {};
  bench.happen({ type: 'played', channel: 'c1', playback });
  bench.happen({ type: 'gone', channel: 'c1', cause: CAUSE.normal });
  bench.pass(10_000);
  const agent = lastDial();
  expect(dials()).toMatchObject([{ kind: 'gateway' }]);
  bench.happen({ type: 'up', channel: agent });
  expect(dials()).toHaveLength(1);
  bench.happen({ type: 'digit', channel: agent, digit: '1' });
  expect(dials()).toHaveLength(2);
});
