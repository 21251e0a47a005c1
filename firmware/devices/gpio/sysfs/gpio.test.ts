import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import type { GpioListener } from '../port.ts';
import { SysfsFiles } from './files.ts';
import { sysfsGpio } from './gpio.ts';

let sys = '';
const gpio = (path: string): string => join(sys, 'class/gpio', path);
const put = (path: string, text: string): void => {
  mkdirSync(join(gpio(path), '..'), { recursive: true });
  writeFileSync(gpio(path), text);
};
const read = (path: string): string => readFileSync(gpio(path), 'utf8').trim();
const chip = (base: number, label: string, ngpio = 32): void => {
  for (const [file, value] of Object.entries({ label, base, ngpio }))
    put(`gpiochip${base}/${file}`, `${value}\n`);
};
/** As the kernel makes it when a number is exported. */
const exported = (number: number): void => {
  put(`gpio${number}/direction`, 'in\n');
  put(`gpio${number}/value`, '0\n');
};

beforeEach(() => {
  sys = mkdtempSync(join(tmpdir(), 'branchline-sysfs-'));
});
afterEach(() => rmSync(sys, { recursive: true }));

class Heard implements GpioListener {
  readonly said: string[] = [];
  level = (line: string, high: boolean): void => void this.said.push(`${line} ${high ? 'high' : 'low'}`);
  lost = (line: string, because: string): void => void this.said.push(`${line} lost: ${because}`);
  found = (line: string): void => void this.said.push(`${line} found`);
}

describe('the number of a line', () => {
  const at = (label: string, line: number) => ({ driver: 'sysfs', chip: label, line }) as const;

  test("is its chip's base, whatever that is on this kernel, and its offset", () => {
    chip(512, 'soc', 58);
    expect(new SysfsFiles(sys).numberOf(at('', 17))).toBe(529);
    chip(570, 'expander', 8);
    expect(new SysfsFiles(sys).numberOf(at('expander', 7))).toBe(577);
  });

  test('cannot be told: each reason says what would be right', () => {
    const number = (label: string, line: number) => () => new SysfsFiles(sys).numberOf(at(label, line));
    expect(number('', 1)).toThrow('this kernel has no GPIO in sysfs');
    chip(512, 'soc', 58);
    expect(number('pinctrl', 1)).toThrow("there is no chip 'pinctrl' in sysfs: soc");
    expect(number('soc', 58)).toThrow('line 58 is not on soc, which has 58');
    chip(570, 'expander', 8);
    expect(number('', 1)).toThrow("say which chip, 'sysfs:LABEL': soc, expander");
  });
});

describe('lines', () => {
  const door = { name: 'door', at: { driver: 'sysfs', chip: '', line: 5 } } as const;
  const lamp = { name: 'lamp', at: { driver: 'sysfs', chip: '', line: 7 }, on: true } as const;

  test('an input is told as it is, and whenever it is another', async () => {
    chip(0, 'soc');
    exported(5);
    const clock = new ManualClock();
    const heard = new Heard();
    const inputs = sysfsGpio({ files: new SysfsFiles(sys), clock }).inputs([door], heard);
    expect([heard.said, read('gpio5/direction')]).toEqual([['door found', 'door low'], 'in']);
    put('gpio5/value', '1\n');
    clock.advance(50);
    clock.advance(200);
    put('gpio5/value', '0\n');
    clock.advance(50);
    expect(heard.said.slice(2)).toEqual(['door high', 'door low']);
    await inputs.stop();
    put('gpio5/value', '1\n');
    clock.advance(10_000);
    expect(heard.said).toHaveLength(4);
  });

  test('a line that is not there is lost, and found when it is', () => {
    const clock = new ManualClock();
    const heard = new Heard();
    sysfsGpio({ files: new SysfsFiles(sys), clock }).inputs([door], heard);
    expect(heard.said).toEqual(['door lost: {no-sysfs}']);
    chip(0, 'soc');
    exported(5);
    clock.advance(5_000);
    expect(heard.said.slice(1)).toEqual(['door found', 'door low']);
    rmSync(gpio('gpio5'), { recursive: true });
    rmSync(gpio('gpiochip0'), { recursive: true });
    clock.advance(50);
    expect(heard.said.at(-1)).toContain('door lost');
  });

  test('an output begins at its level, goes on and off as its pattern says, and is left off', async () => {
    chip(0, 'soc');
    exported(7);
    const clock = new ManualClock();
    const output = sysfsGpio({ files: new SysfsFiles(sys), clock }).output(lamp, new Heard());
    output.show({ on: true, phases: [100, 150] });
    expect(read('gpio7/direction')).toBe('high');
    const levels: string[] = [];
    for (let step = 0; step < 5; step += 1) {
      clock.advance(step % 2 === 0 ? 100 : 150);
      levels.push(read('gpio7/value'));
    }
    expect(levels).toEqual(['0', '1', '0', '1', '0']);
    output.show({ on: true, phases: [] });
    clock.advance(1_000);
    expect(read('gpio7/value')).toBe('1');
    await output.stop();
    expect(read('gpio7/value')).toBe('0');
    clock.advance(10_000);
    expect(read('gpio7/value')).toBe('0');
  });

  test('one that is on at low', async () => {
    chip(0, 'soc');
    exported(7);
    const clock = new ManualClock();
    const output = sysfsGpio({ files: new SysfsFiles(sys), clock }).output(
      { ...lamp, on: false },
      new Heard(),
    );
    output.show({ on: false, phases: [] });
    expect(read('gpio7/direction')).toBe('high');
    output.show({ on: true, phases: [] });
    expect(read('gpio7/value')).toBe('0');
    await output.stop();
    expect(read('gpio7/value')).toBe('1');
  });

  test.skipIf(process.getuid?.() === 0)('what may not be written says so', () => {
    chip(0, 'soc');
    exported(7);
    chmodSync(gpio('gpio7/direction'), 0o400);
    const heard = new Heard();
    sysfsGpio({ files: new SysfsFiles(sys), clock: new ManualClock() })
      .output(lamp, heard)
      .show({ on: true, phases: [] });
    expect(heard.said.at(-1)).toContain('let the account of this service write there');
  });
});
