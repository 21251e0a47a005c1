/** The drain's shell: reads the ledger, builds frames, hands them to the link, keeps one timer. */
import type { Payload } from '@branchline/contracts/topics';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import {
  DRAIN_TUNING,
  idleDrain,
  stepDrain,
  type DrainEffect,
  type DrainEvent,
  type DrainState,
  type DrainTuning,
  type Purpose,
  type Stretch,
} from './drain-core.ts';
import { cutFrame, FRAME_EVENTS } from './frames.ts';
import type { LedgerSource } from './ports.ts';

/** Resolves when the broker has the frame; rejects when the connection is gone, which ends the drain's connection too. */
export type SendFrame = (bytes: Buffer) => Promise<void>;

export interface DrainDeps {
  readonly source: LedgerSource;
  readonly clock: Clock;
  readonly log: Log;
  readonly tuning?: DrainTuning;
}

export class LedgerDrain {
  readonly #source: LedgerSource;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #tuning: DrainTuning;
  readonly #events: DrainEvent[] = [];
  #state: DrainState;
  #send: SendFrame | undefined;
  #timer: Timer | undefined;
  #unsubscribe: (() => void) | undefined;
  #busy = false;
  #outbox = 0;

  constructor(deps: DrainDeps) {
    this.#source = deps.source;
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#tuning = deps.tuning ?? DRAIN_TUNING;
    this.#state = idleDrain(this.#tuning);
  }

  connected(send: SendFrame): void {
    this.#send = send;
    this.#unsubscribe ??= this.#source.onAppended(() => this.#appended());
    this.#begin();
  }

  disconnected(): void {
    this.#send = undefined;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#timer?.cancel();
    this.#feed({ is: 'disconnected' });
  }

  acked(word: Payload<'ledger-ack'>): void {
    if (this.#isOurs(word)) this.#feed({ is: 'ack', upto: word.upto });
  }

  asked(word: Payload<'ledger-resend'>): void {
    if (this.#isOurs(word)) this.#feed({ is: 'asked', stretch: { from: word.from, to: word.to } });
  }

  /** Events that headquarters has not acknowledged; the last known figure while the ledger cannot be read. */
  outbox(): number {
    try {
      const oldest = this.#source.unsent(1)[0]?.seq;
      this.#outbox = oldest === undefined ? 0 : this.#source.newest() - oldest + 1;
    } catch (error) {
      this.#log.debug({ err: error }, 'the outbox cannot be read');
    }
    return this.#outbox;
  }

  /** The ledger may be unreadable at this moment (a full or failing disk): then it is tried again, while connected. */
  #begin(): void {
    try {
      const newest = this.#source.newest();
      const oldest = this.#source.unsent(1)[0]?.seq ?? newest + 1;
      this.#feed({ is: 'connected', acked: oldest - 1, newest });
    } catch (error) {
      this.#log.error({ err: error }, 'the ledger cannot be read; trying again');
      this.#timer?.cancel();
      this.#timer = this.#clock.after(this.#tuning.retryReadMs, () => this.#begin());
    }
  }

  #appended(): void {
    if (this.#state.connected) this.#feed({ is: 'appended', newest: this.#source.newest() });
  }

  #isOurs(word: { epoch: string }): boolean {
    if (word.epoch === this.#source.epoch) return true;
    this.#log.warn(
      { epoch: word.epoch, ours: this.#source.epoch },
      'headquarters speaks of another ledger; ignored',
    );
    return false;
  }

  /** Effects may bring events of their own: they queue up behind the present one. */
  #feed(event: DrainEvent): void {
    this.#events.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#events.shift(); next; next = this.#events.shift()) {
        const { state, effects } = stepDrain(this.#state, next, this.#clock.monotonic(), this.#tuning);
        this.#state = state;
        for (const effect of effects) this.#perform(effect);
      }
    } finally {
      this.#busy = false;
    }
  }

  #perform(effect: DrainEffect): void {
    switch (effect.do) {
      case 'send':
        return this.#sendFrame(effect.purpose, effect.stretch);
      case 'release':
        return this.#release(effect.upto);
      case 'complain':
        return this.#log.warn(
          { about: effect.about, number: effect.number },
          'the ledger and headquarters disagree',
        );
      case 'wake':
        this.#timer?.cancel();
        this.#timer = this.#clock.after(Math.max(0, effect.at - this.#clock.monotonic()), () =>
          this.#feed({ is: 'due' }),
        );
    }
  }

  #sendFrame(purpose: Purpose, stretch: Stretch): void {
    const send = this.#send;
    if (!send) return;
    let frame;
    try {
      const events = this.#source.range(stretch.from, stretch.to, FRAME_EVENTS);
      frame = cutFrame(this.#source.epoch, this.#source.newest(), events);
    } catch (error) {
      this.#log.error({ err: error, ...stretch }, 'the ledger cannot be read; trying again');
      return this.#feed({ is: 'unreadable' });
    }
    this.#feed({ is: 'sent', purpose, upto: frame?.upto ?? stretch.to });
    if (!frame) {
      this.#log.error({ ...stretch }, 'the ledger does not hold these events any more');
      if (purpose !== 'report') this.#feed({ is: 'delivered', purpose });
      return;
    }
    send(frame.bytes).then(
      () => {
        if (purpose !== 'report' && this.#send === send) this.#feed({ is: 'delivered', purpose });
      },
      (error: unknown) => this.#log.debug({ err: error }, 'a frame did not reach the broker'),
    );
  }

  #release(upto: number): void {
    try {
      this.#source.acked(upto);
    } catch (error) {
      this.#log.error(
        { err: error, upto },
        'the outbox could not be cleared; it is cleared with the next word',
      );
    }
  }
}
