import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { detailText } from '@branchline/contracts/alarm-detail';
import type { SerialUps } from '@branchline/contracts/branch/power';
import type { LabUpsFault } from '@branchline/contracts/lab';
import { openUps } from '@branchline/firmware/devices/ups/serial/bytes';
import { SerialWatch } from '@branchline/firmware/devices/ups/serial/watch';
import type { UpsReading } from '@branchline/firmware/power/reading';
import { LabUps } from '@branchline/lab/power/ups';
import type { LabFamily } from '@branchline/lab/power/answers';
import { systemClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { Waits } from '@branchline/runtime/wait';

const HOST = '127.0.0.71';
const HUNG_MS = 15_000;

const open: { stop?(): Promise<void>; close?(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await (one.stop?.() ?? one.close?.());
});
const kept = <T extends (typeof open)[number]>(one: T): T => {
  open.push(one);
  return one;
};

type Heard = UpsReading | string;

/** A driver over a real wire, and all that it tells. */
class Watching {
  readonly #waits = new Waits<Heard>(systemClock);
  readonly watch: SerialWatch;

  constructor(port: SerialUps['port'], driver: SerialUps['driver'] = 'auto') {
    const ups: SerialUps = { name: 'ups', driver, port, baud: 2_400, everyMs: 20 };
    this.watch = kept(
      new SerialWatch({
        ups,
        clock: systemClock,
        log: silentLog,
        random: Math.random,
        open: openUps,
        answerMs: 200,
        listener: {
          reading: (reading) => this.#waits.offer(reading),
          silent: (because) => this.#waits.offer(because),
        },
      }),
    );
  }

  reading(like: Partial<UpsReading> = {}): Promise<Heard> {
    const fits = (heard: Heard): boolean =>
      typeof heard === 'object' &&
      Object.entries(like).every(([key, value]) => heard[key as keyof UpsReading] === value);
    return this.#waits.until(`a reading ${JSON.stringify(like)}`, fits, HUNG_MS);
  }

  silent(): Promise<Heard> {
    return this.#waits.until('silence', (heard) => typeof heard === 'string', HUNG_MS);
  }
}

async function served(family: LabFamily): Promise<{ device: LabUps; port: SerialUps['port'] }> {
  const device = kept(new LabUps({ name: 'ups', family }));
  return { device, port: { kind: 'tcp', host: HOST, port: await device.serve(HOST, 0) } };
}

describe.each<LabFamily>(['megatec', 'voltronic-qs'])('a UPS that speaks %s', (family) => {
  test('is found out and read behind a serial server; the mains fail, and come back', async () => {
    const { device, port } = await served(family);
    const watching = new Watching(port);
    const first = watching.reading();
    watching.watch.start();
    expect(await first).toMatchObject({ onMains: true, loadPercent: 30, nominalBatteryV: 24, batteryV: 26 });
    const out = watching.reading({ onMains: false });
    device.fault('mains-off', true);
    expect(await out).toMatchObject({ inputV: 0 });
    const back = watching.reading({ onMains: true });
    device.fault('mains-off', false);
    await back;
  });

  test('takes orders: a test, a cut and to stay on', async () => {
    const { device, port } = await served(family);
    const watching = new Watching(port);
    const testing = watching.reading({ testing: true });
    watching.watch.start();
    watching.watch.test();
    await testing;
    await watching.watch.cut(60);
    expect(device.machine.cutAt).toBeDefined();
    await watching.watch.keepOn();
    expect(device.machine.cutAt).toBeUndefined();
    expect(device.orders).toEqual(['T', 'S01', 'C']);
  });
});

test('a family that was written is not guessed: the other one is silent to it, with the reason', async () => {
  const { port } = await served('voltronic-qs');
  const watching = new Watching(port, 'megatec');
  const silent = watching.silent();
  watching.watch.start();
  expect(await silent).toBe('{not-this-family|Megatec}');
});

test.each<[LabUpsFault, RegExp]>([
  ['junk', /no status: '.*~~#@!/],
  ['half-lines', /does not answer/],
  ['silent', /does not answer/],
  ['wrong-values', /an impossible inputV: 987.6/],
  ['unplugged', /connection was closed|ECONNRESET|nothing answers/],
])(
  '%s on the line is silence with its reason, and it is read again when that is over',
  async (fault, why) => {
    const { device, port } = await served('megatec');
    const watching = new Watching(port);
    const first = watching.reading();
    watching.watch.start();
    await first;
    const silent = watching.silent();
    device.fault(fault, true);
    expect(detailText((await silent) as string, 'en')).toMatch(why);
    const again = watching.reading();
    device.fault(fault, false);
    await again;
  },
);

describe('a UPS at a tty', () => {
  async function plugged(): Promise<{ device: LabUps; dir: string; plug: (name: string) => Promise<void> }> {
    const device = kept(new LabUps({ name: 'ups', family: 'megatec' }));
    const dir = await mkdtemp(join(tmpdir(), 'branchline-ups-'));
    kept({ stop: () => rm(dir, { recursive: true, force: true }) });
    const plug = async (name: string): Promise<void> => {
      const path = await device.pty();
      if (path === undefined)
        throw new Error("Debian's bsdutils is missing: its `script` makes the pseudo-terminal");
      await symlink(path, join(dir, name));
    };
    return { device, dir, plug };
  }

  test('is read; its adapter is pulled and comes back under another name', async () => {
    const { device, dir, plug } = await plugged();
    await plug('usb-adapter-if00-port0');
    const watching = new Watching({ kind: 'serial', path: join(dir, 'usb-*') });
    const first = watching.reading({ onMains: true });
    watching.watch.start();
    await first;
    const silent = watching.silent();
    await device.pullPty();
    await rm(join(dir, 'usb-adapter-if00-port0'));
    expect(await silent).toBeTypeOf('string');
    const again = watching.reading({ onMains: true });
    await plug('usb-adapter-if00-port1');
    await again;
  });

  test('that may be one of two is none, and both are named', async () => {
    const { dir, plug } = await plugged();
    await plug('usb-a');
    await symlink('/dev/null', join(dir, 'usb-b'));
    const watching = new Watching({ kind: 'serial', path: join(dir, 'usb-*') });
    const silent = watching.silent();
    watching.watch.start();
    expect(detailText((await silent) as string, 'en')).toMatch(
      /usb-\* may be any of usb-a, usb-b: write out which/,
    );
  });

  test('that is not there is told so', async () => {
    const watching = new Watching({ kind: 'serial', path: '/dev/serial/by-id/no-such-*' });
    const silent = watching.silent();
    watching.watch.start();
    expect(detailText((await silent) as string, 'en')).toMatch(
      /there is no .*no-such-\*: is the adapter plugged in\?/,
    );
  });
});
