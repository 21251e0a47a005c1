/** Lines through sysfs: inputs read again and again, outputs written as their pattern goes. */
import { saidOf } from '@branchline/contracts/alarm-detail';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Gpio, GpioListener, InputLine, Inputs, Output, OutputLine, Shown } from '../port.ts';
import type { SysfsFiles } from './files.ts';

/** A read is some microseconds; a contact that bounces is still for 50 ms before it is believed. */
const READ_MS = 50;
const AGAIN_MS = 5_000;

export interface SysfsDeps {
  readonly files: SysfsFiles;
  readonly clock: Clock;
}

export function sysfsGpio(deps: SysfsDeps): Gpio {
  return {
    inputs: (lines, listener) => new SysfsInputs(lines, listener, deps),
    output: (line, listener) => new SysfsOutput(line, listener, deps),
  };
}

class SysfsInputs implements Inputs {
  readonly #deps: SysfsDeps;
  readonly #listener: GpioListener;
  readonly #timers = new Map<string, Timer>();
  #stopped = false;

  constructor(lines: readonly InputLine[], listener: GpioListener, deps: SysfsDeps) {
    this.#deps = deps;
    this.#listener = listener;
    for (const line of lines) this.#open(line);
  }

  stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
    return Promise.resolve();
  }

  #open(line: InputLine): void {
    const { files } = this.#deps;
    this.#trying(line, () => {
      const number = files.numberOf(line.at);
      files.open(number, 'in');
      this.#listener.found(line.name);
      this.#read(line, number, undefined);
    });
  }

  #read(line: InputLine, number: number, before: boolean | undefined): void {
    if (this.#stopped) return;
    this.#trying(line, () => {
      const high = this.#deps.files.read(number);
      if (high !== before) this.#listener.level(line.name, high);
      this.#after(line, READ_MS, () => this.#read(line, number, high));
    });
  }

  #trying(line: InputLine, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#listener.lost(line.name, saidOf(error));
      this.#after(line, AGAIN_MS, () => this.#open(line));
    }
  }

  #after({ name }: InputLine, ms: number, action: () => void): void {
    if (!this.#stopped) this.#timers.set(name, this.#deps.clock.after(ms, action));
  }
}

class SysfsOutput implements Output {
  readonly #line: OutputLine;
  readonly #listener: Pick<GpioListener, 'lost' | 'found'>;
  readonly #deps: SysfsDeps;
  #wanted: Shown | undefined;
  #number: number | undefined;
  #timer: Timer | undefined;

  constructor(line: OutputLine, listener: Pick<GpioListener, 'lost' | 'found'>, deps: SysfsDeps) {
    this.#line = line;
    this.#listener = listener;
    this.#deps = deps;
  }

  show(shown: Shown): void {
    if (JSON.stringify(shown) === JSON.stringify(this.#wanted)) return;
    this.#wanted = shown;
    this.#step(0);
  }

  stop(): Promise<void> {
    this.#timer?.cancel();
    this.#wanted = undefined;
    if (this.#number === undefined) return Promise.resolve();
    try {
      this.#deps.files.write(this.#number, !this.#line.on);
    } catch {
      // It is lost already, and was told to be.
    }
    return Promise.resolve();
  }

  #step(index: number): void {
    this.#timer?.cancel();
    const shown = this.#wanted;
    if (!shown) return;
    const { files, clock } = this.#deps;
    const high = (shown.on === this.#line.on) === (index % 2 === 0);
    try {
      if (this.#number === undefined) {
        const number = files.numberOf(this.#line.at);
        files.open(number, high ? 'high' : 'low');
        this.#number = number;
      } else files.write(this.#number, high);
      if (index === 0) this.#listener.found(this.#line.name);
    } catch (error) {
      this.#number = undefined;
      this.#listener.lost(this.#line.name, saidOf(error));
      this.#timer = clock.after(AGAIN_MS, () => this.#step(0));
      return;
    }
    const lasts = shown.phases[index];
    if (lasts === undefined) return;
    this.#timer = clock.after(lasts, () => this.#step((index + 1) % shown.phases.length));
  }
}
