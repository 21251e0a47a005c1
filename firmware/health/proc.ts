/** What Linux tells in /proc, read from its text. Pure; proc(5) is the source of every format. */

export interface CpuTimes {
  /** Ticks since boot, of all cores together. */
  readonly busy: number;
  readonly total: number;
}

/** /proc/stat. Guest time is within user time already, so it is not counted again. */
export function cpuTimes(stat: string): CpuTimes | undefined {
  const fields = /^cpu +(.*)$/m.exec(stat)?.[1]?.trim().split(/ +/).map(Number);
  if (!fields || fields.length < 4 || fields.some(Number.isNaN)) return undefined;
  const total = fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0);
  const [, , , idle = 0, iowait = 0] = fields;
  return { busy: total - idle - iowait, total };
}

/** Percent of all cores between two readings; 0 when no time has passed. */
export function cpuPercent(before: CpuTimes, after: CpuTimes): number {
  const total = after.total - before.total;
  return total > 0 ? percent((after.busy - before.busy) / total) : 0;
}

/** /proc/meminfo: what a program could still get counts as free. */
export function memory(meminfo: string): { totalMb: number; usedPercent: number } | undefined {
  const kb = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(meminfo)?.[1]);
  const [total, available] = [kb('MemTotal'), kb('MemAvailable')];
  if (!(total > 0) || Number.isNaN(available)) return undefined;
  return { totalMb: Math.round(total / 1024), usedPercent: percent(1 - available / total) };
}

/** /proc/PID/status: megabytes that the process holds. */
export function residentMb(status: string): number | null {
  const kb = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
  return Number.isNaN(kb) ? null : Math.round(kb / 1024);
}

/** /proc/self/mountinfo: the mount point that a real, absolute path lies on. */
export function mountOf(path: string, mountinfo: string): string {
  const points = mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4])
    .filter((point) => point !== undefined)
    .map(unescaped);
  const holds = (point: string): boolean =>
    path === point || path.startsWith(point.endsWith('/') ? point : `${point}/`);
  return points
    .filter(holds)
    .reduce((longest, point) => (point.length > longest.length ? point : longest), '/');
}

/** What a file system says that takes nothing more. After an error ext4 of Linux 6.18 stays 'rw' and adds the second; of 6.1 it turns 'ro'. */
const TAKES_NOTHING = new Set(['ro', 'emergency_ro', 'shutdown']);

/**
 * /proc/self/mountinfo: whether nothing can be written at a mount point, by the mount's own options or those of the file system, which the
 * kernel changes when the disk fails. Of several mounts at one point the last counts.
 */
export function isReadOnly(mount: string, mountinfo: string): boolean {
  const fields = mountinfo
    .split('\n')
    .map((line) => line.split(' '))
    .findLast(([, , , , point]) => point !== undefined && unescaped(point) === mount);
  return [fields?.[5], fields?.at(-1)].some((options) =>
    options?.split(',').some((option) => TAKES_NOTHING.has(option)),
  );
}

const unescaped = (point: string): string =>
  point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));

/** As df(1) counts: what is reserved for root is neither used nor free. */
export function diskUse(fs: { bsize: number; blocks: number; bfree: number; bavail: number }): {
  totalMb: number;
  freeMb: number;
  usedPercent: number;
} {
  const used = fs.blocks - fs.bfree;
  const mb = (blocks: number): number => Math.round((blocks * fs.bsize) / 1_048_576);
  const room = used + fs.bavail;
  return { totalMb: mb(fs.blocks), freeMb: mb(fs.bavail), usedPercent: room > 0 ? percent(used / room) : 0 };
}

/** A share as percent with one decimal, held between 0 and 100. */
function percent(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
}
