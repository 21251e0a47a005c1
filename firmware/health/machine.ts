/** What wears a machine down or holds it back, and what the engine's process holds: from small files of the kernel, no program is started. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HealthReport } from '@branchline/contracts/health';
import { SmartFiles } from './smart.ts';

export type Throttled = NonNullable<HealthReport['cpu']['throttled']>;
export type DiskWear = NonNullable<HealthReport['wear']>[number];

/** One that was held back is taken to be so for so long after: it comes and goes by the second, ms. */
export const THROTTLED_FOR_MS = 300_000;

/** Bits of Raspberry Pi's firmware (documentation of `vcgencmd get_throttled`): what is now, not what has been. */
const UNDER_VOLTAGE = 0x1;
const FREQUENCY_CAPPED = 0x2;
const THROTTLED = 0x4;
const SOFT_LIMIT = 0x8;

/** `get_throttled`, hexadecimal with or without 0x. */
export function firmwareThrottle(text: string): Throttled {
  const bits = parseInt(text.trim(), 16);
  if (Number.isNaN(bits)) return 'unknown';
  if (bits & UNDER_VOLTAGE) return 'voltage';
  return bits & (FREQUENCY_CAPPED | THROTTLED | SOFT_LIMIT) ? 'temperature' : 'no';
}

/** eMMC (JESD84-B51, EXT_CSD 267 to 269): the worse of the two estimates, each step a tenth of its life; undefined where it is not told. */
export function emmcWear(disk: string, lifeTime: string, preEol: string): DiskWear | undefined {
  const steps = lifeTime
    .trim()
    .split(/\s+/)
    .map((step) => parseInt(step, 16))
    .filter((step) => step > 0);
  const reserve = ['normal', 'warning', 'urgent'][parseInt(preEol.trim(), 16) - 1] as DiskWear['reserve'];
  if (steps.length === 0 && reserve === undefined) return undefined;
  const usedPercent = steps.length === 0 ? null : Math.min(110, Math.max(...steps) * 10);
  return { disk, usedPercent, ...(reserve === undefined ? {} : { reserve }) };
}

/** /proc/PID/status. */
export const threadsOf = (status: string): number | null => {
  const found = /^Threads:\s+(\d+)$/m.exec(status)?.[1];
  return found === undefined ? null : Number(found);
};

/** /proc/PID/limits: how many files it may have open; null where there is no limit. */
export const mostHandles = (limits: string): number | null => {
  const found = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return found === undefined ? null : Number(found);
};

export class Machine {
  readonly #root: string;
  readonly #smart: SmartFiles;
  #counted: number | undefined;
  #movedAt: number | undefined;

  /** @param root for tests */
  constructor(root = '/') {
    this.#root = root;
    this.#smart = new SmartFiles(join(root, 'run/branchline-smart'));
  }

  /** @param now monotonic, ms */
  async throttled(now: number): Promise<Throttled> {
    const firmware = await this.#text('sys/devices/platform/soc/soc:firmware/get_throttled');
    if (firmware !== '') return firmwareThrottle(firmware);
    const count = await this.#throttleCount();
    if (count === undefined) return 'unknown';
    if (this.#counted !== undefined && count > this.#counted) this.#movedAt = now;
    this.#counted = count;
    return this.#movedAt !== undefined && now - this.#movedAt < THROTTLED_FOR_MS ? 'temperature' : 'no';
  }

  /** @param now the time of day, ms */
  async wear(now = Date.now()): Promise<DiskWear[]> {
    const disks = (await this.#names('sys/block')).filter((name) => /^mmcblk\d+$/.test(name));
    const found = await Promise.all(
      disks.map(async (disk) => {
        const [life, eol] = await Promise.all(
          ['life_time', 'pre_eol_info'].map((file) => this.#text(`sys/block/${disk}/device/${file}`)),
        );
        return emmcWear(disk, life ?? '', eol ?? '');
      }),
    );
    return [...found.filter((each) => each !== undefined), ...(await this.#smart.disks(now))];
  }

  /** `handles` is null where the engine runs as somebody else, whose open files are not ours to see. */
  async engine(pid: number): Promise<NonNullable<HealthReport['engineProcess']>> {
    const [status, limits, fds] = await Promise.all([
      this.#text(`proc/${pid}/status`),
      this.#text(`proc/${pid}/limits`),
      readdir(join(this.#root, `proc/${pid}/fd`)).catch(() => null),
    ]);
    return { threads: threadsOf(status), handles: fds?.length ?? null, mostHandles: mostHandles(limits) };
  }

  /** Since the start of the machine, of all cores; undefined where the kernel does not count. */
  async #throttleCount(): Promise<number | undefined> {
    const cpus = (await this.#names('sys/devices/system/cpu')).filter((name) => /^cpu\d+$/.test(name));
    const texts = await Promise.all(
      cpus.flatMap((cpu) =>
        ['core', 'package'].map((what) =>
          this.#text(`sys/devices/system/cpu/${cpu}/thermal_throttle/${what}_throttle_count`),
        ),
      ),
    );
    const counts = texts.filter((text) => /^\d+\s*$/.test(text)).map(Number);
    return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
  }

  #text(path: string): Promise<string> {
    return readFile(join(this.#root, path), 'utf8').catch(() => '');
  }

  #names(path: string): Promise<string[]> {
    return readdir(join(this.#root, path)).catch(() => []);
  }
}
