/** How a trunk is looked after: its test calls, and whether it is in service at all. */
import * as z from 'zod';
import { duration, text } from './fields.ts';
import { durationMs, minuteRange, type MinuteRange } from './values.ts';

const LEAST_MS = 60_000;
const MOST_MS = 7 * 24 * 60 * 60_000;

const every = duration.refine(
  (value) => {
    const ms = durationMs(value) ?? 0;
    return ms >= LEAST_MS && ms <= MOST_MS;
  },
  { error: 'a duration between 1m and 7d' },
);

export const trunkService = {
  'test-call': z
    .strictObject({
      to: text(diallable, "a number as this trunk dials it, such as '0571 8777 0003'"),
      every: every.default('1h'),
      between: text(minuteRange, "hours such as '02:00-05:00'")
        .optional()
        .describe('when it may be made; at any hour when left out'),
      returns: z
        .boolean()
        .default(true)
        .describe('the number gives back what it hears, so that both ways can be checked'),
    })
    .optional()
    .describe('a call out by this trunk now and then, to hear whether sound goes both ways'),
  drain: z
    .boolean()
    .default(false)
    .describe('no new calls while another trunk can take them; calls in progress go on'),
} as const;

export interface TestCall {
  /** As the trunk dials it: digits, with a leading + at most. */
  readonly to: string;
  readonly everyMs: number;
  readonly between?: MinuteRange;
  readonly returns: boolean;
}
export interface TrunkService {
  readonly testCall?: TestCall;
  readonly drain: boolean;
}

function diallable(written: string): string | undefined {
  const bare = written.replace(/[\s\-().]/g, '');
  return /^\+?\d{3,15}$/.test(bare) ? bare : undefined;
}

type Written = z.output<z.ZodObject<typeof trunkService>>;

/** What the schema let through, with every unit settled. */
export function resolveTrunkService({ 'test-call': test, drain }: Written): TrunkService {
  if (!test) return { drain };
  const between = test.between === undefined ? undefined : minuteRange(test.between);
  return {
    drain,
    testCall: {
      to: diallable(test.to) ?? test.to,
      everyMs: durationMs(test.every) ?? 0,
      ...(between === undefined ? {} : { between }),
      returns: test.returns,
    },
  };
}
