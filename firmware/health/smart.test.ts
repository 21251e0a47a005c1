import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AlarmCode } from '@branchline/contracts/alarms';
import { tellMachineAlarms } from './machine-alarms.ts';
import { Machine } from './machine.ts';
import { SmartFiles, smartOf } from './smart.ts';

const NOW = Date.parse('2026-11-23T02:00:00Z');

/** As `smartctl --json --xall` writes an ATA disk, without what is not read. */
const ata = ({ passed = true, reallocated = 0, pending = 0, used = 12 } = {}): string =>
  JSON.stringify({
    json_format_version: [1, 0],
    smartctl: { version: [7, 4], exit_status: passed ? 0 : 8 },
    device: { name: '/dev/sda', info_name: '/dev/sda [SAT]', type: 'sat', protocol: 'ATA' },
    model_name: 'EXAMPLE SSD 240G',
    smart_support: { available: true, enabled: true },
    smart_status: { passed },
    ata_smart_attributes: {
      revision: 16,
      table: [
        {
          id: 5,
          name: 'Reallocated_Sector_Ct',
          value: 100,
          worst: 100,
          thresh: 10,
          when_failed: '',
          raw: { value: reallocated, string: String(reallocated) },
        },
        {
          id: 9,
          name: 'Power_On_Hours',
          value: 98,
          worst: 98,
          thresh: 0,
          when_failed: '',
          raw: { value: 8_761, string: '8761' },
        },
        {
          id: 197,
          name: 'Current_Pending_Sector',
          value: 100,
          worst: 100,
          thresh: 0,
          when_failed: '',
          raw: { value: pending, string: String(pending) },
        },
      ],
    },
    ata_device_statistics: {
      pages: [
        {
          number: 1,
          name: 'General Statistics',
          table: [{ offset: 8, name: 'Lifetime Power-On Resets', value: 41 }],
        },
        {
          number: 7,
          name: 'Solid State Device Statistics',
          table: [{ offset: 8, name: 'Percentage Used Endurance Indicator', value: used }],
        },
      ],
    },
    power_on_time: { hours: 8_761 },
    temperature: { current: 34 },
  });

const nvme = (log: Readonly<Record<string, number>> = {}): string =>
  JSON.stringify({
    smartctl: { version: [7, 4], exit_status: 0 },
    device: { name: '/dev/nvme0', type: 'nvme', protocol: 'NVMe' },
    smart_support: { available: true, enabled: true },
    smart_status: { passed: true, nvme: { value: 0 } },
    nvme_smart_health_information_log: {
      critical_warning: 0,
      temperature: 41,
      available_spare: 100,
      available_spare_threshold: 10,
      percentage_used: 3,
      media_errors: 0,
      ...log,
    },
    temperature: { current: 41 },
    power_on_time: { hours: 512 },
  });

const none = JSON.stringify({
  smartctl: { exit_status: 4 },
  smart_support: { available: false },
});

describe('a disk', () => {
  test('of ATA, by its attributes and its statistics', () => {
    const sound = { disk: 'sda', usedPercent: 12, fails: false, temperatureC: 34, powerOnHours: 8_761 };
    expect(smartOf('sda', ata())).toEqual({ ...sound, reallocated: 0, pending: 0 });
    expect(smartOf('sda', ata({ passed: false, reallocated: 24, pending: 8, used: 140 }))).toEqual({
      ...{ ...sound, usedPercent: 110, fails: true, reallocated: 24, pending: 8 },
    });
  });

  test('of NVMe, by its health log', () => {
    const sound = { disk: 'nvme0n1', usedPercent: 3, fails: false, temperatureC: 41, powerOnHours: 512 };
    expect(smartOf('nvme0n1', nvme())).toEqual(sound);
    expect(smartOf('nvme0n1', nvme({ critical_warning: 0x1, available_spare: 9 }))).toEqual({
      ...sound,
      reserve: 'urgent',
    });
    for (const bit of [0x4, 0x8])
      expect(smartOf('nvme0n1', nvme({ critical_warning: bit }))).toMatchObject({ fails: true });
    // Too hot, or its memory backup failed: no word of the disk's end.
    expect(smartOf('nvme0n1', nvme({ critical_warning: 0x2 | 0x10 }))).toMatchObject({ fails: false });
  });

  test('that tells nothing says so, and what is no answer is none', () => {
    expect(smartOf('sdb', none)).toEqual({ disk: 'sdb', usedPercent: null, tells: false });
    for (const text of ['', '{', '[]', '{"smart_status":7}']) expect(smartOf('sdb', text)).toBeUndefined();
  });
});

