/** A box dies with callers waiting: they call again, are greeted by the branch's own flow in the cloud, in their old order, and the box comes back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallSummary } from '@branchline/contracts/call-story';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { FleetCall } from '@branchline/contracts/http/controller';
import type { ContinuityStepShown } from '@branchline/contracts/http/continuity';
import { heardIn, readStereo } from './audio.ts';
import { BranchBed, ENGINE_ROOT, subscriberTone } from './branch.ts';
import type { Door } from './door.ts';
import { BRANCH, CloudHost, cloudOrder, untilContinuity } from './cloud.ts';

const CALLERS = 20;
const WAIT = 20_000;
const SERVICE = '057186001001';

describe.skipIf(ENGINE_ROOT === undefined)('a box that dies', () => {
  let bed: BranchBed;
  let cloud: CloudHost;
  let hq: Door;
  beforeAll(async () => {
    bed = await BranchBed.start(cloudOrder(CALLERS + 1));
    hq = bed.hq();
    // Its agents have no time yet.
    for (const desk of ['desk-2', 'desk-3']) bed.phone(desk).onIncoming({ kind: 'busy' });
    cloud = await CloudHost.start(bed);
    await untilContinuity(hq, ({ ready, lease }) => ready['stand-in'] && lease.answers === 'box', 60_000);
  }, 90_000);
  afterAll(async () => {
    cloud.end();
    await bed.stop();
  });

  const storyNow = async (): Promise<ContinuityStepShown[]> =>
    (await hq.get<{ story: ContinuityStepShown[] }>(`/api/boxes/${BRANCH}/continuity`)).story;

  /** Who waits, and since when. */
  const storiesOf = (calls: readonly FleetCall[]) =>
    Promise.all(
      calls.map(async ({ id, box, from }) => {
        const { events } = await hq.get<{ events: LedgerEvent[] }>(`/api/boxes/${box}/calls/${id}`);
        const queued = events.find(({ type }) => type === 'call.queued');
        const kept = Number(queued?.body['keptWaitMs'] ?? 0);
        return { from: from.id, since: Date.parse(queued?.at ?? '') - kept };
      }),
    );

  test('its callers call again, wait in their old order at the stand-in, and reach its agents', async () => {
    for (let caller = 0; caller < CALLERS; caller += 1) {
      const call = await bed.caller(caller).call(SERVICE);
      await call.answered(WAIT);
    }
    // Headquarters knows of them: what a box has not told yet dies with it.
    await hq.untilGet<{ calls: FleetCall[] }>(
      `/api/calls?box=${BRANCH}`,
      ({ calls }) => calls.filter(({ queue }) => queue === 'service').length === CALLERS,
      WAIT,
    );
    await Promise.all(['box', 'engine'].map((name) => bed.end(name as 'box' | 'engine', 'SIGKILL')));
    await untilContinuity(hq, ({ because }) => because === 'silent', WAIT);
    // The last who waited is the first who calls again.
    for (let caller = CALLERS - 1; caller >= 0; caller -= 1) {
      await bed.caller(caller).hangup();
      const call = await bed.caller(caller).call(SERVICE);
      await call.answered(WAIT);
    }
    await untilContinuity(hq, ({ lease }) => lease.answers === 'stand-in', 60_000);
    const { calls } = await hq.untilGet<{ calls: FleetCall[] }>(
      `/api/calls?box=${BRANCH}-standin`,
      ({ calls }) => calls.filter(({ queue }) => queue === 'service').length === CALLERS,
      WAIT,
    );
    const waits = await storiesOf(calls.filter(({ queue }) => queue === 'service'));
    expect(waits.toSorted((a, b) => a.since - b.since).map(({ from }) => from)).toEqual(callers(CALLERS));
  }, 180_000);

  test('the branch’s agents take them at their desks, by the second registrar, the one who waited longest first', async () => {
    for (const desk of ['desk-2', 'desk-3']) bed.phone(desk).onIncoming({ kind: 'answer', afterMs: 50 });
    const { calls } = await hq.untilGet<{ calls: FleetCall[] }>(
      `/api/calls?box=${BRANCH}-standin`,
      ({ calls }) => calls.filter(({ answeredBy }) => answeredBy.length > 0).length === 2,
      WAIT,
    );
    const taken = calls.filter(({ answeredBy }) => answeredBy.length > 0).map(({ from }) => from.id);
    expect(taken.sort()).toEqual(callers(2));
  }, 60_000);

  test('the box comes back, takes over with no call cut, and one history remains', async () => {
    // Headquarters dies meanwhile, and knows afterwards what it has given to whom.
    await bed.end('hq', 'SIGKILL');
    bed.startHeadquarters();
    await hq.until('/api/ready', (answer) => (answer as { ready: boolean }).ready, WAIT);
    await untilContinuity(
      hq,
      ({ lease, ready }) => lease.answers === 'stand-in' && ready['stand-in'],
      90_000,
    );
    const inProgress = bed.callers.map((caller) => caller.calls.length);
    bed.startEngine();
    bed.startBox();
    await bed.boxReady();
    await untilContinuity(hq, ({ lease, state }) => lease.answers === 'box' && state === 'serving', 90_000);
    expect(bed.callers.map((caller) => caller.calls.length)).toEqual(inProgress);
    // A new call is the box's again, while those who wait in the cloud wait there.
    const late = bed.caller(CALLERS);
    await (await late.call(SERVICE)).answered(WAIT);
    await bed.box().untilLive((live) => Object.keys(live.calls).length === 1, WAIT);
    expect((await storyNow()).map(({ what }) => what)).toEqual(
      expect.arrayContaining(['silent', 'places-handed-over', 'stands-in', 'back', 'comes-home', 'home']),
    );
    const { calls } = await hq.untilGet<{ calls: FleetCall[] }>(
      `/api/calls?box=${BRANCH}&limit=200`,
      ({ calls }) => calls.filter(({ queue }) => queue === 'service').length === 2 * CALLERS + 1,
      WAIT,
    );
    expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
    const inCloud = calls.filter(({ standIn, queue }) => standIn === true && queue === 'service');
    expect(inCloud).toHaveLength(CALLERS);
    for (const box of [BRANCH, `${BRANCH}-standin`])
      await hq.untilGet<{ ledger: { missing: number; newest: number } }>(
        `/api/boxes/${box}`,
        ({ ledger }) => ledger.missing === 0 && ledger.newest > 0,
        WAIT,
      );
    // Who waited longest in the cloud gives up: the branch's own page tells it too, with its story.
    const last = bed.caller(CALLERS - 1);
    const id = inCloud.find(({ from }) => from.id === callers(CALLERS).at(-1))?.id;
    await last.hangup();
    await bed.box().untilCalls((own) => own.some((call) => call.id === id && call.standIn === true), WAIT);
    const { events } = await bed.box().get<{ events: LedgerEvent[] }>(`/api/calls/${id}`);
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['call.offered', 'call.queued', 'call.ended']),
    );
  }, 240_000);

  test('what was recorded in the cloud comes home, and is heard on the branch’s page', async () => {
    const { calls } = await hq.get<{ calls: FleetCall[] }>(`/api/calls?box=${BRANCH}-standin`);
    const talk = calls.find(({ answeredBy }) => answeredBy.length > 0);
    const index = callers(CALLERS).indexOf(talk?.from.id ?? '');
    await bed.caller(index).hangup();
    const { call } = await bed
      .box()
      .untilGet<{ call: CallSummary; events: LedgerEvent[] }>(
        `/api/calls/${talk?.id ?? ''}`,
        ({ call, events }) =>
          events.some(({ type }) => type === 'recording.ended') && call.recordingComes !== true,
        60_000,
      );
    expect(call.standIn).toBe(true);
    const { left } = readStereo(await bed.box().bytes(`/api/recordings/${call.recording ?? ''}/audio`));
    expect(heardIn(left.subarray(8_000, 24_000), subscriberTone(index))).toBeGreaterThan(0.5);
  }, 90_000);
});

const callers = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `+861390000${String(index + 1).padStart(4, '0')}`);
