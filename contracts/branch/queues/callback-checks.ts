/** What spans two fields, in callbacks: queues that are asked for what they do not do, and customers whom no line can reach. */
import type { FaultCode } from '../faults.ts';
import { durationMs, type Destination } from '../values.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Callers come from any telephone of the country. */
const CLASSES = ['national', 'mobile'] as const;

export function callbackChecks(
  raw: Raw,
  destinations: readonly Destination[],
  report: (code: FaultCode, path: string, value: unknown, expected: string) => void,
): void {
  const queues = mapping(raw.queues);
  const asked = destinations.flatMap((to) => (to.kind === 'callback' ? [to.name] : []));
  for (const name of new Set(asked)) {
    if (name in queues && mapping(queues[name]).callback === undefined)
      report(
        'missing',
        `queues.${name}.callback`,
        undefined,
        `how it calls back, as 'callback ${name}' leads to it; {} takes the defaults`,
      );
  }
  const calling = Object.keys(queues).filter((name) => mapping(queues[name]).callback !== undefined);
  for (const name of calling)
    times(`queues.${name}.callback`, mapping(mapping(queues[name]).callback), report);
  const open = list(raw.routes)
    .map(mapping)
    .filter(({ allow }) => allow === undefined)
    .flatMap(({ to }) => (Array.isArray(to) ? (to as unknown[]) : [to]));
  const [first] = calling;
  const lacking = CLASSES.filter((each) => !open.includes(each));
  if (first !== undefined && lacking.length > 0)
    report(
      'missing',
      'routes',
      undefined,
      `a route to ${lacking.join(' and to ')} without 'allow', for queue '${first}' to call its customers back by`,
    );
}

function times(
  path: string,
  callback: Raw,
  report: (code: FaultCode, path: string, value: unknown, expected: string) => void,
): void {
  const bounds = {
    ring: [5_000, '5s or more'],
    'again-after': [10_000, '10s or more'],
    keep: [60_000, '1m or more'],
  };
  for (const [field, [least, expected]] of Object.entries(bounds) as [string, [number, string]][]) {
    const value = callback[field];
    const found = typeof value === 'string' ? durationMs(value) : undefined;
    if (found !== undefined && found < least) report('out-of-range', `${path}.${field}`, value, expected);
  }
}

const mapping = (value: unknown): Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
