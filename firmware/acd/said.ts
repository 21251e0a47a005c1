/** What the ledger says the ACD has decided. Pure. */
import type { EventBody, NewEvent } from '@branchline/contracts/ledger';
import type { Candidate, OfferWhy } from '@branchline/contracts/offer-why';

/** An event with its number, and its moment in ms since 1970. */
export type Numbered = NewEvent & { readonly seq: number };

interface Entry<B> {
  readonly seq: number;
  readonly at: number;
  readonly call: string;
  readonly body: B;
}

/** A call, or a callback, and the agent it was offered to, or who was kept for it; of several telephones of one agent the first. */
export type OfferSaid = Entry<{
  readonly agent: string;
  readonly queue: string;
  readonly attempt: number;
  readonly candidates?: readonly Candidate[] | undefined;
  readonly why?: OfferWhy | undefined;
}>;
export type OverflowSaid = Entry<EventBody<'call.overflowed'>>;
export type OutSaid = Entry<EventBody<'agent.state'>>;

/** Each in the order of their numbers. */
export interface Said {
  readonly offers: readonly OfferSaid[];
  readonly overflows: readonly OverflowSaid[];
  readonly outs: readonly OutSaid[];
}

/** Why an agent is ready no more who has not taken what rang. */
const OUT_REASONS = ['no-answer', 'declined'];

export function saidIn(events: Iterable<Numbered>): Said {
  const offers: OfferSaid[] = [];
  const overflows: OverflowSaid[] = [];
  const outs: OutSaid[] = [];
  for (const event of events) {
    const { seq, at, call = '' } = event;
    if (event.type === 'call.overflowed') overflows.push({ seq, at, call, body: event.body });
    if (event.type === 'agent.state' && isOut(event.body)) outs.push({ seq, at, call, body: event.body });
    const body = offerOf(event);
    if (!body) continue;
    const before = offers.at(-1);
    const said = { seq, at, call, body };
    if (!before || !isAtAnotherPhone(before, said)) offers.push(said);
  }
  return { offers, overflows, outs };
}

/** What is left from a moment on. */
export function saidSince({ offers, overflows, outs }: Said, from: number): Said {
  const since = <T extends { readonly at: number }>(all: readonly T[]): T[] =>
    all.filter(({ at }) => at >= from);
  return { offers: since(offers), overflows: since(overflows), outs: since(outs) };
}

/** Who was kept for a callback rings later, and that is no decision of its own. */
function offerOf(event: NewEvent): OfferSaid['body'] | undefined {
  if (event.type === 'callback.agent-kept') return event.body;
  if (event.type !== 'call.leg-offered') return undefined;
  const { queue, to, attempt, candidates, why, kept } = event.body;
  return queue === undefined || kept ? undefined : { agent: to.id, queue, attempt, candidates, why };
}

const isOut = ({ state, reason = '', by, again }: OutSaid['body']): boolean =>
  state === 'not-ready' && OUT_REASONS.includes(reason) && by === undefined && again !== true;

const isAtAnotherPhone = (one: OfferSaid, next: OfferSaid): boolean =>
  one.at === next.at &&
  one.call === next.call &&
  one.body.attempt === next.body.attempt &&
  one.body.agent === next.body.agent;
