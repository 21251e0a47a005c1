import type { LabFault } from '@branchline/contracts/lab';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPacer } from '../rtp/pacer.ts';
import { tone } from '../rtp/sources.ts';
import { UserAgent } from '../sip/user-agent.ts';
import { freeUdpPort } from '../udp.ts';
import { LabGateway } from './gateway.ts';
import { FaultSwitch } from './switchboard.ts';

const HOST = '127.0.0.41';
const BOX = '127.0.0.42';
const pacer = createPacer();
/** A request that nobody answers is given up after 64 times t1: 1.3 s. */
const timing = { t1: 20, t2: 80, t4: 80 };
const HUNG_MS = 20_000;

/** A box on the one side, and who answers for the public network on the other. */
describe('a gateway between a box and the network', { timeout: HUNG_MS }, () => {
  let gateway: LabGateway;
  let box: UserAgent;
  let network: UserAgent;

  beforeEach(async () => {
    const free = (): Promise<number> => freeUdpPort(HOST);
    const address = { host: HOST, port: await free() };
    const behind = { engine: await free(), relay: await free() };
    const boxAddress = { host: BOX, port: await freeUdpPort(BOX) };
    gateway = await LabGateway.open({
      name: 'e1',
      address,
      channels: 2,
      lateMs: 600,
      sip: { behind, box: boxAddress, deadAfterMs: 800 },
    });
    const common = { pacer, timing };
    box = await UserAgent.open({ ...common, ...boxAddress, user: 'box', server: address, source: tone(440) });
    const server = { host: HOST, port: behind.relay };
    network = await UserAgent.open({
      ...common,
      host: HOST,
      port: behind.engine,
      user: 'net',
      server,
      source: tone(800),
    });
  });
  afterEach(async () => {
    await Promise.all([box.close(), network.close()]);
    await gateway.close();
  });

  async function talking(from: UserAgent = box, to: UserAgent = network) {
    const coming = to.waitFor('incoming', { withinMs: 5_000 });
    const out = await from.call('13900000001');
    const come = await coming;
    come.answer();
    await out.answered(5_000);
    return { out, come };
  }
  const refused = async (from: UserAgent = box) => (await from.call('13900000001')).whenEnded(5_000);

  test('a box without a word: the network is told so after the time that the gateway is set to', async () => {
    box.setPlugged(false);
    const began = performance.now();
    expect(await refused(network)).toMatchObject({ by: 'them', status: 503, cause: 27 });
    expect(performance.now() - began).toBeGreaterThanOrEqual(800);
    await expect.poll(() => gateway.relay?.callsInProgress).toBe(0);
  });

  test('a box that comes back in time gets the call: the gateway repeats it', async () => {
    box.setPlugged(false);
    const coming = box.waitFor('incoming', { withinMs: HUNG_MS });
    const call = await network.call('13900000001');
    await expect.poll(() => network.ladder.text(call.id)).toContain('100');
    box.setPlugged(true);
    await coming;
    await call.hangup();
  });

  test('a caller who gives up before the box said a word is let go', async () => {
    box.setPlugged(false);
    const call = await network.call('13900000001');
    await expect.poll(() => network.ladder.text(call.id)).toContain('100');
    expect(await call.hangup()).toMatchObject({ by: 'us', status: 487 });
    expect(gateway.relay?.callsInProgress).toBe(0);
  });

  test('a box that lets it ring is not dead', async () => {
    box.on('incoming', (call) => call.ring());
    const call = await network.call('13900000001');
    await call.ringing(5_000);
    await expect(call.whenEnded(1_200)).rejects.toThrow('within 1200 ms');
    await call.hangup();
  });

  test('calls go through both ways, are heard, and end', async () => {
    for (const [from, to, heard] of [
      [box, network, 800],
      [network, box, 440],
    ] as const) {
      const { out, come } = await talking(from, to);
      await out.rtp.untilHears(heard, { lastMs: 200, withinMs: 5_000 });
      const ended = come.whenEnded(5_000);
      await out.hangup();
      expect(await ended).toMatchObject({ by: 'them' });
      await expect.poll(() => gateway.relay?.callsInProgress).toBe(0);
    }
  });

  test('E1 pulled: calls end with cause 27 on both sides, new ones are refused with 34, OPTIONS is answered', async () => {
    const { out, come } = await talking();
    const ends = [out.whenEnded(5_000), come.whenEnded(5_000)];
    gateway.fault('los', true);
    for (const end of await Promise.all(ends)) expect(end).toMatchObject({ by: 'them', cause: 27 });
    expect(await refused()).toMatchObject({ status: 503, cause: 34 });
    expect(await refused(network)).toMatchObject({ status: 502, cause: 27 });
    expect(await box.ping()).toBe(200);
    gateway.fault('los', false);
    await talking();
  });

  test('E1 pulled while it rings: the caller is refused, and the ringing ends', async () => {
    const coming = network.waitFor('incoming', { withinMs: 5_000 });
    const out = await box.call('13900000001');
    const come = await coming;
    come.ring();
    await out.ringing(5_000);
    gateway.fault('los', true);
    expect(await out.whenEnded(5_000)).toMatchObject({ status: 503, cause: 34 });
    expect(await come.whenEnded(5_000)).toMatchObject({ by: 'them' });
  });

  test('half of the channels blocked: the other half carries calls, one more is refused with 34', async () => {
    gateway.fault('half-blocked', true);
    await talking();
    expect(await refused()).toMatchObject({ status: 503, cause: 34 });
  });

  test.each<[LabFault, number, object]>([
    ['refuse', 200, { status: 503 }],
    ['options-only', 200, { by: 'fault' }],
  ])('%s: OPTIONS gets %i, calls do not get through', async (fault, options, end) => {
    gateway.fault(fault, true);
    expect(await box.ping()).toBe(options);
    expect(await (await box.call('13900000001')).whenEnded(20_000)).toMatchObject(end);
  });

  test('options-503: OPTIONS is refused, calls go through', async () => {
    gateway.fault('options-503', true);
    expect(await box.ping()).toBe(503);
    await talking();
  });

  test.each<LabFault>(['silent', 'power-off'])('%s: nothing answers, until it is over', async (fault) => {
    gateway.fault(fault, true);
    await expect(box.ping()).rejects.toThrow();
    gateway.fault(fault, false);
    expect(await box.ping()).toBe(200);
  });

  test('one-way: the box hears nothing of who is called, who hears the box', async () => {
    gateway.fault('one-way', true);
    const { out, come } = await talking();
    // What comes is a stray: the address that the other end was told of is nobody's.
    await expect.poll(() => come.rtp.stats().strays).toBeGreaterThan(10);
    expect(out.rtp.stats().received).toBe(0);
  });

  test('late: the network hears of a call some time afterwards, and of it once', async () => {
    gateway.fault('late', true);
    const out = await box.call('13900000001');
    const come = await network.waitFor('incoming', { withinMs: 20_000 });
    come.answer();
    await out.answered(5_000);
    expect(network.calls).toHaveLength(1);
  });

  test('flap: the line goes and comes back by itself', async () => {
    const lines: string[] = [];
    gateway.fault('flap', true);
    await expect
      .poll(
        () => {
          if (lines.at(-1) !== gateway.story.line) lines.push(gateway.story.line);
          return lines.length;
        },
        { timeout: 20_000 },
      )
      .toBeGreaterThan(2);
    expect(lines.slice(0, 3)).toEqual(['los', 'good', 'los']);
    gateway.fault('flap', false);
    expect(gateway.story.line).toBe('good');
  });

  test('faults are switched by HTTP, and a wrong name is told what there is', async () => {
    const switched: string[] = [];
    const faults = new FaultSwitch({ gateways: [gateway] }, (name, fault, on) =>
      switched.push(`${name} ${fault} ${on}`),
    );
    const port = await faults.listen({ host: '127.0.0.1', port: 0 });
    const order = async (method: string, path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
      return { status: answer.status, body: await answer.text() };
    };
    expect((await order('PUT', '/gateways/e1/los')).status).toBe(200);
    expect(gateway.faults).toEqual(['los']);
    expect((await order('DELETE', '/gateways/e1/los')).status).toBe(200);
    expect(gateway.faults).toEqual([]);
    const strange = await order('PUT', '/gateways/e2/los');
    expect(strange.status).toBe(404);
    expect(strange.body).toContain('e1');
    expect((await order('PUT', '/gateways/e1/fire')).body).toContain('power-off');
    expect((await order('POST', '/gateways/e1/los')).status).toBe(404);
    expect(switched).toEqual(['e1 los true', 'e1 los false']);
    await faults.close();
  });
});
