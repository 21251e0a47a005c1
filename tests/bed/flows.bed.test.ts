/** Flows on the real engine: digits collected, another system asked, a message left and heard, the lamp lit, a survey answered. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { voicemailBoxes } from '@branchline/contracts/http/voicemail';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { toneShare } from '@branchline/lab/rtp/goertzel';
import type { OutgoingCall } from '@branchline/lab/sip/outgoing-call';
import type { z } from 'zod';
import { subjectOf } from '@branchline/contracts/self-check';
import type { SelfCheckStanding } from '@branchline/contracts/http/self-check';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';
import { messageOnDisk } from './messages.ts';

type Boxes = z.infer<typeof voicemailBoxes>;

const CALLER_TONE = 1_030;
/** Of the phones, the callers and the engine's own signals. */
const TONES = [350, 425, 440, 480, 520, 610, 730, 870, 1_030, 1_230, 1_470];
const BLOCK_MS = 20;

/** The root mean square of each 20 ms. */
function loudness(samples: Int16Array): number[] {
  const size = BLOCK_MS * 8;
  return Array.from({ length: Math.floor(samples.length / size) }, (_, index) => {
    const block = samples.subarray(index * size, (index + 1) * size);
    return Math.sqrt(block.reduce((sum, sample) => sum + sample * sample, 0) / size);
  });
}

function document(gateway: string, crm: string): object {
  const plain = bedDocument({ gateway }) as Record<string, object>;
  return {
    ...plain,
    numbers: {
      ...plain.numbers,
      account: { number: '+86 571 8600 1002', to: 'flow account' },
      rated: { number: '+86 571 8600 1003', to: 'flow rated' },
      box: { number: '+86 571 8600 1004', to: 'voicemail shop' },
      spoken: { number: '+86 571 8600 1005', to: 'flow spoken' },
    },
    flows: {
      ...plain.flows,
      account: [
        {
          collect: 'account',
          ask: { tone: 'beep' },
          digits: { min: 4, max: 8 },
          wait: '3s',
          none: 'hang-up',
        },
        {
          'look-up': `${crm}/who?account={account}`,
          take: { level: 'level' },
          within: '1s',
          failed: 'extension 8001',
        },
        { when: { variable: 'level', is: 'gold' }, then: 'queue service', else: 'hang-up' },
      ],
      spoken: [
        { play: { say: { zh: '您好，西湖店现在休息，明天九点开门', en: 'Good evening, we open at nine' } } },
        { to: 'hang-up' },
      ],
      wrong: [{ play: 'not-recorded-yet' }, { to: 'hang-up' }],
      rated: [{ set: { after: 'flow rating' } }, { to: 'queue service' }],
      rating: [
        {
          survey: 'service',
          questions: [
            { id: 'friendly', ask: { tone: 'beep' }, digits: '1-5' },
            { id: 'solved', ask: { tone: 'beep' }, digits: '1, 2' },
          ],
        },
        { to: 'hang-up' },
      ],
    },
    voicemail: { shop: { name: 'Shop', greeting: { tone: 'beep' }, people: ['wang.fang'], longest: '30s' } },
    recording: { default: 'never', announce: false },
  };
}

