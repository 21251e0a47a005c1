/** Decisions that were made again, held against what the ledger says was offered: who, to whom, in which order, and why. Pure. */
import type { EventBody } from '@branchline/contracts/ledger';
import { replaySteps, type DecidedStep, type StepInputs } from './replay.ts';
import type { AcdPlan } from './plan.ts';
import type { Offer } from './state.ts';

/** An offer of a queue as the ledger has it; of several telephones of one agent the first. */
export interface OfferSaid {
  readonly seq: number;
  readonly at: number;
  readonly call: string;
  readonly body: EventBody<'call.leg-offered'>;
}

export interface Difference {
  readonly at: number;
  /** Undefined where the ledger has an offer that was not decided again. */
  readonly decided?: Offer;
  /** Undefined where an offer was decided again that the ledger has not. */
  readonly said?: OfferSaid;
  /** What of it differs, where both are there. */
  readonly field?: (typeof FIELDS)[number][0];
}

export interface Agreement {
  readonly at: number;
  readonly offers: number;
}

const FIELDS = [
  ['time', (_: Offer, at: number) => at, (said: OfferSaid) => said.at],
  ['call', (offer: Offer) => offer.interaction, (said: OfferSaid) => said.call],
  ['agent', (offer: Offer) => offer.agent, (said: OfferSaid) => said.body.to.id],
  ['queue', (offer: Offer) => offer.queue, (said: OfferSaid) => said.body.queue],
  ['attempt', (offer: Offer) => offer.attempt, (said: OfferSaid) => said.body.attempt],
  ['candidates', (offer: Offer) => offer.candidates, (said: OfferSaid) => said.body.candidates],
  ['why', (offer: Offer) => offer.why, (said: OfferSaid) => said.body.why],
] as const;

/**
 * Goes on step by step as long as both agree, and ends with the first difference.
 * @param said in the order of their numbers, from the moment `from` up to `until`, ms since 1970
 * @throws NoPlan
 */
export function* againstLedger(
  steps: Iterable<StepInputs>,
  planOf: (id: string) => AcdPlan | undefined,
  said: Iterable<OfferSaid>,
  { from, until }: { from: number; until: number },
): Generator<Agreement, Difference | undefined> {
  const expected = said[Symbol.iterator]();
  for (const decided of replaySteps(steps, planOf)) {
    const { at } = decided.step;
    if (at >= until) break;
    if (at < from) continue;
    const offers = standing(decided);
    for (const offer of offers) {
      const next = expected.next();
      if (next.done === true) return { at, decided: offer };
      const field = FIELDS.find(
        ([, again, before]) => JSON.stringify(again(offer, at)) !== JSON.stringify(before(next.value)),
      );
      if (field) return { at, decided: offer, said: next.value, field: field[0] };
    }
    yield { at, offers: offers.length };
  }
  const left = expected.next();
  return left.done === true ? undefined : { at: left.value.at, said: left.value };
}

/** Offers that were taken back within their own step, as the call was over or the agent has no telephone, never rang. */
function standing({ step, effects }: DecidedStep): Offer[] {
  const takenBack = step.events.flatMap((event) =>
    event.type === 'refused' && (event.reason === 'caller-gone' || event.reason === 'unreachable')
      ? [`${event.interaction}/${event.agent}`]
      : [],
  );
  return effects.flatMap((effect) => {
    if (effect.do !== 'offer') return [];
    const place = takenBack.indexOf(`${effect.interaction}/${effect.agent}`);
    if (place < 0) return [effect];
    takenBack.splice(place, 1);
    return [];
  });
}
