import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DeskPhone } from '../phones/desk-phone.ts';
import { bedPlan, bedRoot } from '../pstn/bed.ts';
import { startPstn } from '../pstn/pstn.ts';
import { openSubscriber } from '../pstn/subscriber.ts';
import { createPacer } from '../rtp/pacer.ts';
import { tone } from '../rtp/sources.ts';
import type { Call } from '../sip/call.ts';
import { UserAgent } from '../sip/user-agent.ts';
import { freeUdpPort } from '../udp.ts';
import { LabGateway } from './gateway.ts';
import { gatewayPlans } from './plans.ts';

const engineRoot = bedRoot(process.env);
const HUNG_MS = 10_000;
const OUR_TONE = 1_200;

describe.skipIf(engineRoot === undefined)('a gateway before a real network', () => {
  const pacer = createPacer();
  const opened: (() => void | Promise<void>)[] = [];
  let gateway: LabGateway;
  let box: UserAgent;
  let subscriber: DeskPhone;
  let caller: DeskPhone;

  beforeAll(async () => {
    const bed = await bedPlan({ engineRoot: engineRoot ?? '', channels: 2 });
    opened.push(() => {
      rmSync(bed.pstn.instance, { recursive: true, force: true });
    });
    const { host } = bed.gateways[0]?.address ?? bed.box;
    const behind = { engine: await freeUdpPort(host), relay: await freeUdpPort(host) };
    const plan = { ...bed, gateways: bed.gateways.map((one) => ({ ...one, behind })) };
    const [own] = gatewayPlans(plan);
    const [line, other] = plan.subscribers;
    if (!own || !line || !other) throw new Error('The plan has no gateway, or nobody to call.');
    const pstn = await startPstn(plan, pacer);
    opened.push(() => pstn.stop());
    gateway = await LabGateway.open(own);
    opened.push(() => gateway.close());
    const user = '+8657186001000';
    box = await UserAgent.open({ ...plan.box, user, server: own.address, pacer, source: tone(OUR_TONE) });
    opened.push(() => box.close());
    const site = { exchange: plan.pstn.exchange, host: plan.subscriberHost, pacer };
    subscriber = await openSubscriber(line, site);
    opened.push(() => subscriber.close());
    caller = await openSubscriber(other, site);
    opened.push(() => caller.close());
    await Promise.all([subscriber.register(), caller.register()]);
  }, 60_000);
  afterAll(async () => {
    for (const close of opened.reverse()) await close();
  });
  afterEach(async () => {
    for (const fault of gateway.faults) gateway.fault(fault, false);
    await expect.poll(() => gateway.relay?.callsInProgress, { timeout: HUNG_MS }).toBe(0);
  });

  /** Out: from the box to a line of the network. In: the other way. */
  async function talking(way: 'out' | 'in'): Promise<{ ours: Call; theirs: Call }> {
    if (way === 'out') {
      subscriber.onIncoming({ kind: 'answer', afterMs: 0 });
      const coming = subscriber.nextCall(HUNG_MS);
      const ours = await box.call('13900000001');
      await ours.answered(HUNG_MS);
      return { ours, theirs: await coming };
    }
    const coming = box.waitFor('incoming', { withinMs: HUNG_MS });
    const theirs = await caller.call('057186001000');
    const ours = await coming;
    ours.answer();
    await theirs.answered(HUNG_MS);
    return { ours, theirs };
  }

  test.each(['out', 'in'] as const)('a call %s is heard both ways, and ended by either side', async (way) => {
    for (const ender of ['ours', 'theirs'] as const) {
      const call = await talking(way);
      await call.ours.rtp.untilHears(way === 'out' ? 600 : 700, { lastMs: 200, withinMs: HUNG_MS });
      await call.theirs.rtp.untilHears(OUR_TONE, { lastMs: 200, withinMs: HUNG_MS });
      const other = call[ender === 'ours' ? 'theirs' : 'ours'].whenEnded(HUNG_MS);
      await (call[ender] as Call & { hangup(): Promise<unknown> }).hangup();
      expect(await other).toMatchObject({ by: 'them' });
    }
  });

  test('E1 pulled: calls end on both sides, channels are free again, and the network sends nobody down the line', async () => {
    const calls = [await talking('out'), await talking('in')];
    const ends = calls.flatMap(({ ours, theirs }) => [ours.whenEnded(HUNG_MS), theirs.whenEnded(HUNG_MS)]);
    gateway.fault('los', true);
    for (const end of await Promise.all(ends)) expect(end.by).toBe('them');
    expect(await (await box.call('13900000001')).whenEnded(HUNG_MS)).toMatchObject({
      status: 503,
      cause: 34,
    });
    expect(await (await caller.call('057186001000')).whenEnded(HUNG_MS)).toMatchObject({ cause: 27 });
    gateway.fault('los', false);
    await Promise.all((await Promise.all([talking('out'), talking('in')])).map(({ ours }) => endOf(ours)));
  });

  test('one-way: the box hears nothing, the far end hears the box', async () => {
    gateway.fault('one-way', true);
    const { ours, theirs } = await talking('out');
    await theirs.rtp.untilHears(OUR_TONE, { lastMs: 200, withinMs: HUNG_MS });
    expect(ours.rtp.stats().received).toBe(0);
    await endOf(ours);
  });

  test('power off: the network hangs up, the box is told nothing; with power calls go through again', async () => {
    const { ours, theirs } = await talking('out');
    const gone = theirs.whenEnded(HUNG_MS);
    gateway.fault('power-off', true);
    expect(await gone).toMatchObject({ by: 'them' });
    expect(ours.state).toBe('up');
    gateway.fault('power-off', false);
    expect(await box.ping()).toBe(200);
    await endOf((await talking('in')).ours);
    await endOf(ours);
  });
});

const endOf = (call: Call): Promise<unknown> => (call as Call & { hangup(): Promise<unknown> }).hangup();
