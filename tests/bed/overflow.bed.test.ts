/** Where callers of a queue go that cannot serve them, and what those are told who wait. At real telephones; what is spoken is told apart by ear. */
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WaitingCallback } from '@branchline/contracts/http/callbacks';
import type { DeskPhone } from '@branchline/lab/phones/desk-phone';
import type { Call } from '@branchline/lab/sip/call';
import { restingFaults } from '../chaos/one-story.ts';
import { hangUpAll, nobodyAtWork } from './at-rest.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';
import { Floor, floorNumbers } from './floor.ts';
import { messageOnDisk } from './messages.ts';
import { tonePrompts } from './tone-prompts.ts';

const WAIT = 10_000;
/** Each prompt takes half a second. */
const BRIEFLY = { withinMs: WAIT, lastMs: 300 };
/** What a caller hears, instead of words. */
const SPOKEN = {
  'queue-position': 1_150,
  'number-1': 1_350,
  'number-2': 1_550,
  'queue-wait': 1_650,
  'queue-wait-end': 1_850,
  'callback-promised': 2_050,
  'leave-word': 2_250,
} as const;
const [BOSS_TONE, ANN_TONE] = [520, 610] as const;
const CALLER_TONES = [1_030, 1_230, 1_470, 1_770] as const;
const [BOSS, ANN, BOB] = ['wang.fang', 'li.lei', 'han.mei'] as const;
/** Who is called outside. */
const OUTSIDE = 3;

const NUMBERS = { short: '1002', slow: '1003', away: '1004', gone: '1005', shut: '1006' } as const;

const DAY_MS = 86_400_000;
const day = (from: number): string => new Date(Date.now() + from * DAY_MS).toISOString().slice(0, 10);

function document(gateway: string): object {
  const plain = bedDocument({ gateway }) as Record<string, Record<string, object>>;
  const agent = (who: string, queues: readonly string[]): object => ({
    ...plain.people?.[who],
    agent: { queues },
  });
  const times = { ring: '10s', 'wrap-up': '0s' };
  return {
    ...plain,
    numbers: { ...plain.numbers, ...floorNumbers(NUMBERS) },
    people: {
      [BOSS]: agent(BOSS, ['second']),
      [ANN]: agent(ANN, ['short', 'slow']),
      [BOB]: agent(BOB, ['away', 'gone', 'shut']),
    },
    hours: { floor: { open: { 'mon-sun': '00:00-24:00' }, holidays: [`${day(-1)}..${day(1)}`] } },
    queues: {
      ...plain.queues,
      second: times,
      short: { ...times, overflow: [{ when: 'length > 1', to: 'queue second' }] },
      slow: {
        ...times,
        'wrap-up': '90s',
        waiting: { announce: ['position', 'expected-wait'], first: '1s', every: '60s' },
        overflow: [{ when: 'expected wait > 2m', to: 'callback slow' }],
        callback: {},
      },
      away: { ...times, overflow: [{ when: 'nobody there', to: 'extension 8001' }] },
      gone: { ...times, overflow: [{ when: 'nobody signed in', to: 'outside +86 139 0000 0004' }] },
      shut: { ...times, hours: 'floor', overflow: [{ when: 'closed', to: 'voicemail shop' }] },
    },
    voicemail: { shop: { name: 'Shop', greeting: 'leave-word', people: [BOSS], longest: '30s' } },
    recording: { default: 'never', announce: false },
  };
}

