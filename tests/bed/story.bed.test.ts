/** One call through every room: the recording, the ledger, headquarters and the pages' API all tell the same story. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallSummary } from '@branchline/contracts/call-story';
import { heardIn, readStereo } from './audio.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';

describe.skipIf(ENGINE_ROOT === undefined)('a whole branch', () => {
  let bed: BranchBed;
  beforeAll(async () => {
    bed = await BranchBed.start();
  });
  afterAll(() => bed.stop());

  const ended = (about: (call: CallSummary) => boolean): Promise<CallSummary[]> =>
    bed.box().untilCalls((calls) => calls.some(about), 10_000);

  test('a call to a queue is answered, recorded in two channels, and headquarters knows', async () => {
    const agent = bed.phone('desk-2');
    agent.onIncoming({ kind: 'answer', afterMs: 300 });
    const coming = agent.nextCall(10_000);
    const call = await bed.caller(0).call('057186001001');
    await call.answered(10_000);
    const taken = await coming;
    await taken.answered(10_000);
    await call.rtp.untilHears(610, { withinMs: 5_000, lastMs: 2_000 });
    await taken.rtp.untilHears(1_030, { withinMs: 5_000, lastMs: 2_000 });
    await taken.hangup();
    await call.whenEnded(5_000);

    const [summary] = (await ended((candidate) => candidate.queue === 'service')) as [CallSummary];
    expect(summary).toMatchObject({
      direction: 'in',
      outcome: 'answered',
      answeredBy: [{ kind: 'agent', id: 'li.lei' }],
      from: { id: '+8613900000001' },
    });
    const sound = readStereo(await bed.box().recording(summary.id, 10_000));
    expect(heardIn(sound.left, 1_030)).toBeGreaterThan(0.5);
    expect(heardIn(sound.left, 610)).toBeLessThan(0.1);
    expect(heardIn(sound.right, 610)).toBeGreaterThan(0.5);
    expect(heardIn(sound.right, 1_030)).toBeLessThan(0.1);

    const atHq = await bed
      .hq()
      .untilCalls(
        (calls) => calls.some(({ id, outcome }) => id === summary.id && outcome === 'answered'),
        10_000,
      );
    expect(atHq.find(({ id }) => id === summary.id)).toMatchObject({
      box: 'test-branch',
      talkMs: summary.talkMs,
      waitMs: summary.waitMs,
    });
    const here = await bed.box().call(summary.id);
    const there = await bed
      .hq()
      .untilGet<typeof here>(
        `/api/boxes/test-branch/calls/${encodeURIComponent(summary.id)}`,
        ({ events }) => events.length === here.events.length,
        10_000,
      );
    expect(there.events).toEqual(here.events);
    expect(here.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'call.offered',
        'call.queued',
        'call.leg-offered',
        'call.leg-ringing',
        'call.answered',
        'recording.started',
        'call.leg-ended',
        'call.ended',
        'recording.ended',
      ]),
    );
  });
});
