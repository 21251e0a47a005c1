/**
 * A program that is kept running: begun anew when it ends, later each time, and found again when this host itself is begun anew. It ends
 * when it is told to, never because the host does.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import * as z from 'zod';

export interface ProgramOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Which process it is, over a restart of this host. */
  readonly pidFile: string;
  readonly logFile: string;
  readonly changed: () => void;
}

export type ProgramState = 'off' | 'running' | 'failing';

const LOOK_EVERY_MS = 500;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;
/** One that has run for so long was well. */
const PROVEN_MS = 20_000;
/** One that was asked to end and has not by then is killed, ms. */
const ENDS_WITHIN_MS = 10_000;
/** Ended so often in a row: it fails. */
const FAILS_AFTER = 3;

/** A number may be another program's by now; together with the moment of its start it is not. */
const kept = z.object({ pid: z.int().min(1), startedAt: z.string() });

export class Program {
  readonly #options: ProgramOptions;
  #wanted = false;
  /** Since when it is to have ended. */
  #endsSince: number | undefined;
  #is: z.infer<typeof kept> | undefined;
  #since = 0;
  #ends = 0;
  #timer: Timer | undefined;

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.#is = this.#found();
  }

  get state(): ProgramState {
    if (this.#ends >= FAILS_AFTER) return 'failing';
    return this.#is ? 'running' : 'off';
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#endsSince = undefined;
    this.#timer?.cancel();
    this.#look();
  }

  /** It is asked to end, and made to when it does not. */
  end(): void {
    if (this.#endsSince !== undefined) return;
    this.leave();
    if (!this.#is) return;
    this.#endsSince = this.#options.clock.monotonic();
    this.signal('SIGTERM');
    this.#lookWhileItEnds();
  }

  /** It is begun anew, if it was wanted. */
  signal(signal: 'SIGTERM' | 'SIGHUP'): void {
    if (this.#is && isAlive(this.#is)) process.kill(this.#is.pid, signal);
  }

  /** It goes on by itself, and is looked after no more. */
  leave(): void {
    this.#wanted = false;
    this.#timer?.cancel();
  }

  #lookWhileItEnds(): void {
    const { clock, pidFile, changed } = this.#options;
    if (this.#is && isAlive(this.#is)) {
      if (clock.monotonic() - (this.#endsSince ?? 0) >= ENDS_WITHIN_MS) process.kill(this.#is.pid, 'SIGKILL');
      this.#timer = clock.after(LOOK_EVERY_MS, () => this.#lookWhileItEnds());
      return;
    }
    this.#is = undefined;
    this.#endsSince = undefined;
    this.#ends = 0;
    rmSync(pidFile, { force: true });
    changed();
  }

  #look(): void {
    if (!this.#wanted) return;
    const { clock, changed } = this.#options;
    let wait = LOOK_EVERY_MS;
    if (this.#is && !isAlive(this.#is)) {
      this.#ends = clock.monotonic() - this.#since > PROVEN_MS ? 1 : this.#ends + 1;
      this.#is = undefined;
      wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#ends);
      changed();
    } else if (!this.#is) {
      this.#begin();
      changed();
    } else if (this.#ends > 0 && clock.monotonic() - this.#since > PROVEN_MS) {
      this.#ends = 0;
      changed();
    }
    this.#timer = clock.after(wait, () => this.#look());
  }

  #begin(): void {
    const { argv, env, logFile, pidFile, log, clock } = this.#options;
    const [command = '', ...args] = argv;
    const output = openSync(logFile, 'a', 0o640);
    try {
      // Of a group of its own: what ends this host does not end its stand-ins, which have calls.
      const child = spawn(command, args, { env, detached: true, stdio: ['ignore', output, output] });
      child.on('error', (error) => log.error({ err: error, command }, 'a stand-in cannot be started'));
      child.unref();
      this.#since = clock.monotonic();
      const startedAt = child.pid === undefined ? undefined : startOf(child.pid);
      if (child.pid === undefined || startedAt === undefined) return;
      this.#is = { pid: child.pid, startedAt };
      writeFileAtomic(pidFile, JSON.stringify(this.#is));
    } finally {
      closeSync(output);
    }
  }

  #found(): z.infer<typeof kept> | undefined {
    const read = kept.safeParse(JSON.parse(readIfThere(this.#options.pidFile) ?? 'null'));
    if (read.success && isAlive(read.data)) return read.data;
    rmSync(this.#options.pidFile, { force: true });
    return undefined;
  }
}

const isAlive = ({ pid, startedAt }: z.infer<typeof kept>): boolean => startOf(pid) === startedAt;

/** The moment of its start in ticks since the machine's (proc(5), field 22); undefined of one that has ended. */
function startOf(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  // The name of the program, in brackets, may hold anything.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}
