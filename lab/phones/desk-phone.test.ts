import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPacer } from '../rtp/pacer.ts';
import { tone } from '../rtp/sources.ts';
import type { OutgoingCall } from '../sip/outgoing-call.ts';
import type { SipTiming } from '../sip/timing.ts';
import { UserAgent } from '../sip/user-agent.ts';
import { DeskPhone } from './desk-phone.ts';

const HOST = '127.0.0.1';
/** A peer that does not answer is given up after 1.3 s. */
const QUICK: SipTiming = { t1: 20, t2: 200, t4: 200 };

describe('a desk phone', () => {
  const pacer = createPacer();
  let caller: UserAgent;
  let phone: DeskPhone;

  beforeEach(async () => {
    caller = await UserAgent.open({ host: HOST, user: 'caller', pacer, source: tone(500), timing: QUICK });
    const login = { user: 'desk', password: 'unused here', extension: '8001' };
    phone = await DeskPhone.open({ server: caller.local, ...login, tone: 700, pacer, timing: QUICK });
  });
  afterEach(async () => {
    await Promise.all([caller.close(), phone.vanish()]);
  });

  const callIt = (): Promise<OutgoingCall> => caller.call(phone.agent.contact);
  const answered = async (): Promise<OutgoingCall> => {
    phone.onIncoming({ kind: 'answer', afterMs: 0 });
    const call = await callIt();
    await call.answered(2_000);
    return call;
  };

  test('rings until somebody answers it', async () => {
    const coming = phone.nextCall(2_000);
    const call = await callIt();
    await call.ringing(2_000);
    (await coming).answer();
    await call.answered(2_000);
    await call.rtp.untilHears(700, { withinMs: 3_000 });
  });

  test('is answered after as long as its person takes', async () => {
    phone.onIncoming({ kind: 'answer', afterMs: () => 30 });
    const call = await callIt();
    await call.ringing(2_000);
    await call.answered(2_000);
  });

  test.each([
    ['busy', 486, 17],
    ['decline', 603, 21],
  ] as const)('%s: %i', async (kind, status, cause) => {
    phone.onIncoming({ kind });
    expect(await (await callIt()).whenEnded(2_000)).toMatchObject({ status, cause });
  });

  test('that is engaged is busy, and lets a second call in with call waiting', async () => {
    await answered();
    expect(await (await callIt()).whenEnded(2_000)).toMatchObject({ status: 486 });
    phone.onIncoming({ kind: 'ring' }, { callWaiting: true });
    const second = await callIt();
    await second.ringing(2_000);
    expect(phone.calls).toHaveLength(2);
    expect(phone.active?.state).toBe('up');
    await second.hangup();
  });

  test('whose caller gives up does not answer afterwards', async () => {
    phone.onIncoming({ kind: 'answer', afterMs: 200 });
    const coming = phone.nextCall(2_000);
    const call = await callIt();
    await call.ringing(2_000);
    await call.hangup();
    expect(await (await coming).whenEnded(2_000)).toMatchObject({ by: 'them', status: 487 });
    expect(phone.calls).toHaveLength(0);
  });

  test('with its cable out says nothing, and its stream falls silent', async () => {
    const call = await answered();
    await call.rtp.untilHears(700, { withinMs: 3_000 });
    phone.unplug();
    expect(await (await callIt()).whenEnded(5_000)).toMatchObject({ by: 'fault', status: 408 });
    expect(call.rtp.stats().maxGapMs).toBeGreaterThan(500);
    phone.plug();
    expect(await call.request('OPTIONS')).toMatchObject({ status: 200 });
  });

  test('keeps the call in hand apart from the one on hold', async () => {
    await answered();
    await phone.hold();
    expect(phone.active?.held).toBe(true);
    await phone.resume();
    expect(phone.active?.held).toBe(false);
  });

  test('says that the exchange refuses its registration', async () => {
    await expect(phone.register()).rejects.toThrow('The registration of desk was refused with 405');
  });

  test('closes with BYE', async () => {
    const call = await answered();
    const ended = call.whenEnded(2_000);
    await phone.close();
    expect(await ended).toMatchObject({ by: 'them' });
  });

  test('without a call says so', () => {
    expect(() => phone.hangup()).toThrow('has no call');
  });
});
