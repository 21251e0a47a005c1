/** What /proc says of a process. */
import { readdirSync, readFileSync } from 'node:fs';

/** Of the kernel's clock in /proc, which is 100 a second on every Linux of the last twenty years. */
const TICK_MS = 10;

/** CPU time in ms that a process has used, all threads: by the scheduler's own clock where there is one, else in steps of 10 ms. */
export function cpuMs(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The same with the children it has waited for. */
export function familyCpuMs(pid: number): number {
  return familyOf(statOf(pid));
}

const familyOf = (fields: readonly string[]): number =>
  [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0) * TICK_MS;

const statOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];

/** What a core, or all of them together, has done since the machine started, ms. The kernel looks at each tick: coarse over seconds. */
export interface CoreTimes {
  /** In programs, in the kernel, and in interrupts and what follows them. */
  readonly busy: number;
  /** What the host of a virtual machine gave to others while this core had work. */
  readonly stolen: number;
}

/** `core` is a number, or '' for all together. */
export function coreTimes(core: string): CoreTimes {
  const line = new RegExp(`^cpu${core} +(.+)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))?.[1];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] =
    line?.split(' ').map((ticks) => Number(ticks) * TICK_MS) ?? [];
  return { busy: user + nice + system + irq + softirq + steal, stolen: steal };
}

/** Of `task->flags`: a thread of the kernel itself (include/linux/sched.h). */
const PF_KTHREAD = 0x00200000;

/** CPU time in ms of every program on the machine and the children it has waited for, but for `root` and all that it started. */
export function otherProgramsMs(root: number): Map<number, number> {
  const all = new Map(
    readdirSync('/proc').flatMap((entry) => {
      const fields = /^\d+$/.test(entry) ? statIfThere(Number(entry)) : undefined;
      return fields ? [[Number(entry), fields] as const] : [];
    }),
  );
  const isOwn = (pid: number): boolean => pid === root || (pid > 1 && isOwn(Number(all.get(pid)?.[1] ?? 0)));
  return new Map(
    [...all].flatMap(([pid, fields]) =>
      (Number(fields[6]) & PF_KTHREAD) !== 0 || isOwn(pid) ? [] : [[pid, familyOf(fields)] as const],
    ),
  );
}

function statIfThere(pid: number): string[] | undefined {
  try {
    return statOf(pid);
  } catch {
    return undefined;
  }
}

/** Resident memory in MB (10^6 bytes). `private` is what no other process shares. */
export function memoryMb(pid: number): { rss: number; private: number } {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kb = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0);
  return {
    rss: (kb('Rss') * 1_024) / 1e6,
    private: ((kb('Private_Clean') + kb('Private_Dirty')) * 1_024) / 1e6,
  };
}

/** Bytes that a process has caused to be written to storage. */
export function writtenBytes(pid: number): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0);
}