test("the unit's script leaves one file a disk: none of a disk that does not answer, none of one that is gone", () => {
  const root = mkdtempSync(join(tmpdir(), 'smart-'));
  const [bin, out, block] = [join(root, 'bin'), join(root, 'out'), join(root, 'block')] as const;
  for (const folder of [bin, out, ...['sda', 'sdb', 'nvme0n1', 'vda'].map((disk) => join(block, disk))])
    mkdirSync(folder, { recursive: true });
  // 2: it could not be opened; 8: it fails, and has said so.
  const answers = `for last; do :; done\n[ "$last" = /dev/sdb ] && exit 2\necho "{\\"of\\":\\"$last\\"}"\nexit 8\n`;
  writeFileSync(join(bin, 'smartctl'), `#!/bin/sh\n${answers}`, { mode: 0o755 });
  writeFileSync(join(out, 'sdz.json'), '{}');
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  execFileSync('sh', [join(import.meta.dirname, '../../systemd/smart.sh'), out, root], { env });
  expect(readdirSync(out).sort()).toEqual(['nvme0n1.json', 'sda.json']);
  rmSync(root, { recursive: true });
});

describe('the files', () => {
  let root: string;
  const leave = (name: string, text: string, at = NOW): void => {
    const path = join(root, 'run/branchline-smart', name);
    writeFileSync(path, text);
    utimesSync(path, at / 1_000, at / 1_000);
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'smart-'));
    mkdirSync(join(root, 'run/branchline-smart'), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('are read with the rest of what wears down', async () => {
    leave('sda.json', ata());
    leave('.sdb', ata());
    leave('sdc.json', 'half a fi');
    const disks = await new Machine(root).wear(NOW);
    expect(disks.map(({ disk }) => disk)).toEqual(['sda']);
    expect(await new Machine(join(root, 'nowhere')).wear(NOW)).toEqual([]);
  });

  test('are read again when they are others, and not believed for ever', async () => {
    const files = new SmartFiles(join(root, 'run/branchline-smart'));
    leave('sda.json', ata());
    expect(await files.disks(NOW)).toMatchObject([{ fails: false }]);
    leave('sda.json', ata({ passed: false }), NOW + 3_600_000);
    expect(await files.disks(NOW + 3_600_000)).toMatchObject([{ fails: true }]);
    expect(await files.disks(NOW + 28 * 3_600_000)).toEqual([]);
  });
});

test('a disk that fails is another alarm than one that is worn, and a sector that cannot be read is the first sign', () => {
  const open = new Map<string, string | undefined>();
  const alarms = {
    raise: (code: AlarmCode, subject: string, detail?: string) => void open.set(`${code} ${subject}`, detail),
    clear: (code: AlarmCode, subject: string) => void open.delete(`${code} ${subject}`),
    keepOnly: (code: AlarmCode, kept: Iterable<string>) => {
      const names = new Set([...kept].map((subject) => `${code} ${subject}`));
      for (const key of open.keys()) if (key.startsWith(code) && !names.has(key)) open.delete(key);
    },
  };
  const tell = (...texts: readonly string[]): void =>
    tellMachineAlarms(alarms, {
      cpu: { percent: 1, load1: 0, cores: 2 },
      wear: texts.flatMap((text, at) => smartOf(`sd${'abc'[at]}`, text) ?? []),
      engineProcess: null,
    });
  tell(ata({ pending: 2 }), ata({ passed: false, used: 95 }), ata({ reallocated: 3 }));
  expect([...open]).toEqual([
    ['disk-worn sdb', '95 %'],
    ['disk-failing sda', '{smart-pending|2}'],
    ['disk-failing sdb', '{smart-fails}'],
  ]);
  tell(ata(), none);
  expect([...open]).toEqual([]);
});
