/** Inputs of a chip through gpioget and gpiomon. Read anew each minute: an edge between the reading and the watching would be lost. */
import { createInterface } from 'node:readline';
import { coded, CodedError, saidOf } from '@branchline/contracts/alarm-detail';
import { backoff } from '@branchline/runtime/backoff';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { GpioListener, InputLine, Inputs } from '../port.ts';
import { EDGE_FORMAT, edgeOf, levelsOf } from './messages.ts';
import { inWords, type Found, type Staying, type Tools } from './tools.ts';

export interface CdevDeps {
  readonly tools: Tools;
  readonly clock: Clock;
  readonly random: () => number;
}

const READ_AGAIN_MS = 60_000;
export const FIRST_PAUSE_MS = 1_000;
export const LONGEST_PAUSE_MS = 30_000;

/** Lines that share a chip and a bias: one gpiomon for all of them. */
export class CdevInputs implements Inputs {
  readonly #lines: readonly InputLine[];
  readonly #listener: GpioListener;
  readonly #deps: CdevDeps;
  readonly #pauses: ReturnType<typeof backoff>;
  #found: readonly Found[] | undefined;
  #child: Staying | undefined;
  #timer: Timer | undefined;
  #turn: Promise<void>;
  #stopped = false;

  constructor(lines: readonly InputLine[], listener: GpioListener, deps: CdevDeps) {
    this.#lines = lines;
    this.#listener = listener;
    this.#deps = deps;
    const { random } = deps;
    this.#pauses = backoff({ firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS, random });
    this.#turn = this.#begin();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#child?.kill();
    await this.#turn;
  }

  async #begin(): Promise<void> {
    const because = await this.#watch().catch(saidOf);
    if (this.#stopped) return;
    if (because === undefined) {
      this.#pauses.reset();
      this.#turn = this.#begin();
      return;
    }
    this.#found = undefined;
    for (const { name } of this.#lines) this.#listener.lost(name, because);
    this.#timer = this.#deps.clock.after(this.#pauses.next(), () => {
      this.#turn = this.#begin();
    });
  }

  /** Until gpiomon ends: why; undefined when it was we who ended it, to read anew. */
  async #watch(): Promise<string | undefined> {
    const { tools, clock } = this.#deps;
    const found = (this.#found ??= await Promise.all(this.#lines.map(({ at }) => tools.find(at))));
    const chip = found[0]?.chip ?? '';
    const bias = this.#lines[0]?.bias;
    const offsets = found.map(({ offset }) => String(offset));
    const where = ['-c', chip, ...(bias === undefined ? [] : ['-b', bias])];
    const levels = levelsOf(await tools.ask('gpioget', [...where, '--numeric', ...offsets]));
    if (levels.length !== offsets.length) throw new CodedError(coded('no-levels'));
    if (this.#isOver()) return undefined;
    const child = tools.stay('gpiomon', [...where, '--edges', 'both', '--format', EDGE_FORMAT, ...offsets]);
    this.#child = child;
    this.#lines.forEach(({ name }, index) => {
      this.#listener.found(name);
      this.#listener.level(name, levels[index] === true);
    });
    createInterface(child.stdout).on('line', (line) => {
      const edge = edgeOf(line);
      const index = edge ? offsets.indexOf(String(edge.offset)) : -1;
      const name = this.#lines[index]?.name;
      if (edge && name !== undefined && !this.#stopped) this.#listener.level(name, edge.high);
    });
    const ours = { ended: false };
    this.#timer = clock.after(READ_AGAIN_MS, () => {
      ours.ended = true;
      child.kill();
    });
    const said = await ended(child);
    this.#timer.cancel();
    this.#child = undefined;
    return ours.ended ? undefined : (inWords('gpiomon', said) ?? coded('tool-ended', 'gpiomon'));
  }

  #isOver(): boolean {
    return this.#stopped;
  }
}

/** What it has written of its troubles, once it is gone; also when it could not be started. */
export function ended(child: Staying): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    said = `${said}${piece.toString('utf8')}`.slice(-2_000);
  });
  child.once('error', (error) => resolve(error.message));
  child.once('close', () => resolve(said));
  return promise;
}
