/** Calls that a supervisor, or a program beside the telephone, puts where they are to ring; and *70, which says where it has parked. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DeskPhone } from '@branchline/lab/phones/desk-phone';
import type { Call } from '@branchline/lab/sip/call';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';

const WAIT = 10_000;
const [BOSS, BOB, CALLER] = [520, 730, 1_030];
const ALONE = { withinMs: 5_000, lastMs: 800, share: 0.9 };

describe.skipIf(ENGINE_ROOT === undefined)('by order', () => {
  let bed: BranchBed;
  let boss: DeskPhone;
  let ann: DeskPhone;
  let bob: DeskPhone;
  beforeAll(async () => {
    bed = await BranchBed.start({
      headquarters: false,
      document: (addresses) => ({
        ...bedDocument(addresses),
        queues: { service: { order: 'linear', ring: '10s', 'wrap-up': '10m' } },
      }),
    });
    [boss, ann, bob] = [bed.phone('desk-1'), bed.phone('desk-2'), bed.phone('desk-3')];
  });
  afterAll(() => bed.stop());
  afterEach(async () => {
    const phones = [boss, ann, bob, ...bed.callers];
    await Promise.all(phones.flatMap((phone) => phone.calls.map((call) => call.hangup())));
  });
  beforeEach(async () => {
    for (const phone of [boss, ann, bob]) phone.onIncoming({ kind: 'ring' });
    await bed.box().untilLive(({ calls }) => Object.keys(calls).length === 0, WAIT);
    for (const agent of ['li.lei', 'han.mei']) await set(agent, 'ready');
  });

  const set = (agent: string, state: string) => bed.box().post(`/api/agents/${agent}/state`, { state });
  const at = (id: string, what: string): string => `/api/calls/${encodeURIComponent(id)}/${what}`;
  const bodies = async (id: string, type: string) =>
    (await bed.box().call(id)).events.filter((event) => event.type === type).map(({ body }) => body);
  const over = (id: string) =>
    bed.box().untilCalls((calls) => calls.some((call) => call.id === id && call.endedAt !== null), WAIT);
  async function callIn(phase: 'ringing' | 'queue', caller = 0): Promise<{ id: string; outside: Call }> {
    const known = Object.keys((await bed.box().untilLive(() => true, WAIT)).calls);
    const outside = await bed.caller(caller).call('057186001001');
    await outside.answered(WAIT);
    const isNew = (id: string): boolean => !known.includes(id);
    const { calls } = await bed
      .box()
      .untilLive(
        (live) => Object.values(live.calls).some((call) => isNew(call.id) && call.phase === phase),
        WAIT,
      );
    return { id: Object.keys(calls).find(isNew) ?? '', outside };
  }
  async function hearEachOther(one: Call, tone: number, other: Call, otherTone: number): Promise<void> {
    one.rtp.forgetHeard();
    other.rtp.forgetHeard();
    await one.rtp.untilHears(otherTone, ALONE);
    await other.rtp.untilHears(tone, ALONE);
  }
  async function whyOf(id: string): Promise<string> {
    const told = await bed
      .box()
      .get<{ lines: { says: string; because: string[] }[] }>(`${at(id, 'why')}?language=en`);
    return told.lines.flatMap(({ says, because }) => [says, ...because]).join('\n');
  }

  test('what rings at an agent is picked up at another extension, and why says by whose order', async () => {
    const ringing = ann.nextCall(WAIT);
    const { id, outside } = await callIn('ringing');
    const atAnn = await ringing;
    boss.onIncoming({ kind: 'answer', afterMs: 100 });
    const coming = boss.nextCall(WAIT);
    await bed.box().post(at(id, 'pick-up'), { extension: '8001' });
    const inside = await coming;
    await inside.answered(WAIT);
    await hearEachOther(outside, CALLER, inside, BOSS);
    await atAnn.whenEnded(WAIT);
    await expect(bed.box().post(at(id, 'pick-up'), { extension: '8003' })).rejects.toThrow('not-ringing');
    await outside.hangup();
    await over(id);
    expect(await bodies(id, 'call.picked-up')).toMatchObject([
      { by: { id: '8001' }, from: [{ id: 'li.lei' }], ordered: 'console 127.0.0.1' },
    ]);
    expect(await whyOf(id)).toContain('By order of console 127.0.0.1, while it rang elsewhere');
    const { agents } = await bed.box().untilLive(() => true, WAIT);
    expect(agents['li.lei']).toMatchObject({ state: 'ready', call: null });
  });

  test('who waits is given to an agent in wrap-up, before one who has waited longer', async () => {
    await set('li.lei', 'not-ready');
    bob.onIncoming({ kind: 'answer', afterMs: 100 });
    const first = bob.nextCall(WAIT);
    const before = await bed.caller(2).call('057186001001');
    await (await first).answered(WAIT);
    const longer = await callIn('queue', 1);
    const { id, outside } = await callIn('queue', 0);
    await before.hangup();
    await bed.box().untilLive(({ agents }) => agents['han.mei']?.state === 'wrap-up', WAIT);
    const coming = bob.nextCall(WAIT);
    await bed.box().post(at(id, 'give'), { agent: 'han.mei' });
    const inside = await coming;
    await inside.answered(WAIT);
    await hearEachOther(outside, CALLER, inside, BOB);
    await expect(bed.box().post(at(longer.id, 'give'), { agent: 'han.mei' })).rejects.toThrow(
      'agent-not-free',
    );
    await outside.hangup();
    await longer.outside.hangup();
    await over(id);
    expect(await bodies(id, 'call.leg-offered')).toMatchObject([
      { to: { id: 'han.mei' }, why: { given: 'console 127.0.0.1' } },
    ]);
    expect(await whyOf(id)).toContain('was given it by order of console 127.0.0.1');
  });

  test('*70, dialled while the caller is on hold, parks him and says where', async () => {
    const coming = ann.nextCall(WAIT);
    const { id, outside } = await callIn('ringing');
    const inside = await coming;
    inside.answer();
    await inside.answered(WAIT);
    await ann.hold(inside);
    await bed.box().untilLive(({ calls }) => calls[id]?.phase === 'held', WAIT);
    const own = await ann.call('*70');
    await own.answered(WAIT);
    await inside.whenEnded(WAIT);
    const { calls } = await bed.box().untilLive((live) => live.calls[id]?.parked !== undefined, WAIT);
    await own.whenEnded(20_000);
    const slot = calls[id]?.parked?.slot ?? '';
    const taking = await boss.call(slot);
    await taking.answered(WAIT);
    await hearEachOther(outside, CALLER, taking, BOSS);
    await outside.hangup();
    await over(id);
    const { calls: history } = await bed.box().calls();
    const dialled = history.find((call) => call.dialled === '*70')?.id ?? '';
    expect((await bodies(dialled, 'call.flow')).map(({ heard }) => heard)).toEqual([
      'beep',
      'Parked at {slot}.',
      'Parked at {slot}.',
    ]);
  });
});
