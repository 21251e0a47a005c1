/** What goes wrong at telephones and in documents: strangers, wrong passwords, impatient callers, cables, mistakes in writing. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CallSummary } from '@branchline/contracts/call-story';
import { DeskPhone } from '@branchline/lab/phones/desk-phone';
import { tone } from '@branchline/lab/rtp/sources';
import { UserAgent } from '@branchline/lab/sip/user-agent';
import { restingFaults, settledEventsOf } from '../chaos/one-story.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';

const SERVICE = '057186001001';

describe.skipIf(ENGINE_ROOT === undefined)('what goes wrong at telephones', () => {
  let bed: BranchBed;
  beforeAll(async () => {
    // What the engine does alone is looked at from its first second on.
    bed = await BranchBed.start({ headquarters: false, boxEnv: { BRANCHLINE_BOX_BOOT_WAIT_S: '0' } });
  });
  afterAll(() => bed.stop());
  afterEach(async () => {
    for (const phone of Object.values(bed.phones)) phone.onIncoming({ kind: 'ring' });
    await bed.box().untilLive(({ calls }) => Object.keys(calls).length === 0, 10_000);
    expect(await restingFaults(bed)).toEqual([]);
  });

  const began = async (): Promise<number> =>
    (await settledEventsOf(bed)).filter(({ type }) => /^call\.(offered|survived)$/.test(type)).length;
  const order = (who: string, state: 'ready' | 'not-ready'): Promise<unknown> =>
    bed.box().post(`/api/agents/${who}/state`, { state });
  const at = (last: number): string => bed.phone('desk-1').agent.local.host.replace(/\d+$/, String(last));
  const server = { host: '', port: 5060 };
  const newest = async (): Promise<CallSummary | undefined> =>
    (await bed.box().untilCalls((calls) => calls[0]?.outcome !== 'live', 5_000))[0];

  test('an address that is no gateway gets no call, and nothing rings', async () => {
    const before = await began();
    const stranger = await UserAgent.open({
      host: at(99),
      user: '13800000000',
      server: { ...server, host: at(10) },
      pacer: bed.pacer,
      source: tone(400),
    });
    try {
      for (const number of [SERVICE, '8001', '110', '013900000001']) {
        const call = await stranger.call(number);
        const { status } = await call.whenEnded(10_000);
        expect([401, 403, 404]).toContain(status);
      }
    } finally {
      await stranger.close();
    }
    expect(Object.values(bed.phones).flatMap((phone) => phone.calls)).toEqual([]);
    expect(await began()).toBe(before);
  });

  test('a phone with a wrong password is not registered and cannot call; the true one is not put out', async () => {
    const before = await began();
    const thief = await DeskPhone.open({
      server: { ...server, host: at(10) },
      localAddress: at(98),
      user: 'phone-desk-1',
      password: 'guessed',
      extension: '8001',
      tone: 400,
      pacer: bed.pacer,
    });
    try {
      await expect(thief.register()).rejects.toThrow(/refused with 40[13]/);
      const { status } = await (await thief.call('8002')).whenEnded(10_000);
      expect([401, 403]).toContain(status);
    } finally {
      await thief.vanish();
    }
    expect(await began()).toBe(before);
    const coming = bed.phone('desk-1').nextCall(5_000);
    const call = await bed.phone('desk-2').call('8001');
    await coming;
    await call.hangup();
  });

  test('a caller who hangs up is let go in each phase, and the ledger says in which', async () => {
    const impatient = async (
      number: string,
      until: (call: Awaited<ReturnType<DeskPhone['call']>>) => Promise<unknown>,
    ) => {
      const call = await bed.caller(0).call(number);
      await until(call);
      await call.hangup();
      await bed.box().untilLive(({ calls }) => Object.keys(calls).length === 0, 10_000);
      const summary = await newest();
      const ending = (await settledEventsOf(bed)).findLast(
        ({ type, call: id }) => type === 'call.ended' && id === summary?.id,
      );
      return { phase: ending?.body.phase, endedBy: ending?.body.endedBy, outcome: summary?.outcome };
    };
    expect(await impatient('057186001000', (call) => call.answered(5_000))).toEqual({
      phase: 'flow',
      endedBy: 'caller',
      outcome: 'abandoned',
    });

    for (const who of ['li.lei', 'han.mei']) await order(who, 'not-ready');
    expect(await impatient(SERVICE, (call) => call.answered(5_000))).toEqual({
      phase: 'queue',
      endedBy: 'caller',
      outcome: 'abandoned',
    });
    for (const who of ['li.lei', 'han.mei']) await order(who, 'ready');

    const offered = bed.phone('desk-2').nextCall(10_000);
    expect(await impatient(SERVICE, () => offered)).toEqual({
      phase: 'queue',
      endedBy: 'caller',
      outcome: 'abandoned',
    });
    await (await offered).whenEnded(5_000);

    const atOwner = bed.phone('desk-1').nextCall(10_000);
    expect(await impatient('057186001029', () => atOwner)).toEqual({
      phase: 'ringing',
      endedBy: 'caller',
      outcome: 'abandoned',
    });
    await (await atOwner).whenEnded(5_000);

    bed.phone('desk-2').onIncoming({ kind: 'answer', afterMs: 50 });
    expect(await impatient(SERVICE, (call) => call.rtp.untilHears(610, { withinMs: 10_000 }))).toEqual({
      phase: 'talking',
      endedBy: 'caller',
      outcome: 'answered',
    });
    await bed.box().untilLive(({ agents }) => agents['li.lei']?.state === 'ready', 5_000);
  });

  test('an agent whose cable is pulled while it rings: the next agent rings, the caller keeps his place, the alarm is raised', async () => {
    await order('han.mei', 'not-ready');
    const ringing = bed.phone('desk-2').nextCall(5_000);
    const first = await bed.caller(0).call(SERVICE);
    await ringing;
    bed.phone('desk-2').unplug();
    const second = await bed.caller(1).call(SERVICE);
    await second.answered(5_000);
    // Whoever is free takes the second caller meanwhile, as the first rings elsewhere; then comes the first one's turn again.
    bed.phone('desk-3').onIncoming({ kind: 'answer', afterMs: 50 });
    await order('han.mei', 'ready');
    await second.rtp.untilHears(730, { withinMs: 10_000, lastMs: 300 });
    await second.hangup();
    await first.rtp.untilHears(730, { withinMs: 25_000, lastMs: 300 });
    await bed
      .box()
      .untilLive(
        ({ alarms }) =>
          Object.values(alarms).some(
            ({ code, subject }) => code === 'phone-unreachable' && subject === 'desk-2',
          ),
        40_000,
      );
    await first.hangup();
    bed.phone('desk-2').plug();
    await Promise.all(bed.phone('desk-2').calls.map((call) => call.hangup()));
    await bed.phone('desk-2').register();
    await bed.box().untilLive(({ alarms }) => Object.keys(alarms).length === 0, 20_000);
    await order('li.lei', 'ready');
  });

  test('a document with twenty faults: all are named at once, and the old one stays in force', async () => {
    const good = bedDocument({ gateway: at(11) });
    const path = join(bed.boxDir, 'branch.yaml');
    writeFileSync(path, JSON.stringify(withFaults(good)));
    await bed.end('box', 'SIGKILL');
    bed.startBox();
    await bed.boxReady();
    const told = await bed.box().get<{ refused: { faults: unknown[] } | null }>('/api/document');
    expect(told.refused?.faults.length).toBeGreaterThanOrEqual(20);
    await bed
      .box()
      .untilLive(
        ({ alarms }) => Object.values(alarms).some(({ code }) => code === 'document-rejected'),
        5_000,
      );
    bed.phone('desk-2').onIncoming({ kind: 'answer', afterMs: 50 });
    const call = await bed.caller(0).call(SERVICE);
    await call.rtp.untilHears(610, { withinMs: 10_000, lastMs: 300 });
    await call.hangup();
  });

  test('a document that is right, with a queue that nobody serves: taken, and warned of', async () => {
    const good = bedDocument({ gateway: at(11) }) as { queues: object };
    const path = join(bed.boxDir, 'branch.yaml');
    writeFileSync(path, JSON.stringify({ ...good, queues: { ...good.queues, empty: {} } }));
    await bed.end('box', 'SIGKILL');
    bed.startBox();
    await bed.boxReady();
    const told = await bed.box().get<{ refused: unknown; warnings: object[] }>('/api/document');
    expect(told.refused).toBeNull();
    expect(JSON.stringify(told.warnings)).toContain('empty');
    await bed
      .box()
      .untilLive(
        ({ alarms }) => Object.values(alarms).every(({ code }) => code !== 'document-rejected'),
        5_000,
      );
  });
});

/** Faults of meaning, each in a place of its own: a broken form would hide all others. */
function withFaults(good: object): object {
  const faulty = structuredClone(good) as Record<string, Record<string, unknown>>;
  const numbers = Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [
      `wrong-${index}`,
      { number: `+86 571 8600 10${10 + index}`, to: `queue nowhere-${index}` },
    ]),
  );
  const people = Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [
      `nobody-${index}`,
      { name: { zh: '无', en: 'Nobody' }, extension: 8100 + index, phones: [`lost-${index}`] },
    ]),
  );
  return {
    ...faulty,
    numbers: { ...faulty.numbers, ...numbers },
    people: { ...faulty.people, ...people },
    routes: [...(faulty.routes as unknown as object[]), { to: 'international', via: ['moon'] }],
    survival: { ring: 'nobody-here', for: '30s' },
    flows: {
      ...faulty.flows,
      a: [{ play: 'no-such-sound' }, { to: 'flow b' }],
      b: [{ to: 'extension 9999' }],
      c: [{ to: 'queue never' }],
    },
  };
}
