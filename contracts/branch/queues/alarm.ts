/** When people are told that a queue is not served as it should be. */
import * as z from 'zod';
import { durationBetween } from '../fields.ts';
import { durationMs } from '../values.ts';

export const queueAlarm = z.strictObject({
  unattended: durationBetween('0s', '1h')
    .default('1m')
    .describe('callers wait for so long and nobody is signed in; 0s: never'),
  'longest-wait': durationBetween('10s', '4h')
    .optional()
    .describe('somebody has waited for so long; never when left out'),
  'service-level': z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe(
      'percent: fewer than these were answered within the time of service-level; never when left out',
    ),
  over: durationBetween('5m', '4h').default('30m').describe('the time over which the service level is taken'),
  calls: z
    .int()
    .min(1)
    .max(1_000)
    .default(5)
    .describe('of fewer calls in that time no service level is taken'),
});

export interface QueueAlarmRules {
  /** 0: never. */
  readonly unattendedMs: number;
  readonly longestWaitMs?: number;
  readonly serviceLevel?: { readonly percent: number; readonly overMs: number; readonly calls: number };
}

/** Only what the schema has let through. */
export function resolveQueueAlarm(written: z.output<typeof queueAlarm>): QueueAlarmRules {
  const { unattended, over, calls, 'longest-wait': wait, 'service-level': percent } = written;
  return {
    unattendedMs: durationMs(unattended) ?? 0,
    ...(wait === undefined ? {} : { longestWaitMs: durationMs(wait) ?? 0 }),
    ...(percent === undefined ? {} : { serviceLevel: { percent, overMs: durationMs(over) ?? 0, calls } }),
  };
}
