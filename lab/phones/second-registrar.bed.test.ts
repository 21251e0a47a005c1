/** A telephone that is registered at two exchanges at once, as at a box and its stand-in. Both are real engines' registrars. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPlan, type LabPlan } from '../plan.ts';
import { bedPlan, bedRoot } from '../pstn/bed.ts';
import { startPstn, type Pstn } from '../pstn/pstn.ts';
import { openSubscriber } from '../pstn/subscriber.ts';
import { createPacer } from '../rtp/pacer.ts';
import { DeskPhone } from './desk-phone.ts';

const engineRoot = bedRoot(process.env);
const HUNG_MS = 10_000;
const OWN_TONE = 1_250;

describe.skipIf(engineRoot === undefined)('a telephone with two exchanges', () => {
  const pacer = createPacer();
  const opened: (() => void | Promise<void>)[] = [];
  let phone: DeskPhone;
  let exchanges: readonly [Exchange, Exchange];

  interface Exchange {
    readonly plan: LabPlan;
    readonly engine: Pstn;
    readonly caller: DeskPhone;
  }

  async function exchange(hosts: readonly [string, string]): Promise<Exchange> {
    const plan = await planAt(engineRoot ?? '', hosts);
    opened.push(() => rmSync(plan.pstn.instance, { recursive: true, force: true }));
    const engine = await startPstn(plan, pacer);
    opened.push(() => engine.stop());
    const [line] = plan.subscribers;
    if (!line) throw new Error('The plan has no subscriber.');
    const site = { exchange: plan.pstn.exchange, host: plan.subscriberHost, pacer };
    const caller = await openSubscriber(line, site);
    opened.push(() => caller.close());
    await caller.register();
    return { plan, engine, caller };
  }

  beforeAll(async () => {
    exchanges = [await exchange(['127.0.0.10', '127.0.0.11']), await exchange(['127.0.0.12', '127.0.0.13'])];
    const own = exchanges[0].plan.subscribers[1];
    if (!own) throw new Error('The plan has no second subscriber.');
    phone = await DeskPhone.open({
      server: exchanges[0].plan.pstn.exchange,
      second: exchanges[1].plan.pstn.exchange,
      user: own.user,
      password: own.password,
      extension: own.number,
      tone: OWN_TONE,
      pacer,
      timing: { t1: 50, t2: 200, t4: 200 },
    });
    opened.push(() => phone.close());
  }, 60_000);
  afterAll(async () => {
    for (const close of opened.reverse()) await close();
  });

  /** The first exchange that takes it is enough for `register`; what the others say comes later. */
  const untilStates = (...states: readonly string[]): Promise<void> =>
    expect
      .poll(() => phone.agents.map(({ registration }) => registration.kind), { timeout: HUNG_MS })
      .toEqual(states);

  test('is registered at both, and rings for calls from either', async () => {
    await phone.register();
    await untilStates('registered', 'registered');
    phone.onIncoming({ kind: 'answer', afterMs: 0 });
    for (const { caller } of exchanges) {
      const call = await caller.call('13900000002');
      await call.answered(HUNG_MS);
      await call.rtp.untilHears(OWN_TONE, { lastMs: 200, withinMs: HUNG_MS });
      await call.hangup();
      await expect.poll(() => phone.calls).toEqual([]);
    }
  });

  test('dials by the first, and by the second once the first is dead', async () => {
    const [first, second] = exchanges;
    for (const { caller } of exchanges) caller.onIncoming({ kind: 'answer', afterMs: 0 });
    const before = first.caller.nextCall(HUNG_MS);
    const call = await phone.call('13900000001');
    await before;
    await call.answered(HUNG_MS);
    await call.hangup();
    await first.engine.stop();
    await phone.register();
    await untilStates('silent', 'registered');
    expect(phone.registered).toBe(true);
    const after = second.caller.nextCall(HUNG_MS);
    await (await phone.call('13900000001')).answered(HUNG_MS);
    await after;
  });
});

/** The bed's plan at other addresses, so that two of them run beside each other. */
async function planAt(root: string, [exchange, gateway]: readonly [string, string]): Promise<LabPlan> {
  const bed = await bedPlan({ engineRoot: root });
  return readPlan({
    ...bed,
    pstn: { ...bed.pstn, exchange: { ...bed.pstn.exchange, host: exchange } },
    gateways: bed.gateways.map((one) => ({ ...one, address: { ...one.address, host: gateway } })),
  });
}
