/** A carrier that tries the branch's line and then its stand-in, and one that moves a number by its API. On a real engine. */
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CarrierApi } from '../carrier-api/server.ts';
import { LabGateway } from '../gateways/gateway.ts';
import { gatewayPlans } from '../gateways/plans.ts';
import type { DeskPhone } from '../phones/desk-phone.ts';
import { readPlan, type LabPlan } from '../plan.ts';
import { createPacer } from '../rtp/pacer.ts';
import { tone } from '../rtp/sources.ts';
import type { IncomingCall } from '../sip/incoming-call.ts';
import { UserAgent } from '../sip/user-agent.ts';
import { freeUdpPort, type Endpoint } from '../udp.ts';
import { bedPlan, bedRoot } from './bed.ts';
import { startPstn } from './pstn.ts';
import { routesOf } from './routes.ts';
import { openSubscriber } from './subscriber.ts';

const engineRoot = bedRoot(process.env);
const HUNG_MS = 10_000;
const DEAD_AFTER_MS = 1_000;
const HUNTED = '+8657186002000';
const ROUTED = '+8657186003000';
const TONES = { line: 1_200, box: 1_300, standin: 1_400 } as const;
type Where = keyof typeof TONES;

describe.skipIf(engineRoot === undefined)('a carrier that has several targets for a number', () => {
  const pacer = createPacer();
  const opened: (() => void | Promise<void>)[] = [];
  let plan: LabPlan;
  let caller: DeskPhone;
  /** What answers at the gateway's line, at the box's account and at the stand-in's. */
  let at: Readonly<Record<Where, UserAgent>>;

  beforeAll(async () => {
    plan = await huntingPlan(engineRoot ?? '');
    opened.push(() => rmSync(plan.pstn.instance, { recursive: true, force: true }));
    const pstn = await startPstn(plan, pacer);
    opened.push(() => pstn.stop());
    for (const one of gatewayPlans(plan)) {
      const gateway = await LabGateway.open(one);
      opened.push(() => gateway.close());
    }
    const [line, ...accounts] = [plan.gateways[0], ...plan.pstn.carriers];
    const open = async (tell: Where, where: Endpoint, server?: Endpoint, account = accounts[0]) => {
      const { username = '', password = '' } = account ?? {};
      const user = tell === 'line' ? 'line' : username;
      const source = tone(TONES[tell]);
      const options = { ...where, user, pacer, source, credentials: { user, password } };
      const agent = await UserAgent.open({ ...options, ...(server && { server }) });
      opened.push(() => agent.close());
      if (tell !== 'line') expect(await agent.register()).toMatchObject({ kind: 'registered' });
      return agent;
    };
    at = {
      line: await open('line', plan.box, line?.address),
      box: await open('box', { host: '127.0.0.31', port: 0 }, accounts[0]?.address, accounts[0]),
      standin: await open('standin', { host: '127.0.0.40', port: 0 }, accounts[1]?.address, accounts[1]),
    };
    const [first] = plan.subscribers;
    if (!first) throw new Error('The plan has no subscriber.');
    const site = { exchange: plan.pstn.exchange, host: plan.subscriberHost, pacer };
    caller = await openSubscriber(first, site);
    opened.push(() => caller.close());
    await caller.register();
  }, 60_000);
  afterAll(async () => {
    for (const close of opened.reverse()) await close();
  });
  afterEach(async () => {
    for (const end of manners.splice(0)) end();
    for (const agent of Object.values(at)) {
      agent.setPlugged(true);
      await Promise.all(agent.calls.map((call) => call.hangup()));
    }
    await Promise.all(caller.calls.map((call) => call.hangup()));
  });

  const manners: (() => void)[] = [];
  const meets = (where: Where, take: (call: IncomingCall) => void): void =>
    void manners.push(at[where].on('incoming', take));

  /** Calls, and is answered at this place; it is heard that it is this one. */
  async function answeredAt(where: Where, number = HUNTED): Promise<IncomingCall> {
    const coming = at[where].waitFor('incoming', { withinMs: HUNG_MS });
    const call = await caller.call(number);
    const come = await coming;
    come.answer();
    await call.answered(HUNG_MS);
    await call.rtp.untilHears(TONES[where], { lastMs: 200, withinMs: HUNG_MS });
    return come;
  }

  test('goes to the line while it is well, in the national form', async () => {
    expect((await answeredAt('line')).called).toBe('057186002000');
  });

  test('goes on to the account once the line has been silent for as long as was stated, and not before', async () => {
    at.line.setPlugged(false);
    const began = performance.now();
    const come = await answeredAt('box');
    expect(performance.now() - began).toBeGreaterThanOrEqual(DEAD_AFTER_MS);
    expect(come).toMatchObject({ called: HUNTED });
  });

  test('goes on to the stand-in when line and account are silent', async () => {
    at.line.setPlugged(false);
    at.box.setPlugged(false);
    expect((await answeredAt('standin')).called).toBe(HUNTED);
  });

  test('goes past an account that is not registered, at once', async () => {
    at.line.setPlugged(false);
    await at.box.unregister();
    await answeredAt('standin');
    expect(await at.box.register()).toMatchObject({ kind: 'registered' });
  });

  test.each([480, 503])('goes on after %i', async (status) => {
    meets('line', (call) => call.reject(status));
    await answeredAt('box');
  });

  test('a word in time ends the wait: a line that rings for longer is not passed over', async () => {
    const coming = at.line.waitFor('incoming', { withinMs: HUNG_MS });
    const call = await caller.call(HUNTED);
    const come = await coming;
    come.ring();
    await call.ringing(HUNG_MS);
    await expect(at.box.waitFor('incoming', { withinMs: 2 * DEAD_AFTER_MS })).rejects.toThrow(
      "no 'incoming'",
    );
    come.answer();
    await call.answered(HUNG_MS);
  });

  test.each([
    [486, 17],
    [603, 21],
  ])('a refusal of its own is the answer: %i is not hunted on', async (status, cause) => {
    meets('line', (call) => call.reject(status, cause));
    meets('box', (call) => call.answer());
    meets('standin', (call) => call.answer());
    const call = await caller.call(HUNTED);
    expect(await call.whenEnded(HUNG_MS)).toMatchObject({ by: 'them', cause });
  });

  test('dead everywhere: out of order', async () => {
    for (const agent of Object.values(at)) agent.setPlugged(false);
    const call = await caller.call(HUNTED);
    expect(await call.whenEnded(2 * HUNG_MS)).toMatchObject({
      by: 'them',
      status: expect.any(Number) as number,
    });
  });

  test('a routed number is moved by the API, reads back, and is led there alone', async () => {
    const api = new CarrierApi('api-secret', routesOf(plan));
    const url = await api.start();
    const headers = { authorization: 'Bearer api-secret', 'content-type': 'application/json' };
    const address = `${url}/numbers/${encodeURIComponent(ROUTED)}/route`;
    const move = (to: string) =>
      fetch(address, {
        method: 'PUT',
        headers: { ...headers, 'idempotency-key': to },
        body: JSON.stringify({ to }),
      });
    const read = async () => (await fetch(address, { headers })).json();
    try {
      expect(await read()).toEqual({ to: 'cloud-box' });
      await answeredAt('box', ROUTED);
      await Promise.all(caller.calls.map((call) => call.hangup()));
      expect((await move('nowhere')).status).toBe(409);
      expect((await move('cloud-standin')).status).toBe(200);
      expect(await read()).toEqual({ to: 'cloud-standin' });
      await answeredAt('standin', ROUTED);
      await Promise.all(caller.calls.map((call) => call.hangup()));
      at.standin.setPlugged(false);
      const call = await caller.call(ROUTED);
      expect(await call.whenEnded(HUNG_MS)).toMatchObject({ by: 'them' });
    } finally {
      await api.stop();
    }
  });
});

async function huntingPlan(root: string): Promise<LabPlan> {
  const bed = await bedPlan({ engineRoot: root });
  const own = bed.gateways[0]?.address.host ?? '';
  const behind = { engine: await freeUdpPort(own), relay: await freeUdpPort(own) };
  const host = '127.0.0.16';
  const address = { host, port: await freeUdpPort(host) };
  const account = async (name: string) => ({
    name,
    address,
    edge: await freeUdpPort(host),
    deadAfterMs: DEAD_AFTER_MS,
    username: `branch-${name}`,
    password: `${name}-secret`,
  });
  return readPlan({
    ...bed,
    gateways: bed.gateways.map((one) => ({ ...one, behind, deadAfterMs: DEAD_AFTER_MS })),
    pstn: {
      ...bed.pstn,
      carriers: [await account('cloud-box'), await account('cloud-standin')],
      numbers: [
        { first: HUNTED, last: HUNTED, targets: ['e1-main', 'cloud-box', 'cloud-standin'] },
        { first: ROUTED, last: ROUTED, targets: ['cloud-box', 'cloud-standin'], routed: true },
      ],
    },
  });
}
