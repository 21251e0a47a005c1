/** Calls that are handed on to where nobody takes them, and agents whose telephones vanish in the midst of their work. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DeskPhone } from '@branchline/lab/phones/desk-phone';
import type { Call } from '@branchline/lab/sip/call';
import { atRest, hangUpAll } from './at-rest.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';

const WAIT = 10_000;
/** Until the engine has found out that a telephone answers no more. */
const UNREACHABLE = 45_000;
const ALONE = { withinMs: 5_000, lastMs: 800, share: 0.9 };
const [ANN, BOB] = [610, 730];

describe.skipIf(ENGINE_ROOT === undefined)('what comes of it', () => {
  let bed: BranchBed;
  let ann: DeskPhone;
  let bob: DeskPhone;
  beforeAll(async () => {
    bed = await BranchBed.start({
      headquarters: false,
      document: (addresses) => ({
        ...bedDocument(addresses),
        queues: { service: { order: 'linear', ring: '10s', 'wrap-up': '3s' } },
        limits: { 'forward-out': true },
      }),
    });
    [ann, bob] = [bed.phone('desk-2'), bed.phone('desk-3')];
  });
  afterAll(() => bed.stop());
  afterEach(() => hangUpAll(bed));
  beforeEach(() => atRest(bed));

  async function talk(): Promise<{ id: string; outside: Call; inside: Call }> {
    ann.onIncoming({ kind: 'answer', afterMs: 100 });
    const coming = ann.nextCall(WAIT);
    const outside = await bed.caller(0).call('057186001001');
    const inside = await coming;
    await Promise.all([outside.answered(WAIT), inside.answered(WAIT)]);
    await outside.rtp.untilHears(ANN, ALONE);
    const { calls } = await bed.box().untilLive((live) => Object.keys(live.calls).length === 1, WAIT);
    return { id: Object.keys(calls)[0] ?? '', outside, inside };
  }
  const bodies = async (id: string, type: string) =>
    (await bed.box().call(id)).events.filter((event) => event.type === type).map(({ body }) => body);
  const over = (id: string) =>
    bed.box().untilCalls((calls) => calls.some((call) => call.id === id && call.endedAt !== null), WAIT);
  const agentIs = (agent: string, state: string, withinMs = WAIT) =>
    bed.box().untilLive(({ agents }) => agents[agent]?.state === state, withinMs);

  test('a transfer to one who is busy: the caller is let go, the ledger says why, and the agent is free', async () => {
    const { id, outside, inside } = await talk();
    bob.onIncoming({ kind: 'busy' });
    expect(await ann.blindTransfer('8003', WAIT, inside)).toMatchObject({ reported: 200 });
    await outside.whenEnded(WAIT);
    await over(id);
    expect(await bodies(id, 'call.transferred')).toMatchObject([{ kind: 'blind', to: '8003' }]);
    expect(await bodies(id, 'call.leg-refused')).toMatchObject([{ to: { id: '8003' }, reason: 'busy' }]);
    expect(await bodies(id, 'call.ended')).toMatchObject([{ outcome: 'answered', endedBy: 'callee' }]);
    await agentIs('li.lei', 'ready');
  });

  test('a transfer to a number outside that nobody has: the caller is let go, and the ledger says so', async () => {
    const { id, outside, inside } = await talk();
    await ann.blindTransfer('8999', WAIT, inside);
    await outside.whenEnded(WAIT);
    await over(id);
    expect(await bodies(id, 'call.leg-refused')).toMatchObject([{ to: { id: '8999' }, reason: 'failed' }]);
    await agentIs('li.lei', 'ready');
  });

  test('a transfer to what is no number is refused, and the talk goes on', async () => {
    const { id, outside, inside } = await talk();
    const { reported } = await ann.blindTransfer('99', WAIT, inside);
    expect(reported).not.toBe(200);
    outside.rtp.forgetHeard();
    await outside.rtp.untilHears(ANN, ALONE);
    await outside.hangup();
    await over(id);
    expect(await bodies(id, 'call.transferred')).toEqual([]);
  });

  test('one who is consulted is busy: the caller is taken back', async () => {
    const { outside, inside } = await talk();
    await ann.hold(inside);
    bob.onIncoming({ kind: 'busy' });
    const consultation = await ann.call('8003');
    expect(await consultation.whenEnded(WAIT)).toMatchObject({ status: 486 });
    await ann.resume(inside);
    outside.rtp.forgetHeard();
    await outside.rtp.untilHears(ANN, ALONE);
    await outside.hangup();
  });

  test.each(['talking', 'held'] as const)(
    'a telephone that vanishes while %s: the caller hangs up, and nothing of the call is left',
    async (phase) => {
      const { id, outside, inside } = await talk();
      if (phase === 'held') await ann.hold(inside);
      await bed.box().untilLive(({ calls }) => calls[id]?.phase === phase, WAIT);
      ann.unplug();
      try {
        await outside.hangup();
        await over(id);
        expect(await bodies(id, 'call.ended')).toMatchObject([{ outcome: 'answered', endedBy: 'caller' }]);
        expect(await bodies(id, 'call.leg-ended')).toHaveLength(1);
      } finally {
        ann.plug();
      }
      await Promise.all(ann.calls.map((call) => call.hangup()));
    },
    UNREACHABLE,
  );

  test('a dead target, and an agent who vanishes after his call: found out, taken out, and served by the next', async () => {
    const { id, outside, inside } = await talk();
    await outside.hangup();
    await inside.whenEnded(WAIT);
    await over(id);
    ann.unplug();
    await agentIs('li.lei', 'unreachable', UNREACHABLE);
    bob.onIncoming({ kind: 'answer', afterMs: 100 });
    const coming = bob.nextCall(WAIT);
    const caller = await bed.caller(1).call('057186001001');
    const atBob = await coming;
    await caller.rtp.untilHears(BOB, ALONE);
    const { calls } = await bed.box().untilLive((live) => Object.keys(live.calls).length === 1, WAIT);
    const [next = ''] = Object.keys(calls);
    await bob.blindTransfer('8002', WAIT, atBob);
    await caller.whenEnded(UNREACHABLE);
    await over(next);
    expect(await bodies(next, 'call.leg-refused')).toMatchObject([
      { to: { id: '8002' }, reason: 'unreachable' },
    ]);
    ann.plug();
    await ann.register();
    await agentIs('li.lei', 'ready', UNREACHABLE);
  });
});
