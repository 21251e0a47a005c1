/** A supervisor at a talk, by what each of the three hears. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DeskPhone } from '@branchline/lab/phones/desk-phone';
import type { Call } from '@branchline/lab/sip/call';
import { heardIn, readStereo } from './audio.ts';
import { atRest, hangUpAll } from './at-rest.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';

const WAIT = 10_000;
const [BOSS, ANN, CALLER] = [520, 610, 1_030];
/** Two tones at once have about half of the sound each. */
const MIXED = { withinMs: 5_000, lastMs: 800, share: 0.25 };
const ALONE = { withinMs: 5_000, lastMs: 800, share: 0.9 };

describe.skipIf(ENGINE_ROOT === undefined)('a supervisor at a talk', () => {
  let bed: BranchBed;
  let boss: DeskPhone;
  let ann: DeskPhone;
  beforeAll(async () => {
    bed = await BranchBed.start({
      headquarters: false,
      document: (addresses) => ({ ...bedDocument(addresses), supervision: { allow: ['front-desk'] } }),
    });
    [boss, ann] = [bed.phone('desk-1'), bed.phone('desk-2')];
  });
  afterAll(() => bed.stop());
  afterEach(() => hangUpAll(bed));
  beforeEach(() => atRest(bed));

  interface Talk {
    readonly id: string;
    readonly outside: Call;
    readonly inside: Call;
    readonly heard: Call;
    readonly path: string;
  }

  async function supervised(mode: 'listen' | 'whisper' | 'barge'): Promise<Talk> {
    ann.onIncoming({ kind: 'answer', afterMs: 100 });
    const coming = ann.nextCall(WAIT);
    const outside = await bed.caller(0).call('057186001001');
    const inside = await coming;
    await Promise.all([outside.answered(WAIT), inside.answered(WAIT)]);
    const { calls } = await bed
      .box()
      .untilLive((live) => Object.values(live.calls).some(({ phase }) => phase === 'talking'), WAIT);
    const [id = ''] = Object.keys(calls);
    const path = `/api/calls/${encodeURIComponent(id)}/supervise`;
    boss.onIncoming({ kind: 'answer', afterMs: 100 });
    const ringing = boss.nextCall(WAIT);
    await bed.box().post(path, { extension: '8001', mode });
    const heard = await ringing;
    await heard.answered(WAIT);
    return { id, outside, inside, heard, path };
  }
  const hearsBoth = async ({ heard }: Talk): Promise<void> => {
    await heard.rtp.untilHears(ANN, MIXED);
    await heard.rtp.untilHears(CALLER, MIXED);
  };
  /** The two hear one another and nobody else, from now on. */
  async function undisturbed({ outside, inside }: Talk): Promise<void> {
    outside.rtp.forgetHeard();
    inside.rtp.forgetHeard();
    await outside.rtp.untilHears(ANN, ALONE);
    await inside.rtp.untilHears(CALLER, ALONE);
  }
  const bodies = async (id: string, type: string) =>
    (await bed.box().call(id)).events.filter((event) => event.type === type).map(({ body }) => body);
  async function over(id: string): Promise<void> {
    await bed
      .box()
      .untilCalls((calls) => calls.some((call) => call.id === id && call.endedAt !== null), WAIT);
  }

  test('listens: hears both, nobody hears him; his hanging up leaves the talk as it was', async () => {
    const talk = await supervised('listen');
    await hearsBoth(talk);
    await undisturbed(talk);
    await talk.heard.hangup();
    await undisturbed(talk);
    await talk.outside.hangup();
    await talk.inside.whenEnded(WAIT);
    await over(talk.id);
    expect(await bodies(talk.id, 'call.supervised')).toMatchObject([
      { by: { id: '8001' }, of: { id: 'li.lei' }, mode: 'listen' },
    ]);
    const [ended] = await bodies(talk.id, 'call.supervision-ended');
    expect(ended).toMatchObject({ because: 'left' });
    expect(Number(ended?.listenedMs)).toBeGreaterThan(1_000);
  });

  test('whispers, then barges in, then only listens again; the recording has what the caller heard', async () => {
    const talk = await supervised('whisper');
    await hearsBoth(talk);
    await talk.inside.rtp.untilHears(BOSS, MIXED);
    talk.outside.rtp.forgetHeard();
    await talk.outside.rtp.untilHears(ANN, ALONE);
    await bed.box().post(talk.path, { extension: '8001', mode: 'barge' });
    await talk.outside.rtp.untilHears(BOSS, MIXED);
    await talk.inside.rtp.untilHears(BOSS, MIXED);
    await hearsBoth(talk);
    await bed.box().post(talk.path, { extension: '8001', mode: 'listen' });
    await undisturbed(talk);
    await hearsBoth(talk);
    await talk.inside.hangup();
    await talk.heard.whenEnded(WAIT);
    await talk.outside.whenEnded(WAIT);
    await over(talk.id);
    expect((await bodies(talk.id, 'call.supervised')).map(({ mode }) => mode)).toEqual([
      'whisper',
      'barge',
      'listen',
    ]);
    expect(await bodies(talk.id, 'call.supervision-ended')).toMatchObject([{ because: 'talk-over' }]);
    const { right } = readStereo(await bed.box().recording(talk.id, WAIT));
    expect(heardIn(right, BOSS)).toBeGreaterThan(0.02);
    expect(heardIn(right.subarray(-4_000), ANN)).toBeGreaterThan(0.5);
  });

  test('is let go by order', async () => {
    const talk = await supervised('barge');
    await talk.outside.rtp.untilHears(BOSS, MIXED);
    await bed.box().delete(talk.path);
    await talk.heard.whenEnded(WAIT);
    await undisturbed(talk);
  });

  test('stays through the death of the service, and is shown as before', async () => {
    const talk = await supervised('listen');
    await hearsBoth(talk);
    await bed.end('box', 'SIGKILL');
    await undisturbed(talk);
    await hearsBoth(talk);
    bed.startBox();
    await bed.boxReady();
    await bed
      .box()
      .untilLive(
        ({ calls }) => Object.values(calls).some(({ supervised: by }) => by?.mode === 'listen'),
        WAIT,
      );
    await bed.box().post(talk.path, { extension: '8001', mode: 'whisper' });
    await talk.inside.rtp.untilHears(BOSS, MIXED);
    await talk.outside.hangup();
    await talk.heard.whenEnded(WAIT);
  });

  test('one without the right is refused', async () => {
    const talk = await supervised('listen');
    await expect(bed.box().post(talk.path, { extension: '8003', mode: 'listen' })).rejects.toThrow('403');
  });
});
