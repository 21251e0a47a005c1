/**
 * An agent at his mobile, by the document of a stand-in in the cloud: rung by the carrier where his telephone is not registered, and joined
 * with the caller by a digit alone.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { inCloud } from '@branchline/contracts/branch/in-cloud';
import { commandLine } from '@branchline/firmware/engine/command-line';
import type { DeskPhone } from '@branchline/lab/phones/desk-phone';
import { restingFaults } from '../chaos/one-story.ts';
import { hangUpAll } from './at-rest.ts';
import { BranchBed, ENGINE_ROOT, subscriberTone, type BranchOrder } from './branch.ts';
import { cloudDocument, cloudOrder } from './cloud.ts';
import { tonePrompts } from './tone-prompts.ts';

const WAIT = 10_000;
const MOBILE = '+86 139 0000 0002';
const PROMPT_TONES = { 'mobile-take': 1_500 } as const;
const [CALLER_TONE, MOBILE_TONE] = [subscriberTone(0), subscriberTone(1)];
/** Of the third telephone. */
const NEXT_TONE = 730;

function document(at: { gateway: string }): object {
  const { people, ...plain } = cloudDocument(at) as Record<string, Record<string, object>>;
  return inCloud({
    ...plain,
    routes: [
      { to: 'emergency', via: ['pstn', 'cloud'] },
      { to: 'mobile', via: ['pstn', 'cloud'], 'caller-id': 'main' },
    ],
    people: { ...people, 'li.lei': { ...people?.['li.lei'], mobile: MOBILE } },
    recording: { default: 'never', announce: false },
  });
}

/** All calls are brought to where it stands in. */
function order(): BranchOrder {
  const { onPlaces, lab } = cloudOrder(2);
  return {
    ...{ document, subscribers: 2, headquarters: false },
    ...(onPlaces && { onPlaces }),
    lab: (plan, net) => {
      const made = lab?.(plan, net) ?? plan;
      const numbers = made.pstn.numbers?.map((each) => ({ ...each, targets: ['cloud-standin'] }));
      return { ...made, pstn: { ...made.pstn, numbers } };
    },
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
      ...order(),
      boxEnv: { BRANCHLINE_BOX_PROMPTS_DIR: prompts },
    });
    [caller, mobile] = [bed.caller(0), bed.caller(1)];
    await bed.phone('desk-2').unregister();
    await bed.box().untilLive(({ phones }) => phones['desk-2']?.reachable === false, WAIT);
    await bed.box().post('/api/agents/li.lei/state', { state: 'ready' });
    // Calls come by its registration.
    const exchange = commandLine(join(bed.dir, 'pstn/run/asterisk.ctl'), WAIT);
    await vi.waitFor(
      async () => expect(await exchange.ask('pjsip show contacts')).toContain('cloud-standin/sip:'),
      { timeout: WAIT },
    );
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

  test('whose mailbox answers instead is not joined, and the next agent has the caller', async () => {
    const next = bed.phone('desk-3');
    await bed.box().post('/api/agents/han.mei/state', { state: 'ready' });
    // The wrap-up of the call before is over.
    await bed
      .box()
      .untilLive(({ agents }) => ['li.lei', 'han.mei'].every((id) => agents[id]?.state === 'ready'), WAIT);
    const [rings, nextRings] = [mobile.nextCall(WAIT), next.nextCall(WAIT)];
    const calling = await caller.call('057186001001');
    await calling.answered(WAIT);
    const mailbox = await rings;
    mailbox.answer();
    await mailbox.rtp.untilHears(PROMPT_TONES['mobile-take'], { withinMs: WAIT });
    await mailbox.hangup();
    (await nextRings).answer();
    await calling.rtp.untilHears(NEXT_TONE, { withinMs: WAIT });
    await calling.hangup();
    const [told] = await bed
      .box()
      .untilCalls((all) => all.length === 2 && all.every(({ endedAt }) => endedAt !== null), WAIT);
    expect(told).toMatchObject({ outcome: 'answered', answeredBy: [{ kind: 'agent', id: 'han.mei' }] });
    await bed.box().untilLive(({ agents }) => agents['li.lei']?.reason === 'no-answer', WAIT);
  });
});
