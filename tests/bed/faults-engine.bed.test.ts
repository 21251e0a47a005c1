/** The engine dies or hangs: what can be saved is saved, what ended is said, and everything works again without the service being touched. */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CallSummary } from '@branchline/contracts/call-story';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { Call } from '@branchline/lab/sip/call';
import { headquartersFaults, restingFaults, settledEventsOf } from '../chaos/one-story.ts';
import { readStereo } from './audio.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';

const AGENTS_HZ = [610, 730];

describe.skipIf(ENGINE_ROOT === undefined)('an engine that dies or hangs', () => {
  let bed: BranchBed;
  let boxPid: number | undefined;
  beforeAll(async () => {
    // What the engine does alone is looked at from its first second on.
    bed = await BranchBed.start({ boxEnv: { BRANCHLINE_BOX_BOOT_WAIT_S: '0' } });
    boxPid = bed.process('box').pid;
    for (const desk of ['desk-2', 'desk-3']) bed.phone(desk).onIncoming({ kind: 'answer', afterMs: 100 });
  });
  afterAll(() => bed.stop());
  afterEach(async () => {
    await bed.box().untilLive(({ calls }) => Object.keys(calls).length === 0, 5_000);
    expect(bed.process('box')).toMatchObject({ pid: boxPid, exitCode: null, signalCode: null });
    expect(await restingFaults(bed)).toEqual([]);
    expect(await headquartersFaults(bed, 15_000)).toEqual([]);
  });

  const talk = async (caller: number): Promise<Call> => {
    const call = await bed.caller(caller).call('057186001001');
    await call.answered(10_000);
    await Promise.any(AGENTS_HZ.map((hz) => call.rtp.untilHears(hz, { withinMs: 10_000, lastMs: 300 })));
    return call;
  };
  const alarms = async (type: 'alarm.raised' | 'alarm.cleared'): Promise<LedgerEvent[]> =>
    (await settledEventsOf(bed)).filter((event) => event.type === type && event.body.code === 'engine-down');
  const comesBack = (): Promise<void> => {
    bed.startEngine();
    return serves();
  };
  const serves = async (): Promise<void> => {
    await bed
      .box()
      .untilLive(({ alarms: open }) => codes(open).every((code) => code !== 'engine-down'), 30_000);
    // The engine remembers where its phones are, and asks them; none has to register anew.
    await bed
      .box()
      .untilLive(({ phones }) => Object.values(phones).every(({ reachable }) => reachable), 30_000);
  };

  test('killed in mid-call: the call is entered as ended, its recording is saved, and calls work again', async () => {
    const call = await talk(0);
    const began = performance.now();
    // Longer than the engine's buffer, so that there is something to save.
    await expect(call.whenEnded(4_500)).rejects.toThrow('no');
    await bed.end('engine', 'SIGKILL');
    const talkedMs = performance.now() - began;
    await bed.box().untilLive(({ alarms: open }) => codes(open).includes('engine-down'), 15_000);
    hangUpAll(bed);
    await comesBack();

    const [summary] = (await bed.box().untilCalls((calls) => calls.some(isRecovered), 15_000)).filter(
      isRecovered,
    );
    if (!summary) throw new Error('no recovered call');
    const ending = (await settledEventsOf(bed)).find(
      ({ type, call: id }) => type === 'call.ended' && id === summary.id,
    );
    expect(ending?.body).toMatchObject({
      recovered: 'engine-restart',
      endedBy: 'engine',
      outcome: 'answered',
      recorded: { kept: true },
    });
    // Up to the moment of its death, and not to that of its return.
    expect(summary.talkMs).toBeLessThan(talkedMs + 3_000);
    const saved = await eventually(bed, 'recording.ended', summary.id);
    expect(saved.body).toMatchObject({ salvaged: true });
    expect(saved.body.lostMs).toBeGreaterThan(0);
    const sound = readStereo(
      await bed.box().bytes(`/api/recordings/${encodeURIComponent(summary.recording ?? '')}/audio`),
    );
    expect(sound.left.length / 8_000).toBeGreaterThan(1);
    expect((await alarms('alarm.raised')).length).toBeGreaterThan(0);
    expect(await alarms('alarm.cleared')).toHaveLength((await alarms('alarm.raised')).length);

    const again = await talk(1);
    await again.hangup();
  });

  test('killed together with the service: a call ended when it was heard of last, and who waited has his place when he calls again', async () => {
    const known = (await bed.box().calls()).calls.length;
    await talk(3);
    await talk(0);
    await bed.caller(1).call('057186001001');
    await bed
      .box()
      .untilLive(
        ({ calls }) =>
          Object.values(calls).filter(({ phase }) => phase === 'talking').length === 2 &&
          Object.values(calls).some(({ phase }) => phase === 'queue'),
        5_000,
      );
    await bed.end('box', 'SIGKILL');
    await bed.end('engine', 'SIGKILL');
    hangUpAll(bed);
    await pause(AWAY_MS);
    bed.startBox();
    boxPid = bed.process('box').pid;
    bed.startEngine();
    await bed.boxReady();
    await serves();
    const calls = await bed.box().untilCalls((all) => all.length > known && all.every(isOver), 15_000);
    for (const summary of calls.filter(({ outcome }) => outcome === 'answered').slice(0, 2)) {
      expect(summary.recovered).toBe(true);
      expect(summary.talkMs).toBeLessThan(AWAY_MS);
    }
    const again = await talk(1);
    await again.hangup();
    const queued = (await settledEventsOf(bed)).flatMap((event) =>
      event.type === 'call.queued' ? [event.body.keptWaitMs] : [],
    );
    expect(queued.filter((kept) => kept !== undefined)).toHaveLength(1);
    expect(queued.at(-1)).toBeGreaterThan(AWAY_MS);
  });

  test('hung: noticed by its silence, ended by its number, started anew', async () => {
    bed.process('engine').kill('SIGSTOP');
    const engine = bed.process('engine');
    const gone = once(engine, 'exit', { signal: AbortSignal.timeout(60_000) });
    await bed.box().untilLive(({ alarms: open }) => codes(open).includes('engine-down'), 60_000);
    await gone;
    expect(engine.signalCode).toBe('SIGKILL');
    hangUpAll(bed);
    await comesBack();
    const again = await talk(2);
    await again.hangup();
    expect(await alarms('alarm.cleared')).toHaveLength((await alarms('alarm.raised')).length);
  });
});

/** Nobody knows of a call for this long; it must not count as talk. */
const AWAY_MS = 6_000;

const codes = (alarms: Readonly<Record<string, { code: string }>>): string[] =>
  Object.values(alarms).map(({ code }) => code);
const isOver = ({ outcome }: CallSummary): boolean => outcome !== 'live';
const isRecovered = ({ recovered, outcome }: CallSummary): boolean => recovered && outcome !== 'survived';

/** With the engine their calls are gone, and nobody answers their BYE: they are not waited for. */
function hangUpAll(bed: BranchBed): void {
  for (const phone of [...Object.values(bed.phones), ...bed.callers])
    for (const call of phone.calls) void call.hangup();
}

async function eventually(bed: BranchBed, type: string, call: string): Promise<LedgerEvent> {
  const until = performance.now() + 15_000;
  while (performance.now() < until) {
    const { events } = await bed.box().call(call);
    const found = events.find((event) => event.type === type);
    if (found) return found;
  }
  throw new Error(`no ${type} for ${call} within 15 s`);
}
