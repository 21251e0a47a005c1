import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DeskPhone } from '../phones/desk-phone.ts';
import { createPacer } from '../rtp/pacer.ts';
import { silence, tone } from '../rtp/sources.ts';
import { UserAgent } from '../sip/user-agent.ts';
import { createTimers } from '../timers.ts';
import { makeCall, type CallerScript } from './caller.ts';
import { staff } from './people.ts';

const HOST = '127.0.0.1';
const BRANCH = '+8657186001000';

describe('a caller', () => {
  const pacer = createPacer();
  const timers = createTimers();
  let branch: UserAgent;
  let line: DeskPhone;

  const openBranch = async (speaks = tone(700)): Promise<void> => {
    branch = await UserAgent.open({ host: HOST, user: 'branch', pacer, source: speaks });
    const login = { user: '8613900000001', password: 'unused here', extension: '+8613900000001' };
    line = await DeskPhone.open({ server: branch.local, ...login, tone: 500, pacer });
  };
  const script = (more: Partial<CallerScript> = {}): CallerScript => ({
    number: BRANCH,
    digitAfterMs: 0,
    talkMs: 50,
    patienceMs: 3_000,
    people: [700],
    ...more,
  });

  beforeEach(() => openBranch());
  afterEach(async () => {
    timers.clear();
    await Promise.all([branch.close(), line.vanish()]);
  });

  test('presses a digit, hears a person, talks, and hangs up', async () => {
    const digits: string[] = [];
    branch.on('incoming', (call) => {
      call.on('digit', (digit) => digits.push(digit));
      call.answer();
    });
    const report = await makeCall(line, script({ digit: '1' }), timers.after);
    expect(report).toMatchObject({ kind: 'incoming', to: BRANCH, fate: 'talked', lost: 0 });
    expect(report.waitedMs).toBeGreaterThan(0);
    expect(digits).toEqual(['1']);
  });

  test('is refused with the cause', async () => {
    branch.on('incoming', (call) => call.reject(486, 17));
    expect(await makeCall(line, script(), timers.after)).toMatchObject({
      fate: 'refused',
      status: 486,
      cause: 17,
    });
  });

  test('gives up while it rings', async () => {
    branch.on('incoming', (call) => call.ring());
    expect(await makeCall(line, script({ patienceMs: 100 }), timers.after)).toMatchObject({
      fate: 'gave-up',
    });
    expect(branch.calls).toHaveLength(0);
  });

  test('gives up when nobody but music answers', async () => {
    await Promise.all([branch.close(), line.vanish()]);
    await openBranch(silence());
    branch.on('incoming', (call) => call.answer());
    const report = await makeCall(line, script({ patienceMs: 300 }), timers.after);
    expect(report).toMatchObject({ fate: 'gave-up' });
    expect(report.waitedMs).toBeUndefined();
  });

  test('was answered, and sent away before anybody came', async () => {
    branch.on('incoming', (call) => {
      call.answer();
      void call.hangup();
    });
    expect(await makeCall(line, script(), timers.after)).toMatchObject({ fate: 'answered' });
  });

  test('is called: the person picks up, talks, and says goodbye', async () => {
    const manners = { answerAfterMs: { least: 0, most: 10 }, talkMs: { mean: 30, least: 10 }, endsCalls: 1 };
    const leave = staff(line, manners, () => 0.5, timers.after);
    const call = await branch.call(line.agent.contact);
    await call.answered(2_000);
    expect(await call.whenEnded(2_000)).toMatchObject({ by: 'them' });
    leave();
  });
});
