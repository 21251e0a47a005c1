/** What becomes of one who waits: coming in, announcements, overflow, leaving. */
import type { OverflowRule } from '@branchline/contracts/branch/queues/model';
import { isThere } from './agents.ts';
import { recall } from './customers.ts';
import type { Draft } from './draft.ts';
import { expectedGapMs, outlookAt, type Outlook } from './outlook.ts';
import { has, type QueuePlan } from './plan.ts';
import { mediumOf, type AcdEffect, type AcdEvent, type Waiting } from './state.ts';

/** How often it is looked whether a queue has closed, or its wait has become too long. */
const LOOK_AGAIN_MS = 30_000;

type Enter = Extract<AcdEvent, { type: 'enter' }>;
type Because = Extract<AcdEffect, { do: 'overflow' }>['because'];

export function enter(draft: Draft, event: Enter): void {
  const queue = draft.plan.queues[event.queue];
  if (draft.find(event.interaction)) return;
  const { interaction, since, customer, needs } = event;
  if (!queue) {
    draft.effects.push({ do: 'overflow', interaction, queue: event.queue, because: 'queue-gone' });
    return;
  }
  const state = draft.queue(queue.name);
  const { tag, priority } = priorityOf(queue, event);
  const lastAgent = lastAgentOf(draft, queue, event);
  const waiting: Waiting = {
    interaction,
    kind: event.kind ?? 'call',
    queue: queue.name,
    ...(customer === undefined ? {} : { customer }),
    ...(tag === undefined ? {} : { tag }),
    priority,
    since: Math.min(since, draft.now),
    enteredAt: draft.now,
    ticket: state.tickets + 1,
    attempts: 0,
    offers: [],
    missedBy: [],
    ...(lastAgent === undefined ? {} : { lastAgent }),
    ...(needs === undefined || Object.keys(needs).length === 0 ? {} : { needs }),
    seen: event.seen ?? [],
    dueAt: null,
  };
  draft.setQueue(queue.name, { ...state, tickets: state.tickets + 1 });
  draft.insert({ ...waiting, dueAt: dueOf(queue, waiting, draft.now) });
}

function priorityOf(queue: QueuePlan, { tags = [], priority }: Enter): { tag?: string; priority: number } {
  if (priority !== undefined) return { priority };
  let found: { tag?: string; priority: number } = { priority: queue.priority.default };
  for (const tag of tags) {
    const points = queue.priority.tags[tag];
    if (points !== undefined && (found.tag === undefined || points > found.priority))
      found = { tag, priority: points };
  }
  return found;
}

/** Who served the customer last, if it was lately, and he serves this queue and is able. */
function lastAgentOf(draft: Draft, queue: QueuePlan, { customer, needs = {} }: Enter): string | undefined {
  if (!queue.lastAgent || customer === undefined) return undefined;
  const last = recall(draft.customers, customer);
  if (!last || draft.now - last.at > queue.lastAgent.withinMs) return undefined;
  const member = queue.members.find(({ agent }) => agent.id === last.agent);
  if (!member || !has(member.agent.skills, queue.needs) || !has(member.agent.skills, needs)) return undefined;
  return last.agent;
}

/** When time alone next does something to it: a stage, the end of its being kept for somebody, an announcement, overflow. */
export function dueOf(queue: QueuePlan, waiting: Waiting, now: number): number | null {
  const { enteredAt, offers } = waiting;
  const times: number[] = queue.stages.map(({ afterMs }) => enteredAt + afterMs);
  if (offers.length === 0) {
    if (waiting.lastAgent !== undefined && queue.lastAgent) times.push(enteredAt + queue.lastAgent.waitMs);
    const announcement = nextAnnouncement(queue, waiting);
    // An announcement that fell due while a telephone rang is made up for.
    if (announcement !== undefined) times.push(Math.max(announcement, now + 1));
    for (const { when } of queue.overflow) {
      if (when.kind === 'waiting') times.push(enteredAt + when.overMs);
      if (when.kind === 'closed' || when.kind === 'expected-wait') times.push(now + LOOK_AGAIN_MS);
    }
  }
  const ahead = times.filter((time) => time > now);
  return ahead.length > 0 ? Math.min(...ahead) : null;
}

