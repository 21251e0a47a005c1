/** What spans two fields, in queues and agents: references, and steps that cannot come about. */
import type { FaultCode } from '../faults.ts';
import { destination, durationMs, type Destination } from '../values.ts';

type Raw = Readonly<Record<string, unknown>>;

export interface QueueChecks {
  /** Reports when `value` is a text that is not among the names. */
  readonly one: (path: string, value: unknown, among: readonly string[]) => void;
  /** Reports when a destination names what is not there. */
  readonly target: (path: string, value: unknown) => void;
  readonly report: (code: FaultCode, path: string, value: unknown, expected: string) => void;
  readonly hours: readonly string[];
}

export function queueChecks(name: string, queue: Raw, { one, target, report, hours }: QueueChecks): void {
  const at = `queues.${name}`;
  one(`${at}.hours`, queue.hours, hours);
  one(`${at}.callback.hours`, mapping(queue.callback).hours, hours);
  for (const { path, value } of waysOut(name, queue)) {
    target(path, value);
    const to = typeof value === 'string' ? destination(value) : undefined;
    if (to?.kind === 'queue' && to.name === name)
      report('no-end', path, value, 'Send callers to another queue, or on');
  }
  for (const rule of list(queue.overflow))
    if (mapping(rule).when === 'closed' && queue.hours === undefined)
      report('missing', `${at}.hours`, undefined, `hours of '${name}': it closes by nothing else`);
  relaxChecks(`${at}.prefers`, mapping(queue.prefers), report);
}

/** Every destination that queues send their callers on to. */
export function queueDestinations(raw: Raw): Destination[] {
  return Object.entries(mapping(raw.queues)).flatMap(([name, queue]) =>
    waysOut(name, mapping(queue)).flatMap(({ value }) => {
      const to = typeof value === 'string' ? destination(value) : undefined;
      return to ? [to] : [];
    }),
  );
}

function waysOut(name: string, queue: Raw): { path: string; value: unknown }[] {
  const at = `queues.${name}`;
  const overflow = list(queue.overflow).map((rule, index) => ({
    path: `${at}.overflow[${index}].to`,
    value: mapping(rule).to,
  }));
  const pressed = Object.entries(mapping(mapping(queue.waiting).press)).map(([digit, value]) => ({
    path: `${at}.waiting.press.${digit}`,
    value,
  }));
  return [...overflow, ...pressed];
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