describe.skipIf(ENGINE_ROOT === undefined)('queues that cannot serve', () => {
  let bed: BranchBed;
  let floor: Floor;
  let prompts: string;
  let boss: DeskPhone;
  let ann: DeskPhone;
  beforeAll(async () => {
    prompts = tonePrompts(SPOKEN, ['queue-position-end'], 500);
    bed = await BranchBed.start({
      headquarters: false,
      document: ({ gateway }) => document(gateway),
      boxEnv: { BRANCHLINE_BOX_PROMPTS_DIR: prompts },
    });
    [boss, ann] = [bed.phone('desk-1'), bed.phone('desk-2')];
    floor = new Floor(bed, NUMBERS);
  });
  afterAll(async () => {
    await bed.stop();
    rmSync(prompts, { recursive: true });
  });
  beforeEach(async () => {
    await floor.only([BOSS], [ANN, BOB]);
    await floor.begin();
  });
  afterEach(async () => {
    await hangUpAll(bed);
    await nobodyAtWork(bed);
    expect(await restingFaults(bed)).toEqual([]);
  });

  const hearEachOther = async (one: Call, tone: number, other: Call, otherTone: number): Promise<void> => {
    await one.rtp.untilHears(otherTone, { withinMs: WAIT });
    await other.rtp.untilHears(tone, { withinMs: WAIT });
  };
  const sentOn = (): Promise<Record<string, unknown>[]> => floor.bodies('call.overflowed');

  test('one more than may wait goes to another queue, and its agent answers', async () => {
    await floor.callIn('short', 0);
    await floor.waiting('short', 1);
    const coming = boss.nextCall(WAIT);
    const caller = await floor.callIn('short', 1);
    const atBoss = await coming;
    atBoss.answer();
    await hearEachOther(caller, CALLER_TONES[1], atBoss, BOSS_TONE);
    await floor.waiting('short', 1);
    expect(await sentOn()).toMatchObject([{ queue: 'short', because: 'length', to: 'queue second' }]);
    expect(await floor.bodies('call.answered')).toMatchObject([{ by: { id: BOSS }, queue: 'second' }]);
  });

  test('where nobody is there, an extension rings', async () => {
    const coming = boss.nextCall(WAIT);
    const caller = await floor.callIn('away');
    const atBoss = await coming;
    atBoss.answer();
    await hearEachOther(caller, CALLER_TONES[0], atBoss, BOSS_TONE);
    expect(await sentOn()).toMatchObject([{ queue: 'away', because: 'nobody-there', to: 'extension 8001' }]);
  });

  test('the last agent signs out: who waits is connected with a number outside', async () => {
    const caller = await floor.callIn('gone');
    await floor.waiting('gone', 1);
    const coming = bed.caller(OUTSIDE).nextCall(WAIT);
    await floor.order(BOB, 'signed-out');
    const outside = await coming;
    outside.answer();
    await hearEachOther(caller, CALLER_TONES[0], outside, CALLER_TONES[OUTSIDE]);
    expect(await sentOn()).toMatchObject([
      { queue: 'gone', because: 'nobody-signed-in', to: 'outside +8613900000004' },
    ]);
    await floor.order(BOB, 'not-ready');
  });

  test('closed: the caller is asked to leave word, and what he says is kept', async () => {
    const caller = await floor.callIn('shut');
    await caller.rtp.untilHears(SPOKEN['leave-word'], BRIEFLY);
    await caller.sendDigits('#');
    await messageOnDisk(bed, 1_000);
    await caller.hangup();
    await bed
      .box()
      .untilGet<{ boxes: { box: string; fresh: number }[] }>(
        '/api/voicemail',
        ({ boxes }) => boxes.some(({ fresh }) => fresh === 1),
        WAIT,
      );
    expect(await sentOn()).toMatchObject([{ queue: 'shut', because: 'closed', to: 'voicemail shop' }]);
    expect(await floor.bodies('voicemail.left')).toMatchObject([{ box: 'shop', from: '+8613900000001' }]);
  });

  test('callers are told their place and how long it will take; for whom it is too long, he is called back', async () => {
    await floor.order(ANN, 'ready');
    ann.onIncoming({ kind: 'answer', afterMs: 0 });
    const served = await floor.callIn('slow', 0);
    await served.rtp.untilHears(ANN_TONE, { withinMs: WAIT });
    await served.hangup();
    await floor.at(ANN, 'wrap-up');
    // One call keeps an agent for a little more than her wrap-up of a minute and a half.
    const first = await floor.callIn('slow', 1);
    for (const prompt of ['queue-position', 'number-1', 'queue-wait', 'number-2', 'queue-wait-end'] as const)
      await first.rtp.untilHears(SPOKEN[prompt], BRIEFLY);
    const second = await floor.callIn('slow', 2);
    await second.rtp.untilHears(SPOKEN['callback-promised'], BRIEFLY);
    expect(await second.whenEnded(WAIT)).toMatchObject({ by: 'them' });
    expect(await sentOn()).toMatchObject([{ queue: 'slow', because: 'expected-wait', to: 'callback slow' }]);
    const [told] = await floor.bodies('call.announced');
    expect(told).toMatchObject({ queue: 'slow', position: 1 });
    expect(told?.expectedWaitMs).toBeGreaterThan(90_000);
    expect(told?.expectedWaitMs).toBeLessThan(120_000);
    const { callbacks } = await bed.box().get<{ callbacks: WaitingCallback[] }>('/api/callbacks');
    expect(callbacks).toMatchObject([{ number: '+8613900000003', queue: 'slow', state: 'waiting' }]);
    await bed.box().delete(`/api/callbacks/${callbacks[0]?.callback}`);
    await floor.order(ANN, 'not-ready');
  });
});
