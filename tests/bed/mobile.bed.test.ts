/** An agent at his mobile: rung by a real line where his telephone is not registered, and joined with the caller by a digit alone. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeskPhone } from '@branchline/lab/phones/desk-phone';
import { restingFaults } from '../chaos/one-story.ts';
import { hangUpAll } from './at-rest.ts';
import { BranchBed, ENGINE_ROOT, subscriberTone } from './branch.ts';
import { bedDocument } from './document.ts';
import { tonePrompts } from './tone-prompts.ts';

const WAIT = 10_000;
const MOBILE = '+86 139 0000 0002';
const PROMPT_TONES = { 'mobile-take': 1_500 } as const;
const [CALLER_TONE, MOBILE_TONE] = [subscriberTone(0), subscriberTone(1)];

function document(gateway: string): object {
  const plain = bedDocument({ gateway }) as Record<string, Record<string, object>>;
  return {
    ...plain,
    people: {
      ...plain.people,
      'li.lei': { ...plain.people?.['li.lei'], mobile: MOBILE, 'mobile-rings': 'when-unreachable' },
    },
    recording: { default: 'never', announce: false },
  };
}

describe.skipIf(ENGINE_ROOT === undefined)('an agent at his mobile', () => {
  let bed: BranchBed;
  let prompts: string;
  let caller: DeskPhone;
  let mobile: DeskPhone;
  beforeAll(async () => {
    prompts = tonePrompts(PROMPT_TONES);
    bed = await BranchBed.start({
      headquarters: false,
      document: ({ gateway }) => document(gateway),
      boxEnv: { BRANCHLINE_BOX_PROMPTS_DIR: prompts },
    });
    [caller, mobile] = [bed.caller(0), bed.caller(1)];
    await bed.phone('desk-2').unregister();
    await bed.box().untilLive(({ phones }) => phones['desk-2']?.reachable === false, WAIT);
    await bed.box().post('/api/agents/li.lei/state', { state: 'ready' });
  });
  afterAll(async () => {
    await hangUpAll(bed);
    expect(await restingFaults(bed)).toEqual([]);
    await bed.stop();
    rmSync(prompts, { recursive: true });
  });

  test('hears the question, presses 1, and the two hear each other; nobody is joined before', async () => {
    const rings = mobile.nextCall(WAIT);
    const calling = await caller.call('057186001001');
    await calling.answered(WAIT);
    const at = await rings;
    at.answer();
    await at.rtp.untilHears(PROMPT_TONES['mobile-take'], { withinMs: WAIT });
    const { calls } = await bed.box().untilLive(({ calls: all }) => Object.keys(all).length === 1, WAIT);
    expect(Object.values(calls)).toMatchObject([{ phase: 'ringing', with: [{ id: 'li.lei' }] }]);
    await at.sendDigits('1');
    await calling.rtp.untilHears(MOBILE_TONE, { withinMs: WAIT });
    await at.rtp.untilHears(CALLER_TONE, { withinMs: WAIT });
    await calling.hangup();
    await at.whenEnded(WAIT);
    const [told] = await bed.box().untilCalls(([first]) => (first?.endedAt ?? null) !== null, WAIT);
    expect(told).toMatchObject({ outcome: 'answered', answeredBy: [{ kind: 'agent', id: 'li.lei' }] });
  });
});
