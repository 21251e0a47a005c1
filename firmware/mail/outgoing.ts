/**
 * Sends each message of a box by mail, one letter at a time. What a server does not take is tried again, also after a restart, and told as an
 * alarm; in the end it is given up, as is the oldest when too many wait. The message itself stays on the box.
 */
import { readFile } from 'node:fs/promises';
import { saidOf } from '@branchline/contracts/alarm-detail';
import { hasCode } from '@branchline/runtime/atomic-file';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Letter } from './letter.ts';
import type { Outbox, Posted } from './outbox.ts';

export interface OutgoingDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly outbox: Pick<Outbox, 'list' | 'put' | 'remove'>;
  /** Rejects when the server did not take it. */
  readonly send: (letter: Letter) => Promise<void>;
  readonly onServer: (state: 'takes' | 'refuses', detail: string) => void;
}

/** Waits between tries, ms: a server that restarts is back by the second, one that is being moved by the last. */
const AGAIN_MS = [30_000, 300_000, 1_800_000, 7_200_000] as const;
/** A week of messages of a busy branch: more tells that nobody sees to the mail server. */
export const MOST_WAITING = 200;

export class OutgoingMail {
  readonly #deps: OutgoingDeps;
  readonly #waiting = new Map<string, { readonly letter: Posted; timer?: Timer }>();
  /** One letter after the other: a server that is slow is not asked for many at once. */
  #line = Promise.resolve();
  #stopped = false;

  constructor(deps: OutgoingDeps) {
    this.#deps = deps;
  }

  /** Takes up what the run before this one has left. */
  start(): void {
    for (const letter of this.#deps.outbox.list()) this.#wait(letter);
  }

  post(letter: Omit<Posted, 'tries' | 'nextAt'>): void {
    const { clock, outbox } = this.#deps;
    const posted = { ...letter, tries: 0, nextAt: clock.now() };
    this.#onDisk(() => outbox.put(posted));
    this.#wait(posted);
    const [oldest] = this.#waiting.values();
    if (!oldest || this.#waiting.size <= MOST_WAITING) return;
    this.#giveUp(oldest.letter, `more than ${MOST_WAITING} letters wait: the oldest is given up`);
  }

  stop(): void {
    this.#stopped = true;
    for (const { timer } of this.#waiting.values()) timer?.cancel();
  }

  #wait(letter: Posted): void {
    const { clock } = this.#deps;
    const due = (): void => {
      this.#line = this.#line.then(() => this.#try(letter));
    };
    const ms = letter.nextAt - clock.now();
    // In the order in which they were posted, however often they were tried: the oldest is the first to be given up.
    this.#waiting.set(letter.id, { letter, ...(ms > 0 ? { timer: clock.after(ms, due) } : {}) });
    if (ms <= 0) due();
  }

  async #try(letter: Posted): Promise<void> {
    const { log, send, onServer } = this.#deps;
    if (this.#stopped || this.#waiting.get(letter.id)?.letter !== letter) return;
    try {
      const { name, type, path } = letter.attachment;
      await send({ ...letter, attachment: { name, type, bytes: await readFile(path) } });
      onServer('takes', '');
      this.#done(letter);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) {
        log.info({ message: letter.id }, 'a message was deleted before it could be sent by mail');
        this.#done(letter);
        return;
      }
      const detail = saidOf(error);
      log.warn({ err: error, tries: letter.tries }, 'a message could not be sent by mail');
      this.#refused(letter, detail);
    }
  }

  #refused(letter: Posted, detail: string): void {
    const { clock, outbox, onServer } = this.#deps;
    const wait = AGAIN_MS[letter.tries];
    if (wait === undefined) return this.#giveUp(letter, detail);
    onServer('refuses', detail);
    const again = { ...letter, tries: letter.tries + 1, nextAt: clock.now() + wait };
    this.#onDisk(() => outbox.put(again));
    if (this.#stopped) return;
    this.#wait(again);
  }

  #giveUp(letter: Posted, detail: string): void {
    this.#deps.log.error({ message: letter.id, detail }, 'a message is not sent by mail any more');
    this.#deps.onServer('refuses', detail);
    this.#done(letter);
  }

  #done(letter: Posted): void {
    this.#waiting.get(letter.id)?.timer?.cancel();
    this.#waiting.delete(letter.id);
    this.#onDisk(() => this.#deps.outbox.remove(letter.id));
  }

  /** On a full disk it is tried all the same, as long as this service runs. */
  #onDisk(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'the outbox of mail could not be written');
    }
  }
}
