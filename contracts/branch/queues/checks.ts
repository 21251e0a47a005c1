/** What spans two fields, in queues and agents: references, and steps that cannot come about. */
import type { FaultCode } from '../faults.ts';
import { durationMs } from '../values.ts';
import { queueTarget } from './values.ts';

type Raw = Readonly<Record<string, unknown>>;

export interface QueueChecks {
  /** Reports when `value` is a text that is not among the names. */
  readonly one: (path: string, value: unknown, among: readonly string[]) => void;
  readonly report: (code: FaultCode, path: string, value: unknown, expected: string) => void;
  readonly known: Readonly<Record<'queues' | 'flows' | 'extensions' | 'hours', readonly string[]>>;
}

export function queueChecks(name: string, queue: Raw, { one, report, known }: QueueChecks): void {
  const at = `queues.${name}`;
  const target = (path: string, value: unknown): void => {
    const to = typeof value === 'string' ? queueTarget(value) : undefined;
    if (!to || !('name' in to)) return;
    one(path, to.name, amongOf(known, to.kind));
    if (to.kind === 'queue' && to.name === name)
      report('no-end', path, value, 'Send callers to another queue, or on');
  };
  one(`${at}.hours`, queue.hours, known.hours);
  list(queue.overflow).forEach((rule, index) => {
    const path = `${at}.overflow[${index}]`;
    target(`${path}.to`, mapping(rule).to);
    if (mapping(rule).when === 'closed' && queue.hours === undefined)
      report('missing', `${at}.hours`, undefined, `hours of '${name}': it closes by nothing else`);
  });
  const waiting = mapping(queue.waiting);
  for (const [digit, to] of Object.entries(mapping(waiting.press)))
    target(`${at}.waiting.press.${digit}`, to);
  relaxChecks(`${at}.prefers`, mapping(queue.prefers), report);
}

function amongOf(known: QueueChecks['known'], kind: string): readonly string[] {
  if (kind === 'flow') return known.flows;
  return kind === 'extension' ? known.extensions : known.queues;
}

/** Each step comes later and asks for less than the one before. */
function relaxChecks(path: string, prefers: Raw, report: QueueChecks['report']): void {
  const steps = Array.isArray(prefers.relax) ? list(prefers.relax) : [prefers.relax];
  if (prefers.relax !== undefined && Object.keys(prefers).length === 1)
    report('missing', `${path}.SKILL`, undefined, 'the skill and level that are relaxed, such as refund: 5');
  let last = -1;
  steps.forEach((step, index) => {
    const { after, to } = mapping(step);
    const at = typeof after === 'string' ? durationMs(after) : undefined;
    const where = `${path}.relax${Array.isArray(prefers.relax) ? `[${index}]` : ''}`;
    if (at !== undefined && at <= last)
      report('out-of-range', `${where}.after`, after, 'a time later than that of the step before');
    last = at ?? last;
    for (const skill of Object.keys(mapping(to)))
      if (typeof prefers[skill] !== 'number')
        report(
          'unknown-reference',
          `${where}.to`,
          skill,
          Object.keys(prefers)
            .filter((key) => key !== 'relax')
            .join(', ') || 'none',
        );
  });
}

/** The names of an agent's queues with the paths they stand at, whether he has a list or levels. */
export function queuesOfAgent(path: string, queues: unknown): { path: string; queue: string }[] {
  if (Array.isArray(queues))
    return queues.flatMap((queue: unknown, index) =>
      typeof queue === 'string' ? [{ path: `${path}[${index}]`, queue }] : [],
    );
  return Object.keys(mapping(queues)).map((queue) => ({ path: `${path}.${queue}`, queue }));
}

const mapping = (value: unknown): Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
