import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SnmpAccess } from '@branchline/contracts/branch/gateways';
import { LabGateway } from '@branchline/lab/gateways/gateway';
import { freeUdpPort } from '@branchline/lab/udp';
import { Watching } from './watching.ts';

const HOST = '127.0.0.51';
const BOX = '127.0.0.1';
const SECRETS = { community: 'lab-community', auth: 'auth-key-0123', privacy: 'privacy-key-0123' };
/** Long enough that within a test only what is asked for is read. */
const SELDOM = 3_600_000;

const V2: Omit<SnmpAccess, 'port'> = {
  version: '2c',
  secret: 'community',
  auth: 'sha256',
  privacy: 'aes',
  everyMs: SELDOM,
  withinMs: 1_000,
};
const V3: Omit<SnmpAccess, 'port'> = {
  ...V2,
  version: 3,
  user: 'box',
  secret: 'auth',
  privacySecret: 'privacy',
};

describe.each([
  ['2c', V2, undefined],
  ['3 with encryption', V3, { name: 'box', authKey: SECRETS.auth, privKey: SECRETS.privacy }],
] as const)('the lines of an E1 gateway by SNMP %s', (_, access, user) => {
  let gateway: LabGateway;
  let watching: Watching;
  let traps: number;

  beforeEach(async () => {
    const port = await freeUdpPort(HOST);
    traps = await freeUdpPort(BOX);
    const snmp = {
      port,
      community: SECRETS.community,
      traps: { host: BOX, port: traps },
      ...(user && { user }),
    };
    gateway = await LabGateway.open({ name: 'e1', address: { host: HOST, port: 5060 }, channels: 30, snmp });
    const watch = { syslog: false, snmp: { ...access, port } };
    watching = new Watching({
      host: HOST,
      model: 'generic-e1',
      watch,
      secrets: SECRETS,
      ports: { traps, syslog: 1 },
    });
    const first = watching.next({});
    await watching.follow();
    expect(await first).toMatchObject({ source: 'snmp-poll', line: '1', state: 'good', blockedChannels: 0 });
  });
  afterEach(async () => {
    await watching.stop();
    await gateway.close();
  });

  test('E1 pulled: told by a trap, and read at once after it; put back, it is well again', async () => {
    const trap = watching.next({ source: 'snmp-trap' });
    const poll = watching.next({ source: 'snmp-poll', state: 'bad' });
    gateway.fault('los', true);
    expect(await trap).toMatchObject({ line: '1', state: 'bad', what: 'LOS' });
    expect(await poll).toMatchObject({ line: '1', what: 'LOS, d-channel down' });
    const back = watching.next({ source: 'snmp-poll', state: 'good' });
    gateway.fault('los', false);
    expect(await back).toMatchObject({ line: '1', blockedChannels: 0 });
  });

  test.each([
    ['lof', 'LOF'],
    ['ais', 'AIS'],
    ['rai', 'RAI'],
    ['d-channel', 'd-channel down'],
  ] as const)('%s is told as %s', async (fault, what) => {
    const told = watching.next({ source: 'snmp-poll', state: 'bad' });
    gateway.fault(fault, true);
    expect((await told).what).toContain(what);
  });

  test('half of the channels blocked leaves the line good, with their number', async () => {
    const told = watching.next({ source: 'snmp-poll', blockedChannels: 15 });
    gateway.fault('half-blocked', true);
    expect(await told).toMatchObject({ state: 'good' });
  });

  test('without power it is unclear, and never bad by guess; with power it is well', async () => {
    gateway.fault('power-off', true);
    await watching.look();
    expect(watching.all.at(-1)).toMatchObject({
      line: '1',
      state: 'unclear',
      what: 'no answer to SNMP within 1000 ms',
    });
    gateway.fault('power-off', false);
    await watching.look();
    expect(watching.all.at(-1)).toMatchObject({ line: '1', state: 'good' });
    expect(watching.all.filter(({ state }) => state === 'bad')).toEqual([]);
  });

  test('an agent that contradicts itself is unclear, one that is slow as well', async () => {
    gateway.agent?.lie(65);
    await watching.look();
    expect(watching.all.at(-1)).toMatchObject({ state: 'unclear', what: 'line says no alarm and LOS (65)' });
    gateway.agent?.lie(undefined);
    gateway.agent?.slow(60_000);
    await watching.look();
    expect(watching.all.at(-1)).toMatchObject({ state: 'unclear', what: 'no answer to SNMP within 1000 ms' });
  });

  test('rubbish on the trap port, and a trap of a stranger, change nothing', async () => {
    const told = watching.all.length;
    await shower(HOST, traps);
    await shower('127.0.0.52', traps);
    const trap = watching.next({ source: 'snmp-trap' });
    gateway.fault('los', true);
    await trap;
    expect(watching.all[told]).toMatchObject({ source: 'snmp-trap', what: 'LOS' });
  });

  test('another document ends the watch, and one that is the same leaves it alone', async () => {
    const before = watching.all.length;
    await watching.follow();
    await watching.look();
    // A watch that had begun anew would have asked of its own accord as well.
    expect(watching.all.length).toBe(before + 1);
    const told = watching.all.length;
    expect(watching.forgotten).toEqual([]);
    await watching.follow('nothing');
    expect(watching.forgotten).toHaveLength(1);
    gateway.fault('los', true);
    await watching.look();
    expect(watching.all.length).toBe(told);
  });
});

describe('an SNMP agent that does not let us in', () => {
  test.each([
    ['a wrong community', V2, { community: 'other' }, /^no answer to SNMP/],
    ['a secret that is not there', V2, {}, /^there is no secret 'community' on this box$/],
    ['a key that is too short', V3, { auth: 'short', privacy: 'short' }, /at least 8 characters/],
    [
      'a wrong key',
      V3,
      { auth: 'wrong-key-0123', privacy: SECRETS.privacy },
      /is the secret right\?|no answer/,
    ],
  ])('%s makes the gateway unclear', async (_, access, secrets, what) => {
    const port = await freeUdpPort(HOST);
    const user = { name: 'box', authKey: SECRETS.auth, privKey: SECRETS.privacy };
    const snmp = { port, community: SECRETS.community, user };
    const gateway = await LabGateway.open({
      name: 'e1',
      address: { host: HOST, port: 5060 },
      channels: 2,
      snmp,
    });
    const traps = await freeUdpPort(BOX);
    const watch = { syslog: false, snmp: { ...access, port } };
    const watching = new Watching({
      host: HOST,
      model: 'generic-e1',
      watch,
      secrets,
      ports: { traps, syslog: 1 },
    });
    const first = watching.next({});
    await watching.follow();
    expect(await first).toMatchObject({ line: '*', state: 'unclear' });
    expect((await first).what).toMatch(what);
    await watching.stop();
    await gateway.close();
  });
});

/** Datagrams of all kinds, from this address. */
async function shower(from: string, port: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.bind(0, from);
  await once(socket, 'listening');
  const drops = [
    Buffer.alloc(0),
    Buffer.from('rubbish'),
    Buffer.from([0x30, 0x82, 0xff, 0xff, 2, 1, 1]),
    Buffer.alloc(1_400, 0x30),
  ];
  for (const drop of drops) await new Promise((resolve) => socket.send(drop, port, BOX, resolve));
  await new Promise<void>((resolve) => socket.close(() => resolve()));
}
