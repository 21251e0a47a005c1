/** Customers called back at real telephones: asked for in the queue, made when an agent is free, whoever is rung first, whatever dies meanwhile. */
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WaitingCallback } from '@branchline/contracts/http/callbacks';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { DeskPhone } from '@branchline/lab/phones/desk-phone';
import type { Call } from '@branchline/lab/sip/call';
import { restingFaults, settledEventsOf } from '../chaos/one-story.ts';
import { hangUpAll } from './at-rest.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';
import { tonePrompts } from './tone-prompts.ts';

const WAIT = 10_000;
const AGAIN_AFTER = 10_000;
/** What a caller hears instead of words. */
const PROMPT_TONES = { 'callback-promised': 1_500, 'callback-greeting': 1_900 } as const;
const [ANN_TONE, CUSTOMER_TONE] = [610, 1_030] as const;
const CUSTOMER = '+8613900000001';

const NUMBERS = { agent: '1002', customer: '1003' } as const;
type Queue = keyof typeof NUMBERS;

function document(gateway: string): object {
  const plain = bedDocument({ gateway }) as Record<string, Record<string, object>>;
  const queues = Object.keys(NUMBERS) as Queue[];
  const queue = (name: Queue): object => ({
    ring: '10s',
    'wrap-up': '1s',
    waiting: { press: { 1: `callback ${name}` } },
    callback: { first: name, tries: 2, 'again-after': `${AGAIN_AFTER / 1000}s` },
  });
  return {
    ...plain,
    numbers: {
      ...plain.numbers,
      ...Object.fromEntries(
        queues.map((name) => [name, { number: `+86 571 8600 ${NUMBERS[name]}`, to: `queue ${name}` }]),
      ),
    },
    people: {
      ...plain.people,
      'li.lei': { ...plain.people?.['li.lei'], agent: { queues: ['service', ...queues] } },
    },
    queues: { ...plain.queues, ...Object.fromEntries(queues.map((name) => [name, queue(name)])) },
    recording: { default: 'never', announce: false },
  };
}

