/** The relays that switch loads off: each is held released until the power policy wants it, and says when its line has followed. */
import { coded, CodedError } from '@branchline/contracts/alarm-detail';
import type { LoadRelay } from '@branchline/contracts/branch/contacts';
import type { Clock } from '@branchline/runtime/clock';
import { Waits, WaitEnded } from '@branchline/runtime/wait';
import type { LineBook } from './line-book.ts';
import type { ShownOutput } from './lamp-board.ts';

export interface LoadRelaysDeps {
  readonly clock: Clock;
  readonly open: (
    relay: LoadRelay,
    listener: { lost(line: string, because: string): void; found(line: string): void },
  ) => ShownOutput;
  readonly lines: LineBook;
  readonly lost: (line: string, because: string) => void;
}

interface Relay {
  readonly relay: LoadRelay;
  readonly output: ShownOutput;
  energised: boolean;
  lost?: string;
}

/** `because`: it did not. */
interface Followed {
  readonly relay: string;
  readonly because?: string;
}

/** A line follows at once, or its tool says why it does not, ms. */
const FOLLOWS_MS = 5_000;

export class LoadRelays {
  readonly #deps: LoadRelaysDeps;
  readonly #relays = new Map<string, Relay>();
  readonly #waits: Waits<Followed>;

  constructor(deps: LoadRelaysDeps) {
    this.#deps = deps;
    this.#waits = new Waits(deps.clock);
  }

  follow(relays: readonly LoadRelay[]): void {
    for (const [name, { relay, output }] of this.#relays) {
      if (relays.some((one) => JSON.stringify(one) === JSON.stringify(relay))) continue;
      this.#relays.delete(name);
      this.#waits.offer({ relay: name, because: NOT_THERE });
      void output.stop();
    }
    for (const relay of relays) if (!this.#relays.has(relay.name)) this.#begin(relay);
  }

  /** @throws Error in a few words: the line did not follow. */
  async turn(name: string, to: 'on' | 'off'): Promise<void> {
    const one = this.#relays.get(name);
    if (!one) throw new CodedError(NOT_THERE);
    const energised = to === 'off';
    if (one.energised === energised && one.lost === undefined) return;
    this.#waits.offer({ relay: name, because: coded('overtaken') });
    const followed = this.#waits.until(`relay ${name}`, ({ relay }) => relay === name, FOLLOWS_MS);
    this.#show(one, energised);
    let because: string | undefined;
    try {
      because = (await followed).because;
    } catch (error) {
      if (!(error instanceof WaitEnded)) throw error;
      because = error.why === 'timeout' ? 'gpio ETIMEDOUT' : NOT_THERE;
    }
    if (because !== undefined) throw new CodedError(because);
  }

  /** Released: what they switch is on. */
  async stop(): Promise<void> {
    const all = [...this.#relays.values()];
    this.#relays.clear();
    this.#waits.endAll();
    await Promise.all(all.map(({ output }) => output.stop()));
  }

  #begin(relay: LoadRelay): void {
    const { open, lines, lost } = this.#deps;
    const output = open(relay, {
      lost: (line, because) => {
        lost(line, because);
        const one = this.#relays.get(line);
        if (!one) return;
        one.lost = because;
        this.#waits.offer({ relay: line, because });
      },
      found: (line) => {
        lines.found(line);
        const one = this.#relays.get(line);
        if (!one) return;
        delete one.lost;
        lines.set(line, one.energised ? 'energised' : 'released');
        this.#waits.offer({ relay: line });
      },
    });
    const one: Relay = { relay, output, energised: false };
    this.#relays.set(relay.name, one);
    this.#show(one, false);
  }

  #show(one: Relay, energised: boolean): void {
    one.energised = energised;
    one.output.show({ on: energised, phases: [] });
  }
}

const NOT_THERE = coded('no-relay');
