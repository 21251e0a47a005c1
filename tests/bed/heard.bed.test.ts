/** What callers hear again while they wait, and a flow that asks for a skill. At real telephones. */
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { restingFaults } from '../chaos/one-story.ts';
import { hangUpAll, nobodyAtWork } from './at-rest.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';
import { Floor } from './floor.ts';
import { tonePrompts } from './tone-prompts.ts';

const WAIT = 10_000;
const BRIEFLY = { withinMs: WAIT, lastMs: 300 };
const SPOKEN = { 'queue-position': 1_150, 'number-1': 1_350 } as const;
const [ANN, BOB] = ['li.lei', 'han.mei'] as const;
const NUMBERS = { again: '1002', refunds: '1003' } as const;

function document(gateway: string): object {
  const plain = bedDocument({ gateway }) as Record<string, Record<string, object>>;
  const agent = (who: string, more: object): object => ({
    ...plain.people?.[who],
    agent: { queues: ['refunds', 'again'], ...more },
  });
  return {
    ...plain,
    numbers: {
      ...plain.numbers,
      again: { number: `+86 571 8600 ${NUMBERS.again}`, to: 'queue again' },
      refunds: { number: `+86 571 8600 ${NUMBERS.refunds}`, to: 'flow refunds' },
    },
    flows: { ...plain.flows, refunds: [{ set: { needs: { refund: 3 } } }, { to: 'queue refunds' }] },
    people: { ...plain.people, [ANN]: agent(ANN, {}), [BOB]: agent(BOB, { skills: { refund: 5 } }) },
    queues: {
      ...plain.queues,
      again: {
        ring: '10s',
        'wrap-up': '0s',
        waiting: { announce: ['position'], first: '300ms', every: '5s' },
      },
      refunds: { ring: '10s', 'wrap-up': '0s', order: 'linear' },
    },
    recording: { default: 'never', announce: false },
  };
}

describe.skipIf(ENGINE_ROOT === undefined)('in a queue', () => {
  let bed: BranchBed;
  let floor: Floor;
  let prompts: string;
  beforeAll(async () => {
    prompts = tonePrompts(SPOKEN, ['queue-position-end'], 400);
    bed = await BranchBed.start({
      headquarters: false,
      document: ({ gateway }) => document(gateway),
      boxEnv: { BRANCHLINE_BOX_PROMPTS_DIR: prompts },
    });
    floor = new Floor(bed, NUMBERS);
  });
  afterAll(async () => {
    await bed.stop();
    rmSync(prompts, { recursive: true });
  });
  beforeEach(() => floor.begin());
  afterEach(async () => {
    await hangUpAll(bed);
    await nobodyAtWork(bed);
    expect(await restingFaults(bed)).toEqual([]);
  });

  test('a caller is told his place again and again', async () => {
    await floor.only([], [ANN, BOB]);
    const caller = await floor.callIn('again');
    for (let told = 0; told < 3; told += 1)
      for (const prompt of ['queue-position', 'number-1'] as const) {
        caller.rtp.forgetHeard();
        await caller.rtp.untilHears(SPOKEN[prompt], BRIEFLY);
      }
    await caller.hangup();
    const said = await floor.bodies('call.announced');
    expect(said.length).toBeGreaterThanOrEqual(3);
    for (const each of said) expect(each).toMatchObject({ queue: 'again', position: 1 });
  });

  test('a flow asks for a skill: who has it is rung, before one who stands first', async () => {
    await floor.only([ANN, BOB]);
    const coming = bed.phone('desk-3').nextCall(WAIT);
    const caller = await floor.callIn('refunds');
    const atBob = await coming;
    atBob.answer();
    await caller.rtp.untilHears(730, { withinMs: WAIT });
    const [offer] = await floor.told('call.leg-offered');
    expect(offer?.body).toMatchObject({ to: { id: BOB } });
    expect(await floor.why(offer?.call ?? undefined, 'en')).toContain(
      'Li Lei without a skill that is needed',
    );
    expect(await floor.why(offer?.call ?? undefined, 'zh')).toContain('李雷（缺少必需的技能）');
  });
});
