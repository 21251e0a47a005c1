import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPacer } from '../rtp/pacer.ts';
import { tone } from '../rtp/sources.ts';
import type { IncomingCall } from './incoming-call.ts';
import { addressReplacing } from './refer.ts';
import { UserAgent } from './user-agent.ts';

const pacer = createPacer();
const agents: UserAgent[] = [];
const HOST = '127.0.0.1';

async function agent(user: string, hz: number): Promise<UserAgent> {
  const opened = await UserAgent.open({
    host: HOST,
    user,
    pacer,
    source: tone(hz),
    timing: { t1: 100, t2: 800, t4: 1_000 },
  });
  agents.push(opened);
  return opened;
}

const addressOf = ({ local }: UserAgent): string => `sip:x@${local.host}:${local.port}`;

function incomingOf(callee: UserAgent): Promise<IncomingCall> {
  return callee.waitFor('incoming', { withinMs: 2_000 });
}

async function talking(caller: UserAgent, callee: UserAgent) {
  const coming = incomingOf(callee);
  const out = await caller.call(addressOf(callee));
  const come = await coming;
  come.answer();
  await out.answered(2_000);
  return { out, come };
}

let alice: UserAgent;
let bob: UserAgent;

beforeEach(async () => {
  bob = await agent('bob', 800);
  alice = await agent('alice', 440);
});

afterEach(async () => {
  await Promise.all(agents.splice(0).map((each) => each.close()));
});

describe('a call between two user agents', () => {
  test('rings, is answered, is heard both ways, and ends with BYE', async () => {
    const coming = incomingOf(bob);
    const out = await alice.call(addressOf(bob));
    const come = await coming;
    expect(come.remote.number).toBe('alice');
    come.ring();
    await out.ringing(1_000);
    const media = [out, come].map((call) => call.rtp.waitFor('media', { withinMs: 2_000 }));
    come.answer();
    await out.answered(1_000);
    await Promise.all(media);
    await out.rtp.untilHears(800, { lastMs: 200, withinMs: 3_000 });
    await come.rtp.untilHears(440, { lastMs: 200, withinMs: 3_000 });
    const ended = come.whenEnded(1_000);
    expect(await out.hangup()).toMatchObject({ by: 'us' });
    expect(await ended).toMatchObject({ by: 'them' });
    expect(come.rtp.stats()).toMatchObject({ lost: 0, duplicates: 0, timestampJumps: 0 });
  });

  test('the caller gives up while it rings: CANCEL, 487', async () => {
    const coming = incomingOf(bob);
    const out = await alice.call(addressOf(bob));
    const come = await coming;
    come.ring();
    await out.ringing(1_000);
    const gone = come.whenEnded(1_000);
    expect(await out.hangup()).toMatchObject({ by: 'us', status: 487 });
    expect(await gone).toMatchObject({ by: 'them', status: 487 });
  });

  test('a busy callee says 486 with its cause', async () => {
    const coming = incomingOf(bob);
    const out = await alice.call(addressOf(bob));
    (await coming).reject(486, 17);
    expect(await out.whenEnded(1_000)).toMatchObject({ by: 'them', status: 486, cause: 17 });
  });

  test('digits arrive in order, once each', async () => {
    const { out, come } = await talking(alice, bob);
    const digits: string[] = [];
    come.on('digit', (digit) => digits.push(digit));
    const last = come.waitFor('digit', { withinMs: 5_000, where: (digit) => digit === '#' });
    await out.sendDigits('1199*#');
    await last;
    expect(digits.join('')).toBe('1199*#');
  });

  test('hold silences, resume brings the tone back', async () => {
    const { out, come } = await talking(alice, bob);
    await come.rtp.untilHears(440, { lastMs: 200, withinMs: 3_000 });
    const held = come.waitFor('held', { withinMs: 1_000 });
    await out.hold();
    expect(await held).toBe(true);
    expect(come.heldByRemote).toBe(true);
    const back = come.waitFor('held', { withinMs: 1_000 });
    await out.resume();
    expect(await back).toBe(false);
    come.rtp.forgetHeard();
    await come.rtp.untilHears(440, { lastMs: 200, withinMs: 3_000 });
  });

  test('a blind transfer: the referred end calls the third and reports it', async () => {
    const carol = await agent('carol', 1_000);
    const { out, come } = await talking(alice, bob);
    const coming = incomingOf(carol);
    const outcome = out.refer(addressOf(carol), 3_000);
    const reached = come.waitFor('referred', { withinMs: 1_000 });
    expect((await reached).target).toBe(addressOf(carol));
    (await coming).answer();
    expect(await outcome).toMatchObject({ referStatus: 202, reported: 200 });
  });

  test('what became of a transfer is heard though the other end has hung up before it says so', async () => {
    const carol = await agent('carol', 1_000);
    const { out, come } = await talking(alice, bob);
    const coming = incomingOf(carol);
    const outcome = out.refer(addressOf(carol), 3_000);
    const third = await coming;
    await come.hangup();
    expect(out.state).toBe('ended');
    third.answer();
    expect(await outcome).toEqual({ referStatus: 202, reported: 200 });
  });

  test('an attended transfer: the consulted end sees its call replaced', async () => {
    const carol = await agent('carol', 1_000);
    const { out } = await talking(alice, bob);
    const consultation = await talking(alice, carol);
    const replaced = consultation.come.waitFor('replaced', { withinMs: 2_000 });
    const outcome = out.refer(addressReplacing(consultation.out), 3_000);
    expect((await replaced).remote.number).toBe('bob');
    expect(await outcome).toMatchObject({ referStatus: 202, reported: 200 });
    await (await replaced).rtp.untilHears(800, { lastMs: 200, withinMs: 3_000 });
  });

  test('closing a user agent ends every wait on it and on its calls', async () => {
    const { out } = await talking(alice, bob);
    const waits = [
      alice.waitFor('incoming', { withinMs: 60_000 }),
      out.waitFor('held', { withinMs: 60_000 }),
      out.rtp.waitFor('digit', { withinMs: 60_000 }),
    ];
    await alice.close();
    for (const wait of waits) await expect(wait).rejects.toThrow();
  });

  test('OPTIONS is answered, and a datagram that is no SIP is named', async () => {
    const asked = bob.waitFor('options', { withinMs: 1_000 });
    expect(await alice.ping(bob.local)).toBe(200);
    await asked;
  });
});
