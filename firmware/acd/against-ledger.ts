/**
 * Decisions that were made again, held against what the ledger says was decided: who was offered what, to whom, in which order and why; who was
 * sent on from a queue; which agent was taken out. Pure.
 */
import { destinationText } from '@branchline/contracts/branch/values';
import { replaySteps, type DecidedStep, type StepInputs, type TakenOut } from './replay.ts';
import type { AcdPlan } from './plan.ts';
import type { OfferSaid, OutSaid, OverflowSaid, Said } from './said.ts';
import type { AcdEffect, Offer } from './state.ts';

type Overflow = Extract<AcdEffect, { do: 'overflow' }>;

export const KINDS = ['offers', 'overflows', 'outs'] as const;
export type Kind = (typeof KINDS)[number];

export interface Difference {
  readonly at: number;
  readonly kind: Kind;
  /** In a word each; undefined where there is none on that side. */
  readonly decided?: string;
  readonly said?: string;
  /** What of it differs, where both are there. */
  readonly field?: string;
}

export interface Agreement extends Readonly<Record<Kind, number>> {
  readonly at: number;
  /** Of the offers, such as begin to call a customer back, or go on with it. */
  readonly callbacks: number;
}

interface Fields<D, B> {
  readonly fields: readonly (readonly [
    name: string,
    again: (decided: D) => unknown,
    before: (said: B) => unknown,
  ])[];
  readonly decided: (decided: D) => string;
  readonly said: (said: B) => string;
}

const OFFERS: Fields<Offer, OfferSaid> = {
  fields: [
    ['call', ({ interaction }) => interaction, ({ call }) => call],
    ['agent', ({ agent }) => agent, ({ body }) => body.agent],
    ['queue', ({ queue }) => queue, ({ body }) => body.queue],
    ['attempt', ({ attempt }) => attempt, ({ body }) => body.attempt],
    ['candidates', ({ candidates }) => candidates, ({ body }) => body.candidates],
    ['why', ({ why }) => why, ({ body }) => body.why],
  ],
  decided: ({ interaction, queue, agent, attempt }) =>
    `${interaction} of queue ${queue} to ${agent}, offer ${attempt}`,
  said: ({ call, body, seq }) =>
    `${call} of queue ${body.queue} to ${body.agent}, offer ${body.attempt} (event ${seq})`,
};

const OVERFLOWS: Fields<Overflow, OverflowSaid> = {
  fields: [
    ['call', ({ interaction }) => interaction, ({ call }) => call],
    ['queue', ({ queue }) => queue, ({ body }) => body.queue],
    ['because', ({ because }) => because, ({ body }) => body.because],
    // Without one, the document says where the number leads.
    [
      'to',
      ({ to }) => to && destinationText(to),
      ({ body }) => (body.because === 'queue-gone' ? undefined : body.to),
    ],
  ],
  decided: ({ interaction, queue, because }) => `${interaction} left queue ${queue}: ${because}`,
  said: ({ call, body, seq }) => `${call} left queue ${body.queue}: ${body.because} (event ${seq})`,
};

const OUTS: Fields<TakenOut, OutSaid> = {
  fields: [
    ['agent', ({ agent }) => agent, ({ body }) => body.agent],
    ['reason', ({ reason }) => reason, ({ body }) => body.reason],
  ],
  decided: ({ agent, reason }) => `${agent} taken out: ${reason ?? ''}`,
  said: ({ body, seq }) => `${body.agent} taken out: ${body.reason ?? ''} (event ${seq})`,
};

/**
 * Goes on step by step as long as both agree, and ends with the first difference.
 * @param said from the moment `from` up to `until`, ms since 1970
 * @throws NoPlan
 */
export function* againstLedger(
  steps: Iterable<StepInputs>,
  planOf: (id: string) => AcdPlan | undefined,
  said: Said,
  { from, until }: { from: number; until: number },
): Generator<Agreement, Difference | undefined> {
  const ledger = {
    offers: new Column('offers', OFFERS, said.offers),
    overflows: new Column('overflows', OVERFLOWS, said.overflows),
    outs: new Column('outs', OUTS, said.outs),
  };
  for (const decided of replaySteps(steps, planOf)) {
    const { at } = decided.step;
    if (at >= until) break;
    if (at < from) continue;
    const offers = standing(decided);
    const overflows = sentOn(decided).filter(
      (each) => !mayBeUnsaid(each) || ledger.overflows.isNext(each, at),
    );
    const difference =
      ledger.offers.hold(offers, at) ??
      ledger.overflows.hold(overflows, at) ??
      ledger.outs.hold(decided.outs, at);
    if (difference) return difference;
    const callbacks = offers.filter(({ kind }) => kind === 'callback').length;
    yield { at, offers: offers.length, callbacks, overflows: overflows.length, outs: decided.outs.length };
  }
  return ledger.offers.left() ?? ledger.overflows.left() ?? ledger.outs.left();
}

/** One kind of entries, gone through side by side. */
class Column<D, B extends { readonly at: number }> {
  readonly #kind: Kind;
  readonly #fields: Fields<D, B>;
  readonly #said: Iterator<B>;
  #next: IteratorResult<B>;

  constructor(kind: Kind, fields: Fields<D, B>, said: Iterable<B>) {
    this.#kind = kind;
    this.#fields = fields;
    this.#said = said[Symbol.iterator]();
    this.#next = this.#said.next();
  }

  hold(decided: readonly D[], at: number): Difference | undefined {
    for (const each of decided) {
      const word = this.#fields.decided(each);
      if (this.#next.done === true) return { at, kind: this.#kind, decided: word };
      const { value } = this.#next;
      const field = this.#unlike(each, value, at);
      if (field !== undefined)
        return { at, kind: this.#kind, decided: word, said: this.#fields.said(value), field };
      this.#next = this.#said.next();
    }
    return undefined;
  }

  isNext(decided: D, at: number): boolean {
    return this.#next.done !== true && this.#unlike(decided, this.#next.value, at) === undefined;
  }

  left(): Difference | undefined {
    if (this.#next.done === true) return undefined;
    const { value } = this.#next;
    return { at: value.at, kind: this.#kind, said: this.#fields.said(value) };
  }

  #unlike(decided: D, said: B, at: number): string | undefined {
    if (said.at !== at) return 'time';
    return this.#fields.fields.find(
      ([, again, before]) => JSON.stringify(again(decided)) !== JSON.stringify(before(said)),
    )?.[0];
  }
}

/** Offers that were taken back within their own step, as the call was over, nobody may be called or the agent has no telephone and no line to his mobile, never rang. */
function standing({ step, effects }: DecidedStep): Offer[] {
  const never = ['caller-gone', 'unreachable', 'withdrawn', 'failed'];
  const takenBack = step.events.flatMap((event) =>
    event.type === 'refused' && never.includes(event.reason) ? [`${event.interaction}/${event.agent}`] : [],
  );
  return effects.flatMap((effect) => {
    if (effect.do !== 'offer') return [];
    const place = takenBack.indexOf(`${effect.interaction}/${effect.agent}`);
    if (place < 0) return [effect];
    takenBack.splice(place, 1);
    return [];
  });
}

const sentOn = ({ effects }: DecidedStep): Overflow[] =>
  effects.filter((effect): effect is Overflow => effect.do === 'overflow');

/** A callback without its customer on the line, and a call that was over when the service came back, leave a queue that is gone without a word. */
const mayBeUnsaid = ({ because }: Overflow): boolean => because === 'queue-gone';
