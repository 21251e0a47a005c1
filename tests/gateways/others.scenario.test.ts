import { afterEach, describe, expect, test } from 'vitest';
import type { GatewayWatching } from '@branchline/contracts/branch/gateways';
import { GatewayConsole } from '@branchline/lab/gateways/console';
import { LabGateway } from '@branchline/lab/gateways/gateway';
import type { ConsoleMood } from '@branchline/lab/gateways/personality';
import type { PageMood } from '@branchline/lab/gateways/status-page';
import { storyOf } from '@branchline/lab/gateways/story';
import { freeUdpPort } from '@branchline/lab/udp';
import { Watching } from './watching.ts';

const HOST = '127.0.0.61';
const SELDOM = 3_600_000;
const ACCOUNT = { user: 'admin', password: 'console-secret' };
const SECRETS = { console: ACCOUNT.password };

const open: { stop?(): Promise<void>; close?(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await (one.stop?.() ?? one.close?.());
});
const kept = <T extends (typeof open)[number]>(one: T): T => {
  open.push(one);
  return one;
};

describe('the ports of an FXO gateway by its console', () => {
  const access = { baud: 9_600, user: ACCOUNT.user, secret: 'console', everyMs: SELDOM };
  const byTcp = (port: number): GatewayWatching => ({
    syslog: false,
    console: { ...access, port: { kind: 'tcp', host: HOST, port } },
  });

  async function started(mood: ConsoleMood, watchOf: (console: GatewayConsole) => Promise<GatewayWatching>) {
    const device = kept(new GatewayConsole({ account: ACCOUNT, ports: 4 }));
    device.mood = mood;
    const watch = await watchOf(device);
    const watching = kept(
      new Watching({ host: HOST, kind: 'fxo', model: 'generic-fxo', watch, secrets: SECRETS }),
    );
    const first = watching.next({});
    await watching.follow();
    return { device, watching, first: await first };
  }
  const served = async (device: GatewayConsole): Promise<GatewayWatching> =>
    byTcp(await device.serve(HOST, 0));

  test('are read behind a serial server: voltage and state of each', async () => {
    const { device, watching, first } = await started('well', served);
    expect(first).toMatchObject({ source: 'console', line: '1', state: 'good', what: 'in service' });
    device.tell(storyOf(new Set(['half-blocked']), 4));
    await watching.look();
    expect(watching.all.slice(-4).map(({ line, state, what }) => [line, state, what])).toEqual([
      ['1', 'good', 'in service'],
      ['2', 'good', 'in service'],
      ['3', 'bad', 'no line voltage'],
      ['4', 'bad', 'no line voltage'],
    ]);
  });

  test('are read on a terminal as well', async ({ skip }) => {
    let path: string | undefined;
    const { first } = await started('well', async (device) => {
      path = await device.pty();
      if (path === undefined) skip('this machine has no `script` to make a pseudo-terminal with');
      return { syslog: false, console: { ...access, port: { kind: 'serial', path: path ?? '' } } };
    });
    expect(first).toMatchObject({ source: 'console', line: '1', state: 'good' });
  });

  test.each<[ConsoleMood, RegExp]>([
    ['garbage', /garbage: is the baud rate right\?/],
    ['asks-again', /refuses name or password/],
    ['hangs-up', /hung up/],
    ['mute', /silent/],
  ])(
    'are unclear with a console that is of the kind: %s; and known as soon as it is well',
    async (mood, why) => {
      const { device, watching, first } = await started(mood, served);
      expect(first).toMatchObject({ line: '*', state: 'unclear' });
      expect(first.what).toMatch(why);
      device.mood = 'well';
      await watching.look();
      expect(watching.all.at(-1)).toMatchObject({ line: '4', state: 'good' });
    },
  );

  test('are unclear, port by port, when the console is lost', async () => {
    const { device, watching } = await started('well', served);
    await device.close();
    const before = watching.all.length;
    await watching.look();
    const after = watching.all.slice(before);
    expect(after.map(({ line, state }) => [line, state])).toEqual(
      ['1', '2', '3', '4'].map((line) => [line, 'unclear']),
    );
    expect(after[0]?.what).toMatch(/127.0.0.61:\d+ is not reached: ECONNREFUSED/);
  });

  test('a device that is not there is unclear', async () => {
    const { first } = await started('well', () =>
      Promise.resolve({
        syslog: false,
        console: { ...access, port: { kind: 'serial', path: '/dev/no-such-port' } },
      }),
    );
    expect(first).toMatchObject({ line: '*', state: 'unclear' });
    expect(first.what).toContain('/dev/no-such-port cannot be opened');
  });
});

