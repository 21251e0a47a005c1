/** libgpiod's tools run: one that answers and ends, and one that stays until it is told to go. */
import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { coded, CodedError, saidOf } from '@branchline/contracts/alarm-detail';
import type { LineAt } from '@branchline/contracts/branch/contacts';
import { hasCode } from '@branchline/runtime/atomic-file';
import { chipsOf, lineInfos, versionOf } from './messages.ts';

export type Tool = 'gpiodetect' | 'gpioinfo' | 'gpioget' | 'gpiomon' | 'gpioset';

/** Where a line is, once it was looked for. */
export interface Found {
  readonly chip: string;
  readonly offset: number;
}

export type Staying = ChildProcessByStdio<null, Readable, Readable>;

const ANSWER_MS = 3_000;
const LEAST_MAJOR = 2;

export class Tools {
  readonly #folder: string | undefined;

  /** @param folder where they lie; undefined: found by PATH */
  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** @throws Error in words that say what to do. */
  async ask(tool: Tool, args: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      execFile(this.#path(tool), args, { timeout: ANSWER_MS, encoding: 'utf8' }, (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        if (hasCode(error, 'ENOENT')) return reject(new CodedError(coded('no-tool', tool), { cause: error }));
        reject(new CodedError(inWords(tool, stderr) ?? saidOf(error), { cause: error }));
      });
    });
  }

  /** Ended by the kernel when this process ends, in whatever way. */
  stay(tool: Tool, args: readonly string[]): Staying {
    return spawn('setpriv', ['--pdeathsig', 'TERM', this.#path(tool), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** @throws Error in words that say what to do. */
  async find(at: LineAt): Promise<Found> {
    await this.#current();
    const chips = chipsOf(await this.ask('gpiodetect', []));
    const chip = chips.find(({ name, label }) => name === at.chip || label === at.chip);
    if (!chip) {
      const there = chips.map(({ name, label }) => `${name} [${label}]`).join(', ');
      throw new CodedError(
        there === '' ? coded('no-chip-at-all', at.chip) : coded('no-chip', at.chip, there),
      );
    }
    if (typeof at.line === 'number') return { chip: chip.name, offset: at.line };
    const lines = lineInfos(await this.ask('gpioinfo', ['-c', chip.name]));
    const line = lines.find(({ name }) => name === at.line);
    if (!line) throw new CodedError(coded('no-line', chip.name, at.line));
    return { chip: chip.name, offset: line.offset };
  }

  async #current(): Promise<void> {
    const version = versionOf(await this.ask('gpiodetect', ['--version']));
    if (version && version[0] >= LEAST_MAJOR) return;
    throw new CodedError(coded('old-tool', version?.[1] ?? '?'));
  }

  #path(tool: Tool): string {
    return this.#folder === undefined ? tool : join(this.#folder, tool);
  }
}

/** Without the program's own name. */
export function inWords(tool: Tool, stderr: string): string | undefined {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  const said = last.replace(/^\S*?gpio\w+: /, '');
  return said === '' ? undefined : `${tool}: ${said}`;
}