describe.skipIf(ENGINE_ROOT === undefined)('flows of a branch', () => {
  let bed: BranchBed;
  let crm: Server;
  const asked: string[] = [];
  let answer: (response: ServerResponse) => void = (response) => response.end('{"level":"gold"}');
  beforeAll(async () => {
    crm = createServer(({ url = '' }, response) => {
      asked.push(url);
      answer(response);
    });
    crm.listen(0, '127.0.0.1');
    await once(crm, 'listening');
    const { port } = crm.address() as AddressInfo;
    bed = await BranchBed.start({
      headquarters: false,
      document: ({ gateway }) => document(gateway, `http://127.0.0.1:${port}`),
    });
  });
  afterAll(async () => {
    crm.closeAllConnections();
    crm.close();
    await bed.stop();
  });

  const boxes = (fits: (boxes: Boxes) => boolean): Promise<Boxes> =>
    bed.box().untilGet('/api/voicemail', fits, 10_000);
  /** A call of the history once an event of it fits, with all its events. */
  async function eventsOf(dialled: string, type: string): Promise<LedgerEvent[]> {
    const [call] = await bed
      .box()
      .untilCalls((calls) => calls.some((each) => each.dialled.endsWith(dialled)), 10_000);
    const about = `/api/calls/${encodeURIComponent(call?.id ?? '')}`;
    const { events } = await bed
      .box()
      .untilGet<{ events: LedgerEvent[] }>(
        about,
        (each) => each.events.some((event) => event.type === type),
        10_000,
      );
    return events;
  }
  const steps = (events: readonly LedgerEvent[]): unknown[] =>
    events.flatMap(({ type, body }) =>
      type === 'call.flow' ? [`${String(body.node)} ${String(body.step)}`] : [],
    );
  const called = async (number: string): Promise<OutgoingCall> => {
    const call = await bed.caller(0).call(number);
    await call.answered(10_000);
    return call;
  };

  test('a number is collected, another system knows the caller, and he comes to the queue', async () => {
    const coming = bed.phone('desk-2').nextCall(15_000);
    const call = await called('057186001002');
    await call.sendDigits('2468#');
    const offered = await coming;
    expect(asked).toEqual(['/who?account=2468']);
    await call.hangup();
    await offered.whenEnded(5_000);
    const events = await eventsOf('86001002', 'call.ended');
    expect(steps(events)).toEqual([
      '1 collect',
      '1 collected 4 digits into account',
      '2 look-up',
      '2 look-up answered: level',
      '3 when: yes',
    ]);
    expect(JSON.stringify(events)).not.toContain('2468');
  });

  test('a text is spoken: words with their pauses, and no tone', async () => {
    const call = await called('057186001005');
    await call.whenEnded(20_000);
    const blocks = loudness(call.rtp.heard(20_000));
    const spoken = blocks.filter((rms) => rms > 300).length;
    expect(spoken * BLOCK_MS).toBeGreaterThan(1_500);
    expect(spoken).toBeLessThan(blocks.length);
    expect(Math.max(...TONES.map((hz) => toneShare(call.rtp.heard(20_000), hz)))).toBeLessThan(0.3);
    expect(steps(await eventsOf('86001005', 'call.ended'))).toContain('1 play');
  });

  test('a system that hangs is not waited for: the caller takes the other way', async () => {
    answer = () => undefined;
    const owner = bed.phone('desk-1').nextCall(15_000);
    const call = await called('057186001002');
    await call.sendDigits('1357#');
    const offered = await owner;
    await call.hangup();
    await offered.whenEnded(5_000);
    expect(steps(await eventsOf('86001002', 'call.ended'))).toContain(
      '2 look-up failed: no answer within 1000 ms',
    );
  });

  test('a message is left as it was spoken, lights the lamp, is heard and deleted by telephone', async () => {
    const owner = bed.phone('desk-1');
    const lit = owner.agent.waitFor('notify', {
      withinMs: 30_000,
      where: ({ body }) => /^Voice-Message: 1\/0/m.test(body),
    });
    const call = await called('057186001004');
    await messageOnDisk(bed, 3_000);
    await call.hangup();
    const { boxes: listed } = await boxes((all) => all.boxes[0]?.fresh === 1);
    const message = listed[0]?.messages[0];
    expect(message).toMatchObject({ from: '+8613900000001', heardAt: null });
    const wav = await bed.box().bytes(`/api/voicemail/shop/${message?.message ?? ''}/audio`);
    const samples = Int16Array.from({ length: (wav.length - 44) / 2 }, (_, i) => wav.readInt16LE(44 + i * 2));
    expect(samples.length).toBeGreaterThan(8_000);
    expect(toneShare(samples.subarray(-8_000), CALLER_TONE)).toBeGreaterThan(0.8);
    await lit;

    await boxes((all) => all.boxes[0]?.fresh === 0);
    const out = owner.agent.waitFor('notify', {
      withinMs: 30_000,
      where: ({ body }) => /^Voice-Message: 0\/0/m.test(body),
    });
    const listening = await owner.call('*97');
    await listening.answered(10_000);
    await listening.rtp.untilHears(CALLER_TONE, { withinMs: 30_000 });
    await listening.sendDigits('3');
    await boxes((all) => all.boxes[0]?.messages.length === 0);
    await out;
    await listening.hangup();
  });

  test('a survey is answered when the agent has hung up', async () => {
    const agent = bed.phone('desk-2');
    agent.onIncoming({ kind: 'answer', afterMs: 200 });
    const coming = agent.nextCall(15_000);
    const call = await called('057186001003');
    const taken = await coming;
    await taken.answered(10_000);
    await call.rtp.untilHears(610, { withinMs: 5_000 });
    await taken.hangup();
    await bed
      .box()
      .untilLive(({ calls }) => Object.values(calls).some(({ phase }) => phase === 'flow'), 10_000);
    // The box may end the call before the last key is quite up: then the phone cannot send the rest of it.
    const ended = call.whenEnded(10_000);
    await Promise.allSettled([call.sendDigits('51'), ended]);
    await ended;
    const events = await eventsOf('86001003', 'call.ended');
    expect(events.filter(({ type }) => type === 'survey.answered').map(({ body }) => body)).toEqual([
      { survey: 'service', question: 'friendly', answer: '5' },
      { survey: 'service', question: 'solved', answer: '1' },
    ]);
  });

  test('the box checks itself: a caller of its own hears each flow, no telephone rings, and no call is counted', async () => {
    const before = (await bed.box().calls()).calls.length;
    const heard = (): number[] => Object.values(bed.phones).map(({ calls }) => calls.length);
    const rang = heard();
    await bed.box().post('/api/self-check', {});
    const ended = ({ last }: SelfCheckStanding): boolean => last !== null;
    const { last } = await bed.box().untilGet<SelfCheckStanding>('/api/self-check', ended, 60_000);
    const lines = last?.lines.map((line) =>
      `${subjectOf(line)}: ${line.result} ${line.because ?? ''}`.trim(),
    );
    expect(lines).toEqual([
      'agents: passed',
      'recording: passed',
      'flow welcome: passed',
      'flow account: passed',
      'flow spoken: passed',
      'flow wrong: failed not-played',
      'flow rated: passed',
      'flow rating: passed',
      'trunk pstn: not-done no-number',
      'backup: passed',
    ]);
    expect(heard()).toEqual(rang);
    expect((await bed.box().calls()).calls).toHaveLength(before);
    const { alarms } = await bed.box().untilLive(({ alarms }) => Object.keys(alarms).length > 0, 5_000);
    const alarm = Object.values(alarms).find(({ code }) => code === 'self-check-failed');
    expect(alarm?.detail).toContain('not-recorded-yet');
    // Nothing is left of it: no channel, and no sound of its own in the vault.
    expect(readdirSync(join(bed.boxDir, 'backups'))).toHaveLength(1);
    expect(readdirSync(join(bed.boxDir, 'recordings-raw'))).toEqual([]);
  });
});
