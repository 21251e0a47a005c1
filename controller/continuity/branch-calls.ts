/** Has a stand-in call its branch from outside, and waits for what came of it. */
import { randomBytes } from 'node:crypto';
import type { Party } from '@branchline/contracts/continuity';
import type { BranchCall, BranchCalled } from '@branchline/contracts/stand-in-wire';
import type { Clock, Timer } from '@branchline/runtime/clock';

export interface BranchCallsDeps {
  readonly clock: Clock;
  readonly isConnected: (standIn: string) => boolean;
  readonly send: (standIn: string, call: BranchCall) => void;
}

export interface Called {
  readonly by: Party | null;
  /** From the call to its answer, ms. */
  readonly ms: number | null;
}

/** A stand-in gives up a call earlier than that, and says so, ms. */
const ANSWERS_WITHIN_MS = 30_000;

interface Waiting {
  readonly standIn: string;
  readonly end: (said: BranchCalled | undefined) => void;
}

export class BranchCalls {
  readonly #deps: BranchCallsDeps;
  readonly #waiting = new Map<string, Waiting>();

  constructor(deps: BranchCallsDeps) {
    this.#deps = deps;
  }

  /** @throws Error where no call could be placed, or nothing was heard of it: that says nothing of the branch */
  async call(standIn: string, number: string, forwardedTo?: string): Promise<Called> {
    const { clock, isConnected, send } = this.#deps;
    if (!isConnected(standIn)) throw new Error(`${standIn} is not connected: it cannot call`);
    const nonce = randomBytes(8).toString('hex');
    let timer: Timer | undefined;
    const said = await new Promise<BranchCalled | undefined>((resolve) => {
      this.#waiting.set(nonce, { standIn, end: resolve });
      timer = clock.after(ANSWERS_WITHIN_MS, () => resolve(undefined));
      send(standIn, { v: 1, nonce, number, ...(forwardedTo === undefined ? {} : { forwardedTo }) });
    });
    timer?.cancel();
    this.#waiting.delete(nonce);
    if (!said?.placed) throw new Error(`${standIn} could not call ${number}`);
    return { by: said.by, ms: said.ms };
  }

  heard(standIn: string, said: BranchCalled): void {
    const waiting = this.#waiting.get(said.nonce);
    if (waiting?.standIn === standIn) waiting.end(said);
  }

  stop(): void {
    for (const { end } of this.#waiting.values()) end(undefined);
  }
}
