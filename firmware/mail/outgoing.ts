/** Sends each message of a box by mail. What a server does not take is tried again, and in the end told as an alarm; the message itself stays. */
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Letter } from './letter.ts';

export interface OutgoingDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Rejects when the server did not take it. */
  readonly send: (letter: Letter) => Promise<void>;
  readonly onServer: (state: 'takes' | 'refuses', detail: string) => void;
}

/** Waits between tries, ms: a server that restarts is back by the second, one that is being moved by the last. */
const AGAIN_MS = [30_000, 300_000, 1_800_000, 7_200_000] as const;

export class OutgoingMail {
  readonly #deps: OutgoingDeps;
  readonly #waiting = new Set<Timer>();

  constructor(deps: OutgoingDeps) {
    this.#deps = deps;
  }

  send(letter: () => Promise<Letter>, tries = 0): void {
    const { log, send, onServer, clock } = this.#deps;
    letter()
      .then(send)
      .then(
        () => onServer('takes', ''),
        (error: unknown) => {
          const detail = error instanceof Error ? error.message : String(error);
          log.warn({ err: error, tries }, 'a message could not be sent by mail');
          onServer('refuses', detail);
          const wait = AGAIN_MS[tries];
          if (wait === undefined) return;
          const timer = clock.after(wait, () => {
            this.#waiting.delete(timer);
            this.send(letter, tries + 1);
          });
          this.#waiting.add(timer);
        },
      );
  }

  stop(): void {
    for (const timer of this.#waiting) timer.cancel();
  }
}
