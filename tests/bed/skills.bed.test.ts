/** Who of several agents a caller rings at: by skill, level, order and turn; and when an agent is offered nothing. At real telephones. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { OfferWhy } from '@branchline/contracts/offer-why';
import { hash } from '@branchline/firmware/acd/hash';
import type { DeskPhone } from '@branchline/lab/phones/desk-phone';
import { restingFaults } from '../chaos/one-story.ts';
import { callersHangUp, nobodyAtWork } from './at-rest.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';
import { Floor, floorNumbers } from './floor.ts';
import { tonePrompts } from './tone-prompts.ts';

const WAIT = 10_000;
const run = promisify(execFile);
const COMMAND = fileURLToPath(new URL('../../firmware/command.ts', import.meta.url));
/** What a caller hears who is asked to have patience, instead of words. */
const COMFORT_TONE = 1_500;
const [BOSS_TONE, ANN_TONE, BOB_TONE, ZOE_TONE] = [520, 610, 730, 870] as const;
/** Of the callers. */
const VIP = 2;

const [BOSS, ANN, BOB, ZOE] = ['wang.fang', 'li.lei', 'han.mei', 'zhao.min'] as const;
const EVERYBODY = [BOSS, ANN, BOB] as const;
/** Queues of all three, with nothing but an order. */
const ORDERS = ['linear', 'longest-idle', 'round-robin', 'fewest-calls', 'least-occupied', 'random'] as const;
const NUMBERS = {
  ...Object.fromEntries(ORDERS.map((order, index) => [order, String(1002 + index)])),
  refunds: '1010',
  levels: '1011',
  points: '1012',
  known: '1013',
  writing: '1014',
  missed: '1015',
  several: '1016',
};

const WRAP_UP_MS = 2_000;
const comfort = { announce: ['comfort'], comfort: 'please-hold', first: '2s', every: '60s' };
const QUEUES: Readonly<Record<string, object>> = {
  refunds: {
    order: 'linear',
    needs: { refund: 1 },
    prefers: { refund: 5, relax: [{ after: '1s', to: 3 }, { after: '1500ms' }] },
  },
  levels: { order: 'linear', levels: { 2: '1s' } },
  points: { priority: { vip: 3, ageing: '100/min' }, waiting: comfort },
  known: { order: 'linear', 'last-agent': { within: '1h', wait: '1s' } },
  writing: { 'wrap-up': `${WRAP_UP_MS}ms`, waiting: comfort },
  missed: { order: 'linear', ring: '1s' },
  several: {},
};

function document(gateway: string): object {
  const plain = bedDocument({ gateway }) as Record<string, Record<string, object>>;
  const times = { ring: '10s', 'wrap-up': '0s' };
  const orders = ORDERS.map((order): [string, object] => [order, { ...times, order }]);
  const others = Object.entries(QUEUES).map(([name, queue]): [string, object] => [
    name,
    { ...times, ...queue },
  ]);
  const all = Object.fromEntries(ORDERS.map((order) => [order, 1]));
  const agent = (who: string, queues: object, skills: object): object => ({
    ...plain.people?.[who],
    agent: { queues: { ...all, ...queues }, skills },
  });
  return {
    ...plain,
    numbers: { ...plain.numbers, ...floorNumbers(NUMBERS) },
    callers: { vip: ['+86 139 0000 0003'] },
    people: {
      [BOSS]: agent(BOSS, { refunds: 1, known: 1, missed: 1 }, { refund: 5 }),
      [ANN]: agent(ANN, { refunds: 1, levels: 1, points: 1, known: 1, missed: 1, writing: 1 }, { refund: 3 }),
      [BOB]: agent(BOB, { refunds: 1, levels: 2, known: 1 }, {}),
      [ZOE]: {
        name: { zh: '赵敏', en: 'Zhao Min' },
        extension: 8004,
        phones: ['desk-4'],
        agent: { queues: ['several'], 'calls-at-once': 2 },
      },
    },
    phones: { ...plain.phones, 'desk-4': {} },
    queues: { ...plain.queues, ...Object.fromEntries([...orders, ...others]) },
    recording: { default: 'never', announce: false },
  };
}

