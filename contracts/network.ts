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

/** Of one uplink. */
export const UPLINK_STATES = ['unknown', 'up', 'degraded', 'down'] as const;
export type UplinkCondition = (typeof UPLINK_STATES)[number];

/** What the machine itself says of an interface that cannot work. */
export const LINK_FAULTS = ['no-interface', 'no-carrier', 'no-address'] as const;
export type LinkFault = (typeof LINK_FAULTS)[number];

/** Why another uplink is used. `first`: none was chosen before, or the document does not name it any more. */
export const SWITCH_REASONS = ['first', 'down', 'degraded', 'preferred'] as const;
export type SwitchReason = (typeof SWITCH_REASONS)[number];

const currency = z.string().length(3);

export const uplinkHealth = z.looseObject({
  name,
  interface: z.string(),
  kind: z.string(),
  metered: z.boolean(),
  state: z.enum(UPLINK_STATES),
  since: time,
  because: z.union([z.enum(PATH_REASONS), z.enum(LINK_FAULTS), z.literal('no-answer')]).nullable(),
  /** Chosen by the box, and by what the machine sends out now. */
  chosen: z.boolean(),
  used: z.boolean(),
  latencyMs: milliseconds.nullable(),
  lossPercent: percent.nullable(),
  /** Over the last minute; null before. */
  downMbps: z.number().min(0).nullable(),
  upMbps: z.number().min(0).nullable(),
  /** Of its capacity, the fuller direction; null where the document states none. May be over 100. */
  usedPercent: z.number().min(0).nullable(),
  /** Since the first of the month, in the branch's time zone; null before anything was counted. */
  month: z
    .looseObject({
      name: z.string(),
      mb: z.number().min(0),
      cost: z.number().min(0).nullable(),
      currency: currency.nullable(),
    })
    .nullable(),
});
export type UplinkHealth = z.infer<typeof uplinkHealth>;

export const networkHealth = z.looseObject({
  paths: z.array(pathHealth),
  /** Absent where the document names none. */
  uplinks: z.array(uplinkHealth).optional(),
  /** Whose fault it is that headquarters does not answer; absent while it does. `unknown`: nobody else was asked. */
  fault: z.enum(['headquarters', 'uplink', 'unknown']).optional(),
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
  'uplink.changed': z.object({
    uplink: name,
    from: z.enum(UPLINK_STATES),
    state: z.enum(UPLINK_STATES),
    because: z.string().optional(),
    lastedMs: milliseconds,
  }),
  /** Another uplink is to be used. */
  'uplink.chosen': z.object({
    uplink: name,
    from: name.optional(),
    because: z.enum(SWITCH_REASONS),
  }),
} as const;
