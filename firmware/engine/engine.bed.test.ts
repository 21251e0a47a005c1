/** The engine's files, start and interface against the real engine. Needs a prepared root: BRANCHLINE_ENGINE_ROOT. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { taskQueuesIn } from './task-queues.ts';
import { ENGINE_ROOT, startInstance, type BedInstance } from './bed/instance.ts';
import { BedPeer, header, type SipMessage } from './bed/peer.ts';
import { SAMPLE_SECRETS, sampleBranch } from './bed/sample-branch.ts';
import { Heard } from './bed/heard.ts';
import { AriClient } from './ari/client.ts';
import { HEARD } from './events.ts';
import { MODULES } from './files/modules-conf.ts';
import type { Engine } from './port.ts';
import { harvestSurvivable } from './survivable-log.ts';

const GATEWAY = '127.0.0.21';
const isInvite = (message: SipMessage): boolean => message.first.startsWith('INVITE');
const isBye = (message: SipMessage): boolean => message.first.startsWith('BYE');

describe.skipIf(ENGINE_ROOT === undefined)('the engine', () => {
  let bed: BedInstance;
  let gateway: BedPeer;
  let first: BedPeer;
  let second: BedPeer;
  let engine: Engine;
  let heard: Heard;
  let linked = false;

  beforeAll(async () => {
    gateway = await BedPeer.open('13912345678', { address: '127.0.0.1', port: 0 }, { address: GATEWAY });
    const branch = sampleBranch({ 'e1-main': `${GATEWAY}:${gateway.port}`, 'fxo-1': '127.0.0.22:5060' });
    bed = await startInstance(branch, SAMPLE_SECRETS);
    const place = bed.settings.sip;
    gateway.engine.port = place.port;
    first = await BedPeer.open('phone-yealink-01', place);
    second = await BedPeer.open('phone-yealink-02', place);
    await first.register(SAMPLE_SECRETS['yealink-01']);
    await second.register(SAMPLE_SECRETS['yealink-02']);
  });
  afterAll(async () => {
    for (const peer of [gateway, first, second]) peer.close();
    await bed.stop();
  });
  afterEach(async () => {
    for (const peer of [gateway, first, second]) peer.reset();
    if (!linked) await link();
    await endEveryCall(engine);
    unlink();
  });

  function unlink(): void {
    linked = false;
    engine.close();
  }

  async function link(): Promise<void> {
    heard = new Heard();
    engine = await bed.connect((event) => heard.add(event));
    linked = true;
  }

  /** Connected, and claims nothing of what it is offered. */
  async function silentFirmware(offered: (channel: string) => void = () => undefined): Promise<AriClient> {
    for (;;) {
      const firmware = await AriClient.open({
        ...bed.access(),
        timeoutMs: 1_000,
        events: HEARD,
        onEvent: (event) => void (event.type === 'CallBroadcast' && offered(event.channel.id)),
        onLost: () => undefined,
      });
      // While the connection before it is let go of, the engine may leave this one mute.
      const heard = await firmware.request('GET /asterisk/ping', {}).catch(() => undefined);
      if (heard) return firmware;
      firmware.close();
    }
  }

  /** A caller from outside is answered and talks to the second phone; returns both channels. */
  async function talkingCall(): Promise<{ caller: string; invite: SipMessage; answer: SipMessage }> {
    second.onInvite = (invite) => second.accept(invite);
    const calling = gateway.call('+8657186001000');
    const { channel: caller } = await heard.next('channel-arrived');
    await engine.call(
      {
        channel: 'leg',
        to: { kind: 'phone', name: 'yealink-02' },
        callerNumber: '13912345678',
        originator: caller,
      },
      10_000,
    );
    await heard.next('channel-state', (event) => event.channel === 'leg' && event.state === 'up');
    await Promise.all([
      engine.answer(caller),
      engine.createBridge('talk'),
      engine.addToBridge('talk', [caller, 'leg']),
    ]);
    const { answer } = await calling;
    return { caller, invite: await second.until('INVITE', isInvite), answer };
  }

  it('answers SIP soon after its start, without a warning of its own in the log', () => {
    expect(bed.firstAnswerMs).toBeGreaterThan(0);
    const complaints = bed
      .log()
      .split('\n')
      .filter((line) => /WARNING|ERROR/.test(line) && !/registered during operation/.test(line));
    expect(complaints).toEqual([]);
  });

  it('loads the modules of the list and no others', async () => {
    const loaded = [...(await bed.console('module show')).matchAll(/^(\S+)\.so /gm)]
      .map(([, name]) => name ?? '')
      .sort();
    expect(loaded).toEqual(MODULES);
  });

  it('tells how far it is behind with its own tasks, and is not', async () => {
    const queues = taskQueuesIn(await bed.console('core show taskprocessors'));
    expect(queues.length).toBeGreaterThan(10);
    expect(queues.some(({ name }) => name.startsWith('pjsip/'))).toBe(true);
    expect(queues.filter(({ depth, low, high }) => depth >= low || low >= high)).toEqual([]);
  });

  it('refuses a wrong password, an unknown user and a stranger alike', async () => {
    const stranger = await BedPeer.open('phone-yealink-01', bed.settings.sip);
    await expect(stranger.register('not-the-one')).rejects.toThrow('401');
    const nobody = await BedPeer.open('phone-nobody', bed.settings.sip);
    await expect(nobody.register('not-the-one')).rejects.toThrow('401');
    const { answer } = await nobody.call('110');
    expect(answer.first).toContain('401');
    stranger.close();
    nobody.close();
  });

  it('offers a call, rings an agent for it with the caller shown, and joins the two', async () => {
    await link();
    const { invite, answer, caller } = await talkingCall();
    expect(header(invite, 'from')).toContain('13912345678');
    expect(answer.first).toContain('200');
    const { bridges, channels } = await engine.snapshot();
    expect(bridges).toEqual([
      { bridge: 'talk', channels: expect.arrayContaining([caller, 'leg']) as string[] },
    ]);
    expect(channels.every((channel) => channel.ours)).toBe(true);
    expect(await bed.console('bridge show talk')).toContain('native_rtp');
  });

  it('records a talk, ends that, and begins anew, while the two stay joined', async () => {
    await link();
    const { caller } = await talkingCall();
    const order = { channel: caller, file: 'a-talk.raw' };
    await engine.record({ ...order, again: false });
    // The engine opens the file with the first sound.
    await expect.poll(() => readdirSync(bed.layout.recordings), { timeout: 5_000 }).toContain(order.file);
    await engine.record({ ...order, again: true });
    const { bridges } = await engine.snapshot();
    expect(bridges[0]?.channels).toHaveLength(2);
    expect(await bed.console(`mixmonitor list ${caller}`)).toContain('/a-talk');
    await engine.stopRecording(caller);
    expect(await bed.console(`mixmonitor list ${caller}`)).not.toContain('/a-talk');
    await expect(engine.record({ ...order, channel: 'nobody', again: false })).rejects.toThrow('404');
  });

  it('ends a call that is there, and tells the end of one that is not', async () => {
    await link();
    const calling = gateway.call('+8657186001001');
    const { channel } = await heard.next('channel-arrived');
    await engine.hangup(channel, 17);
    expect((await calling).answer.first).toContain('486');
    await heard.next('channel-gone', (event) => event.channel === channel);
    await engine.hangup('nobody');
    await heard.next('channel-gone', (event) => event.channel === 'nobody');
  });

  it('reports a blind transfer and tells the phone how it went', async () => {
    await link();
    const { invite, caller } = await talkingCall();
    second.inDialog(second.dialogOf(invite), 'REFER', 2001, ['Refer-To: <sip:8001@127.0.0.1>']);
    const asked = await heard.next('transfer-asked');
    expect(asked).toMatchObject({
      channel: 'leg',
      partner: caller,
      transfer: { kind: 'blind', destination: '8001' },
    });
    await engine.transferProgress('leg', 'done');
    await second.until('NOTIFY of success', (message) => message.body.includes('SIP/2.0 200'));
  });

  it('reports an attended transfer with the consultation it joins', async () => {
    await link();
    const { invite, caller } = await talkingCall();
    const consulting = second.call('8001', SAMPLE_SECRETS['yealink-02']);
    const offered = await heard.next('channel-arrived', (event) => event.peer?.name === 'yealink-02');
    await engine.answer(offered.channel);
    const { dialog } = await consulting;
    const tag = (field: string): string => /tag=([^;>]+)/.exec(field)?.[1] ?? '';
    const replaces = encodeURIComponent(
      `${dialog.callId};to-tag=${tag(dialog.remote)};from-tag=${tag(dialog.local)}`,
    );
    second.inDialog(second.dialogOf(invite), 'REFER', 2001, [
      `Refer-To: <sip:8001@127.0.0.1?Replaces=${replaces}>`,
    ]);
    const asked = await heard.next('transfer-asked');
    expect(asked).toMatchObject({
      channel: 'leg',
      partner: caller,
      transfer: { kind: 'attended', consultation: offered.channel },
    });
  });

  it('keeps an agent who answers while the firmware is away', async () => {
    await link();
    second.onInvite = (invite) => second.respond(invite, 180, 'Ringing');
    const calling = gateway.call('+8657186001000');
    const { channel: caller } = await heard.next('channel-arrived');
    const late = { channel: 'late', to: { kind: 'phone', name: 'yealink-02' } as const, callerNumber: '1' };
    await engine.call(late, 10_000);
    const invite = await second.until('INVITE', isInvite);
    const standing = async (channel: string): Promise<unknown> =>
      (await engine.snapshot(new Set([caller]))).channels.find((each) => each.channel === channel);
    // He is told of before he is in, and where nobody listens nobody comes in: the engine would go on with him alone.
    await expect.poll(() => standing(caller), { timeout: 5_000 }).toMatchObject({ ours: true });
    unlink();
    second.accept(invite);
    await second.until('ACK', (message) => message.first.startsWith('ACK'));
    await link();
    // The leg may have come in while nobody listened, or comes now.
    await expect.poll(() => standing('late'), { timeout: 5_000 }).toMatchObject({ ours: true, state: 'up' });
    expect(await standing(caller)).toMatchObject({ ours: true });
    await Promise.all([
      engine.answer(caller),
      engine.createBridge('adopted'),
      engine.addToBridge('adopted', [caller, 'late']),
    ]);
    expect((await calling).answer.first).toContain('200');
  });

  it('claims a call of its record that a firmware before it was offered, and died before it could claim', async () => {
    const offer = Promise.withResolvers<string>();
    const died = await silentFirmware(offer.resolve);
    const calling = gateway.call('+8657186001000');
    const caller = await offer.promise;
    died.close();
    await link();
    const standing = async (known: ReadonlySet<string>): Promise<boolean | undefined> =>
      (await engine.snapshot(known)).channels.find(({ channel }) => channel === caller)?.ours;
    expect(await standing(new Set())).toBe(false);
    expect(await standing(new Set([caller]))).toBe(true);
    await engine.answer(caller);
    expect((await calling).answer.first).toContain('200');
  });

  it.each(['dead', 'silent'])(
    'rings the fallback phones when the firmware is %s, and writes the call down',
    async (how) => {
      const silent = how === 'silent' ? await silentFirmware() : undefined;
      first.onInvite = (invite) => first.accept(invite);
      second.onInvite = (invite) => second.respond(invite, 180, 'Ringing');
      const { answer, dialog } = await gateway.call('+8657186001001');
      expect(answer.first).toContain('200');
      gateway.inDialog(dialog, 'BYE', 50);
      await first.until('BYE', isBye);
      silent?.close();
      await link();
      const { birth, channels } = await engine.snapshot();
      const running = { birth, channels: new Set(channels.map((channel) => channel.channel)) };
      const call = harvestSurvivable(bed.layout.survivable, running).calls.at(-1);
      expect(call).toMatchObject({
        kind: 'inbound',
        from: { kind: 'gateway', name: 'e1-main' },
        callerNumber: '13912345678',
        dialled: '+8657186001001',
        answeredBy: { kind: 'phone', name: 'yealink-01' },
      });
    },
  );

  it('sends an emergency call out by itself, showing a number of the branch', async () => {
    gateway.onInvite = (invite) => gateway.accept(invite);
    const { answer, dialog } = await first.call('110', SAMPLE_SECRETS['yealink-01']);
    expect(answer.first).toContain('200');
    const invite = await gateway.until('INVITE', isInvite);
    expect(invite.first).toContain('sip:110@');
    expect(header(invite, 'from')).toContain('+8657186001000');
    first.inDialog(dialog, 'BYE', 50);
    await gateway.until('BYE', isBye);
  });

  it.each(['8002&PJSIP/gw-e1-main', '8002,60', '8002)', '80${EXTEN}02', '013900001111'])(
    'lets a phone reach nothing with %s while it is alone',
    async (number) => {
      const { answer } = await first.call(encodeURI(number), SAMPLE_SECRETS['yealink-01']);
      expect(answer.first).toMatch(/ (404|484|503) /);
      expect(gateway.seen.filter(isInvite)).toEqual([]);
    },
  );

  it('ends when its supervisor tells it to', async () => {
    const other = await startInstance(
      sampleBranch({ 'e1-main': '127.0.0.23:5060', 'fxo-1': '127.0.0.24:5060' }),
      SAMPLE_SECRETS,
    );
    const gone = once(other.process, 'exit');
    other.process.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
    await other.stop();
  });
});

async function endEveryCall(engine: Engine): Promise<void> {
  const { channels, bridges } = await engine.snapshot();
  await Promise.allSettled([
    ...channels.map(({ channel }) => engine.hangup(channel)),
    ...bridges.map(({ bridge }) => engine.destroyBridge(bridge)),
  ]);
}