function nextAnnouncement(queue: QueuePlan, { announcedAt, enteredAt, kind }: Waiting): number | undefined {
  if (!queue.announce || kind !== 'call') return undefined;
  return announcedAt === undefined
    ? enteredAt + queue.announce.firstMs
    : announcedAt + queue.announce.everyMs;
}

/** What time has brought about for everybody who waits. */
export function attendAll(draft: Draft): void {
  for (const name of draft.queueNames()) {
    const queue = draft.plan.queues[name];
    if (!queue) continue;
    const gap = gapOf(draft, queue);
    const looksAtAll = queue.overflow.some(
      ({ when }) => when.kind === 'closed' || when.kind === 'expected-wait',
    );
    // Backwards: who leaves changes no place but of those behind him.
    for (let index = draft.list(name).length - 1; index >= 0; index -= 1) {
      const waiting = draft.list(name)[index];
      if (!waiting || waiting.offers.length > 0) continue;
      const isDue = waiting.dueAt !== null && waiting.dueAt <= draft.now;
      if (!isDue && !looksAtAll) continue;
      const rule = ruleFor(draft, { queue, waiting, position: index + 1, gap, moment: 'later' });
      if (rule) sendOn(draft, waiting, rule.when.kind, rule.to);
      else announce(draft, queue, waiting, outlookAt(index + 1, gap()));
    }
  }
}

/** Sets the alarm clocks of those whom time has reached; the last thing of a step. */
export function rewind(draft: Draft): void {
  for (const name of draft.queueNames()) {
    const queue = draft.plan.queues[name];
    if (!queue) continue;
    for (const waiting of draft.list(name)) {
      if (waiting.dueAt === null || waiting.dueAt > draft.now) continue;
      draft.replace(waiting, { ...waiting, dueAt: dueOf(queue, waiting, draft.now) }, true);
    }
  }
}

function announce(draft: Draft, queue: QueuePlan, waiting: Waiting, seen: Outlook): void {
  const at = nextAnnouncement(queue, waiting);
  if (at === undefined || at > draft.now) return;
  draft.effects.push({ do: 'announce', interaction: waiting.interaction, queue: queue.name, ...seen });
  const announced = { ...waiting, announcedAt: draft.now };
  draft.replace(waiting, { ...announced, dueAt: dueOf(queue, announced, draft.now) });
}

/** The overflow rules of one interaction; `entering`: it has just come in. Nothing when somebody has it on offer. */
export function overflow(
  draft: Draft,
  interaction: string,
  where: string | undefined,
  moment: 'entering' | 'later',
): void {
  if (where !== undefined && draft.plan.queues[where]?.overflow.length === 0) return;
  const waiting = draft.find(interaction, where);
  const queue = waiting && draft.plan.queues[waiting.queue];
  if (!queue || queue.overflow.length === 0 || waiting.offers.length > 0) return;
  const index = draft.list(queue.name).indexOf(waiting);
  const rule = ruleFor(draft, { queue, waiting, position: index + 1, gap: gapOf(draft, queue), moment });
  if (rule) sendOn(draft, waiting, rule.when.kind, rule.to);
}

export function closedOnEntering(draft: Draft, { interaction, queue: name }: Enter): void {
  const queue = draft.plan.queues[name];
  const rule = queue?.overflow.find(({ when }) => when.kind === 'closed');
  const waiting = rule && draft.find(interaction, name);
  if (!queue || !waiting || waiting.kind === 'callback' || isBack(rule, waiting)) return;
  if (draft.plan.isOpen(queue.name, draft.now)) return;
  sendOn(draft, waiting, 'closed', rule.to);
}

