/** An output of a chip: one gpioset that holds it, and blinks it by itself. Another pattern is another gpioset. */
import { coded, saidOf } from '@branchline/contracts/alarm-detail';
import { backoff } from '@branchline/runtime/backoff';
import type { Timer } from '@branchline/runtime/clock';
import type { GpioListener, Output, OutputLine, Shown } from '../port.ts';
import { ended, FIRST_PAUSE_MS, LONGEST_PAUSE_MS, type CdevDeps } from './inputs.ts';
import { inWords, type Found, type Staying } from './tools.ts';

export class CdevOutput implements Output {
  readonly #line: OutputLine;
  readonly #listener: Pick<GpioListener, 'lost' | 'found'>;
  readonly #deps: CdevDeps;
  readonly #pauses: ReturnType<typeof backoff>;
  #wanted: Shown | undefined;
  #held: { readonly shown: Shown; readonly child: Staying } | undefined;
  #found: Found | undefined;
  #timer: Timer | undefined;
  #turn: Promise<void> | undefined;
  #stopped = false;

  constructor(line: OutputLine, listener: Pick<GpioListener, 'lost' | 'found'>, deps: CdevDeps) {
    this.#line = line;
    this.#listener = listener;
    this.#deps = deps;
    const { random } = deps;
    this.#pauses = backoff({ firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS, random });
  }

  show(shown: Shown): void {
    if (this.#stopped || JSON.stringify(shown) === JSON.stringify(this.#wanted)) return;
    this.#wanted = shown;
    this.#held?.child.kill();
    this.#begin();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#held?.child.kill();
    await this.#turn;
    if (!this.#found) return;
    const { chip, offset } = this.#found;
    const off = `${offset}=${this.#line.on ? 0 : 1}`;
    // '-t 0': set, and gone. A chip keeps it or not; what is sure is that nothing is left on.
    await this.#deps.tools.ask('gpioset', ['-c', chip, '-t', '0', off]).catch(() => undefined);
  }

  #begin(): void {
    this.#timer?.cancel();
    this.#turn ??= this.#hold().finally(() => (this.#turn = undefined));
  }

  /** As long as something is wanted and can be held. */
  async #hold(): Promise<void> {
    while (!this.#stopped && this.#wanted) {
      const shown = this.#wanted;
      let because: string;
      try {
        this.#found ??= await this.#deps.tools.find(this.#line.at);
        // Asked for meanwhile, or told to stop: the next turn has it.
        if (this.#isOver() || shown !== this.#wanted) continue;
        because = await this.#run(this.#found, shown);
      } catch (error) {
        because = saidOf(error);
      }
      if (this.#isOver() || shown !== this.#wanted) continue;
      this.#found = undefined;
      this.#listener.lost(this.#line.name, because);
      this.#timer = this.#deps.clock.after(this.#pauses.next(), () => this.#begin());
      return;
    }
  }

  #isOver(): boolean {
    return this.#stopped;
  }

  async #run({ chip, offset }: Found, shown: Shown): Promise<string> {
    const level = shown.on === this.#line.on ? 1 : 0;
    const toggle = shown.phases.length === 0 ? [] : ['-t', shown.phases.map((ms) => `${ms}ms`).join(',')];
    const child = this.#deps.tools.stay('gpioset', [
      ...['--banner', '-c', chip],
      ...toggle,
      `${offset}=${level}`,
    ]);
    this.#held = { shown, child };
    child.stdout.once('data', () => {
      this.#pauses.reset();
      if (!this.#stopped) this.#listener.found(this.#line.name);
    });
    const said = await ended(child);
    this.#held = undefined;
    return inWords('gpioset', said) ?? coded('tool-ended', 'gpioset');
  }
}
