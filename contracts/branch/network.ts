/** The network that a branch stands in, and its ways out: as a person writes it, and as the services use it. */
import * as z from 'zod';
import { durationBetween, named, text } from './fields.ts';
import { durationMs, socketAddress, type SocketAddress } from './values.ts';

export const UPLINK_KINDS = ['wired', 'cellular', 'other'] as const;
export type UplinkKind = (typeof UPLINK_KINDS)[number];

const TARGET = "an address and port that answers, such as '223.5.5.5:53'";
const probes = z.array(text(withPort, TARGET)).max(4);
const percent = z.number().min(0).max(100);
const mbit = z.number().min(0.01).max(400_000);

export const network = z.strictObject({
  latency: durationBetween('1ms', '10s')
    .default('200ms')
    .describe('there and back, to headquarters or a cloud line: warned above'),
  jitter: durationBetween('1ms', '10s').default('50ms').describe('from one packet to the next: warned above'),
  loss: percent.default(5).describe('percent: warned above'),
  bandwidth: percent.min(1).default(80).describe('percent of what an uplink can carry: warned above'),
  probe: probes
    .default([])
    .describe('asked when headquarters does not answer, so that it is known whose fault it is'),
  'way-back': durationBetween('10s', '24h')
    .default('5m')
    .describe('how long an uplink that is preferred must have been well before it is used again'),
});

const uplink = z.strictObject({
  interface: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,14}$/, { error: 'a network interface such as eth0 or wwan0' }),
  kind: z.enum(UPLINK_KINDS).default('wired'),
  capacity: z
    .strictObject({ down: mbit, up: mbit })
    .optional()
    .describe('Mbit/s; how full it is is not judged when left out'),
  metered: z.boolean().default(false).describe('each byte costs: used only when the others do not work'),
  price: z
    .strictObject({
      'per-gb': z.number().min(0).max(100_000),
      currency: z.string().regex(/^[A-Z]{3}$/, { error: 'a currency such as CNY (ISO 4217)' }),
    })
    .optional()
    .describe('of 10^9 bytes, in both directions together'),
  order: z.int().min(1).max(9).default(1).describe('the lowest is preferred'),
  probe: probes.optional().describe("instead of the network's"),
});

export const uplinks = named(uplink).superRefine((written, context) => {
  const seen = new Map<string, string>();
  for (const [key, one] of Object.entries(written)) {
    const other = seen.get(one.interface);
    const message = `an interface of its own: '${other}' has it already`;
    if (other !== undefined) context.addIssue({ code: 'custom', path: [key, 'interface'], message });
    seen.set(one.interface, key);
  }
});

export interface NetworkLimits {
  readonly latencyMs: number;
  readonly jitterMs: number;
  readonly lossPercent: number;
}

export interface NetworkRules extends NetworkLimits {
  readonly bandwidthPercent: number;
  readonly probe: readonly SocketAddress[];
  readonly wayBackMs: number;
}

export interface Uplink {
  readonly name: string;
  readonly interface: string;
  readonly kind: UplinkKind;
  /** Mbit/s. */
  readonly capacity?: { readonly down: number; readonly up: number };
  readonly metered: boolean;
  /** Of 10^9 bytes. */
  readonly price?: { readonly perGb: number; readonly currency: string };
  /** Who is asked when headquarters does not answer. */
  readonly probe: readonly SocketAddress[];
}

/** Only what the schema has let through. */
export function resolveNetwork(written: z.output<typeof network>): NetworkRules {
  const { latency, jitter, loss, bandwidth } = written;
  return {
    latencyMs: durationMs(latency) ?? 0,
    jitterMs: durationMs(jitter) ?? 0,
    lossPercent: loss,
    bandwidthPercent: bandwidth,
    probe: written.probe.flatMap((target) => withPort(target) ?? []),
    wayBackMs: durationMs(written['way-back']) ?? 0,
  };
}

/** The one to be preferred first: metered ones last, then by their order, then as they stand in the document. */
export function resolveUplinks(
  written: z.output<typeof uplinks>,
  shared: readonly SocketAddress[],
): readonly Uplink[] {
  const rank = ({ metered, order }: z.output<typeof uplink>): number => (metered ? 10 : 0) + order;
  return Object.entries(written)
    .sort(([, a], [, b]) => rank(a) - rank(b))
    .map(([name, { interface: device, kind, capacity, metered, price, probe }]) => ({
      ...{ name, interface: device, kind, metered },
      probe: probe?.flatMap((target) => withPort(target) ?? []) ?? shared,
      ...(capacity && { capacity }),
      ...(price && { price: { perGb: price['per-gb'], currency: price.currency } }),
    }));
}

/** An address must bear its port: there is none that most listen on. */
function withPort(written: string): SocketAddress | undefined {
  return written.includes(':') ? socketAddress(written, 0) : undefined;
}
