import { describe, expect, test } from 'vitest';
import { cpuPercent, cpuTimes, diskUse, isReadOnly, memory, mountOf, residentMb } from './proc.ts';

describe('/proc/stat', () => {
  const at = (user: number, idle: number): string =>
    `cpu  ${user} 0 0 ${idle} 0 0 0 0 ${user} 0\ncpu0 1 2 3 4 5 6 7 8 9 10\nintr 5\n`;

  test('load between two readings, guests not counted twice', () => {
    const [before, after] = [cpuTimes(at(100, 900)), cpuTimes(at(150, 1050))];
    expect(before && after && cpuPercent(before, after)).toBe(25);
  });

  test('no time passed is no load; waiting for a disk is no work', () => {
    const times = cpuTimes('cpu 10 0 0 80 10 0 0 0\n');
    expect(times).toEqual({ busy: 10, total: 100 });
    expect(times && cpuPercent(times, times)).toBe(0);
  });

  test('what is not there is undefined', () => expect(cpuTimes('')).toBeUndefined());
});

test('/proc/meminfo counts as free what can be had', () => {
  const text = 'MemTotal:        2048000 kB\nMemFree:  1000 kB\nMemAvailable:    1536000 kB\n';
  expect(memory(text)).toEqual({ totalMb: 2000, usedPercent: 25 });
  expect(memory('')).toBeUndefined();
});

test('/proc/PID/status tells what a process holds; nothing for one that has ended', () => {
  expect(residentMb('Name:\tasterisk\nVmRSS:\t   61440 kB\n')).toBe(60);
  expect(residentMb('')).toBeNull();
});

describe('/proc/self/mountinfo', () => {
  const info = [
    '22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw',
    '40 22 8:2 / /var/lib rw - ext4 /dev/sda2 rw',
    '41 22 8:3 / /mnt/two\\040words rw - ext4 /dev/sda3 rw',
    '',
  ].join('\n');

  test.each([
    ['/var/lib/branchline', '/var/lib'],
    ['/var/lib', '/var/lib'],
    ['/var/library', '/'],
    ['/mnt/two words/x', '/mnt/two words'],
  ])('%s lies on %s', (path, mount) => expect(mountOf(path, info)).toBe(mount));

  test.each([
    ['rw,relatime', 'rw', false],
    ['ro,relatime', 'rw', true],
    ['rw,relatime', 'ro,errors=remount-ro', true],
    ['rw,relatime', 'rw,errors=remount-ro', false],
    ['rw,relatime', 'rw,errors=remount-ro,emergency_ro', true],
    ['rw,relatime', 'rw,shutdown', true],
  ])('mounted %s, of a file system that is %s: read-only %s', (own, fileSystem, readOnly) => {
    const line = `40 22 8:2 / /mnt/two\\040words ${own} shared:1 - ext4 /dev/sda2 ${fileSystem}`;
    expect(isReadOnly('/mnt/two words', `${info}${line}\n`)).toBe(readOnly);
  });

  test('of what is not mounted nothing is said', () => expect(isReadOnly('/none', info)).toBe(false));
});

test('a disk is counted as df does: what root keeps for itself is neither used nor free', () => {
  const mib = 256;
  const disk = { bsize: 4096, blocks: 1000 * mib, bfree: 300 * mib, bavail: 250 * mib };
  expect(diskUse(disk)).toEqual({ totalMb: 1000, freeMb: 250, usedPercent: 73.7 });
  expect(diskUse({ bsize: 4096, blocks: 0, bfree: 0, bavail: 0 }).usedPercent).toBe(0);
});