describe.skipIf(ENGINE_ROOT === undefined)('agents of a branch', () => {
  let bed: BranchBed;
  let floor: Floor;
  let prompts: string;
  let boss: DeskPhone;
  let ann: DeskPhone;
  let bob: DeskPhone;
  let zoe: DeskPhone;
  beforeAll(async () => {
    prompts = tonePrompts({ 'please-hold': COMFORT_TONE });
    bed = await BranchBed.start({
      headquarters: false,
      document: ({ gateway }) => document(gateway),
      boxEnv: { BRANCHLINE_BOX_PROMPTS_DIR: prompts },
    });
    [boss, ann, bob, zoe] = [
      bed.phone('desk-1'),
      bed.phone('desk-2'),
      bed.phone('desk-3'),
      bed.phone('desk-4'),
    ];
    floor = new Floor(bed, NUMBERS);
    await floor.only([ZOE]);
  });
  afterAll(async () => {
    await bed.stop();
    rmSync(prompts, { recursive: true });
  });
  beforeEach(async () => {
    await floor.only(EVERYBODY);
    await floor.begin();
  });
  const rest = async (): Promise<void> => {
    await callersHangUp(bed);
    await nobodyAtWork(bed);
  };
  afterEach(async () => {
    await rest();
    expect(await restingFaults(bed)).toEqual([]);
  });

  test('the fewest calls, and the least time at work: two rankings of the same three', async () => {
    // The first test of this branch: nobody has served anybody before. The boss comes to talk before Ann, and both end together.
    for (const phone of [boss, ann]) phone.onIncoming({ kind: 'answer', afterMs: 0 });
    const longer = await floor.callIn('linear', 0);
    await longer.rtp.untilHears(BOSS_TONE, { withinMs: WAIT });
    const shorter = await floor.callIn('linear', 1);
    await shorter.rtp.untilHears(ANN_TONE, { withinMs: WAIT });
    await Promise.all([longer.hangup(), shorter.hangup()]);
    await rest();
    expect(await floor.rungBy('fewest-calls', 3)).toEqual([BOB, BOSS, ANN]);
    await rest();
    expect(await floor.rungBy('least-occupied', 3)).toEqual([BOB, ANN, BOSS]);
  });

  test('in the order of the document, or who has been idle longest', async () => {
    expect(await floor.rungBy('linear', 3)).toEqual([BOSS, ANN, BOB]);
    await rest();
    await floor.only([ANN, BOB, BOSS], EVERYBODY);
    expect(await floor.rungBy('longest-idle', 3)).toEqual([ANN, BOB, BOSS]);
  });

  test('everybody in turn, and the turn goes on with the next caller', async () => {
    expect(await floor.rungBy('round-robin', 2)).toEqual([BOSS, ANN]);
    await rest();
    expect(await floor.rungBy('round-robin', 2)).toEqual([BOB, BOSS]);
  });

  test('by lot, drawn from what is in the ledger', async () => {
    const rung = await floor.rungBy('random', 3);
    const offers = await floor.told('call.leg-offered');
    const left: string[] = [...EVERYBODY];
    const drawn = offers.map(({ call }) => {
      const lot = (agent: string): number => hash(`${call}/0/${agent}`);
      left.sort((a, b) => lot(a) - lot(b));
      return left.shift();
    });
    expect(rung).toEqual(drawn);
    expect(await floor.why(offers[0]?.call, 'en')).toContain('of 3 who were free, by lot');
  });

  test('the skill that is preferred, later one who has less of it, and never one who lacks what is needed', async () => {
    expect(await floor.rungBy('refunds', 2)).toEqual([BOSS, ANN]);
    const [first, second] = await floor.told('call.leg-offered');
    expect(waitedMs(first)).toBeLessThan(1_000);
    expect(waitedMs(second)).toBeGreaterThanOrEqual(1_000);
    expect(second?.body.why).toMatchObject({
      relaxed: [{ skill: 'refund', from: 5, to: 3, afterMs: 1_000 }],
    });
    const english = await floor.why(second?.call, 'en');
    expect(english).toContain('After 1 s refund 3 was enough, instead of 5.');
    expect(english).toMatch(/The others: .*Han Mei without a skill that is needed/);
    const chinese = await floor.why(second?.call, 'zh');
    expect(chinese).toContain('等待 1 秒后，refund 由 5 级放宽到 3 级。');
    expect(chinese).toMatch(/其余：.*韩梅（缺少必需的技能）/);
  });

  test('agents of a later level only when their time has come', async () => {
    expect(await floor.rungBy('levels', 2)).toEqual([ANN, BOB]);
    const offers = await floor.told('call.leg-offered');
    expect(offers.map(({ body }) => body.candidates)).toMatchObject([
      [
        { agent: ANN, verdict: 'chosen' },
        { agent: BOB, verdict: 'level-closed', level: 2 },
      ],
      [
        { agent: BOB, verdict: 'chosen', level: 2 },
        { agent: ANN, verdict: 'ringing' },
      ],
    ]);
    expect(waitedMs(offers[1])).toBeGreaterThanOrEqual(1_000);
  });

  test('a VIP before others who came a little earlier, and after one who has waited long', async () => {
    await floor.order(ANN, 'not-ready');
    const patient = await floor.callIn('points', 0);
    await patient.rtp.untilHears(COMFORT_TONE, { withinMs: WAIT });
    const callers = [
      patient,
      ...(await Promise.all([floor.callIn('points', 1), floor.callIn('points', VIP)])),
    ];
    await floor.waiting('points', 3);
    const served: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const coming = ann.nextCall(WAIT);
      if (turn === 0) await floor.order(ANN, 'ready');
      else await callers[served.at(-1) ?? 0]?.hangup();
      served.push(Number((await coming).remote.number.at(-1)) - 1);
    }
    expect(served).toEqual([0, VIP, 1]);
    const [first] = await floor.told('call.leg-offered');
    expect(await floor.why(first?.call, 'en')).toMatch(
      /its turn with [3-9].* points \(0 of priority, .*; next was .* in points/,
    );
  });

  test('who served a customer last serves him again, and another when he is not free in time', async () => {
    await floor.only([], [BOSS, ANN]);
    bob.onIncoming({ kind: 'answer', afterMs: 0 });
    const served = await floor.callIn('known', 0);
    await served.rtp.untilHears(BOB_TONE, { withinMs: WAIT });
    await rest();
    await floor.only([BOSS, ANN]);
    expect(await floor.rungBy('known', 1)).toEqual([BOB]);
    await rest();
    // Now he is at work for somebody else.
    await floor.only([], [BOSS, ANN]);
    await floor.callIn('known', 1);
    await floor.at(BOB, 'ringing');
    await floor.only([BOSS, ANN]);
    await floor.callIn('known', 0);
    await floor.at(BOSS, 'ringing');
    const offers = await floor.told('call.leg-offered');
    expect(offers.map(({ body }) => (body.to as { id: string }).id)).toEqual([BOB, BOB, BOB, BOSS]);
    expect(await floor.why(offers[1]?.call, 'en')).toContain(
      'Han Mei was chosen: spoke with this customer last',
    );
    expect(await floor.why(offers[3]?.call, 'en')).toContain(
      'Han Mei, who spoke with this customer last, was not free in time.',
    );
    expect(await floor.why(offers[3]?.call, 'zh')).toContain('上次接待的 韩梅 没能及时空出来。');
  });

  test('wrap-up is made longer at the telephone, and nobody is offered to who writes until it is ended there', async () => {
    ann.onIncoming({ kind: 'answer', afterMs: 0 });
    const served = await floor.callIn('writing', 0);
    await served.rtp.untilHears(ANN_TONE, { withinMs: WAIT });
    await served.hangup();
    await floor.at(ANN, 'wrap-up');
    const next = await floor.callIn('writing', 1);
    await (await ann.call('*53')).whenEnded(WAIT);
    // By then wrap-up would have been over.
    await next.rtp.untilHears(COMFORT_TONE, { withinMs: WAIT });
    await floor.at(ANN, 'wrap-up');
    await ann.call('*54');
    await next.rtp.untilHears(ANN_TONE, { withinMs: WAIT });
    const [over] = await floor.told('call.leg-ended');
    const changes = await floor.told('agent.wrap-up');
    const [longer, ended] = changes.map(
      ({ body }) => Date.parse(String(body.endsAt)) - Date.parse(over?.at ?? ''),
    );
    expect(longer).toBe(WRAP_UP_MS + 60_000);
    expect(ended).toBeGreaterThan(WRAP_UP_MS);
  });

  test('who does not answer is out with the reason, and the caller rings at the next', async () => {
    bob.onIncoming({ kind: 'ring' });
    ann.onIncoming({ kind: 'answer', afterMs: 0 });
    const caller = await floor.callIn('missed');
    await caller.rtp.untilHears(ANN_TONE, { withinMs: WAIT });
    const { agents } = await floor.at(BOSS, 'not-ready');
    expect(agents[BOSS]?.reason).toBe('no-answer');
    expect(await floor.bodies('agent.state')).toMatchObject([
      { agent: BOSS, state: 'not-ready', reason: 'no-answer' },
    ]);
    const [offer] = await floor.told('call.leg-offered');
    expect(await floor.why(offer?.call, 'en')).toContain('Not answered within 1 s.');
    expect(await floor.why(offer?.call, 'zh')).toMatch(/振铃 ?1 ?秒未接/);
  });

  test('two calls at once for who may have two, and the third when one of them is over', async () => {
    zoe.onIncoming({ kind: 'answer', afterMs: 0 }, { callWaiting: true });
    const [first, second] = [await floor.callIn('several', 0), await floor.callIn('several', 1)];
    await Promise.all([first, second].map(({ rtp }) => rtp.untilHears(ZOE_TONE, { withinMs: WAIT })));
    const third = await floor.callIn('several', 2);
    await floor.waiting('several', 1);
    expect(zoe.calls).toHaveLength(2);
    await first.hangup();
    await third.rtp.untilHears(ZOE_TONE, { withinMs: WAIT });
    expect(zoe.calls).toHaveLength(2);
  });

  test('all of it is decided again from what is on disk', async () => {
    await floor.told('call.ended');
    const { stdout } = await run(process.execPath, [COMMAND, 'replay', '--data', bed.boxDir]);
    expect(stdout).toMatch(/[1-9]\d* offers, 1 agent taken out: all as the ledger says/);
  });
});

/** Of an offer that a queue made. */
const waitedMs = (offer: LedgerEvent | undefined): number =>
  (offer?.body.why as OfferWhy | undefined)?.turn.waitedMs ?? Number.NaN;
