/** The box as it feels: one report, for its own page and for headquarters. */
import * as z from 'zod';
import { clockHealth } from './clock.ts';
import { networkHealth } from './network.ts';
import { contactsHealth } from './contacts.ts';
import { powerHealth } from './power.ts';
import { selfCheckHealth } from './self-check.ts';
import { lineForwarding, trunkState } from './trunks.ts';

const percent = z.number().min(0).max(100);

export const healthReport = z.looseObject({
  v: z.literal(1),
  at: z.iso.datetime(),
  uptimeS: z.number().min(0),
  cpu: z.looseObject({
    percent,
    load1: z.number().min(0),
    cores: z.int().min(1),
    /** Held back, in the last minutes: too hot, or too low a voltage. `unknown`: the machine does not tell. */
    throttled: z.enum(['no', 'temperature', 'voltage', 'unknown']).optional(),
  }),
  memory: z.looseObject({
    totalMb: z.number(),
    usedPercent: percent,
    serviceMb: z.number(),
    engineMb: z.number().nullable(),
  }),
  disks: z.array(
    z.looseObject({
      mount: z.string(),
      totalMb: z.number(),
      usedPercent: percent,
      /** Free for everybody but root. */
      freeMb: z.number().min(0).optional(),
      /** The kernel lets nothing be written to it. */
      readOnly: z.boolean().optional(),
      /** When it is full at the rate of the last days; null where it does not fill up or too little is known. */
      fullAt: z.iso.datetime().nullable().optional(),
    }),
  ),
  /** Disks that tell how much of their life is used up. */
  wear: z
    .array(
      z.looseObject({
        disk: z.string(),
        /** An eMMC's in steps of ten; 110 for more than it was made for; null where it is not told. */
        usedPercent: z.number().min(0).max(110).nullable(),
        /** Of its spare blocks. */
        reserve: z.enum(['normal', 'warning', 'urgent']).optional(),
        /** False: it has no SMART, so nothing is known of it. */
        tells: z.boolean().optional(),
        /** By its own verdict it fails, or is about to. */
        fails: z.boolean().optional(),
        /** Sectors that were replaced by spare ones. */
        reallocated: z.int().min(0).optional(),
        /** Sectors that could not be read, and wait to be replaced. */
        pending: z.int().min(0).optional(),
        temperatureC: z.number().optional(),
        powerOnHours: z.number().min(0).optional(),
      }),
    )
    .optional(),
  /** What the engine's process holds; null while there is none. A figure is null where it is not to be seen. */
  engineProcess: z
    .looseObject({
      threads: z.int().nullable(),
      handles: z.int().nullable(),
      /** So many files it may have open. */
      mostHandles: z.int().nullable(),
    })
    .nullable()
    .optional(),
  /** Degrees Celsius; null where the machine has no sensor. */
  temperatureC: z.number().nullable(),
  engine: z.looseObject({
    state: z.enum(['up', 'down', 'not-answering']),
    version: z.string().nullable(),
    since: z.iso.datetime(),
    /** Milliseconds from OPTIONS to its answer; null when it did not come. */
    optionsMs: z.number().nullable(),
  }),
  phones: z.array(
    z.looseObject({ name: z.string(), reachable: z.boolean(), since: z.iso.datetime().nullable() }),
  ),
  trunks: z.array(
    z.looseObject({
      name: z.string(),
      state: trunkState,
      since: z.iso.datetime().nullable(),
      calls: z.int().min(0),
      channels: z.int().min(1),
      /** Absent where the document asks nothing of its exchange. */
      forwarding: lineForwarding.optional(),
    }),
  ),
  uplink: z.looseObject({
    connected: z.boolean(),
    since: z.iso.datetime().nullable(),
    outbox: z.int().min(0),
  }),
  calls: z.int().min(0),
  /** Absent where no UPS is in the document. */
  power: powerHealth.optional(),
  /** The service was in a crash loop: the engine takes calls alone, and nothing else is done until then. Absent otherwise. */
  safeMode: z
    .looseObject({ since: z.iso.datetime(), until: z.iso.datetime(), starts: z.int().min(1) })
    .optional(),
  /** The last check of the box by itself; absent before the first. */
  selfCheck: selfCheckHealth.optional(),
  /** Against time servers. */
  clock: clockHealth.optional(),
  /** Absent where nothing is measured. */
  network: networkHealth.optional(),
  /** Absent where no contact, lamp or relay is in the document. */
  contacts: contactsHealth.optional(),
  /** Maintenance windows that are in force; `by`: who opened it, or 'document'. */
  maintenance: z
    .array(
      z.looseObject({
        id: z.string(),
        what: z.array(z.string()),
        until: z.iso.datetime(),
        by: z.string(),
        note: z.string().nullable(),
      }),
    )
    .optional(),
});
export type HealthReport = z.infer<typeof healthReport>;
