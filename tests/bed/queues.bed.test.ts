/** Queues at real telephones: several ring and one answers, places are told, callers overflow, some are served before others. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { DeskPhone } from '@branchline/lab/phones/desk-phone';
import type { OutgoingCall } from '@branchline/lab/sip/outgoing-call';
import { restingFaults, settledEventsOf } from '../chaos/one-story.ts';
import { hangUpAll, nobodyAtWork } from './at-rest.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';
import { tonePrompts } from './tone-prompts.ts';

const WAIT = 10_000;
const run = promisify(execFile);
const COMMAND = fileURLToPath(new URL('../../firmware/command.ts', import.meta.url));
/** What a caller hears of his place, instead of words: a tone each for the first and the second. */
const PLACE_TONES = { 'number-1': 1_500, 'number-2': 1_900 } as const;
const CALLER_TONE = 1_030;
const [BOSS_TONE, ANN_TONE, BOB_TONE] = [520, 610, 730] as const;
const TEAM_TONES = [ANN_TONE, BOB_TONE] as const;

const NUMBERS = { team: '1002', told: '1003', short: '1004', points: '1005' } as const;
type Queue = keyof typeof NUMBERS;

function document(gateway: string): object {
  const plain = bedDocument({ gateway }) as Record<string, Record<string, object>>;
  const numbers = Object.entries(NUMBERS).map(([queue, number]): [string, object] => [
    queue,
    { number: `+86 571 8600 ${number}`, to: `queue ${queue}` },
  ]);
  const times = { ring: '10s', 'wrap-up': '1s' };
  return {
    ...plain,
    numbers: { ...plain.numbers, ...Object.fromEntries(numbers) },
    callers: { vip: ['+86 139 0000 0003'] },
    people: {
      'wang.fang': { ...plain.people?.['wang.fang'], agent: { queues: ['second'] } },
      'li.lei': {
        ...plain.people?.['li.lei'],
        agent: { queues: ['service', 'team', 'told', 'short', 'points'] },
      },
      'han.mei': { ...plain.people?.['han.mei'], agent: { queues: ['service', 'team'] } },
    },
    queues: {
      ...plain.queues,
      team: { ...times, order: 'ring-all' },
      told: { ...times, waiting: { announce: ['position'], first: '1s', every: '60s' } },
      short: { ...times, overflow: [{ when: 'waiting > 1s', to: 'queue second' }] },
      second: times,
      points: { ...times, priority: { vip: 50 } },
    },
    recording: { default: 'never', announce: false },
  };
}

