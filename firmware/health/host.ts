/**
 * The machine as it feels: a few small files and one system call for each disk. No program is started for it: a shell that is
 * waited for would hold up calls (which is why the temperature is read here and not by a library).
 */
import { readdir, readFile, realpath, statfs } from 'node:fs/promises';
import { availableParallelism, loadavg, uptime } from 'node:os';
import { join } from 'node:path';
import type { HealthReport } from '@branchline/contracts/health';
import type { Log } from '@branchline/runtime/log';
import { Machine, type DiskWear } from './machine.ts';
import {
  cpuPercent,
  cpuTimes,
  diskUse,
  isReadOnly,
  memory,
  mountOf,
  residentMb,
  type CpuTimes,
} from './proc.ts';

export interface DiskReading {
  readonly mount: string;
  readonly totalMb: number;
  readonly freeMb: number;
  readonly usedPercent: number;
  /** The kernel lets nothing be written to it. */
  readonly readOnly: boolean;
  /** Whether the ledger is on it. */
  readonly ledger: boolean;
}

export interface HostReading {
  readonly uptimeS: number;
  readonly cpu: HealthReport['cpu'];
  readonly memory: HealthReport['memory'];
  readonly disks: readonly DiskReading[];
  readonly temperatureC: number | null;
  readonly wear: readonly DiskWear[];
  readonly engineProcess: NonNullable<HealthReport['engineProcess']> | null;
}

export interface WatchedFolder {
  readonly path: string;
  readonly ledger: boolean;
}

export interface HostDeps {
  readonly log: Log;
  readonly folders: readonly WatchedFolder[];
  readonly enginePid: () => number | null;
  /** The kernel's thermal zones. */
  readonly thermalDir?: string;
}

export class Host {
  readonly #deps: HostDeps;
  readonly #machine = new Machine();
  #cpu: CpuTimes | undefined;

  constructor(deps: HostDeps) {
    this.#deps = deps;
  }

  /** The load of the processor is that since the last reading, 0 at the first. */
  async read(): Promise<HostReading> {
    const [stat, meminfo, disks, temperatureC, engineMb, throttled, wear, engineProcess] = await Promise.all([
      text('/proc/stat'),
      text('/proc/meminfo'),
      this.#disks(),
      temperature(this.#deps.thermalDir ?? THERMAL),
      this.#engineMb(),
      this.#machine.throttled(performance.now()),
      this.#machine.wear(),
      this.#engineProcess(),
    ]);
    const serviceMb = Math.round(process.memoryUsage.rss() / 1_048_576);
    const { totalMb, usedPercent } = memory(meminfo) ?? { totalMb: 0, usedPercent: 0 };
    return {
      uptimeS: Math.round(uptime()),
      cpu: { percent: this.#load(stat), load1: loadavg()[0] ?? 0, cores: availableParallelism(), throttled },
      memory: { totalMb, usedPercent, serviceMb, engineMb },
      disks,
      temperatureC,
      wear,
      engineProcess,
    };
  }

  #load(stat: string): number {
    const [before, now] = [this.#cpu, cpuTimes(stat)];
    this.#cpu = now;
    return before && now ? cpuPercent(before, now) : 0;
  }

  async #engineMb(): Promise<number | null> {
    const pid = this.#deps.enginePid();
    return pid === null ? null : residentMb(await text(`/proc/${pid}/status`));
  }

  async #engineProcess(): Promise<HostReading['engineProcess']> {
    const pid = this.#deps.enginePid();
    return pid === null ? null : this.#machine.engine(pid);
  }

  async #disks(): Promise<DiskReading[]> {
    const mountinfo = await text('/proc/self/mountinfo');
    const found = new Map<string, DiskReading>();
    for (const { path, ledger } of this.#deps.folders) {
      try {
        const mount = mountOf(await realpath(path), mountinfo);
        const also = found.get(mount)?.ledger ?? false;
        const readOnly = isReadOnly(mount, mountinfo);
        found.set(mount, { mount, ...diskUse(await statfs(path)), readOnly, ledger: ledger || also });
      } catch (error) {
        this.#deps.log.warn({ err: error, path }, 'a disk cannot be read');
      }
    }
    return [...found.values()];
  }
}

const THERMAL = '/sys/class/thermal';

/** The hottest zone in degrees Celsius, null where the machine has none (kernel: thermal/sysfs-api, millidegrees). */
async function temperature(dir: string): Promise<number | null> {
  const zones = await readdir(dir).catch(() => []);
  const readings = await Promise.all(
    zones.filter((zone) => zone.startsWith('thermal_zone')).map((zone) => text(join(dir, zone, 'temp'))),
  );
  const degrees = readings
    .filter((reading) => /^-?\d+\s*$/.test(reading))
    .map((reading) => Number(reading) / 1000);
  return degrees.length > 0 ? Math.round(Math.max(...degrees) * 10) / 10 : null;
}

/** Empty for what cannot be read: the kernel or the process does not have it. */
const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
