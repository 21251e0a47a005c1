/**
 * What this service tells the program that holds the lifeline relay (systemd/lifeline.sh), and what that says of the relay. One that is there
 * already, of systemd or of a service before this one, is gone on with; where there is none, one is started.
 */
import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { coded, CodedError } from '@branchline/contracts/alarm-detail';
import type { LifelineRelay } from '@branchline/contracts/branch/contacts';
import { hasCode, readIfThere } from '@branchline/runtime/atomic-file';
import type { Clock } from '@branchline/runtime/clock';
import type { Tools } from '../cdev/tools.ts';
import type { SysfsFiles } from '../sysfs/files.ts';

export interface HolderDeps {
  /** Where its pipe and its word lie. */
  readonly folder: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly clock: Clock;
  readonly tools: Tools;
  readonly files: SysfsFiles;
}

export type Held =
  { readonly is: 'energised' | 'released' | 'unknown' } | { readonly is: 'lost'; readonly because: string };

/** What stands for the line in the holder's words: driver, chip, line. */
type Words = readonly [driver: 'cdev' | 'sysfs', chip: string, line: number];

const START_AGAIN_MS = 5_000;

export class LifelineHolder {
  readonly #deps: HolderDeps;
  #startedAt = -Infinity;
  #words: { readonly of: string; readonly words: Words } | undefined;

  constructor(deps: HolderDeps) {
    this.#deps = deps;
  }

  /** As the holder says; 'unknown' before it has said anything. */
  held(): Held {
    const said = (readIfThere(join(this.#deps.folder, 'is')) ?? '').trim();
    if (said === 'energised' || said === 'released') return { is: said };
    return said.startsWith('lost') ? { is: 'lost', because: said.slice(5) } : { is: 'unknown' };
  }

  /** Tells it that this service goes on. @throws Error in words that say what to do */
  async tell(relay: LifelineRelay, energised: boolean): Promise<void> {
    const [driver, chip, line] = await this.#wordsOf(relay);
    const level = energised !== relay.activeLow ? 1 : 0;
    const released = relay.activeLow ? 1 : 0;
    const seconds = Math.round(relay.releaseAfterMs / 1_000);
    this.#write(`${seconds} ${driver} ${chip} ${line} ${level} ${released}\n`);
  }

  async #wordsOf({ at }: LifelineRelay): Promise<Words> {
    const of = JSON.stringify(at);
    if (this.#words?.of === of && this.held().is !== 'lost') return this.#words.words;
    this.#words = undefined;
    const words = await this.#find(at);
    this.#words = { of, words };
    return words;
  }

  async #find(at: LifelineRelay['at']): Promise<Words> {
    const { tools, files } = this.#deps;
    if (at.driver === 'sysfs') return ['sysfs', String(files.numberOf(at)), 0];
    const { chip, offset } = await tools.find(at);
    return ['cdev', chip, offset];
  }

  #write(line: string): void {
    let pipe: number;
    try {
      pipe = openSync(join(this.#deps.folder, 'told'), constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (!hasCode(error, 'ENOENT') && !hasCode(error, 'ENXIO')) throw error;
      this.#start();
      return;
    }
    try {
      writeSync(pipe, line);
    } catch (cause) {
      throw new CodedError(coded('holder-deaf'), { cause });
    } finally {
      closeSync(pipe);
    }
  }

  /** Apart from this service: it is to be there when this is not. */
  #start(): void {
    const { program, args, folder, clock } = this.#deps;
    if (clock.monotonic() - this.#startedAt < START_AGAIN_MS) return;
    this.#startedAt = clock.monotonic();
    const child = spawn(program, [folder, ...args], { detached: true, stdio: 'ignore' });
    // It says nothing then, and is started again.
    child.once('error', () => undefined);
    child.unref();
  }
}
