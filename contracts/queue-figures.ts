/**
 * Figures of queues and agents, counted from ledger events and from nothing else: the same at the box and at headquarters, and each to be
 * found again in the events behind it.
 *
 * What is counted is a stay: a call comes into a queue, and the stay ends when somebody answers, when the queue sends the call on, or when
 * the call ends. It belongs to the range in which it began. A call that is sent on has a stay in each queue; `total` counts it once, by
 * what became of it last, and as answered from the first answer on. What happens after the answer, as a transfer, makes no stay and changes none.
 *
 *   offered = answered + abandoned + shortAbandoned + overflowed + ended + waiting
 *   serviceLevel = answered within the stated time / (offered - shortAbandoned - waiting), in percent
 */
import * as z from 'zod';
import { eventBodies, knownEvent, type KnownEvent, type LedgerEvent, type Party } from './ledger.ts';

const count = z.int();
const ms = z.number();
export const OVERFLOWS = eventBodies['call.overflowed'].shape.because.options;
export const MISSES = ['no-answer', 'declined', 'busy', 'unreachable', 'failed', 'congestion'] as const;

const outcomes = {
  offered: count,
  answered: count,
  /** The caller hung up after the queue's `short-abandon` or later. */
  abandoned: count,
  /** The caller hung up sooner: he had hardly begun to wait. */
  shortAbandoned: count,
  /** Sent on, by the queue or by somebody. */
  overflowed: count,
  /** Ended by the branch or the engine while it waited. */
  ended: count,
  /** Still there when the events end. */
  waiting: count,
};
export const queueFigures = z.object({
  ...outcomes,
  overflowedBecause: z.partialRecord(z.enum(OVERFLOWS), count),
  /** Answered within the stated time of the queue. */
  answeredWithin: count,
  /** Percent, to a tenth; null before anything is decided. */
  serviceLevel: z.number().nullable(),
  /** Of those who were answered; null when nobody was. */
  meanWaitMs: ms.nullable(),
  /** Of all whose stay has ended. */
  longestWaitMs: ms,
  /** Of talks that have ended. */
  talks: count,
  talkMs: ms,
  /** Wrap-up that these talks brought, with what was added to it or taken from it. */
  wrapUpMs: ms,
});
export type QueueFigures = z.infer<typeof queueFigures>;

export const agentFigures = z.object({
  answered: count,
  /** Offers of queues that he did not take, by what came of them; a caller who hung up meanwhile is none. */
  notAnswered: z.partialRecord(z.enum(MISSES), count),
  talkMs: ms,
  wrapUpMs: ms,
  /** On duty and taking calls, those in talk and wrap-up included. */
  readyMs: ms,
  /** By reason; 'none' where he gave none. */
  notReadyMs: z.record(z.string(), ms),
  signedOutMs: ms,
});
export type AgentFigures = z.infer<typeof agentFigures>;

export const figures = z.object({
  queues: z.record(z.string(), queueFigures),
  agents: z.record(z.string(), agentFigures),
  total: z.object(outcomes),
});
export type Figures = z.infer<typeof figures>;
type Outcomes = Figures['total'];
type Outcome = Exclude<keyof Outcomes, 'offered'>;

export interface FigureRange {
  /** Ms since 1970; the range ends before `to`. */
  readonly from: number;
  readonly to: number;
  /** What the document says of a queue. */
  readonly queue: (name: string) => { readonly withinMs: number; readonly shortMs: number } | undefined;
}

/** A queue that the document no longer has is counted by these. */
const USUAL = { withinMs: 20_000, shortMs: 5_000 };

/**
 * @param events in the order of their numbers: from a day before the range on, so that each agent's state at its beginning is among them, and
 * beyond its end as far as there are any, for stays that began in it
 * @param now up to when agents' time counts where the range has not ended, ms since 1970
 */
export function figuresOf(events: Iterable<LedgerEvent>, range: FigureRange, now: number): Figures {
  const counter = new FigureCounter(range);
  for (const event of events) counter.take(event);
  return counter.figures(now);
}

type Count = { -readonly [K in keyof QueueFigures]: QueueFigures[K] } & { waitMs: number };

/** Takes events one at a time. */
export class FigureCounter {
  readonly #range: FigureRange;
  readonly #queues = new Map<string, Count>();
  readonly #agents = new Map<string, AgentFigures>();
  readonly #total: Outcomes = noOutcomes();
  /** Calls that wait, and whether their stay is of the range. */
  readonly #stays = new Map<
    string,
    { readonly queue: string; readonly since: number; readonly counts: boolean }
  >();
  /** What became of calls of the range that have not ended. */
  readonly #calls = new Map<string, Outcome>();
  readonly #talks = new Map<string, { readonly queue: string; readonly agent: string }>();
  readonly #wrapUps = new Map<string, { queue: string; endsAt: number }>();
  readonly #states = new Map<string, { state: string; reason: string; since: number }>();