describe('the channels of a gateway by its status page', () => {
  const PAGE_PORT_OF_MODEL = { everyMs: SELDOM };
  async function started(mood: PageMood = 'well') {
    const port = await freeUdpPort(HOST);
    const address = { host: HOST, port: 5060 };
    const gateway = kept(await LabGateway.open({ name: 'gw', address, channels: 4, http: { port } }));
    if (gateway.page) gateway.page.mood = mood;
    const watch = { syslog: false, http: { port, ...PAGE_PORT_OF_MODEL } };
    const watching = kept(new Watching({ host: HOST, model: 'auerswald-commander', watch }));
    const first = watching.next({});
    await watching.follow();
    return { gateway, watching, first: await first };
  }

  test('are read, and those that are locked are counted', async () => {
    const { gateway, watching, first } = await started();
    expect(first).toMatchObject({ source: 'http', line: '1', state: 'good' });
    gateway.fault('half-blocked', true);
    await watching.look();
    expect(watching.all.at(-1)).toMatchObject({ state: 'good', blockedChannels: 2 });
    gateway.fault('los', true);
    await watching.look();
    expect(watching.all.at(-1)).toMatchObject({ state: 'bad', what: 'all channels blocked' });
  });

  test.each<[PageMood, string]>([
    ['hangs', 'no status within 3000 ms'],
    ['endless', 'the status is longer than 262144 bytes'],
    ['no-json', 'the status is no JSON'],
    ['refuses', 'the status is refused (403)'],
  ])('are unclear with a page that is of the kind: %s', async (mood, what) => {
    expect((await started(mood)).first).toMatchObject({ line: '*', state: 'unclear', what });
  });
});

describe('what a gateway reports by syslog', () => {
  test('is evidence, and makes the console be read at once', async () => {
    const syslog = await freeUdpPort('127.0.0.1');
    const address = { host: HOST, port: 5060 };
    const gateway = kept(
      await LabGateway.open({
        name: 'gw',
        address,
        channels: 30,
        syslog: { host: '127.0.0.1', port: syslog },
      }),
    );
    const watching = kept(
      new Watching({
        host: HOST,
        model: 'cisco-ios-e1',
        watch: { syslog: true },
        ports: { traps: 1, syslog },
      }),
    );
    await watching.follow();
    await watching.look();
    await untilHeard(gateway, watching);
    const down = watching.next({ state: 'bad', what: 'LOS' });
    const both = watching.next({ what: 'LOS, d-channel down' });
    gateway.fault('los', true);
    expect(await down).toMatchObject({ source: 'syslog', line: '0/0/0' });
    await both;
    const back = watching.next({ state: 'good' });
    gateway.fault('los', false);
    expect(await back).toMatchObject({ source: 'syslog', line: '0/0/0' });
  });
});

/** A datagram that comes before the socket is open is lost: it is said again until it is heard. */
async function untilHeard(gateway: LabGateway, watching: Watching): Promise<void> {
  await expect
    .poll(() => {
      gateway.reports?.say('%ISDN-6-LAYER2UP: Layer 2 for Interface Se0/0/0:15, TEI 0 changed to up');
      return watching.all.length;
    })
    .toBeGreaterThan(0);
}
