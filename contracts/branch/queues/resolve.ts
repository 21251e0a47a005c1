/** Queues, agents and tagged callers: from what a person wrote to what the services work with. */
import { destination, durationMs, numberRange } from '../values.ts';
import type { Agent, Announcements, Priority, Queue, Relaxation, Skills } from './model.ts';
import type { AgentInput, CallersInput, QueueInput } from './schema.ts';
import { resolveQueueAlarm } from './alarm.ts';
import { callbackPolicy } from './callback.ts';
import { overflowWhen, percent, pointsPerMinute } from './values.ts';

export function resolveQueue(name: string, queue: QueueInput, recording: 'always' | 'never'): Queue {
  const { relax: steps, ...prefers } = queue.prefers as { relax?: RelaxInput } & Record<string, number>;
  const announce = announcements(queue);
  const last = queue['last-agent'];
  return {
    name,
    order: queue.order,
    needs: queue.needs,
    prefers,
    relax: relaxations(prefers, steps),
    levels: mapValues(queue.levels, ms),
    priority: priorityOf(queue.priority),
    ...(last ? { lastAgent: { withinMs: ms(last.within), waitMs: ms(last.wait) } } : {}),
    ringMs: ms(queue.ring),
    wrapUpMs: ms(queue['wrap-up']),
    outAfterMisses: queue.misses ?? (queue.order === 'ring-all' ? 0 : 1),
    serviceLevel: {
      percent: numberOr(queue['service-level'].answer, percent),
      withinMs: ms(queue['service-level'].within),
    },
    alarm: resolveQueueAlarm(queue.alarm),
    shortAbandonMs: ms(queue['short-abandon']),
    keepPlaceMs: ms(queue['keep-place']),
    music: queue.waiting.music,
    recording: queue.recording ?? recording,
    ...(announce ? { announce } : {}),
    exits: mapValues(queue.waiting.press, (to) => must(destination(to))),
    overflow: queue.overflow.map(({ when, to }) => ({
      when: must(overflowWhen(when)),
      to: must(destination(to)),
    })),
    ...(queue.hours === undefined ? {} : { hours: queue.hours }),
    ...(queue.callback ? { callback: callbackPolicy(queue.callback, queue.hours) } : {}),
  };
}

type StepInput = { after: string; to: number | Record<string, number> };
type RelaxInput = StepInput | StepInput[];

function relaxations(prefers: Skills, steps: RelaxInput | undefined): Relaxation[] {
  const list = steps === undefined ? [] : Array.isArray(steps) ? steps : [steps];
  let insists: Skills = prefers;
  return list
    .map(({ after, to }) => ({ afterMs: ms(after), to }))
    .sort((a, b) => a.afterMs - b.afterMs)
    .map(({ afterMs, to }) => {
      const entries = Object.entries(insists).map(([skill, level]): [string, number] => [
        skill,
        Math.min(level, typeof to === 'number' ? to : (to[skill] ?? level)),
      ]);
      insists = Object.fromEntries(entries.filter(([, level]) => level > 0));
      return { afterMs, insists };
    });
}

function priorityOf(priority: QueueInput['priority']): Priority {
  if (typeof priority === 'number') return { default: priority, tags: {}, ageingPerMinute: 1 };
  const { default: base, ageing, ...tags } = priority;
  return { default: base, tags, ageingPerMinute: numberOr(ageing, pointsPerMinute) };
}

function announcements({ waiting }: QueueInput): Announcements | undefined {
  if (waiting.announce.length === 0) return undefined;
  const everyMs = ms(waiting.every);
  const firstMs = waiting.first === undefined ? everyMs : ms(waiting.first);
  return { say: waiting.announce, firstMs, everyMs, comfort: waiting.comfort };
}

export function resolveAgent(agent: AgentInput): Agent {
  const queues = Array.isArray(agent.queues)
    ? Object.fromEntries(agent.queues.map((queue) => [queue, 1]))
    : agent.queues;
  return { queues, skills: agent.skills, atOnce: agent['calls-at-once'] };
}

export function resolveCallers(callers: CallersInput) {
  return Object.entries(callers).map(([tag, blocks]) => ({
    tag,
    numbers: blocks.map((block) => must(numberRange(block))),
  }));
}

const ms = (text: string): number => must(durationMs(text));
const numberOr = (value: string | number, parse: (text: string) => number | undefined): number =>
  typeof value === 'number' ? value : must(parse(value));

function mapValues<A, B>(entries: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, map(value)]));
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value that the schema let through could not be read');
  return value;
}