  constructor(range: FigureRange) {
    this.#range = range;
  }

  /** Whether nothing that began in the range is still open. */
  get settled(): boolean {
    return this.#talks.size === 0 && ![...this.#stays.values()].some(({ counts }) => counts);
  }

  take(raw: LedgerEvent): void {
    if (!TAKEN.has(raw.type)) return;
    const event = knownEvent(raw);
    if (!event) return;
    const at = Date.parse(event.at);
    if (event.type === 'agent.state') this.#stateOf(event.body, at);
    else if (event.type === 'agent.wrap-up') this.#wrapUpChanged(event.body);
    else if (event.call !== undefined) this.#ofCall(event.call, event, at);
  }

  /** Of one queue, so far. */
  queue(name: string): QueueFigures {
    const queue = this.#queues.get(name);
    return queue ? shown(queue) : noQueueFigures();
  }

  /** Counted so far. `now`: as for `figuresOf`. */
  figures(now: number): Figures {
    const queues = [...this.#queues].map(([name, queue]) => [name, shown(queue)] as const);
    const agents = new Map(
      [...this.#agents].map(([id, agent]) => [id, { ...agent, notReadyMs: { ...agent.notReadyMs } }]),
    );
    for (const [id, { state, reason, since }] of this.#states)
      addTime(entry(agents, id, noAgent), state, reason, this.#within(since, now));
    return {
      queues: Object.fromEntries(queues),
      agents: Object.fromEntries(agents),
      total: { ...this.#total },
    };
  }

  #ofCall(call: string, event: KnownEvent, at: number): void {
    switch (event.type) {
      case 'call.queued':
        return this.#queued(call, event.body.queue, at);
      case 'call.overflowed':
        return this.#leaves(call, at, 'overflowed', event.body.because);
      case 'call.moved':
        return this.#leaves(call, at, 'overflowed');
      case 'call.answered':
        return this.#answered(call, event.body, at);
      case 'call.leg-refused':
        return this.#refused(event.body, at);
      case 'call.leg-ended':
        return this.#talked(event.body, at);
      case 'call.ended': {
        const { endedBy } = event.body;
        const stay = this.#stays.get(call);
        const short = stay && at - stay.since < this.#rules(stay.queue).shortMs;
        this.#leaves(
          call,
          at,
          endedBy === 'caller' ? (short === true ? 'shortAbandoned' : 'abandoned') : 'ended',
        );
        this.#calls.delete(call);
        return;
      }
      default:
    }
  }

  #queued(call: string, queue: string, at: number): void {
    if (this.#stays.get(call)?.queue === queue) return;
    this.#leaves(call, at, 'overflowed');
    const counts = at >= this.#range.from && at < this.#range.to;
    this.#stays.set(call, { queue, since: at, counts });
    if (!counts) return;
    const figures = this.#queueOf(queue);
    figures.offered += 1;
    figures.waiting += 1;
    const before = this.#calls.get(call);
    if (before === undefined) this.#total.offered += 1;
    this.#became(call, 'waiting');
  }

  #leaves(call: string, at: number, outcome: Outcome, because?: (typeof OVERFLOWS)[number]): void {
    const stay = this.#stays.get(call);
    this.#stays.delete(call);
    if (!stay?.counts) return;
    const figures = this.#queueOf(stay.queue);
    const waitedMs = Math.max(0, at - stay.since);
    figures.waiting -= 1;
    figures[outcome] += 1;
    figures.longestWaitMs = Math.max(figures.longestWaitMs, waitedMs);
    if (because !== undefined)
      figures.overflowedBecause[because] = (figures.overflowedBecause[because] ?? 0) + 1;
    if (outcome === 'answered') {
      figures.waitMs += waitedMs;
      if (waitedMs <= this.#rules(stay.queue).withinMs) figures.answeredWithin += 1;
    }
    this.#became(call, outcome);
  }

  #became(call: string, outcome: Outcome): void {
    const before = this.#calls.get(call);
    if (before === 'answered') return;
    if (before !== undefined) this.#total[before] -= 1;
    this.#total[outcome] += 1;
    this.#calls.set(call, outcome);
  }

  #answered(call: string, { leg, by, queue }: Body<'call.answered'>, at: number): void {
    const stay = this.#stays.get(call);
    this.#leaves(call, at, 'answered');
    if (!stay?.counts) return;
    const agent = agentOf(by);
    this.#talks.set(leg, { queue: queue ?? stay.queue, agent: agent ?? '' });
    if (agent !== undefined) this.#agent(agent).answered += 1;
  }

  #refused({ to, reason, queue }: Body<'call.leg-refused'>, at: number): void {
    const agent = agentOf(to);
    const miss = MISSES.find((each) => each === reason);
    if (agent === undefined || queue === undefined || miss === undefined || !this.#isWithin(at)) return;
    const { notAnswered } = this.#agent(agent);
    notAnswered[miss] = (notAnswered[miss] ?? 0) + 1;
  }

  #talked({ leg, talkMs, wrapUpMs = 0 }: Body<'call.leg-ended'>, at: number): void {
    const talk = this.#talks.get(leg);
    if (!talk || !this.#talks.delete(leg)) return;
    const figures = this.#queueOf(talk.queue);
    figures.talks += 1;
    figures.talkMs += talkMs;
    figures.wrapUpMs += wrapUpMs;
    if (talk.agent === '') return;
    const agent = this.#agent(talk.agent);
    agent.talkMs += talkMs;
    agent.wrapUpMs += wrapUpMs;
    if (wrapUpMs > 0) this.#wrapUps.set(talk.agent, { queue: talk.queue, endsAt: at + wrapUpMs });
  }

  /** Longer, or over sooner, than its talk had said. */
  #wrapUpChanged({ agent, endsAt }: Body<'agent.wrap-up'>): void {
    const open = this.#wrapUps.get(agent);
    if (!open) return;
    const moreMs = Date.parse(endsAt) - open.endsAt;
    open.endsAt += moreMs;
    this.#queueOf(open.queue).wrapUpMs += moreMs;
    this.#agent(agent).wrapUpMs += moreMs;
  }

