/** The network that a branch stands in: as a person writes it, and as the services use it. */
import * as z from 'zod';
import { duration } from './fields.ts';
import { durationMs } from './values.ts';

const within = (least: string, most: string) => {
  const [from = 0, to = 0] = [durationMs(least), durationMs(most)];
  return duration.refine(
    (value) => {
      const length = durationMs(value) ?? -1;
      return length >= from && length <= to;
    },
    { error: `a duration between ${least} and ${most}` },
  );
};

export const network = z.strictObject({
  latency: within('1ms', '10s')
    .default('200ms')
    .describe('there and back, to headquarters or a cloud line: warned above'),
  jitter: within('1ms', '10s').default('50ms').describe('from one packet to the next: warned above'),
  loss: z.number().min(0).max(100).default(5).describe('percent: warned above'),
});

export interface NetworkLimits {
  readonly latencyMs: number;
  readonly jitterMs: number;
  readonly lossPercent: number;
}

/** Only what the schema has let through. */
export function resolveNetwork({ latency, jitter, loss }: z.output<typeof network>): NetworkLimits {
  return {
    latencyMs: durationMs(latency) ?? 0,
    jitterMs: durationMs(jitter) ?? 0,
    lossPercent: loss,
  };
}
