/** Thousands of simulated boxes in this process: opened, cut, made to speak, and waited for. */
import { createSecureContext, type SecureContext } from 'node:tls';
import { LoadBox } from './load-box.ts';
import { branchOf } from './sayings.ts';
import type { Papers } from './papers.ts';

export interface HerdOrder {
  readonly tenant: string;
  readonly port: () => number;
  /** Whose number is how many boxes there are. */
  readonly names: readonly string[];
  /** Absent where lines are not encrypted. */
  readonly papers?: Papers;
  readonly speaks: 'contract' | 'bare';
  /** 0 to 1: with a seed a storm is the same again. */
  readonly random: () => number;
}

export class Herd {
  readonly boxes: readonly LoadBox[];
  readonly #waits = new Set<() => void>();

  constructor({ names, papers, speaks, ...order }: HerdOrder) {
    this.boxes = names.map((name, index) => {
      const source = speaks === 'contract' ? { source: branchOf(name) } : {};
      const context = papers ? { context: contextFor(papers, name) } : {};
      const box = new LoadBox({ ...order, ...source, ...context, name, index, speaks });
      box.onChange = () => this.#changed();
      return box;
    });
  }

  /** All of them at once. */
  start(): void {
    for (const box of this.boxes) box.start();
  }

  stop(): void {
    for (const box of this.boxes) box.stop();
  }

  sum(of: (box: LoadBox) => number): number {
    return this.boxes.reduce((total, box) => total + of(box), 0);
  }

  /** Resolves once it holds for every box; looked at again when something changes. @throws saying who lags when it takes longer */
  async until(fits: (box: LoadBox) => boolean, withinMs: number, what: string): Promise<void> {
    // Those that fit are not looked at again until all others do: ten thousand are not counted at each message.
    let left = [...this.boxes];
    const holds = (): boolean => {
      for (let last = left.at(-1); last; last = left.at(-1)) {
        if (!fits(last)) return false;
        left.pop();
        if (left.length === 0) left = this.boxes.filter((box) => !fits(box));
      }
      return true;
    };
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.#waits.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waits.delete(look);
        const late = this.boxes.filter((box) => !fits(box));
        const first = late[0];
        reject(
          new Error(
            `${late.length} of ${this.boxes.length} boxes not ${what} in time, such as ${first?.name ?? ''} (${first?.lastFault || 'no fault'})`,
          ),
        );
      }, withinMs);
      this.#waits.add(look);
    });
  }

  #changed(): void {
    for (const look of this.#waits) look();
  }
}

/** Made when the box first connects, and kept: a second storm must not measure the reading of PEM. */
function contextFor({ cert, key, ca }: Papers, name: string): () => SecureContext {
  let made: SecureContext | undefined;
  return () => (made ??= createSecureContext({ cert: cert(name), key, ca }));
}
