/** Calls that are moved, parked, picked up: by what the parties hear, and what the ledger says afterwards. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DeskPhone } from '@branchline/lab/phones/desk-phone';
import type { Call } from '@branchline/lab/sip/call';
import { heardIn, readStereo } from './audio.ts';
import { atRest, hangUpAll } from './at-rest.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';

const WAIT = 10_000;
const [BOSS, ANN, BOB, CALLER] = [520, 610, 730, 1_030];
/** Two tones at once have about half of the sound each. */
const MIXED = { withinMs: 5_000, lastMs: 800, share: 0.25 };
const ALONE = { withinMs: 5_000, lastMs: 800, share: 0.9 };

describe.skipIf(ENGINE_ROOT === undefined)('in the call', () => {
  let bed: BranchBed;
  let boss: DeskPhone;
  let ann: DeskPhone;
  let bob: DeskPhone;
  beforeAll(async () => {
    bed = await BranchBed.start({
      headquarters: false,
      document: (addresses) => ({ ...bedDocument(addresses), parking: { slots: '8701..8703', for: '10m' } }),
    });
    [boss, ann, bob] = [bed.phone('desk-1'), bed.phone('desk-2'), bed.phone('desk-3')];
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
    return { id: await onlyCall(), outside, inside };
  }
  async function onlyCall(): Promise<string> {
    const { calls } = await bed.box().untilLive((live) => Object.keys(live.calls).length === 1, WAIT);
    return Object.keys(calls)[0] ?? '';
  }
  async function hearEachOther(one: Call, tone: number, other: Call, otherTone: number): Promise<void> {
    one.rtp.forgetHeard();
    other.rtp.forgetHeard();
    await one.rtp.untilHears(otherTone, ALONE);
    await other.rtp.untilHears(tone, ALONE);
  }
  const at = (id: string, what: string): string => `/api/calls/${encodeURIComponent(id)}/${what}`;
  const bodies = async (id: string, type: string) =>
    (await bed.box().call(id)).events.filter((event) => event.type === type).map(({ body }) => body);
  const over = (id: string) =>
    bed.box().untilCalls((calls) => calls.some((call) => call.id === id && call.endedAt !== null), WAIT);
  const parked = () =>
    bed
      .box()
      .untilLive(({ calls }) => Object.values(calls).some(({ parked: where }) => where !== undefined), WAIT);

  test('a caller who waits is moved to an extension', async () => {
    const outside = await bed.caller(0).call('057186001001');
    await outside.answered(WAIT);
    const id = await onlyCall();
    boss.onIncoming({ kind: 'answer', afterMs: 100 });
    const coming = boss.nextCall(WAIT);
    await bed.box().post(at(id, 'move'), { to: 'extension 8001' });
    await hearEachOther(outside, CALLER, await coming, BOSS);
    await outside.hangup();
    await over(id);
    expect(await bodies(id, 'call.moved')).toMatchObject([{ from: 'queue service', to: 'extension 8001' }]);
  });

  test('parked by *70, taken by dialling the slot, recorded to the end, counted once', async () => {
    const { id, outside, inside } = await talk();
    const { reported } = await ann.blindTransfer('*70', WAIT, inside);
    expect(reported).toBe(200);
    await parked();
    const taking = await boss.call('8701');
    await taking.answered(WAIT);
    await hearEachOther(outside, CALLER, taking, BOSS);
    await taking.hangup();
    await outside.whenEnded(WAIT);
    await over(id);
    expect(await bodies(id, 'call.parked')).toMatchObject([{ by: { id: 'li.lei' }, slot: '8701' }]);
    expect(await bodies(id, 'call.retrieved')).toMatchObject([{ by: { id: '8001' }, slot: '8701' }]);
    const talked = (await bodies(id, 'call.leg-ended')).map(({ talkMs }) => Number(talkMs));
    const [ended] = await bodies(id, 'call.ended');
    expect(talked).toHaveLength(2);
    expect(Math.abs(talked.reduce((sum, ms) => sum + ms, 0) - Number(ended?.talkMs))).toBeLessThan(50);
    const { right } = readStereo(await bed.box().recording(id, WAIT));
    expect(heardIn(right.subarray(-4_000), BOSS)).toBeGreaterThan(0.5);
  });

  test('parked through the death of the service', async () => {
    const { outside, inside } = await talk();
    await ann.blindTransfer('*70', WAIT, inside);
    await parked();
    await bed.end('box', 'SIGKILL');
    bed.startBox();
    await bed.boxReady();
    const taking = await boss.call('8701');
    await taking.answered(WAIT);
    await hearEachOther(outside, CALLER, taking, BOSS);
  });

  test("a colleague's ringing telephone is picked up by *8 and his extension", async () => {
    const ringing = ann.nextCall(WAIT);
    const outside = await bed.caller(0).call('057186001001');
    await ringing;
    const id = await onlyCall();
    const picked = await bob.call('*88002');
    await picked.answered(WAIT);
    await hearEachOther(outside, CALLER, picked, BOB);
    await (await ringing).whenEnded(WAIT);
    await picked.hangup();
    await over(id);
    expect(await bodies(id, 'call.answered')).toMatchObject([{ by: { id: '8003' }, queue: 'service' }]);
  });

  async function allHearEachOther(parties: readonly (readonly [Call, number])[]): Promise<void> {
    for (const [call] of parties) call.rtp.forgetHeard();
    for (const [call, own] of parties)
      for (const [, tone] of parties) if (tone !== own) await call.rtp.untilHears(tone, MIXED);
  }

  test('a third is invited; the caller leaves, and the two others go on, recorded to the end', async () => {
    const { id, outside, inside } = await talk();
    boss.onIncoming({ kind: 'answer', afterMs: 100 });
    const coming = boss.nextCall(WAIT);
    await bed.box().post(at(id, 'conference'), { extension: '8002', invite: '8001' });
    const third = await coming;
    await third.answered(WAIT);
    await allHearEachOther([
      [outside, CALLER],
      [inside, ANN],
      [third, BOSS],
    ]);
    await outside.hangup();
    await hearEachOther(inside, ANN, third, BOSS);
    await inside.hangup();
    await third.whenEnded(WAIT);
    await over(id);
    const talked = await bodies(id, 'call.leg-ended');
    expect(talked.map(({ who }) => (who as { id: string }).id).sort()).toEqual([
      '+8613900000001',
      '8001',
      'li.lei',
    ]);
    const [ended] = await bodies(id, 'call.ended');
    expect(Number(ended?.talkMs)).toBe(Math.max(...talked.map(({ talkMs }) => Number(talkMs))));
    const { left, right } = readStereo(await bed.box().recording(id, WAIT));
    expect(heardIn(left.subarray(-4_000), ANN)).toBeGreaterThan(0.5);
    expect(heardIn(right.subarray(-4_000), BOSS)).toBeGreaterThan(0.5);
  });

  test('a consultation becomes a talk of three; the one who consulted leaves, and the others go on', async () => {
    const { id, outside, inside } = await talk();
    await ann.hold(inside);
    bob.onIncoming({ kind: 'answer', afterMs: 100 });
    const coming = bob.nextCall(WAIT);
    const consultation = await ann.call('8003');
    const asked = await coming;
    await Promise.all([consultation.answered(WAIT), asked.answered(WAIT)]);
    await asked.rtp.untilHears(ANN, ALONE);
    const { calls } = await bed.box().untilLive((live) => Object.keys(live.calls).length === 2, WAIT);
    const other = Object.keys(calls).find((each) => each !== id) ?? '';
    await bed.box().post(at(id, 'conference'), { extension: '8002', with: other });
    await inside.whenEnded(WAIT);
    await allHearEachOther([
      [outside, CALLER],
      [consultation, ANN],
      [asked, BOB],
    ]);
    await consultation.hangup();
    await hearEachOther(outside, CALLER, asked, BOB);
    await outside.hangup();
    await asked.whenEnded(WAIT);
    await over(id);
    const { right } = readStereo(await bed.box().recording(id, WAIT));
    expect(heardIn(right.subarray(-4_000), BOB)).toBeGreaterThan(0.5);
  });

  test('held, consulted and handed over by order, with one line of the telephone', async () => {
    const { id, outside, inside } = await talk();
    await bed.box().post(at(id, 'hold'), { extension: '8002' });
    await bed
      .box()
      .untilLive(({ calls }) => Object.values(calls).some(({ phase }) => phase === 'held'), WAIT);
    await bed.box().post(at(id, 'resume'), { extension: '8002' });
    await hearEachOther(outside, CALLER, inside, ANN);
    bob.onIncoming({ kind: 'answer', afterMs: 100 });
    const coming = bob.nextCall(WAIT);
    await bed.box().post(at(id, 'consult'), { extension: '8002', to: '8003' });
    const asked = await coming;
    await hearEachOther(inside, ANN, asked, BOB);
    expect(outside.rtp.hears(BOB, MIXED)).toBe(false);
    await bed.box().post(at(id, 'transfer'), { extension: '8002', to: '8003' });
    await inside.whenEnded(WAIT);
    await hearEachOther(outside, CALLER, asked, BOB);
    await outside.hangup();
    await asked.whenEnded(WAIT);
    await over(id);
    expect(await bodies(id, 'call.transferred')).toMatchObject([{ kind: 'attended', to: '8003' }]);
    const { right } = readStereo(await bed.box().recording(id, WAIT));
    expect(heardIn(right.subarray(-4_000), BOB)).toBeGreaterThan(0.5);
  });
});

describe.skipIf(ENGINE_ROOT === undefined)('parked where nobody takes it in time', () => {
  let bed: BranchBed;
  beforeAll(async () => {
    bed = await BranchBed.start({
      headquarters: false,
      document: (addresses) => ({ ...bedDocument(addresses), parking: { slots: '8701..8703', for: '1s' } }),
    });
  });
  afterAll(() => bed.stop());

  test('by order, the call goes back to who parked it', async () => {
    const ann = bed.phone('desk-2');
    ann.onIncoming({ kind: 'answer', afterMs: 100 });
    const coming = ann.nextCall(WAIT);
    const outside = await bed.caller(0).call('057186001001');
    const inside = await coming;
    await outside.rtp.untilHears(ANN, ALONE);
    const { calls } = await bed.box().untilLive((live) => Object.keys(live.calls).length === 1, WAIT);
    const id = Object.keys(calls)[0] ?? '';
    const returning = ann.nextCall(WAIT);
    const order = { extension: '8002', slot: '8703' };
    const answer = await bed.box().post(`/api/calls/${encodeURIComponent(id)}/park`, order);
    expect(answer).toEqual({ call: id, slot: '8703' });
    await inside.whenEnded(WAIT);
    const back = await returning;
    outside.rtp.forgetHeard();
    await outside.rtp.untilHears(ANN, ALONE);
    await back.rtp.untilHears(CALLER, ALONE);
    const { events } = await bed.box().call(id);
    expect(events.find(({ type }) => type === 'call.parked-too-long')?.body).toMatchObject({
      slot: '8703',
      to: '8002',
    });
  });
});