describe.skipIf(ENGINE_ROOT === undefined)('customers who are called back', () => {
  let bed: BranchBed;
  let prompts: string;
  let ann: DeskPhone;
  let customer: DeskPhone;
  let known = 0;
  beforeAll(async () => {
    prompts = tonePrompts(PROMPT_TONES);
    bed = await BranchBed.start({
      headquarters: false,
      document: ({ gateway }) => document(gateway),
      boxEnv: { BRANCHLINE_BOX_PROMPTS_DIR: prompts },
    });
    [ann, customer] = [bed.phone('desk-2'), bed.caller(0)];
  });
  afterAll(async () => {
    await bed.stop();
    rmSync(prompts, { recursive: true });
  });
  beforeEach(async () => {
    await order('not-ready');
    known = (await settledEventsOf(bed)).length;
  });
  afterEach(async () => {
    await hangUpAll(bed);
    await bed.box().untilLive(({ calls }) => Object.keys(calls).length === 0, WAIT);
    for (const { callback } of await waiting()) await bed.box().delete(`/api/callbacks/${callback}`);
    expect(await restingFaults(bed)).toEqual([]);
  });

  const order = (state: 'ready' | 'not-ready'): Promise<unknown> =>
    bed.box().post('/api/agents/li.lei/state', { state });
  const waiting = async (): Promise<WaitingCallback[]> =>
    (await bed.box().get<{ callbacks: WaitingCallback[] }>('/api/callbacks')).callbacks;
  /** Of this test alone. */
  const told = async (type: LedgerEvent['type']): Promise<Record<string, unknown>[]> =>
    (await settledEventsOf(bed)).slice(known).flatMap((event) => (event.type === type ? [event.body] : []));
  const restart = async (): Promise<void> => {
    await bed.end('box', 'SIGKILL');
    bed.startBox();
    await bed.boxReady();
  };

  /** He waits in the queue, presses 1, is told that he is called back, and the branch hangs up. */
  const ask = async (queue: Queue): Promise<void> => {
    const call = await customer.call(`05718600${NUMBERS[queue]}`);
    await call.answered(WAIT);
    await bed.box().untilLive(({ queues }) => queues[queue]?.waiting.length === 1, WAIT);
    await call.sendDigits('1');
    await call.rtp.untilHears(PROMPT_TONES['callback-promised'], { withinMs: WAIT });
    expect(await call.whenEnded(WAIT)).toMatchObject({ by: 'them' });
    await bed
      .box()
      .untilLive(
        ({ calls, queues }) => Object.keys(calls).length === 0 && queues[queue]?.callbacks.length === 1,
        WAIT,
      );
  };
  const hearEachOther = async (agent: Call, other: Call): Promise<void> => {
    await other.rtp.untilHears(ANN_TONE, { withinMs: WAIT });
    await agent.rtp.untilHears(CUSTOMER_TONE, { withinMs: WAIT });
  };
  /** Offers of this test that went to the customer's number. */
  const dialled = async (): Promise<number> =>
    (await told('call.leg-offered')).filter(({ to }) => (to as { id: string }).id === CUSTOMER).length;

  test('the agent first: his phone shows the customer, whose own rings when he has answered', async () => {
    await ask('agent');
    expect(await waiting()).toMatchObject([
      { number: CUSTOMER, queue: 'agent', state: 'waiting', attempts: 0 },
    ]);
    const [atAnn, atCustomer] = [ann.nextCall(WAIT), customer.nextCall(2 * WAIT)];
    await order('ready');
    const agent = await atAnn;
    expect(agent.remote.number).toContain('13900000001');
    agent.answer();
    const back = await atCustomer;
    back.answer();
    await hearEachOther(agent, back);
    expect(await waiting()).toEqual([]);
    await back.hangup();
    await agent.whenEnded(WAIT);
    const [call] = await bed
      .box()
      .untilCalls(([first]) => first?.callback !== undefined && first.endedAt !== null, WAIT);
    expect(call).toMatchObject({
      direction: 'out',
      dialled: CUSTOMER,
      queue: 'agent',
      outcome: 'answered',
      answeredBy: [{ kind: 'agent', id: 'li.lei' }],
    });
    expect(await told('callback.ended')).toMatchObject([{ outcome: 'reached', attempts: 1 }]);
  });

  test('the customer first: he is greeted while the agent who was taken for him rings', async () => {
    await ask('customer');
    const [atAnn, atCustomer] = [ann.nextCall(2 * WAIT), customer.nextCall(WAIT)];
    await order('ready');
    const back = await atCustomer;
    expect(ann.calls).toEqual([]);
    back.answer();
    const agent = await atAnn;
    await back.rtp.untilHears(PROMPT_TONES['callback-greeting'], { withinMs: WAIT });
    agent.answer();
    await hearEachOther(agent, back);
    await agent.hangup();
    expect(await back.whenEnded(WAIT)).toMatchObject({ by: 'them' });
    expect(await told('call.answered')).toMatchObject([{ by: { id: 'li.lei' }, queue: 'customer' }]);
  });

  test('not reached, he is called again', async () => {
    await ask('agent');
    customer.onIncoming({ kind: 'busy' });
    const atAnn = ann.nextCall(WAIT);
    await order('ready');
    const first = await atAnn;
    first.answer();
    expect(await first.whenEnded(WAIT)).toMatchObject({ by: 'them' });
    expect(await told('callback.tried')).toMatchObject([{ attempt: 1, because: 'busy' }]);
    expect(await waiting()).toMatchObject([{ state: 'paused', attempts: 1 }]);
    customer.onIncoming({ kind: 'ring' });
    const atCustomer = customer.nextCall(2 * AGAIN_AFTER);
    const second = await ann.nextCall(2 * AGAIN_AFTER);
    second.answer();
    const back = await atCustomer;
    back.answer();
    await hearEachOther(second, back);
  }, 60_000);

  test('the service is killed while he waits: he is called back all the same', async () => {
    await ask('agent');
    const before = await waiting();
    await restart();
    expect(await waiting()).toEqual(before);
    const [atAnn, atCustomer] = [ann.nextCall(2 * WAIT), customer.nextCall(2 * WAIT)];
    await order('ready');
    const agent = await atAnn;
    agent.answer();
    const back = await atCustomer;
    back.answer();
    await hearEachOther(agent, back);
  }, 60_000);

  test('the service is killed while his telephone rings: it rings on, once, and the two talk', async () => {
    await ask('agent');
    const [atAnn, atCustomer] = [ann.nextCall(WAIT), customer.nextCall(2 * WAIT)];
    await order('ready');
    const agent = await atAnn;
    agent.answer();
    const back = await atCustomer;
    await restart();
    back.answer();
    await hearEachOther(agent, back);
    expect(await dialled()).toBe(1);
    expect(customer.calls).toHaveLength(1);
    expect(await told('callback.ended')).toMatchObject([{ outcome: 'reached' }]);
  }, 60_000);

  test('the service is killed while the agent rings, and the agent answers meanwhile', async () => {
    await ask('agent');
    const [atAnn, atCustomer] = [ann.nextCall(WAIT), customer.nextCall(4 * WAIT)];
    await order('ready');
    const agent = await atAnn;
    await bed.end('box', 'SIGKILL');
    agent.answer();
    bed.startBox();
    await bed.boxReady();
    const back = await atCustomer;
    back.answer();
    await hearEachOther(agent, back);
    expect(await dialled()).toBe(1);
  }, 60_000);
});
