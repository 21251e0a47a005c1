/** What the box knows of the network: in the health report, in the ledger. Drawn in docs/network.md. */
import * as z from 'zod';

const time = z.iso.datetime();
const name = z.string().min(1).max(80);
const milliseconds = z.number().min(0);
const percent = z.number().min(0).max(100);

/** Of the way to one far end. `unknown`: too little was measured. */
export const PATH_STATES = ['unknown', 'good', 'poor', 'unreachable'] as const;
export type PathCondition = (typeof PATH_STATES)[number];

/** What makes a way poor: over the limit that the document gives. */
export const PATH_REASONS = ['latency', 'jitter', 'loss'] as const;
export type PathReason = (typeof PATH_REASONS)[number];

/** The name under which headquarters stands among what is measured. */
export const HEADQUARTERS = 'headquarters';

const figures = {
  /** Of the last probes: the one in the middle; null while none was answered. */
  latencyMs: milliseconds.nullable(),
  /** By which one differs from the next, on average. */
  jitterMs: milliseconds.nullable(),
  lossPercent: percent.nullable(),
  /** Probes that these are made of. */
  samples: z.int().min(0),
};

export const pathHealth = z.looseObject({
  /** HEADQUARTERS, or the name of a trunk. */
  to: name,
  state: z.enum(PATH_STATES),
  since: time,
  because: z.array(z.enum(PATH_REASONS)),
  ...figures,
});
export type PathHealth = z.infer<typeof pathHealth>;

export const networkHealth = z.looseObject({
  paths: z.array(pathHealth),
});
export type NetworkHealth = z.infer<typeof networkHealth>;

export const networkBodies = {
  /** The way to a far end is another than it was. */
  'network.changed': z.object({
    to: name,
    from: z.enum(PATH_STATES),
    state: z.enum(PATH_STATES),
    because: z.array(z.enum(PATH_REASONS)),
    ...figures,
    /** How long it was `from`. */
    lastedMs: milliseconds,
  }),
} as const;
