/** What /proc says of a process. */
import { readFileSync } from 'node:fs';

/** Of the kernel's clock in /proc, which is 100 a second on every Linux of the last twenty years. */
const TICK_MS = 10;

/** CPU time in ms that a process has used, all threads: by the scheduler's own clock where there is one, else in steps of 10 ms. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
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
