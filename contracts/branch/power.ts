/** The UPS of a branch and what is done while it runs on battery: as a person writes it, and as the services use it. */
import * as z from 'zod';
import { POWER_ACTIONS, type PowerAction } from '../power.ts';
import { durationBetween, name, named, text } from './fields.ts';
import { checkLoads, powerLoad, resolveLoad, type PowerLoad } from './power-loads.ts';
import { consolePort, type ConsolePort } from './gateways.ts';
import { durationMs, minuteRange, socketAddress, type MinuteRange, type SocketAddress } from './values.ts';

export const UPS_DRIVERS = ['auto', 'megatec', 'voltronic-qs', 'nut'] as const;
export type SerialFamily = 'auto' | 'megatec' | 'voltronic-qs';

const NUT_PORT = 3493;
const PORT_FORM =
  "a serial port such as /dev/serial/by-id/usb-*, or a serial server such as 'tcp:10.20.0.9:4002'";

const ups = z
  .strictObject({
    driver: z
      .enum(UPS_DRIVERS)
      .default('auto')
      .describe('what is spoken; auto: the family of serial protocols that answers'),
    port: text(upsPort, PORT_FORM).optional(),
    baud: z.int().min(300).max(115_200).default(2_400).describe('bits a second, of a serial port'),
    server: text(nutServer, 'a NUT server such as 127.0.0.1 or 10.20.0.9:3493')
      .optional()
      .describe('driver nut: where upsd listens'),
    as: name.optional().describe('driver nut: what upsd calls it; its name here when left out'),
    user: z.string().min(1).max(64).optional().describe('driver nut: who may give orders'),
    secret: name.optional().describe('driver nut: the secret of this box that holds the password'),
    every: durationBetween('500ms', '1m').default('2s').describe('how often it is asked'),
    runtime: z
      .strictObject({
        lasts: durationBetween('10s', '24h').describe('how long its battery lasts'),
        load: z.int().min(1).max(100).default(50).describe('at this load, percent'),
      })
      .optional()
      .describe('what its maker says; used until its battery was measured'),
  })
  .superRefine((written, context) => {
    const wanted = written.driver === 'nut' ? 'server' : 'port';
    if (written[wanted] !== undefined) return;
    const message = wanted === 'server' ? 'where upsd listens, such as 127.0.0.1' : PORT_FORM;
    context.addIssue({ code: 'custom', path: [wanted], message });
  });

const step = z
  .strictObject({
    below: durationBetween('10s', '24h')
      .optional()
      .describe('time left on the battery; as soon as the branch is on battery when left out'),
    do: z.array(z.enum(POWER_ACTIONS)).default([]),
    'power-down': z.array(name).default([]).describe('loads that are switched off, in this order'),
  })
  .refine((written) => written.do.length + written['power-down'].length > 0, {
    path: ['do'],
    message: `one of ${POWER_ACTIONS.join(', ')}; or a load under 'power-down'`,
  });

/** What a branch is given that writes no steps. */
const STEPS: z.input<typeof step>[] = [
  { do: ['tell-hq', 'stop-background-work'] },
  { below: '8m', do: ['move-numbers-to-cloud'] },
  { below: '4m', do: ['refuse-new-calls', 'drain'] },
  { below: '2m', do: ['shut-down'] },
];

const steps = z
  .array(step)
  .prefault(STEPS)
  .superRefine((written, context) => {
    const seen = new Set<PowerAction>();
    let above = Infinity;
    written.forEach((one, index) => {
      const below = one.below === undefined ? Infinity : (durationMs(one.below) ?? 0);
      if (below > above) {
        const message = 'less than the step before it: steps are taken from the first to the last';
        context.addIssue({ code: 'custom', path: [index, 'below'], message });
      }
      above = Math.min(above, below);
      for (const action of one.do) {
        const message = seen.has(action)
          ? `each action once; '${action}' stands in it already`
          : `nothing after 'shut-down'`;
        if (seen.has(action) || seen.has('shut-down'))
          context.addIssue({ code: 'custom', path: [index, 'do'], message });
        seen.add(action);
      }
      if (one['power-down'].length > 0 && seen.has('shut-down') && !one.do.includes('shut-down')) {
        const message = `nothing after 'shut-down'`;
        context.addIssue({ code: 'custom', path: [index, 'power-down'], message });
      }
    });
  });

