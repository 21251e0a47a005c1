import { beforeEach, describe, expect, test } from 'vitest';
import { healthReport, type HealthReport } from '@branchline/contracts/health';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { Alarms } from './alarms.ts';
import type { DiskDays } from './disk-forecast.ts';
import { DiskWatch } from './disk-watch.ts';
import type { HostReading } from './host.ts';
import { HealthMonitor, MONITOR_TUNING } from './monitor.ts';

const SINCE = '2026-01-05T02:00:00.000Z';
let clock: ManualClock;
let host: HostReading;
let refused: boolean;
let trunk: 'up' | 'down';
let calls: number;
let told: HealthReport[];
let shown: HealthReport[];
let alarms: Map<string, string | undefined>;
let kept: DiskDays[];
let held: (string | null)[];
let letGo: number;
let monitor: HealthMonitor;
let answers: () => Promise<HostReading>;

beforeEach(() => {
  clock = new ManualClock();
  host = {
    uptimeS: 5,
    cpu: { percent: 3, load1: 0.1, cores: 2 },
    memory: { totalMb: 2000, usedPercent: 30, serviceMb: 80, engineMb: null },
    disks: [{ mount: '/', totalMb: 1000, freeMb: 900, usedPercent: 10, readOnly: false, ledger: true }],
    temperatureC: null,
    wear: [],
    engineProcess: null,
  };
  [refused, trunk, calls] = [false, 'up', 0];
  [told, shown] = [[], []];
  alarms = new Map();
  answers = () => Promise.resolve(host);
  [kept, held, letGo] = [[], [], 0];
  const book: Alarms = {
    raise: (code, subject, detail) => void alarms.set(`${code} ${subject}`, detail),
    clear: (code, subject) => void alarms.delete(`${code} ${subject}`),
  };
  monitor = new HealthMonitor({
    clock,
    log: silentLog,
    readHost: () => answers(),
    sources: {
      engine: () => ({ state: 'up', version: '22.10.1', since: SINCE, optionsMs: 2 }),
      phones: () => [],
      trunks: () => [{ name: 'e1-a', state: trunk, since: SINCE, calls: 0, channels: 30 }],
      uplink: () => ({ connected: true, since: SINCE, outbox: 0 }),
      maintenance: () => [],
      calls: () => calls,
    },
    disks: new DiskWatch({
      clock,
      rules: () => ({ recordingsMb: 50, messagesMb: 30, leftoversMb: 100, warnMs: 14 * 86_400_000 }),
      ledgerRefused: () => refused,
      alarms: book,
      kept: undefined,
      keep: (days) => kept.push(days),
      holdRecordings: (because) => held.push(because),
      refuseMessages: () => undefined,
      letGo: () => void (letGo += 1),
    }),
    board: { set: (_, _id, value) => void shown.push(healthReport.parse(value)) },
    alarms: book,
    tell: (report) => told.push(report),
  });
});

/** Lets time pass in steps of a second, and what was read arrive. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function started(): Promise<void> {
  monitor.start();
  await pass(2);
}

describe('telling', () => {
  test('headquarters hears every 5 min while nothing changes, the page with each reading', async () => {
    await started();
    expect(told).toHaveLength(1);
    await pass(599);
    expect(told).toHaveLength(2 + 1);
    expect(shown.length).toBeGreaterThanOrEqual(60);
  });

  test('of a figure that has moved it hears within 30 s, of one that trembles it does not', async () => {
    await started();
    host = { ...host, cpu: { ...host.cpu, percent: 12 }, memory: { ...host.memory, usedPercent: 33 } };
    await pass(60);
    expect(told).toHaveLength(1);
    calls = 1;
    await pass(30);
    expect(told).toHaveLength(2);
    expect(told[1]?.calls).toBe(1);
    host = { ...host, cpu: { ...host.cpu, percent: 60 } };
    await pass(30);
    expect(told.at(-1)?.cpu.percent).toBe(60);
  });

  test('a change of state is told within a breath, a change of figures is not', async () => {
    await started();
    await pass(5);
    host = { ...host, cpu: { ...host.cpu, percent: 99 } };
    monitor.changed();
    await pass(1);
    expect(told).toHaveLength(1);
    trunk = 'down';
    monitor.changed();
    await pass(1);
    expect(told).toHaveLength(2);
    expect(told[1]?.trunks[0]?.state).toBe('down');
  });

  test('a trunk that flutters does not flood a slow line, and its last state is told', async () => {
    await started();
    await pass(5);
    for (let flip = 0; flip < 10; flip++) {
      trunk = trunk === 'up' ? 'down' : 'up';
      monitor.changed();
      clock.advance(300);
    }
    trunk = 'down';
    monitor.changed();
    await pass(MONITOR_TUNING.leastMs / 1000 + 1);
    expect(told.length).toBeLessThanOrEqual(4);
    expect(told.at(-1)?.trunks[0]?.state).toBe('down');
  });

  test('nothing more after the stop', async () => {
    await started();
    monitor.stop();
    monitor.changed();
    await pass(60);
    expect(told).toHaveLength(1);
  });
});

describe('alarms', () => {
  test('a disk that fills up: low, then no recordings, then full, one alarm each, then none', async () => {
    await started();
    const disk = { mount: '/', totalMb: 1000, readOnly: false, ledger: true };
    const fill = async (usedPercent: number, freeMb: number): Promise<string[]> => {
      host = { ...host, disks: [{ ...disk, freeMb, usedPercent }] };
      await pass(10);
      return [...alarms.keys()];
    };
    expect(await fill(91, 90)).toEqual(['disk-low /']);
    expect(held).toEqual([]);
    expect(await fill(96, 40)).toEqual(['recordings-held /']);
    expect(held).toEqual(['disk has no room to spare']);
    expect(await fill(99, 10)).toEqual(['disk-full /']);
    expect(await fill(50, 500)).toEqual([]);
    expect(held).toEqual(['disk has no room to spare', null]);
    expect(letGo).toBe(1);
  });

  test("today's figure is kept, once, and the report tells what is free", async () => {
    await started();
    await pass(60);
    expect(kept.map((days) => days['/']?.map(({ freeMb }) => freeMb))).toEqual([[900]]);
    expect(told[0]?.disks).toEqual([
      { mount: '/', totalMb: 1000, usedPercent: 10, freeMb: 900, readOnly: false, fullAt: null },
    ]);
  });

  test('a ledger that is refused is a full disk, whatever the figures say', async () => {
    await started();
    refused = true;
    monitor.changed();
    await pass(1);
    expect([...alarms.keys()]).toEqual(['disk-full /']);
  });

  test('a disk that does not answer: the report goes on with the last figures', async () => {
    await started();
    answers = () => new Promise(() => undefined);
    trunk = 'down';
    await pass(20);
    expect(told.at(-1)?.trunks[0]?.state).toBe('down');
  });

  test('a machine that cannot be read is tried again', async () => {
    answers = () => Promise.reject(new Error('no'));
    await started();
    expect(told).toEqual([]);
    answers = () => Promise.resolve(host);
    await pass(10);
    expect(told).toHaveLength(1);
  });
});
