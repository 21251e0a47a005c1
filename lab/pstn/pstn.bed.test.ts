import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeskPhone } from '../phones/desk-phone.ts';
import type { LabPlan } from '../plan.ts';
import { createPacer } from '../rtp/pacer.ts';
import { tone } from '../rtp/sources.ts';
import type { Call } from '../sip/call.ts';
import { UserAgent } from '../sip/user-agent.ts';
import { bedPlan, bedRoot } from './bed.ts';
import { startPstn } from './pstn.ts';
import { openSubscriber } from './subscriber.ts';

const engineRoot = bedRoot(process.env);

describe.skipIf(engineRoot === undefined)('the public network on a real engine', () => {
  const pacer = createPacer();
  let plan: LabPlan;
  /** How to end what was started, in the order it was: a start that failed half way leaves nothing. */
  const opened: (() => void | Promise<void>)[] = [];
  let box: UserAgent;
  let first: DeskPhone;
  let second: DeskPhone;

  const subscriber = async (at: number): Promise<DeskPhone> => {
    const line = plan.subscribers[at];
    if (!line) throw new Error(`There is no subscriber ${at}.`);
    const phone = await openSubscriber(line, {
      exchange: plan.pstn.exchange,
      host: plan.subscriberHost,
      pacer,
    });
    opened.push(() => phone.close());
    await phone.register();
    return phone;
  };

  beforeAll(async () => {
    plan = await bedPlan({ engineRoot: engineRoot ?? '', channels: 2 });
    opened.push(() => {
      rmSync(plan.pstn.instance, { recursive: true, force: true });
    });
    const pstn = await startPstn(plan, pacer);
    opened.push(() => pstn.stop());
    const gateway = plan.gateways[0]?.address;
    if (!gateway) throw new Error('The plan has no gateway.');
    box = await UserAgent.open({
      ...plan.box,
      user: '+8657186001000',
      server: gateway,
      pacer,
      source: tone(1_200),
    });
    opened.push(() => box.close());
    [first, second] = await Promise.all([subscriber(0), subscriber(1)]);
  }, 40_000);

  afterAll(async () => {
    for (const close of opened.reverse()) await close();
  });

  test('a wrong password is refused', async () => {
    const line = plan.subscribers[2];
    if (!line) throw new Error('The plan has no third subscriber.');
    const site = { exchange: plan.pstn.exchange, host: plan.subscriberHost, pacer };
    const phone = await openSubscriber({ ...line, password: 'not-the-password' }, site);
    await expect(phone.register()).rejects.toThrow('refused with 401');
    await phone.vanish();
  });

  test('a subscriber calls the other and each hears the tone of the other', async () => {
    second.onIncoming({ kind: 'answer', afterMs: 0 });
    const coming = second.nextCall(5_000);
    const call = await first.call('13900000002');
    const come = await coming;
    await call.answered(5_000);
    expect(come.remote.number).toBe('+8613900000001');
    await call.rtp.untilHears(700, { withinMs: 5_000 });
    await come.rtp.untilHears(600, { withinMs: 5_000 });
    expect(await first.hangup()).toMatchObject({ by: 'us' });
    expect(await come.whenEnded(2_000)).toMatchObject({ by: 'them', cause: 16 });
  });

  test('the branch is called in national form and shown the caller in national form', async () => {
    const coming = box.waitFor('incoming', { withinMs: 5_000 });
    const call = await first.call('057186001005');
    const come = await coming;
    expect(come.called).toBe('057186001005');
    expect(come.remote.number).toBe('13900000001');
    come.ring();
    await call.ringing(2_000);
    come.answer();
    await call.answered(2_000);
    await come.rtp.untilHears(600, { withinMs: 5_000 });
    await call.rtp.untilHears(1_200, { withinMs: 5_000 });
    const digit = come.waitFor('digit', { withinMs: 3_000 });
    await call.sendDigits('7');
    expect(await digit).toBe('7');
    await come.hangup();
    await call.whenEnded(2_000);
  });

  test.each([
    ['+8657187770017', { status: 486, cause: 17 }],
    ['+8657187770034', { cause: 34 }],
    ['+8657187779999', { status: 404, cause: 1 }],
    ['+8613900000006', { status: 480, cause: 20 }],
  ])('the branch calls %s and is refused with its cause', async (number, expected) => {
    const call = await box.call(number);
    expect(await call.whenEnded(5_000)).toMatchObject({ by: 'them', ...expected });
  });

  test('emergency numbers are answered, and speak', async () => {
    const call = await box.call('110');
    await call.answered(5_000);
    await call.rtp.waitFor('media', { withinMs: 5_000 });
    await call.hangup();
  });

  test('the branch calls a subscriber, who sees its number', async () => {
    second.onIncoming({ kind: 'answer', afterMs: 0 });
    const coming = second.nextCall(5_000);
    const call = await box.call('13900000002');
    expect((await coming).remote.number).toBe('+8657186001000');
    await call.answered(5_000);
    await call.rtp.untilHears(700, { withinMs: 5_000 });
    await call.hangup();
  });

  test('a call beyond the last channel is refused with cause 34, and the channel comes back', async () => {
    const calls = [
      await answeredOnceFree('+8657187770002', 5_000),
      await answeredOnceFree('+8657187770002', 5_000),
    ] as const;
    const beyond = await box.call('+8657187770002');
    expect(await beyond.whenEnded(5_000)).toMatchObject({ cause: 34 });
    const fromOutside = await first.call('057186001005');
    expect(await fromOutside.whenEnded(5_000)).toMatchObject({ cause: 34 });
    await calls[0].rtp.untilHears(1_004, { withinMs: 5_000 });
    await Promise.all(calls.map((call) => call.hangup()));
    await (await answeredOnceFree('+8657187770002', 5_000)).hangup();
  });

  /** The exchange lets a channel go a moment after the one who used it has been told. */
  async function answeredOnceFree(number: string, withinMs: number): Promise<Call> {
    const end = performance.now() + withinMs;
    for (;;) {
      const call = await box.call(number);
      const how = await call.answered(withinMs).then(
        () => undefined,
        () => call.whenEnded(withinMs),
      );
      if (how === undefined) return call;
      if (how.cause !== 34 || performance.now() > end) throw new Error(`no channel: ${JSON.stringify(how)}`);
    }
  }

  test('a branch that does not answer SIP is out of order (cause 27)', async () => {
    box.setPlugged(false);
    const call = await first.call('057186001005');
    expect(await call.whenEnded(15_000)).toMatchObject({ by: 'them', cause: 27 });
    box.setPlugged(true);
  });

  test('the gateway answers OPTIONS of the box with 200', async () => {
    expect(await box.ping()).toBe(200);
  });
});