export const power = z
  .strictObject({
    ups: named(ups).default({}),
    loads: named(powerLoad)
      .default({})
      .describe('what can be switched off on battery; what calls need is never among it unless written here'),
    'load-pause': durationBetween('0s', '10m')
      .default('5s')
      .describe('between two loads that are switched on again, so that they do not start at once'),
    redundant: z
      .boolean()
      .default(false)
      .describe('each UPS feeds the whole branch alone: the best of them counts, otherwise the worst'),
    'on-battery': steps.describe('what is done as the time left shrinks, the first step first'),
    'last-call': durationBetween('10s', '30m')
      .default('1m')
      .describe('time left at which the box goes down although calls are in progress'),
    'home-after': durationBetween('10s', '24h')
      .default('5m')
      .describe('how long mains must have been back before numbers come home'),
    'self-test': z
      .strictObject({
        every: durationBetween('1d', '365d').default('30d'),
        between: text(minuteRange, "hours such as '02:00-04:00'").default('02:00-04:00'),
      })
      .prefault({})
      .describe('batteries are tested by themselves'),
  })
  .superRefine((written, context) => {
    checkLoads(written, (path, message) => context.addIssue({ code: 'custom', path, message }));
  });

export interface UpsBattery {
  readonly lastsMs: number;
  /** Percent. */
  readonly load: number;
}
interface UpsShared {
  readonly name: string;
  readonly everyMs: number;
  readonly battery?: UpsBattery;
}
export interface SerialUps extends UpsShared {
  readonly driver: SerialFamily;
  /** A serial path may hold `*`, for an adapter that comes back under another name. */
  readonly port: ConsolePort;
  readonly baud: number;
}
export interface NutUps extends UpsShared {
  readonly driver: 'nut';
  readonly server: SocketAddress;
  readonly as: string;
  readonly user?: string;
  readonly secret?: string;
}
export type Ups = SerialUps | NutUps;

export interface PowerStep {
  /** Undefined: as soon as the branch is on battery. */
  readonly belowMs?: number;
  readonly do: readonly PowerAction[];
  /** Names of loads. */
  readonly powerDown?: readonly string[];
}
export interface Power {
  readonly ups: Readonly<Record<string, Ups>>;
  readonly loads: Readonly<Record<string, PowerLoad>>;
  readonly loadPauseMs: number;
  readonly redundant: boolean;
  readonly steps: readonly PowerStep[];
  readonly lastCallMs: number;
  readonly homeAfterMs: number;
  readonly selfTest: { readonly everyMs: number; readonly between: MinuteRange };
}

/** As a console's, and with `*` in a path. */
export function upsPort(written: string): ConsolePort | undefined {
  if (!written.includes('*')) return consolePort(written);
  return /^\/dev\/[\w./*:-]{1,100}$/.test(written) && !written.includes('..')
    ? { kind: 'serial', path: written }
    : undefined;
}

function nutServer(written: string): SocketAddress | undefined {
  return socketAddress(written, NUT_PORT);
}

/** Only what the schema has let through. */
export function resolvePower(written: z.output<typeof power>): Power {
  const { every, between } = written['self-test'];
  return {
    ups: Object.fromEntries(Object.entries(written.ups).map(([key, one]) => [key, upsOf(key, one)])),
    loads: Object.fromEntries(
      Object.entries(written.loads).map(([key, one]) => [key, resolveLoad(key, one)]),
    ),
    loadPauseMs: must(durationMs(written['load-pause'])),
    redundant: written.redundant,
    steps: written['on-battery'].map((one) => ({
      do: one.do,
      ...(one['power-down'].length > 0 && { powerDown: one['power-down'] }),
      ...(one.below === undefined ? {} : { belowMs: must(durationMs(one.below)) }),
    })),
    lastCallMs: must(durationMs(written['last-call'])),
    homeAfterMs: must(durationMs(written['home-after'])),
    selfTest: { everyMs: must(durationMs(every)), between: must(minuteRange(between)) },
  };
}

function upsOf(key: string, written: z.output<typeof ups>): Ups {
  const { runtime, driver, user, secret } = written;
  const shared = {
    name: key,
    everyMs: must(durationMs(written.every)),
    ...(runtime && { battery: { lastsMs: must(durationMs(runtime.lasts)), load: runtime.load } }),
  };
  if (driver !== 'nut')
    return { ...shared, driver, port: must(upsPort(written.port ?? '')), baud: written.baud };
  return {
    ...shared,
    driver,
    server: must(nutServer(written.server ?? '')),
    as: written.as ?? key,
    ...(user === undefined ? {} : { user }),
    ...(secret === undefined ? {} : { secret }),
  };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value that the schema let through could not be read');
  return value;
}
