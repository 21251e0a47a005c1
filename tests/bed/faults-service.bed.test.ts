/** The box's service hangs, or is dead: telephones go on, and afterwards the ledger knows what happened. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CallSummary } from '@branchline/contracts/call-story';
import { headquartersFaults, placesLost, restingFaults, settledEventsOf } from '../chaos/one-story.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';

const FRONT_DESK_HZ = 520;

describe.skipIf(ENGINE_ROOT === undefined)('a service that hangs or is dead', () => {
  let bed: BranchBed;
  beforeAll(async () => {
    // What the engine does alone is looked at from its first second on.
    bed = await BranchBed.start({ boxEnv: { BRANCHLINE_BOX_BOOT_WAIT_S: '0' } });
  });
  afterAll(() => bed.stop());
  afterEach(async () => {
    for (const phone of Object.values(bed.phones)) phone.onIncoming({ kind: 'ring' });
    await bed.box().untilLive(({ calls }) => Object.keys(calls).length === 0, 5_000);
    expect(await restingFaults(bed)).toEqual([]);
    expect(await headquartersFaults(bed, 15_000)).toEqual([]);
  });

  const survived = (many: number): Promise<CallSummary[]> =>
    bed
      .box()
      .untilCalls((calls) => calls.filter(({ outcome }) => outcome === 'survived').length >= many, 30_000);

  test('hangs: the front desk rings within 3 s; it goes on as if nothing had been, and the call is entered once', async () => {
    bed.phone('desk-1').onIncoming({ kind: 'answer', afterMs: 100 });
    bed.process('box').kill('SIGSTOP');
    const began = performance.now();
    const coming = bed.phone('desk-1').nextCall(3_000);
    const call = await bed.caller(0).call('057186001001');
    await coming;
    console.log(`hung: the front desk rang after ${Math.round(performance.now() - began)} ms`);
    await call.answered(3_000);
    await call.rtp.untilHears(FRONT_DESK_HZ, { withinMs: 3_000 });
    bed.process('box').kill('SIGCONT');

    bed.phone('desk-2').onIncoming({ kind: 'answer', afterMs: 100 });
    const next = await bed.caller(1).call('057186001001');
    await next.answered(10_000);
    await next.rtp.untilHears(610, { withinMs: 10_000, lastMs: 300 });
    expect(call.state).toBe('up');
    expect(call.rtp.hears(FRONT_DESK_HZ)).toBe(true);
    await Promise.all([call.hangup(), next.hangup()]);

    const [entered] = (await survived(1)).filter(({ outcome }) => outcome === 'survived');
    expect(entered).toMatchObject({
      direction: 'in',
      from: { id: '+8613900000001' },
      answeredBy: [{ id: '8001' }],
    });
  });

  test('dead: the front desk rings within 2 s, extensions reach each other, help is reached; all of it is entered', async () => {
    const before = (await bed.box().calls()).calls.length;
    for (const desk of ['desk-1', 'desk-3']) bed.phone(desk).onIncoming({ kind: 'answer', afterMs: 100 });
    await bed.end('box', 'SIGKILL');
    const began = performance.now();
    const coming = bed.phone('desk-1').nextCall(2_000);
    const call = await bed.caller(0).call('057186001000');
    await coming;
    console.log(`dead: the front desk rang after ${Math.round(performance.now() - began)} ms`);
    await call.answered(3_000);
    const inside = await bed.phone('desk-2').call('8003');
    await inside.answered(3_000);
    await inside.rtp.untilHears(730, { withinMs: 3_000 });
    await inside.hangup();
    const help = await bed.phone('desk-2').call('110');
    await help.answered(5_000);
    await help.hangup();
    await call.hangup();

    bed.startBox();
    await bed.boxReady();
    const calls = await bed.box().untilCalls((all) => all.length >= before + 3, 30_000);
    expect(
      calls
        .slice(0, 3)
        .map(({ direction, dialled, outcome }) => `${direction} ${dialled} ${outcome}`)
        .sort(),
    ).toEqual(['in 057186001000 survived', 'internal 8003 survived', 'out 110 survived']);
  });

  test('dead while callers wait: they hear the queue all the while and keep their places', async () => {
    for (const who of ['li.lei', 'han.mei'])
      await bed.box().post(`/api/agents/${who}/state`, { state: 'not-ready', reason: 'break' });
    const waiting = [];
    for (const index of [2, 0, 3, 1]) {
      const call = await bed.caller(index).call('057186001001');
      await call.answered(5_000);
      waiting.push(call);
    }
    await bed.box().untilLive(({ queues }) => queues.service?.waiting.length === 4, 5_000);
    await bed.end('box', 'SIGKILL');
    for (const call of waiting) call.rtp.resetStats();
    await Promise.all(waiting.map((call) => expect(call.whenEnded(1_500)).rejects.toThrow('no')));
    for (const call of waiting) expect(call.rtp.stats().received).toBeGreaterThan(50);
    bed.startBox();
    await bed.boxReady();
    await bed.box().untilLive(({ queues }) => queues.service?.waiting.length === 4, 15_000);
    const order: string[] = [];
    bed.phone('desk-2').onIncoming({ kind: 'answer', afterMs: 50 });
    bed.phone('desk-2').agent.on('incoming', (taken) => order.push(taken.remote.number));
    await bed.box().post('/api/agents/li.lei/state', { state: 'ready' });
    for (const call of waiting) {
      await call.rtp.untilHears(610, { withinMs: 15_000, lastMs: 300 });
      await call.hangup();
    }
    expect(order).toEqual(['+8613900000003', '+8613900000001', '+8613900000004', '+8613900000002']);
    await bed.box().untilLive(({ calls }) => Object.keys(calls).length === 0, 5_000);
    expect(placesLost(await settledEventsOf(bed))).toEqual([]);
    await bed.box().post('/api/agents/han.mei/state', { state: 'ready' });
  });
});
