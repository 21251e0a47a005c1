/** A stand-in calls its branch from outside, by its cloud line, to see who answers: the box, or itself where the carrier brings the call back to it. */
import type { Party } from '@branchline/contracts/continuity';
import type { BranchCalled } from '@branchline/contracts/stand-in-wire';
import type { Clock } from '@branchline/runtime/clock';
import { WaitEnded, Waits } from '@branchline/runtime/wait';
import type { Engine, EngineEvent } from '../engine/port.ts';

export interface BranchCallDeps {
  readonly clock: Clock;
  /** The line by which it calls, and the number that it shows; undefined where the document has no cloud line. */
  readonly line: () => { readonly gateway: string; readonly callerNumber: string } | undefined;
}

/** A carrier that tries one target after the other takes its time for each. */
const ANSWER_MS = 20_000;

type Called = Pick<BranchCalled, 'placed' | 'by' | 'ms'>;
const NOT_PLACED: Called = { placed: false, by: null, ms: null };

export class BranchCall {
  readonly #deps: BranchCallDeps;
  readonly #heard: Waits<EngineEvent>;
  #engine: Engine | undefined;
  #made = 0;
  /** Whom it calls, as this one may be dialled for it; and whether such a call has come here meanwhile: the network brings them here, then. */
  #called: readonly string[] = [];
  #cameBack = false;

  constructor(deps: BranchCallDeps) {
    this.#deps = deps;
    this.#heard = new Waits(deps.clock);
  }

  /** Undefined when it is lost: a call that is under way ends without a verdict. */
  engineIs(engine: Engine | undefined): void {
    this.#engine = engine;
    if (!engine) this.#heard.endAll();
  }

  hear(event: EngineEvent): void {
    if (event.type === 'channel-arrived' && this.#called.some((number) => isSame(event.dialled, number)))
      this.#cameBack = true;
    if (this.#heard.size > 0) this.#heard.offer(event);
  }

  /**
   * Never rejects. One at a time.
   * @param forwardedTo where the exchange of the number's line forwards what the line does not take
   */
  async make(number: string, forwardedTo?: string): Promise<Called> {
    const engine = this.#engine;
    const line = this.#deps.line();
    if (!engine || !line || this.#called.length > 0) return NOT_PLACED;
    this.#called = [number, ...(forwardedTo === undefined ? [] : [forwardedTo])];
    this.#cameBack = false;
    this.#made += 1;
    const channel = `branch-call-${this.#deps.clock.now()}-${this.#made}-leg-1`;
    const began = this.#deps.clock.monotonic();
    try {
      const answer = this.#heard.until('an answer', settles(channel), ANSWER_MS);
      answer.catch(() => undefined);
      const to = { kind: 'gateway', name: line.gateway, number } as const;
      await engine.call({ channel, to, callerNumber: line.callerNumber }, ANSWER_MS);
      const event = await answer;
      if (event.type === 'channel-gone') return { placed: true, by: null, ms: null };
      const ms = Math.round(this.#deps.clock.monotonic() - began);
      return { placed: true, by: this.#whoAnswered(), ms };
    } catch (error) {
      return error instanceof WaitEnded && error.why === 'timeout'
        ? { placed: true, by: null, ms: null }
        : NOT_PLACED;
    } finally {
      this.#called = [];
      engine.hangup(channel).catch(() => undefined);
    }
  }

  #whoAnswered(): Party {
    return this.#cameBack ? 'stand-in' : 'box';
  }
}

/** Networks write one number in several ways; its end is the same in all. */
const isSame = (a: string, b: string): boolean => endOf(a) !== '' && endOf(a) === endOf(b);
const endOf = (number: string): string => number.replaceAll(/\D/g, '').slice(-8);

const settles =
  (channel: string) =>
  (event: EngineEvent): boolean =>
    (event.type === 'channel-state' && event.channel === channel && event.state === 'up') ||
    (event.type === 'channel-gone' && event.channel === channel);
