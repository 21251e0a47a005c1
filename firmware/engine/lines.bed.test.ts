/** Lines that are reached by SIP directly, and what is known of a far end that says nothing. Against the real engine. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Branch } from '@branchline/contracts/branch/model';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import { ENGINE_ROOT, startInstance, type BedInstance } from './bed/instance.ts';
import { BedPeer, header, uri, type SipMessage } from './bed/peer.ts';
import { SAMPLE_DOCUMENT, SAMPLE_SECRETS } from './bed/sample-branch.ts';
import { Heard } from './bed/heard.ts';
import { refreshInstance } from './instance/refresh.ts';
import type { Engine, Peer } from './port.ts';

const [GATEWAY, CARRIER] = ['127.0.0.23', '127.0.0.24'] as const;
/** The engine begins to register within a time that it draws. */
const REGISTERS_WITHIN = 20_000;
const NUMBER = '+442071234567';
/** What one that was sent again has in common with the first. */
const requestOf = (message: SipMessage): string => `${header(message, 'call-id')} ${header(message, 'cseq')}`;
const isInvite = (message: SipMessage): boolean => message.first.startsWith('INVITE');
const isRegister = (message: SipMessage): boolean => message.first.startsWith('REGISTER');

describe.skipIf(ENGINE_ROOT === undefined)('lines of the engine', () => {
  let bed: BedInstance;
  let gateway: BedPeer;
  let carrier: BedPeer;
  let engine: Engine;
  const heard = new Heard();
  /** A call that a test before has let go may be sent still: nobody had answered it. */
  const invited = new Set<string>();

  beforeAll(async () => {
    gateway = await BedPeer.open('13912345678', { address: '127.0.0.1', port: 0 }, { address: GATEWAY });
    carrier = await BedPeer.open('hz-west', { address: '127.0.0.1', port: 0 }, { address: CARRIER });
    carrier.on('message', (message: SipMessage) => {
      if (isRegister(message)) carrier.respond(message, 200, 'OK');
    });
    for (const peer of [gateway, carrier])
      peer.on('message', (message: SipMessage) => isInvite(message) && invited.add(requestOf(message)));
    bed = await startInstance(branchWith('cloud'), SAMPLE_SECRETS, { 'cloud-sip': 'first-secret' });
    gateway.engine.port = bed.settings.sip.port;
    carrier.engine.port = bed.settings.sip.port;
    engine = await bed.connect((event) => heard.add(event));
  });
  function branchWith(...lines: readonly string[]): Branch {
    const sip = { server: `${CARRIER}:${carrier.port}`, username: 'hz-west', secret: 'cloud-sip' };
    const resolved = resolveBranch({
      ...SAMPLE_DOCUMENT,
      gateways: {
        'e1-main': { kind: 'e1', address: `${GATEWAY}:${gateway.port}` },
        'fxo-1': { kind: 'fxo', address: '127.0.0.22:5060' },
      },
      trunks: {
        ...SAMPLE_DOCUMENT.trunks,
        ...Object.fromEntries(lines.map((name) => [name, { sip, channels: 10 }])),
        safe: { sip: { server: '127.0.0.25', transport: 'tls', srtp: true }, channels: 1 },
      },
    });
    if (!resolved.ok) throw new Error(JSON.stringify(resolved.faults));
    return resolved.branch;
  }
  afterAll(async () => {
    engine.close();
    for (const peer of [gateway, carrier]) peer.close();
    await bed.stop();
  });

  it('has nothing to complain of in what it was given', async () => {
    await carrier.until('REGISTER', isRegister, REGISTERS_WITHIN);
    const complaints = bed
      .log()
      .split('\n')
      .filter(
        (line) => /WARNING|ERROR/.test(line) && !/registered during operation|127\.0\.0\.25/.test(line),
      );
    expect(complaints).toEqual([]);
    expect(await bed.console('pjsip show transports')).toMatch(/tls +tls/);
    expect(await bed.console('pjsip show endpoint gw-safe')).toMatch(/media_encryption +: sdes/);
  });

  it('registers a line, calls by it, and knows its calls by what the registration gave', async () => {
    const register = await carrier.until('REGISTER', isRegister, REGISTERS_WITHIN);
    expect(header(register, 'from')).toContain(`sip:hz-west@${CARRIER}`);
    const contact = uri(header(register, 'contact'));
    expect(contact).toContain('line=');
    carrier.onInvite = (invite) => carrier.respond(invite, 603, 'Decline');
    await engine.call(
      {
        channel: 'out-1',
        to: { kind: 'gateway', name: 'cloud', number: NUMBER },
        callerNumber: '+8657186001000',
      },
      10_000,
    );
    const invite = await carrier.until('INVITE', isInvite);
    expect(invite.first).toContain(`sip:${NUMBER}@${CARRIER}`);
    const { cause } = await heard.next('channel-gone', ({ channel }) => channel === 'out-1');
    expect(cause).toMatchObject({ code: 21, sip: 603 });
    const from = 'f1';
    carrier.request(
      'INVITE',
      contact,
      [
        `From: <sip:+8613900000001@${CARRIER}>;tag=${from}`,
        'To: <sip:+8657186001000@branch.example>',
        'Call-ID: came-in-1',
        'CSeq: 1 INVITE',
      ],
      carrier.sdp(),
    );
    const arrived = await heard.next('channel-arrived');
    expect(arrived).toMatchObject({
      peer: { kind: 'gateway', name: 'cloud' },
      dialled: '+8657186001000',
      callerNumber: '+8613900000001',
    });
    await engine.hangup(arrived.channel, 34);
    const refused = await carrier.until(
      'refusal',
      (message) => header(message, 'call-id') === 'came-in-1' && message.first.includes(' 503 '),
    );
    expect(refused.first).toContain('503');
  });

  it('tells a far end that is at work on a call from one that has not heard of it', async () => {
    gateway.onInvite = () => undefined;
    const call = (channel: string): Promise<void> =>
      engine.call(
        { channel, to: { kind: 'gateway', name: 'e1-main', number: NUMBER }, callerNumber: '+8657186001000' },
        10_000,
      );
    await call('silent');
    await gateway.until('INVITE', isInvite);
    expect(await engine.farEndAnswers('silent')).toBe(false);
    await engine.hangup('silent');
    gateway.reset();
    gateway.onInvite = (invite) => gateway.respond(invite, 100, 'Trying');
    await call('trying');
    const invite = await gateway.until('INVITE', isInvite);
    // What follows it on the same socket is heard after it.
    await expect.poll(() => engine.farEndAnswers('trying')).toBe(true);
    expect(header(invite, 'call-id')).not.toBe('');
    await engine.hangup('trying');
  });

  it('calls by an address where nobody has answered for a while', async () => {
    gateway.reset();
    const at = { host: GATEWAY, port: gateway.port };
    await engine.call(
      { channel: 'forced', to: { kind: 'gateway', name: 'fxo-1', number: '120', at }, callerNumber: '1' },
      10_000,
    );
    const invite = await gateway.until('INVITE', isInvite);
    expect(invite.first).toContain(`sip:120@${GATEWAY}`);
  });

  it.each(['gateway', 'phone'] as const)(
    'a %s that sends a call on by 302 reaches no line with it',
    async (kind) => {
      gateway.reset();
      carrier.reset();
      const before = new Set(invited);
      const phone = await BedPeer.open('phone-yealink-01', bed.settings.sip);
      await phone.register(SAMPLE_SECRETS['yealink-01']);
      const [peer, to] =
        kind === 'gateway'
          ? [gateway, { kind, name: 'e1-main', number: NUMBER }]
          : [phone, { kind, name: 'yealink-01' }];
      // Its Contact names another number.
      peer.onInvite = (invite) => peer.respond(invite, 302, 'Moved Temporarily');
      const channel = `moved-${kind}`;
      await engine.call({ channel, to, callerNumber: '8002' }, 3_000);
      await heard.next('channel-gone', (event) => event.channel === channel);
      // Told in order, on one connection: whatever was to be dialled for it has been by now.
      await engine.ping();
      const invites = [...gateway.seen, ...carrier.seen, ...phone.seen].filter(isInvite).map(requestOf);
      expect(new Set(invites.filter((invite) => !before.has(invite))).size).toBe(1);
      phone.close();
    },
  );

  it('registers a line that comes with another document, while it runs', async () => {
    const before = carrier.seen.length;
    await refreshInstance({
      etc: bed.layout.etc,
      accessFile: bed.layout.access,
      branch: branchWith('cloud', 'second'),
      settings: bed.settings,
      timeoutMs: 5_000,
    });
    const isNew = (message: SipMessage): boolean =>
      isRegister(message) && carrier.seen.indexOf(message) >= before;
    await carrier.until('REGISTER of the second line', isNew, REGISTERS_WITHIN);
    expect(await bed.console('pjsip show registrations')).toContain('gw-second');
  });

  it('notices a gateway that dies beneath a call', async () => {
    gateway.reset();
    gateway.onInvite = (invite) => gateway.respond(invite, 180, 'Ringing');
    const to = { kind: 'gateway', name: 'e1-main', number: NUMBER } as const;
    await engine.call({ channel: 'beneath', to, callerNumber: '+8657186001000' }, 60_000);
    await gateway.until('INVITE', isInvite);
    gateway.deaf = true;
    const isGone = ({ peer, reachable }: { peer: Peer; reachable: boolean }): boolean =>
      peer.name === 'e1-main' && !reachable;
    await heard.next('peer-state', isGone, 20_000);
    await engine.hangup('beneath');
  });
});
