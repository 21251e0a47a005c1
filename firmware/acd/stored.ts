/**
 * The ACD's state on disk: one small piece an agent, an interaction that waits, a queue, a customer, so that a step writes only what it
 * changed. The form has a version; older forms are brought up to date here.
 */
import { allOf } from './changes.ts';
import type { AcdPlan } from './plan.ts';
import { before } from './rank.ts';
import { shelfOf } from './customers.ts';
import {
  emptyAcd,
  newAgent,
  type AcdChanges,
  type AcdState,
  type AgentState,
  type LastServed,
  type QueueState,
  type Waiting,
} from './state.ts';

/** Raised with every change of the form; the form before it is then read here too. */
export const ACD_FORM = 2;
const HEAD = 'acd';
/** Every piece but the head has a name that begins so. */
export const PIECES = 'acd/';

export type Pieces = Readonly<Record<string, unknown>>;

/** The pieces to write, by name; null: to be deleted. */
export function piecesOf(changed: AcdChanges): Pieces {
  return {
    ...(changed.plan === undefined ? {} : { [HEAD]: { form: ACD_FORM, plan: changed.plan } }),
    ...named('agent', changed.agents),
    ...named('waiting', changed.waiting),
    ...named('queue', changed.queues),
    ...named('customer', changed.customers),
  };
}

const named = (kind: string, entries: Pieces): Pieces =>
  Object.fromEntries(Object.entries(entries).map(([name, value]) => [`${PIECES}${kind}/${name}`, value]));

/**
 * The state as it was written; undefined when there is none. `rewrite`: pieces to be written at once, as it was found in an older form.
 * @throws when it was written by a newer version
 */
export function storedAcd(
  head: unknown,
  pieces: Pieces,
  plan: AcdPlan,
  now: number,
): { state: AcdState; rewrite?: Pieces } | undefined {
  if (head === undefined || head === null) return undefined;
  const form = (head as { form?: unknown }).form ?? 1;
  if (form === 1) {
    const state = fromFormOne(head as FormOne, plan, now);
    return { state, rewrite: piecesOf(allOf(state)) };
  }
  if (form !== ACD_FORM)
    throw new Error(
      `queues and agents were written in form ${JSON.stringify(form)}; this version knows ${ACD_FORM}: install the version that wrote them`,
    );
  return { state: fromPieces((head as { plan: string }).plan, pieces, plan) };
}

function fromPieces(planId: string, pieces: Pieces, plan: AcdPlan): AcdState {
  const of = <T>(kind: string): Record<string, T> => {
    const start = `${PIECES}${kind}/`;
    const entries = Object.entries(pieces).filter(([name]) => name.startsWith(start));
    return Object.fromEntries(entries.map(([name, value]) => [name.slice(start.length), value as T]));
  };
  const customers: Record<string, Record<string, LastServed>> = {};
  for (const [customer, served] of Object.entries(of<LastServed>('customer')))
    (customers[shelfOf(customer)] ??= {})[customer] = served;
  return {
    plan: planId,
    waiting: lists(Object.values(of<Waiting>('waiting')), plan),
    agents: of<AgentState>('agent'),
    queues: of<QueueState>('queue'),
    customers,
  };
}

function lists(waiting: readonly Waiting[], plan: AcdPlan): AcdState['waiting'] {
  const byQueue: Record<string, Waiting[]> = {};
  for (const each of waiting) (byQueue[each.queue] ??= []).push(each);
  for (const [queue, list] of Object.entries(byQueue))
    list.sort((a, b) => (before(a, b, plan.queues[queue]) ? -1 : 1));
  return byQueue;
}

/** As version 0.1 wrote it, whole: a list of those who wait, agents busy with names. */
interface FormOne {
  readonly waiting: readonly {
    readonly interaction: string;
    readonly queue: string;
    readonly priority: number;
    readonly since: number;
    readonly attempts: number;
    readonly offeredTo?: string;
    readonly missedBy: readonly string[];
  }[];
  readonly agents: Readonly<
    Record<
      string,
      Omit<AgentState, 'work' | 'misses' | 'tally' | 'heldBackUntil'> & {
        readonly busyWith: readonly string[];
      }
    >
  >;
  readonly lastTurn: Readonly<Record<string, string>>;
}

function fromFormOne(old: FormOne, plan: AcdPlan, now: number): AcdState {
  const offeredTo = new Map(old.waiting.map(({ interaction, offeredTo: agent }) => [interaction, agent]));
  const waiting = old.waiting.map((each, index): Waiting => {
    const { offeredTo: agent, ...rest } = each;
    const offers = agent === undefined ? [] : [agent];
    return { ...rest, kind: 'call', enteredAt: each.since, ticket: index + 1, offers, seen: [], dueAt: now };
  });
  const agents = Object.entries(old.agents).map(([id, agent]): [string, AgentState] => {
    const { busyWith, ...rest } = agent;
    const work = busyWith.map((what) => ({
      what,
      as: offeredTo.get(what) === id ? ('offered' as const) : ('served' as const),
      medium: 'voice' as const,
      since: agent.since,
    }));
    return [id, { ...newAgent(now), ...rest, work }];
  });
  const turns = Object.entries(old.lastTurn).map(([queue, turn]): [string, QueueState] => [
    queue,
    { tickets: old.waiting.length, turn, pace: { gapMs: 0, gaps: 0, staffed: 0, handleMs: 0, handled: 0 } },
  ]);
  return {
    ...emptyAcd,
    waiting: lists(waiting, plan),
    agents: Object.fromEntries(agents),
    queues: Object.fromEntries(turns),
  };
}
