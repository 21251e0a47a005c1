/** Twenty callers at once who measure when the branch's greeting is heard, and call again when they are cut off. On a real engine. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeskPhone } from '../phones/desk-phone.ts';
import { bedPlan, bedRoot } from '../pstn/bed.ts';
import { startPstn } from '../pstn/pstn.ts';
import { openSubscriber } from '../pstn/subscriber.ts';
import { decode } from '../rtp/g711.ts';
import { createPacer } from '../rtp/pacer.ts';
import { loop, silence } from '../rtp/sources.ts';
import { UserAgent } from '../sip/user-agent.ts';
import { keepCalling, callForGreeting, type GreetedCall, type GreetedScript } from './greeted.ts';
import { knownSound } from './recognising.ts';

const engineRoot = bedRoot(process.env);
const HUNG_MS = 20_000;
const CALLERS = 20;
const NUMBER = '057186001000';
const speech = (name: string): Int16Array =>
  decode('alaw', readFileSync(join(import.meta.dirname, `../../firmware/prompts/zh/${name}.alaw`)));

describe.skipIf(engineRoot === undefined)('callers who measure', () => {
  const pacer = createPacer();
  const opened: (() => void | Promise<void>)[] = [];
  const greeting = speech('welcome');
  const script: GreetedScript = {
    number: NUMBER,
    greeting: knownSound(greeting),
    patienceMs: HUNG_MS,
    againAfterMs: 50,
  };
  let branch: UserAgent;
  let callers: readonly DeskPhone[];

  beforeAll(async () => {
    const plan = await bedPlan({ engineRoot: engineRoot ?? '', rtpPorts: 400, subscribers: CALLERS });
    opened.push(() => rmSync(plan.pstn.instance, { recursive: true, force: true }));
    const pstn = await startPstn(plan, pacer);
    opened.push(() => pstn.stop());
    branch = await UserAgent.open({ ...plan.box, user: 'branch', pacer, source: silence() });
    opened.push(() => branch.close());
    const site = { exchange: plan.pstn.exchange, host: plan.subscriberHost, pacer };
    callers = await Promise.all(plan.subscribers.map((line) => openSubscriber(line, site)));
    for (const phone of callers) opened.push(() => phone.close());
    await Promise.all(callers.map((phone) => phone.register()));
  }, 60_000);
  afterAll(async () => {
    for (const close of opened.reverse()) await close();
  });

  /** Answers every call, is silent for a while, and speaks then. */
  const speaks = (sound: Int16Array, silentSamples: number): (() => void) => {
    const all = new Int16Array(silentSamples + sound.length);
    all.set(sound, silentSamples);
    return branch.on('incoming', (call) => {
      call.answer();
      // A stream counts its frames from its own beginning, the greeting begins with the call.
      const from = { index: undefined as number | undefined };
      const source = loop(all);
      call.rtp.source = {
        frame: (codec, index) => source.frame(codec, index - (from.index ??= index)),
      };
    });
  };

  test('hear the greeting by what it says, and when it began', async () => {
    const off = speaks(greeting, 4_000);
    const [caller] = callers;
    if (!caller) throw new Error('There is no caller.');
    const { call, report } = await callForGreeting(caller, script);
    off();
    expect(report.answeredMs).toBeGreaterThan(0);
    // Half a second of silence stands before it; the way there takes some frames.
    expect(report.greetedMs).toBeGreaterThan((report.answeredMs ?? 0) + 400);
    expect(report.end).toBeUndefined();
    await call.hangup();
  });

  test('another sound is no greeting', async () => {
    const off = speaks(speech('please-hold'), 0);
    const [caller] = callers;
    if (!caller) throw new Error('There is no caller.');
    const { call, report } = await callForGreeting(caller, { ...script, patienceMs: 2_000 });
    off();
    expect(report.answeredMs).toBeGreaterThan(0);
    expect(report.greetedMs).toBeUndefined();
    await call.hangup();
  });

  test('twenty at once; each calls again when the call ends without its doing', async () => {
    const off = speaks(greeting, 0);
    const stop = new AbortController();
    const reports: GreetedCall[] = [];
    const greeted = (): number =>
      new Set(reports.filter((one) => one.greetedMs !== undefined && !one.end).map(({ from }) => from)).size;
    const ends = callers.map((phone) => keepCalling(phone, script, stop.signal, (one) => reports.push(one)));
    await expect.poll(greeted, { timeout: HUNG_MS }).toBe(CALLERS);
    const cut = reports.length;
    await Promise.all(branch.calls.map((call) => call.hangup()));
    const again = (): number =>
      reports.slice(cut).filter((one) => one.greetedMs !== undefined && !one.end).length;
    await expect.poll(again, { timeout: HUNG_MS }).toBe(CALLERS);
    expect(reports.filter(({ end }) => end?.by === 'them')).toHaveLength(CALLERS);
    stop.abort();
    await Promise.all(ends);
    expect(callers.flatMap(({ calls }) => calls)).toEqual([]);
    off();
  });
});
