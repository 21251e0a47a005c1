/** What /proc says of a process. */
import { readFileSync } from 'node:fs';

/** Of the kernel's clock in /proc, which is 100 a second on every Linux of the last twenty years. */
const TICK_MS = 10;

/** CPU time in ms that a process has used, all threads: by the scheduler's own clock where there is one, else in steps of 10 ms. */
export function cpuMs(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The same with the children it has waited for. */
export function familyCpuMs(pid: number): number {
  const fields = statOf(pid);
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0) * TICK_MS;
}

const statOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];

/** What a core, or all of them together, has done since the machine started, ms. */
export interface CoreTimes {
  /** In programs and in the kernel on their behalf; with what the host of a virtual machine took away. */
  readonly worked: number;
  /** Of interrupts and what follows them: packets, mostly, and nobody's in particular. */
  readonly interrupts: number;
}

/** `core` is a number, or '' for all together. */
export function coreTimes(core: string): CoreTimes {
  const line = new RegExp(`^cpu${core} +(.+)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))?.[1];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] =
    line?.split(' ').map((ticks) => Number(ticks) * TICK_MS) ?? [];
  return { worked: user + nice + system + steal, interrupts: irq + softirq };
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
