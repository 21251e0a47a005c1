import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLog } from '@branchline/runtime/log';
import { Host } from './host.ts';

test('this machine can be read, its disks once each', async () => {
  const host = new Host({
    log: silentLog,
    folders: [
      { path: tmpdir(), ledger: false },
      { path: tmpdir(), ledger: true },
      { path: '/does/not/exist', ledger: false },
    ],
    enginePid: () => process.pid,
  });
  const reading = await host.read();
  expect(reading.disks).toHaveLength(1);
  expect(reading.disks[0]).toMatchObject({ ledger: true });
  expect(reading.memory.totalMb).toBeGreaterThan(100);
  expect(reading.memory.engineMb).toBeGreaterThan(10);
  expect(reading.cpu.percent).toBe(0);
});

test('an engine that has ended holds nothing', async () => {
  const host = new Host({ log: silentLog, folders: [], enginePid: () => 2 ** 30 });
  expect((await host.read()).memory.engineMb).toBeNull();
});

test('the hottest zone is the temperature; zones that say nothing are passed over', async () => {
  const thermalDir = mkdtempSync(join(tmpdir(), 'thermal-'));
  for (const [zone, temp] of Object.entries({
    thermal_zone0: '41250\n',
    thermal_zone1: '55040\n',
    thermal_zone2: '',
  })) {
    mkdirSync(join(thermalDir, zone));
    writeFileSync(join(thermalDir, zone, 'temp'), temp);
  }
  const read = (dir: string) =>
    new Host({ log: silentLog, folders: [], enginePid: () => null, thermalDir: dir }).read();
  expect((await read(thermalDir)).temperatureC).toBe(55);
  rmSync(thermalDir, { recursive: true });
  expect((await read(thermalDir)).temperatureC).toBeNull();
});