describe.skipIf(ENGINE_ROOT === undefined)('queues of a branch', () => {
  let bed: BranchBed;
  let prompts: string;
  let boss: DeskPhone;
  let ann: DeskPhone;
  let bob: DeskPhone;
  let known = 0;
  beforeAll(async () => {
    prompts = tonePrompts(PLACE_TONES, ['queue-position', 'queue-position-end']);
    bed = await BranchBed.start({
      headquarters: false,
      document: ({ gateway }) => document(gateway),
      boxEnv: { BRANCHLINE_BOX_PROMPTS_DIR: prompts },
    });
    [boss, ann, bob] = [bed.phone('desk-1'), bed.phone('desk-2'), bed.phone('desk-3')];
  });
  afterAll(async () => {
    await bed.stop();
    rmSync(prompts, { recursive: true });
  });
  beforeEach(async () => {
    for (const who of ['wang.fang', 'li.lei', 'han.mei']) await order(who, 'ready');
    known = (await settledEventsOf(bed)).length;
  });
  afterEach(async () => {
    await hangUpAll(bed);
    await nobodyAtWork(bed);
    expect(await restingFaults(bed)).toEqual([]);
  });

  const order = (who: string, state: 'ready' | 'not-ready'): Promise<unknown> =>
    bed.box().post(`/api/agents/${who}/state`, { state });
  const callIn = async (queue: Queue, caller = 0): Promise<OutgoingCall> => {
    const call = await bed.caller(caller).call(`05718600${NUMBERS[queue]}`);
    await call.answered(WAIT);
    return call;
  };
  const waiting = (queue: Queue, many: number): Promise<unknown> =>
    bed.box().untilLive(({ queues }) => queues[queue]?.waiting.length === many, WAIT);
  /** Of this test alone. */
  const told = async (type: LedgerEvent['type']): Promise<Record<string, unknown>[]> =>
    (await settledEventsOf(bed)).slice(known).flatMap((event) => (event.type === type ? [event.body] : []));
  const atBoth = () => Promise.all([ann.nextCall(WAIT), bob.nextCall(WAIT)] as const);

  test('all ring, one answers: the others stop ringing, and are said to have been spared, not to have missed', async () => {
    const both = atBoth();
    const caller = await callIn('team');
    const [atAnn, atBob] = await both;
    atBob.answer();
    await caller.rtp.untilHears(BOB_TONE, { withinMs: WAIT });
    expect(await atAnn.whenEnded(WAIT)).toMatchObject({ by: 'them', status: 487 });
    await caller.hangup();
    await nobodyAtWork(bed);
    expect(await told('call.answered')).toMatchObject([{ by: { id: 'han.mei' }, queue: 'team' }]);
    expect(await told('call.leg-refused')).toMatchObject([
      { to: { id: 'li.lei' }, reason: 'answered-elsewhere', queue: 'team' },
    ]);
    const { agents } = await bed.box().untilLive(() => true, WAIT);
    expect(agents['li.lei']?.state).toBe('ready');
  });

  test.each([
    ['ann', 0],
    ['bob', 1],
  ] as const)(
    'two answer in one moment, %s first: one has the caller, the other is let go',
    async (_, first) => {
      const agents = ['li.lei', 'han.mei'] as const;
      const both = atBoth();
      const caller = await callIn('team');
      const offered = await both;
      offered[first].answer();
      offered[first === 0 ? 1 : 0].answer();
      const gone = await Promise.race([
        offered[0].whenEnded(WAIT).then(() => 0),
        offered[1].whenEnded(WAIT).then(() => 1),
      ]);
      const [winner, other] = gone === 0 ? ([1, 0] as const) : ([0, 1] as const);
      expect(await offered[other].whenEnded(WAIT)).toMatchObject({ by: 'them' });
      await caller.rtp.untilHears(TEAM_TONES[winner], { withinMs: WAIT });
      await offered[winner].rtp.untilHears(CALLER_TONE, { withinMs: WAIT });
      await bed.box().untilLive((live) => live.agents[agents[other]]?.state === 'ready', WAIT);
      await caller.hangup();
      await nobodyAtWork(bed);
      expect(await told('call.answered')).toMatchObject([{ by: { id: agents[winner] } }]);
      expect(await told('call.leg-refused')).toMatchObject([
        { to: { id: agents[other] }, reason: 'answered-elsewhere' },
      ]);
      expect(await told('call.ended')).toMatchObject([{ outcome: 'answered' }]);
    },
  );

  test('callers hear at which place they are', async () => {
    await order('li.lei', 'not-ready');
    const first = await callIn('told', 0);
    await first.rtp.untilHears(PLACE_TONES['number-1'], { withinMs: WAIT });
    const second = await callIn('told', 1);
    await second.rtp.untilHears(PLACE_TONES['number-2'], { withinMs: WAIT });
    ann.onIncoming({ kind: 'answer', afterMs: 50 });
    await order('li.lei', 'ready');
    await first.rtp.untilHears(ANN_TONE, { withinMs: WAIT });
    expect(await told('call.announced')).toMatchObject([
      { queue: 'told', position: 1 },
      { queue: 'told', position: 2 },
    ]);
  });

  test('after its time a caller goes to another queue, and its agent answers', async () => {
    await order('li.lei', 'not-ready');
    boss.onIncoming({ kind: 'answer', afterMs: 50 });
    const caller = await callIn('short');
    await caller.rtp.untilHears(BOSS_TONE, { withinMs: WAIT });
    expect(await told('call.overflowed')).toMatchObject([
      { queue: 'short', because: 'waiting', to: 'queue second' },
    ]);
    const [answered] = await told('call.answered');
    expect(answered).toMatchObject({ by: { id: 'wang.fang' }, queue: 'second' });
    expect(answered?.waitedMs).toBeGreaterThanOrEqual(1_000);
  });

  test('a number with points is served before others who wait longer', async () => {
    await order('li.lei', 'not-ready');
    for (const [index, caller] of [0, 1, 2].entries()) {
      await callIn('points', caller);
      await waiting('points', index + 1);
    }
    const coming = ann.nextCall(WAIT);
    await order('li.lei', 'ready');
    const offered = await coming;
    expect(offered.remote.number).toContain('13900000003');
    expect(await told('call.queued')).toMatchObject([
      { position: 1, priority: 0 },
      { position: 2, priority: 0 },
      { position: 1, priority: 50, tag: 'vip' },
    ]);
  });

  test('all of it is decided again from what is on disk, and told in words, while the service runs', async () => {
    bob.onIncoming({ kind: 'answer', afterMs: 50 });
    const caller = await callIn('team');
    await caller.rtp.untilHears(BOB_TONE, { withinMs: WAIT });
    // The telephones live in this process, and must go on answering meanwhile.
    const branchline = async (...args: string[]): Promise<string> =>
      (await run(process.execPath, [COMMAND, ...args, '--data', bed.boxDir])).stdout;
    const why = await branchline('why', '13900000001', '--language', 'en');
    expect(why).toMatch(/Queue 'team' offered it to .+\n( {12}.+\n)+ +→ Answered after/);
    await told('call.answered');
    expect(await branchline('replay')).toMatch(/[1-9]\d* offers.*: all as the ledger says/);
  });
});