  #stateOf({ agent, state, reason }: Body<'agent.state'>, at: number): void {
    const before = this.#states.get(agent);
    if (before && this.#within(before.since, at) > 0)
      addTime(this.#agent(agent), before.state, before.reason, this.#within(before.since, at));
    this.#states.set(agent, { state, reason: reason ?? 'none', since: at });
  }

  /** How much of a time is of the range, in ms. */
  #within(since: number, until: number): number {
    return Math.max(0, Math.min(until, this.#range.to) - Math.max(since, this.#range.from));
  }

  #isWithin(at: number): boolean {
    return at >= this.#range.from && at < this.#range.to;
  }

  #rules(queue: string): { withinMs: number; shortMs: number } {
    return this.#range.queue(queue) ?? USUAL;
  }

  #queueOf(name: string): Count {
    return entry(this.#queues, name, noQueue);
  }

  #agent(id: string): AgentFigures {
    return entry(this.#agents, id, noAgent);
  }
}

type Body<T extends KnownEvent['type']> = Extract<KnownEvent, { type: T }>['body'];

/** Of all other events nothing is counted, and they need not be looked into. */
const TAKEN: ReadonlySet<string> = new Set<KnownEvent['type']>([
  'call.queued',
  'call.moved',
  'call.overflowed',
  'call.answered',
  'call.leg-refused',
  'call.leg-ended',
  'call.ended',
  'agent.state',
  'agent.wrap-up',
]);

const agentOf = ({ kind, id }: Party): string | undefined => (kind === 'agent' ? id : undefined);

function addTime(agent: AgentFigures, state: string, reason: string, ms: number): void {
  if (state === 'ready') agent.readyMs += ms;
  else if (state === 'signed-out') agent.signedOutMs += ms;
  else agent.notReadyMs[reason] = (agent.notReadyMs[reason] ?? 0) + ms;
}

function shown({ waitMs, ...queue }: Count): QueueFigures {
  const { offered, answered, shortAbandoned, waiting, answeredWithin } = queue;
  const decided = offered - shortAbandoned - waiting;
  return {
    ...queue,
    overflowedBecause: { ...queue.overflowedBecause },
    meanWaitMs: answered === 0 ? null : Math.round(waitMs / answered),
    serviceLevel: decided === 0 ? null : Math.round((1_000 * answeredWithin) / decided) / 10,
  };
}

const noOutcomes = (): Outcomes => ({
  offered: 0,
  answered: 0,
  abandoned: 0,
  shortAbandoned: 0,
  overflowed: 0,
  ended: 0,
  waiting: 0,
});
export const noQueueFigures = (): QueueFigures => ({
  ...noOutcomes(),
  overflowedBecause: {},
  answeredWithin: 0,
  serviceLevel: null,
  meanWaitMs: null,
  longestWaitMs: 0,
  talks: 0,
  talkMs: 0,
  wrapUpMs: 0,
});
const noQueue = (): Count => ({ ...noQueueFigures(), waitMs: 0 });
const noAgent = (): AgentFigures => ({
  answered: 0,
  notAnswered: {},
  talkMs: 0,
  wrapUpMs: 0,
  readyMs: 0,
  notReadyMs: {},
  signedOutMs: 0,
});

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