/** Somebody has left, or is not there any more: where nobody is left, those who wait are sent on. */
export function emptied(draft: Draft, agent: string): void {
  for (const name in draft.plan.agent[agent]?.queues) {
    const queue = draft.plan.queues[name];
    if (!queue?.overflow.some(({ when }) => when.kind.startsWith('nobody'))) continue;
    for (const waiting of [...draft.list(name)]) overflow(draft, waiting.interaction, name, 'later');
  }
}

interface Case {
  readonly queue: QueuePlan;
  readonly waiting: Waiting;
  readonly position: number;
  readonly gap: () => number | undefined;
  readonly moment: 'entering' | 'later';
}

/** Worked out at most once, and only when somebody asks. */
function gapOf(draft: Draft, queue: QueuePlan): () => number | undefined {
  let known: { gapMs: number | undefined } | undefined;
  return () => {
    known ??= { gapMs: expectedGapMs(queue, draft.queue(queue.name), (id) => draft.agent(id)) };
    return known.gapMs;
  };
}

function ruleFor(draft: Draft, of: Case): OverflowRule | undefined {
  return of.queue.overflow.find((rule) => !isBack(rule, of.waiting) && applies(draft, of, rule));
}

/**
 * Between two full queues nobody is sent to and fro. Who was sent on from this queue before, and led back by a flow, is sent on
 * again by time alone: else he would go round without end, in one step.
 */
const isBack = ({ to, when }: OverflowRule, waiting: Waiting): boolean =>
  (to.kind === 'queue' && (to.name === waiting.queue || waiting.seen.includes(to.name))) ||
  (when.kind !== 'waiting' && waiting.seen.includes(waiting.queue));

function applies(draft: Draft, of: Case, { when }: OverflowRule): boolean {
  const { queue, waiting, moment } = of;
  // A callback that was asked for waits for as long as it takes.
  if (waiting.kind === 'callback') return false;
  switch (when.kind) {
    case 'waiting':
      return draft.now - waiting.enteredAt >= when.overMs;
    case 'length':
      return moment === 'entering' && draft.list(queue.name).length > when.over;
    case 'expected-wait':
      return of.position * (of.gap() ?? 0) > when.overMs;
    case 'nobody-signed-in':
      return !queue.members.some(({ agent }) => draft.agent(agent.id)?.signedIn);
    case 'nobody-there':
      return !queue.members.some(({ agent }) => {
        const state = draft.agent(agent.id);
        return state !== undefined && isThere(state);
      });
    case 'closed':
      return !draft.plan.isOpen(queue.name, draft.now);
  }
}

/** It waits no more: whoever had it on offer is told, and it goes where the document says. */
export function sendOn(draft: Draft, waiting: Waiting, because: Because, to?: OverflowRule['to']): void {
  draft.remove(waiting);
  withdraw(draft, waiting, waiting.offers, 'gone');
  draft.effects.push({
    do: 'overflow',
    interaction: waiting.interaction,
    queue: waiting.queue,
    ...(to === undefined ? {} : { to }),
    because,
  });
}

export function withdraw(
  draft: Draft,
  { interaction }: Waiting,
  from: readonly string[],
  because: 'answered-elsewhere' | 'gone',
): void {
  for (const agent of from) draft.effects.push({ do: 'withdraw', interaction, agent, because });
}

export function digit(draft: Draft, interaction: string, pressed: string): void {
  const waiting = draft.find(interaction);
  const to = waiting && draft.plan.queues[waiting.queue]?.exits[pressed];
  if (to && mediumOf(waiting.kind) === 'voice') sendOn(draft, waiting, 'digit', to);
}

/** A clock that went back: nobody has waited since what is now the future. */
export function believableWait(waiting: Waiting, now: number): Waiting {
  const { announcedAt, ...rest } = waiting;
  return {
    ...rest,
    since: Math.min(waiting.since, now),
    enteredAt: Math.min(waiting.enteredAt, now),
    ...(announcedAt === undefined ? {} : { announcedAt: Math.min(announcedAt, now) }),
    dueAt: now,
  };
}
