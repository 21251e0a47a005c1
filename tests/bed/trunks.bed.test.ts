/** What a trunk is worth, with a real gateway that falls silent, and real calls that are heard or not. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LiveTrunk } from '@branchline/contracts/trunks';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';

const ECHO = '057187770003';
const SPEECH = '057187770001';
const REFERENCE_TONE = '057187770002';
const SILENT = '057187770004';

/** Three times what the first way back takes. */
const BACK_MS = 105_000;

describe.skipIf(ENGINE_ROOT === undefined)('a trunk', () => {
  let bed: BranchBed;
  let gateway = '';
  const document = (to: string, more: object = {}): object => {
    const plain = bedDocument({ gateway }) as { trunks: { pstn: object }; recording: object };
    return {
      ...plain,
      recording: { ...plain.recording, outgoing: 'never' },
      trunks: { pstn: { ...plain.trunks.pstn, 'test-call': { to, every: '7d', ...more } } },
    };
  };
  beforeAll(async () => {
    bed = await BranchBed.start({
      headquarters: false,
      document: (addresses) => {
        gateway = addresses.gateway;
        return document(ECHO);
      },
    });
  });
  afterAll(async () => {
    bed.signalGateways('SIGCONT');
    await bed.stop();
  });

  const until = async (fits: (trunk: LiveTrunk) => boolean, withinMs = 15_000): Promise<LiveTrunk> => {
    const { trunks } = await bed
      .box()
      .untilLive((live) => live.trunks.pstn !== undefined && fits(live.trunks.pstn), withinMs);
    return trunks.pstn as LiveTrunk;
  };
  const take = async (to: string, more: object = {}): Promise<void> => {
    await bed.box().post('/api/document', { source: JSON.stringify(document(to, more)) });
  };
  const tested = async (): Promise<LiveTrunk> => {
    const before = await until(() => true);
    await bed.box().post('/api/trunks/pstn/test', {});
    return until(({ test: after }) => after?.last != null && after.last.at !== before.test?.last?.at, 30_000);
  };
  test('a test call is heard both ways by a number that gives back what it hears', async () => {
    const trunk = await tested();
    expect(trunk.test?.last).toMatchObject({ verdict: 'both-ways', why: 'order' });
    expect(trunk.state).toBe('up');
  });

  test('a talk in which no sound comes is counted as that; one with sound is not, though nobody records either', async () => {
    const heard = await bed.phone('desk-1').call(SPEECH);
    await heard.answered(10_000);
    const deaf = await bed.phone('desk-2').call(SILENT);
    await deaf.answered(10_000);
    const trunk = await until(({ figures }) => figures.oneWay > 0);
    expect(trunk).toMatchObject({ figures: { calls: 2, answered: 2, oneWay: 1, failed: 0 } });
    await Promise.all([heard.hangup(), deaf.hangup()]);
    await until(({ calls }) => calls.length === 0);
  });

  test('a gateway that falls silent is down, and comes back by steps', async () => {
    bed.signalGateways('SIGSTOP');
    const down = await until(({ state }) => state === 'down');
    expect(down.because).toMatchObject([{ kind: 'signalling', what: 'no-answer' }]);
    expect(down.usable).toBe(0);
    bed.signalGateways('SIGCONT');
    expect(await until(({ back }) => back?.step === 'quarter')).toMatchObject({
      state: 'degraded',
      usable: 8,
    });
    expect(await until(({ state }) => state === 'up', BACK_MS)).toMatchObject({ usable: 30, back: null });
  });

  test('an order drains it, and another puts it back', async () => {
    const drained = await bed.box().post<{ trunk: LiveTrunk }>('/api/trunks/pstn/drain', {});
    expect(drained.trunk).toMatchObject({ state: 'draining', usable: 0, back: { step: 'order' } });
    const back = await bed.box().post<{ trunk: LiveTrunk }>('/api/trunks/pstn/put-back', {});
    expect(back.trunk.state).toBe('up');
  });

  test('busied out: the carrier hears at once that it may try its next route', async () => {
    await bed.box().post('/api/trunks/pstn/busy-out', {});
    const refused = await bed.caller(0).call('057186001029');
    expect(await refused.whenEnded(10_000)).toMatchObject({ by: 'them', status: 503 });
    await bed.box().post('/api/trunks/pstn/put-back', {});
    const taken = await bed.caller(0).call('057186001029');
    await taken.ringing(10_000);
    await taken.hangup();
  });

  test.each([
    ['answers and speaks: heard, where the number gives nothing back', SPEECH, { returns: false }, 'heard'],
    ['sends a tone that is not ours: not returned', REFERENCE_TONE, {}, 'not-returned'],
    ['answers and sends nothing: silent', SILENT, {}, 'silent'],
  ])('a test number that %s', async (_, to, more, verdict) => {
    await take(to, more);
    expect((await tested()).test?.last?.verdict).toBe(verdict);
  });

  test('two tests on end that are not heard put it down, whatever answers', async () => {
    const trunk = await until(({ state }) => state === 'down');
    expect(trunk.because).toMatchObject([{ kind: 'test-call', what: 'test-silent' }]);
  });
});
