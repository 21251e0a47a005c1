import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { HostReading } from './host.ts';
import { tellMachineAlarms } from './machine-alarms.ts';
import { emmcWear, firmwareThrottle, Machine, mostHandles, THROTTLED_FOR_MS, threadsOf } from './machine.ts';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'branchline-machine-'))));
afterEach(() => rmSync(root, { recursive: true }));

function file(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe('throttling', () => {
  test.each([
    ['0x0', 'no'],
    ['50005', 'voltage'],
    ['0x50000', 'no'],
    ['e0008', 'temperature'],
    ['0x2', 'temperature'],
    ['?', 'unknown'],
  ])('a Raspberry Pi that says %s: %s', (text, is) => {
    expect(firmwareThrottle(text)).toBe(is);
  });

  it("is told by the kernel's counters as they move, of any core, and for a while after", async () => {
    const counter = (cpu: number): string =>
      `sys/devices/system/cpu/cpu${cpu}/thermal_throttle/core_throttle_count`;
    file(counter(0), '7\n');
    file(counter(1), '0\n');
    const machine = new Machine(root);
    expect(await machine.throttled(0)).toBe('no');
    file(counter(1), '1\n');
    expect(await machine.throttled(10_000)).toBe('temperature');
    expect(await machine.throttled(10_000 + THROTTLED_FOR_MS - 1)).toBe('temperature');
    expect(await machine.throttled(10_000 + THROTTLED_FOR_MS)).toBe('no');
  });

  it('is not known where nobody counts', async () => {
    expect(await new Machine(root).throttled(0)).toBe('unknown');
  });
});

describe('wear', () => {
  test.each([
    ['0x01 0x02', '0x01', { disk: 'mmcblk0', usedPercent: 20, reserve: 'normal' }],
    ['0x0b 0x01', '0x03', { disk: 'mmcblk0', usedPercent: 110, reserve: 'urgent' }],
    ['0x00 0x00', '0x02', { disk: 'mmcblk0', usedPercent: null, reserve: 'warning' }],
    ['', '', undefined],
  ])('an eMMC that says %s and %s', (life, eol, wear) => {
    expect(emmcWear('mmcblk0', life, eol)).toEqual(wear);
  });

  it('is read of each eMMC; an SD card and other disks say nothing', async () => {
    file('sys/block/mmcblk0/device/life_time', '0x03 0x01\n');
    file('sys/block/mmcblk0/device/pre_eol_info', '0x01\n');
    file('sys/block/mmcblk1/device/name', 'SD\n');
    file('sys/block/mmcblk0boot0/size', '1\n');
    file('sys/block/vda/size', '1\n');
    expect(await new Machine(root).wear()).toEqual([{ disk: 'mmcblk0', usedPercent: 30, reserve: 'normal' }]);
  });
});

describe("the engine's process", () => {
  it('has threads, open files and a limit of them', async () => {
    file('proc/42/status', 'Name:\tasterisk\nThreads:\t61\n');
    file(
      'proc/42/limits',
      'Limit  Soft Limit  Hard Limit\nMax open files            1024                 4096   files\n',
    );
    file('proc/42/fd/0', '');
    file('proc/42/fd/1', '');
    expect(await new Machine(root).engine(42)).toEqual({ threads: 61, handles: 2, mostHandles: 1024 });
  });

  it('tells nothing where it is not, or is not ours', async () => {
    expect(await new Machine(root).engine(42)).toEqual({ threads: null, handles: null, mostHandles: null });
    expect([threadsOf(''), mostHandles('Max open files   unlimited  unlimited files')]).toEqual([null, null]);
  });
});

test('what is an alarm, and what clears it', () => {
  const open = new Map<string, string | undefined>();
  const alarms = {
    raise: (code: string, subject: string, detail?: string) => void open.set(`${code} ${subject}`, detail),
    clear: (code: string, subject: string) => void open.delete(`${code} ${subject}`),
    keepOnly: (code: string, kept: Iterable<string>) => {
      const names = new Set([...kept].map((subject) => `${code} ${subject}`));
      for (const key of open.keys()) if (key.startsWith(code) && !names.has(key)) open.delete(key);
    },
  };
  const cpu = { percent: 1, load1: 0, cores: 2 };
  const tell = (reading: Pick<HostReading, 'cpu' | 'wear' | 'engineProcess'>): void =>
    tellMachineAlarms(alarms, reading);
  tell({
    cpu: { ...cpu, throttled: 'voltage' },
    wear: [
      { disk: 'mmcblk0', usedPercent: 90 },
      { disk: 'mmcblk1', usedPercent: 20, reserve: 'urgent' },
      { disk: 'mmcblk2', usedPercent: 80, reserve: 'normal' },
    ],
    engineProcess: { threads: 60, handles: 820, mostHandles: 1_024 },
  });
  expect([...open.keys()]).toEqual([
    'cpu-throttled cpu',
    'disk-worn mmcblk0',
    'disk-worn mmcblk1',
    'engine-handles engine',
  ]);
  // Who does not know any more leaves it as it is.
  tell({ cpu: { ...cpu, throttled: 'unknown' }, wear: [], engineProcess: null });
  expect([...open.keys()]).toEqual(['cpu-throttled cpu', 'engine-handles engine']);
  const engineProcess = { threads: 60, handles: 80, mostHandles: 1_024 };
  tell({ cpu: { ...cpu, throttled: 'no' }, wear: [], engineProcess });
  expect([...open.keys()]).toEqual([]);
});
