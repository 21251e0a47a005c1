import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { detailText } from '@branchline/contracts/alarm-detail';
import type { NutUps } from '@branchline/contracts/branch/power';
import { openStream } from '@branchline/firmware/devices/bytes/stream';
import { NutWatch } from '@branchline/firmware/devices/ups/nut/watch';
import type { UpsReading } from '@branchline/firmware/power/reading';
import type { LabFamily } from '@branchline/lab/power/answers';
import { LabUps } from '@branchline/lab/power/ups';
import { freeUdpPort } from '@branchline/lab/udp';
import { systemClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { Waits } from '@branchline/runtime/wait';
import { missing, Nut } from './nut.ts';

const HOST = '127.0.0.72';
const HUNG_MS = 20_000;
const DUMMY = 'driver = dummy-ups\nport = front.dev\nmode = dummy-once';
const FRONT = (status: string): string =>
  `ups.status: ${status}\nups.load: 31\nbattery.charge: 97\nbattery.runtime: 1260\ninput.voltage: 231.0\n`;

const open: { stop?(): Promise<void>; close?(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await (one.stop?.() ?? one.close?.());
});
const kept = <T extends (typeof open)[number]>(one: T): T => {
  open.push(one);
  return one;
};
const lacks = missing();
if (lacks !== undefined) console.warn(`Not tried against NUT's own programs. ${lacks}`);
beforeEach(({ skip }) => {
  if (lacks !== undefined) skip(lacks);
});

class Watching {
  readonly #waits = new Waits<UpsReading | string>(systemClock);
  readonly watch: NutWatch;

  constructor(port: number, change: Partial<NutUps> = {}) {
    const server = { host: HOST, port };
    const ups: NutUps = { name: 'ups', driver: 'nut', server, as: 'front', everyMs: 50, ...change };
    this.watch = kept(
      new NutWatch({
        ups,
        clock: systemClock,
        log: silentLog,
        random: Math.random,
        open: (at, signal) => openStream({ baud: 0, port: { kind: 'tcp', ...at } }, signal),
        secretOf: (name) => ({ right: 'pass word', wrong: 'another' })[name],
        listener: {
          reading: (reading) => this.#waits.offer(reading),
          silent: (because) => this.#waits.offer(because),
        },
      }),
    );
  }

  reading(like: Partial<UpsReading>): Promise<UpsReading | string> {
    const fits = (heard: UpsReading | string): boolean =>
      typeof heard === 'object' &&
      Object.entries(like).every(([key, value]) => heard[key as keyof UpsReading] === value);
    return this.#waits.until(`a reading ${JSON.stringify(like)}`, fits, HUNG_MS);
  }

  silent(): Promise<UpsReading | string> {
    return this.#waits.until('silence', (heard) => typeof heard === 'string', HUNG_MS);
  }
}

describe("NUT's upsd with its dummy driver", () => {
  async function started(): Promise<{ nut: Nut; port: number }> {
    const nut = kept(await Nut.make());
    const port = await freeUdpPort(HOST);
    await nut.write('front.dev', FRONT('OL'));
    await nut.start(HOST, port, { front: DUMMY });
    return { nut, port };
  }

  test('is read; its driver ends, and that is silence with its reason', async () => {
    const { nut, port } = await started();
    const watching = new Watching(port);
    const first = watching.reading({ onMains: true });
    watching.watch.start();
    expect(await first).toMatchObject({ loadPercent: 31, chargePercent: 97, minutesLeft: 21, inputV: 231 });
    const out = watching.reading({ onMains: false, low: true });
    await nut.write('front.dev', FRONT('OB LB'));
    await out;
    const silent = watching.silent();
    await nut.endDriver();
    expect(detailText((await silent) as string, 'en')).toMatch(/driver/);
  });

  test('has no such UPS, and refuses who does not say who he is, and an order that the UPS does not know', async () => {
    const { port } = await started();
    const unknown = new Watching(port, { as: 'back' });
    const silent = unknown.silent();
    unknown.watch.start();
    expect(await silent).toBe('{nut.UNKNOWN-UPS}');
    const order = (change: Partial<NutUps>): Promise<void> => new Watching(port, change).watch.cut();
    await expect(order({})).rejects.toThrow('upsd wants a user for orders');
    await expect(order({ user: 'box', secret: 'right' })).rejects.toThrow('the UPS does not know this order');
  });

  test('has no outlets: what is asked for and what it offers are told', async () => {
    const { port } = await started();
    const { outlets } = new Watching(port, { user: 'box', secret: 'right' }).watch;
    const why = await outlets.lacks(2);
    expect(why).toMatch(/^ups: outlet\.2\.load\.off, outlet\.2\.load\.on: ∉ \{/);
    await expect(outlets.turn(2, 'off')).rejects.toThrow(/^ups: outlet\.2\.load\.off: ∉ \{/);
  });
});

test.each<LabFamily>(['megatec', 'voltronic-qs'])(
  "NUT's own driver reads the lab's UPS that speaks %s, and gives it our orders",
  async (family) => {
    const device = kept(new LabUps({ name: 'ups', family }));
    const path = await device.pty();
    if (path === undefined)
      throw new Error("Debian's bsdutils is missing: its `script` makes the pseudo-terminal");
    const nut = kept(await Nut.make());
    const port = await freeUdpPort(HOST);
    const conf = `driver = nutdrv_qx\nport = ${path}\nprotocol = ${family}\npollinterval = 1\noffdelay = 30`;
    await nut.start(HOST, port, { front: conf });
    const watching = new Watching(port, { user: 'box', secret: 'right' });
    const first = watching.reading({ onMains: true });
    watching.watch.start();
    expect(await first).toMatchObject({ inputV: 230, loadPercent: 30, batteryV: 26, nominalBatteryV: 24 });
    const out = watching.reading({ onMains: false });
    device.fault('mains-off', true);
    await out;
    const stranger = new Watching(port, { user: 'box', secret: 'wrong' });
    await expect(stranger.watch.cut()).rejects.toThrow(/does not let this box in|refuses/);
    expect(device.orders).toEqual([]);
    // upsd says OK when it has handed the order to its driver, which asks for 3 min of rest as it does by itself (`ondelay`).
    await watching.watch.cut();
    await expect.poll(() => device.orders, { timeout: HUNG_MS }).toEqual(['S.5R0003']);
    expect(device.machine.cutAt).toBeDefined();
    expect(await watching.watch.outlets.lacks('all')).toBeUndefined();
    expect(await watching.watch.outlets.lacks(1)).toContain('{load.off, load.on}');
    await watching.watch.keepOn();
    await expect.poll(() => device.machine.cutAt, { timeout: HUNG_MS }).toBeUndefined();
  },
);
