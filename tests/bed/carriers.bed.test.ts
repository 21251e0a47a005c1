/** Lines to carriers without a gateway between: one that challenges every request, over TLS with SRTP; and one that takes a registration back. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LiveTrunk } from '@branchline/contracts/trunks';
import { BedPeer, type SipMessage } from '@branchline/firmware/engine/bed/peer';
import { commandLine, type CommandLine } from '@branchline/firmware/engine/command-line';
import { throwAwayPki } from '@branchline/firmware/uplink/testing/pki';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';

const WAIT = 15_000;
const ECHO = '057187770003';
/** Hosts of the bed's network. */
const [BOX, SAFE, PLAIN] = [10, 15, 16];
const PASSWORD = 'safe-carrier-secret';
/** The tone that desk-1 speaks. */
const OWN_TONE = 520;

function document(net: string): object {
  const plain = bedDocument({ gateway: `${net}.11` }) as { trunks: object };
  const username = 'hz-west';
  const safe = { server: `${net}.${SAFE}:5061`, transport: 'tls', srtp: true, username, secret: 'carrier' };
  return {
    ...plain,
    trunks: {
      ...plain.trunks,
      safe: { sip: safe, channels: 4 },
      plain: { sip: { server: `${net}.${PLAIN}`, username, secret: 'carrier' }, channels: 4 },
    },
    routes: [
      { to: 'emergency', via: ['pstn'] },
      { to: 'national', via: ['safe'], 'caller-id': 'main' },
      { to: 'mobile', via: ['plain', 'pstn'], 'caller-id': 'main' },
    ],
    recording: { default: 'never', announce: false, outgoing: 'never' },
  };
}

describe.skipIf(ENGINE_ROOT === undefined)('lines to carriers', () => {
  let bed: BranchBed;
  let plain: BedPeer;
  let registrar: readonly [number, string] = [200, 'OK'];
  const console = (of: 'pstn' | 'box/engine'): CommandLine =>
    commandLine(join(bed.dir, of, 'run/asterisk.ctl'), WAIT);

  beforeAll(async () => {
    const pki = await throwAwayPki();
    let opening: Promise<BedPeer> | undefined;
    bed = await BranchBed.start({
      headquarters: false,
      onPlaces: (dir) => {
        writeFileSync(join(dir, 'secrets.json'), JSON.stringify({ carrier: PASSWORD }));
        writeFileSync(join(dir, 'line-ca.pem'), pki.ca);
      },
      carriers: async (net) => {
        const { cert, key } = await pki.server(`${net}.${SAFE}`);
        const address = { host: `${net}.${SAFE}`, port: 5061 };
        const tls = { certificate: cert, key };
        return [{ name: 'safe', address, tls, srtp: true, username: 'hz-west', password: PASSWORD }];
      },
      document: ({ gateway }) => {
        const net = gateway.split('.').slice(0, 3).join('.');
        opening = BedPeer.open(
          'hz-west',
          { address: `${net}.${BOX}`, port: 5060 },
          { address: `${net}.${PLAIN}`, port: 5060 },
        ).then((peer) =>
          peer.on('message', (message: SipMessage) => {
            if (message.first.startsWith('REGISTER')) peer.respond(message, ...registrar);
          }),
        );
        return document(net);
      },
    });
    plain = (await opening) as BedPeer;
  });
  afterAll(async () => {
    await bed.stop();
    plain.close();
  });

  const until = async (name: string, fits: (trunk: LiveTrunk) => boolean): Promise<LiveTrunk> => {
    const { trunks } = await bed.box().untilLive((live) => {
      const trunk = live.trunks[name];
      return trunk !== undefined && fits(trunk);
    }, WAIT);
    return trunks[name] as LiveTrunk;
  };

  test('a call is challenged and answered for, goes over TLS with its sound encrypted, and is heard both ways', async () => {
    const trace = join(bed.dir, 'pstn/log/sip.pcap');
    await console('pstn').ask('pjsip set logger pcap /run/pstn/log/sip.pcap');
    await console('pstn').ask('pjsip set logger on');
    const call = await bed.phone('desk-1').call(ECHO);
    await call.answered(WAIT);
    // What is heard has gone there and come back.
    await call.rtp.untilHears(OWN_TONE, { withinMs: 5_000, lastMs: 1_000 });
    await call.hangup();
    const [summary] = await bed.box().untilCalls((calls) => calls.length === 1, WAIT);
    const { events } = await bed.box().call(summary?.id ?? '');
    expect(events.filter(({ type }) => type === 'call.answered').map(({ body }) => body)).toMatchObject([
      { by: { via: 'safe' } },
    ]);
    await console('pstn').ask('pjsip set logger off');
    const wire = readFileSync(trace, 'latin1');
    for (const part of [
      /INVITE sip:\+8657187770003@.*\r\nVia: SIP\/2\.0\/TLS /,
      /SIP\/2\.0 401 Unauthorized[^]*CSeq: \d+ INVITE/,
      /Authorization: Digest username="hz-west"/,
      /m=audio \d+ RTP\/SAVP /,
      /a=crypto:1 AES_CM_128_HMAC_SHA1_\d+ inline:/,
    ])
      expect(wire).toMatch(part);
    expect(wire).not.toContain('RTP/AVP ');
  });

  test('a carrier that takes the registration back: the line is down by that, calls go by the next, and it comes back', async () => {
    const register = (): Promise<string> => console('box/engine').ask('pjsip send register gw-plain');
    expect(await until('plain', ({ state }) => state === 'up')).toMatchObject({ usable: 4 });
    registrar = [403, 'Forbidden'];
    await register();
    const down = await until('plain', ({ state }) => state === 'down');
    expect(down.because).toMatchObject([{ kind: 'signalling', verdict: 'bad', what: 'not-registered' }]);
    expect(down.instead).toMatchObject([{ trunk: 'pstn' }]);
    const subscriber = bed.caller(0);
    subscriber.onIncoming({ kind: 'answer', afterMs: 50 });
    const call = await bed.phone('desk-1').call('013900000001');
    await call.answered(WAIT);
    await call.hangup();
    expect(plain.seen.filter(({ first }) => first.startsWith('INVITE'))).toEqual([]);
    registrar = [200, 'OK'];
    await register();
    const back = await until('plain', ({ back: way }) => way?.step === 'settling');
    expect(back.evidence.find(({ kind }) => kind === 'signalling')).toMatchObject({ verdict: 'good' });
  });
});
