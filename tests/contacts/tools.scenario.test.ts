/** Our drivers of character devices, with executables that read and answer as libgpiod's tools do, and a bank of lines behind them. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cdevGpio } from '@branchline/firmware/devices/gpio/cdev/gpio';
import { Tools } from '@branchline/firmware/devices/gpio/cdev/tools';
import type { Gpio, GpioListener } from '@branchline/firmware/devices/gpio/port';
import { LabGpio } from '@branchline/lab/gpio/gpio';
import { systemClock } from '@branchline/runtime/clock';

const CHIP = { driver: 'character-device', chip: 'gpiochip0' } as const;
const HUNG = { timeout: 15_000, interval: 10 };

let folder = '';
let lab: LabGpio;
let gpio: Gpio;
let tools: Tools;
const open: { stop(): Promise<void> }[] = [];
const kept = <T extends { stop(): Promise<void> }>(one: T): T => {
  open.push(one);
  return one;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'branchline-gpio-'));
  lab = new LabGpio({
    tools: folder,
    contacts: [
      { name: 'door', line: 5, role: 'door', activeLow: true },
      { name: 'case', line: 6, role: 'tamper', activeLow: false },
      { name: 'lamp', line: 22, role: 'lamp', activeLow: false },
    ],
  });
  await lab.listen();
  tools = new Tools(folder);
  gpio = cdevGpio({ tools, clock: systemClock, random: () => 0 });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.stop()));
  await lab.close();
  await rm(folder, { recursive: true });
});

class Heard implements GpioListener {
  readonly levels: [string, boolean][] = [];
  readonly troubles = new Map<string, string>();
  level(line: string, high: boolean): void {
    this.levels.push([line, high]);
  }
  lost(line: string, because: string): void {
    this.troubles.set(line, because);
  }
  found(line: string): void {
    this.troubles.delete(line);
  }
}

const lastOf = (heard: Heard, line: string): boolean | undefined =>
  heard.levels.findLast(([name]) => name === line)?.[1];
const heldAt = (offset: number): string | undefined => lab.bank.lines[offset]?.held?.consumer;

test('inputs, by offset and by name: how they are, and each edge', async () => {
  const heard = new Heard();
  kept(
    gpio.inputs(
      [
        { name: 'door', at: { ...CHIP, line: 5 }, bias: 'pull-up' },
        { name: 'case', at: { ...CHIP, line: 'case' } },
      ],
      heard,
    ),
  );
  await vi.waitFor(() => expect([heldAt(5), heldAt(6)]).toEqual(['gpiomon', 'gpiomon']), HUNG);
  expect([lastOf(heard, 'door'), lastOf(heard, 'case')]).toEqual([true, false]);
  lab.set('door', true);
  lab.set('case', true);
  lab.set('case', false);
  await vi.waitFor(() => {
    expect(heard.levels.slice(2).filter(([name]) => name === 'case')).toEqual([
      ['case', true],
      ['case', false],
    ]);
    expect(lastOf(heard, 'door')).toBe(false);
  }, HUNG);
});

test('an output: steady, blinking by the tool itself, and off when it is left', async () => {
  const heard = new Heard();
  const lamp = gpio.output({ name: 'lamp', at: { ...CHIP, chip: 'lab-gpio', line: 22 }, on: true }, heard);
  lamp.show({ on: true, phases: [] });
  await vi.waitFor(() => expect(lab.isActive('lamp')).toBe(true), HUNG);
  lamp.show({ on: true, phases: [100, 150, 100, 650] });
  await vi.waitFor(() => expect(lab.bank.driveOf(22)?.periodsMs).toEqual([100, 150, 100, 650]), HUNG);
  lamp.show({ on: false, phases: [] });
  lamp.show({ on: true, phases: [] });
  lamp.show({ on: false, phases: [] });
  await vi.waitFor(() => {
    expect(lab.bank.driveOf(22)).toMatchObject({ high: false, periodsMs: [] });
  }, HUNG);
  await lamp.stop();
  await vi.waitFor(() => expect(heldAt(22)).toBeUndefined(), HUNG);
  expect([lab.isActive('lamp'), heard.troubles.size]).toEqual([false, 0]);
});

test('a chip that is not there, and comes back: lost with a reason, found by itself', async () => {
  lab.fault('missing', true);
  const heard = new Heard();
  kept(gpio.inputs([{ name: 'door', at: { ...CHIP, line: 5 } }], heard));
  await vi.waitFor(() => {
    expect(heard.troubles.get('door')).toBe('{no-chip-at-all|gpiochip0}');
  }, HUNG);
  lab.fault('missing', false);
  await vi.waitFor(() => expect(lastOf(heard, 'door')).toBe(true), HUNG);
  expect(heard.troubles.size).toBe(0);
  // Pulled out while it is watched.
  lab.fault('missing', true);
  await vi.waitFor(() => expect(heard.troubles.has('door')).toBe(true), HUNG);
});

test('a line that another program holds is lost with the words of the tool, and taken when it is free', async () => {
  const release = lab.bank.request([22], { consumer: 'other', direction: 'output' }, () => undefined);
  const heard = new Heard();
  const lamp = kept(gpio.output({ name: 'lamp', at: { ...CHIP, line: 22 }, on: true }, heard));
  lamp.show({ on: true, phases: [] });
  await vi.waitFor(() => {
    expect(heard.troubles.get('lamp')).toBe(
      "gpioset: unable to request lines on chip 'gpiochip0': Device or resource busy",
    );
  }, HUNG);
  release();
  await vi.waitFor(() => expect([lab.isActive('lamp'), heard.troubles.size]).toEqual([true, 0]), HUNG);
});

test('what is to be done stands in the reason: no tools, tools too old, no such line', async () => {
  await expect(new Tools(join(folder, 'nowhere')).find({ ...CHIP, line: 5 })).rejects.toThrow(
    "gpiodetect is not there: install Debian's package gpiod, 2.0 or newer",
  );
  await expect(tools.find({ ...CHIP, line: 'nobody' })).rejects.toThrow(
    "gpiochip0 has no line named 'nobody'; gpioinfo lists them",
  );
  await expect(tools.find({ ...CHIP, chip: 'pinctrl', line: 1 })).rejects.toThrow(
    "there is no chip 'pinctrl': gpiochip0 [lab-gpio]",
  );
  await writeFile(join(folder, 'gpiodetect'), "#!/bin/sh\necho 'gpiodetect (libgpiod) v1.6.3'\n", {
    mode: 0o755,
  });
  await expect(tools.find({ ...CHIP, line: 5 })).rejects.toThrow('gpiod 1.6.3 is too old');
});

test('a service that is killed holds no line: its tools end with it', async () => {
  const code = `
    import { Tools } from ${JSON.stringify(new URL('../../firmware/devices/gpio/cdev/tools.ts', import.meta.url).href)};
    const child = new Tools(${JSON.stringify(folder)}).stay('gpioset', ['--banner', '-c', 'gpiochip0', '22=1']);
    child.stdout.once('data', () => process.kill(process.pid, 'SIGKILL'));
    setTimeout(() => undefined, 60_000);`;
  const service = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
  const gone = new Promise((resolve) => service.once('exit', (_, signal) => resolve(signal)));
  expect(await gone).toBe('SIGKILL');
  await vi.waitFor(() => expect(heldAt(22)).toBeUndefined(), HUNG);
});

test.runIf(/v2\./.test(String(spawnSync('gpiodetect', ['--version']).stdout)))(
  'the real tools of this machine know every option that is given to them',
  () => {
    for (const [tool, options] of [
      ['gpiomon', ['-c', '-b', '--edges', '--format']],
      ['gpioget', ['-c', '-b', '--numeric']],
      ['gpioset', ['-c', '-t', '--banner']],
    ] as const) {
      const help = spawnSync(tool, ['--help'], { encoding: 'utf8' }).stdout;
      for (const option of options) expect(help).toContain(option);
    }
  },
);
