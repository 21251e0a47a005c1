/**
 * The shape of a branch document as a person writes it: YAML or JSON, kebab-case, every reference by name.
 * References are resolved, and everything that spans two fields is checked, in resolve.ts.
 */
import * as z from 'zod';
import { continuity } from './continuity.ts';
import { clock } from './clock.ts';
import { contacts } from './contacts.ts';
import { disk } from './disk.ts';
import { selfCheck } from './self-check.ts';
import { duration, extension, LANGUAGES, localText, name, named, target, text } from './fields.ts';
import { flow, mail, voicemailBox } from './flows/schema.ts';
import { gatewayEvents, gatewayWatch } from './gateways.ts';
import { maintenanceWindow } from './maintenance.ts';
import { notifyWay } from './notify.ts';
import { agent, callers, queue } from './queues/schema.ts';
import { callerIdRule, calling, CODECS, limits, PAID_CLASSES, route, trunk } from './lines/schema.ts';
import { network, uplinks } from './network.ts';
import { power } from './power.ts';
import { dateRange, dayRange, e164, minuteRange, slotRange, socketAddress } from './values.ts';

export const GATEWAY_KINDS = ['e1', 'fxo', 'fxs', 'sip'] as const;
export const RECORDING_POLICIES = ['always', 'never'] as const;

const site = z.strictObject({
  id: name.describe('the branch name on the wire and in the fleet'),
  name: localText,
  country: z.string().regex(/^[A-Z]{2}$/, { error: 'a country code such as CN (ISO 3166-1 alpha-2)' }),
  timezone: z.string().refine(isTimezone, { error: 'a time zone such as Asia/Shanghai (IANA)' }),
  language: z.enum(LANGUAGES).default('zh').describe('language of prompts'),
  area: z
    .string()
    .regex(/^\d{1,5}$/, { error: "an area code without its leading zero such as '571'" })
    .optional()
    .describe('area code of the branch: numbers of it are local, and may be dialled without it'),
  emergency: z
    .strictObject({
      numbers: z
        .array(z.string().regex(/^\d{2,6}$/, { error: 'an emergency number of 2 to 6 digits' }))
        .min(1)
        .optional(),
      notify: z.array(name).default([]).describe('groups that are told of an emergency call'),
    })
    .prefault({}),
});

const gateway = z.strictObject({
  kind: z.enum(GATEWAY_KINDS),
  model: name.default('generic'),
  address: text(
    (value) => socketAddress(value, 5060),
    'an IPv4 address such as 10.20.0.11 or 10.20.0.11:5060',
  ),
  codecs: z.array(z.enum(CODECS)).min(1).default(['alaw', 'ulaw']),
  watch: gatewayWatch
    .optional()
    .describe('how its lines are watched; nothing is known of them when left out'),
});

/** When a mobile rings in place of telephones that are not registered. */
export const MOBILE_RINGS = ['at-stand-in', 'when-unreachable'] as const;

const number = z.strictObject({
  number: text(e164, "a number in international form such as '+86 571 8600 1000' (E.164)"),
  to: target,
  during: name.optional().describe('hours in which calls go there'),
  otherwise: target.optional().describe('where they go outside of these hours'),
});

const person = z.strictObject({
  name: localText,
  extension,
  phones: z.array(name).default([]),
  mobile: text(e164, "a number in international form such as '+86 139 0000 0001' (E.164)")
    .optional()
    .describe('a number outside at which he can be reached; he takes a call there by pressing 1'),
  'mobile-rings': z
    .enum(MOBILE_RINGS)
    .default('at-stand-in')
    .describe(
      'when none of his telephones is registered: only while the stand-in in the cloud serves the branch, or at its box as well',
    ),
  groups: z.array(name).default([]),
  'may-call': z
    .array(z.enum(PAID_CLASSES))
    .optional()
    .describe('what he may call outside, instead of what his groups may; emergencies always'),
  agent: agent.optional(),
});

const phone = z.strictObject({
  model: name.default('generic'),
  mac: z
    .string()
    .regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i, { error: 'a hardware address such as 80:5e:c0:11:22:33' })
    .optional(),
  codecs: z.array(z.enum(CODECS)).min(1).default(['alaw', 'ulaw']),
});

const hoursOpen = z.record(
  text(dayRange, "a day or days such as 'mon' or 'mon-fri'"),
  text(minuteRange, "hours such as '09:00-18:00'"),
);

const recording = z.strictObject({
  default: z.enum(RECORDING_POLICIES).default('always').describe('for queues and calls that do not say'),
  announce: z.boolean().default(true).describe('tell the caller before recording starts'),
  internal: z.enum(RECORDING_POLICIES).default('never'),
  outgoing: z.enum(RECORDING_POLICIES).default('always'),
  prompt: name.default('recorded'),
});

const survival = z.strictObject({
  ring: name.describe('the group whose phones the engine rings when the box service does not answer'),
  for: duration.default('60s'),
});

const parking = z.strictObject({
  slots: text(slotRange, "extensions such as '8701..8709', 100 at most").default('8701..8709'),
  for: duration.default('3m').describe('how long a call stays parked before it goes back to who parked it'),
});

const supervision = z.strictObject({
  allow: z
    .array(name)
    .default([])
    .describe('groups whose people may listen to calls, whisper and barge in; nobody when left out'),
});

export const branchDocument = z.strictObject({
  schema: z.literal('branchline.branch/1', { error: "'branchline.branch/1'" }),
  site,
  gateways: named(gateway).default({}),
  'gateway-events': gatewayEvents.prefault({}),
  trunks: named(trunk).default({}),
  routes: z.array(route).default([]),
  'caller-ids': z.array(callerIdRule).default([]).describe('the number shown: the first rule that fits'),
  calling: calling.prefault({}),
  limits: limits.prefault({}),
  numbers: named(number).default({}),
  people: named(person).default({}),
  phones: named(phone).default({}),
  hours: z
    .record(
      name,
      z.strictObject({
        open: hoursOpen,
        holidays: z
          .array(text(dateRange, "a date such as '2027-01-01' or '2027-02-05..2027-02-12'"))
          .default([]),
      }),
    )
    .default({}),
  flows: named(flow).default({}),
  voicemail: named(voicemailBox).default({}),
  mail: mail.optional().describe('how messages leave by mail; none do when left out'),
  notify: named(notifyWay).default({}).describe('who is told of alarms, and how'),
  maintenance: named(maintenanceWindow).default({}).describe('when alarms of some things are kept quiet'),
  queues: named(queue).default({}),
  callers,
  'not-ready-reasons': z
    .record(z.string().regex(/^[0-9]$/, { error: 'a digit 0 to 9' }), z.string().min(1).max(40))
    .default({})
    .describe('why an agent may be not ready, by the digit dialled after *51'),
  recording: recording.prefault({}),
  supervision: supervision.prefault({}),
  parking: parking.prefault({}),
  power: power.prefault({}).describe('the UPS of the branch, and what is done while it runs on battery'),
  clock: clock.prefault({}).describe('by which servers the clock of the box is judged'),
  uplinks: uplinks
    .default({})
    .describe('the ways out of the branch, where it has more than one, or one that is to be watched'),
  network: network.prefault({}).describe('what the ways out of the branch are held against'),
  contacts: contacts
    .default({})
    .describe('relay, lamps, buzzer, contacts and button on GPIO lines of the box'),
  continuity: continuity
    .optional()
    .describe('who answers for the branch when its box cannot; nobody when left out'),
  disk: disk.prefault({}).describe('how much room the disk of the box keeps'),
  'self-check': selfCheck.prefault({}).describe('what the box checks of itself each night'),
  survival: survival
    .optional()
    .describe('what the engine does alone; by default every phone of a person rings'),
});

export type BranchDocumentInput = z.input<typeof branchDocument>;
export type BranchDocument = z.output<typeof branchDocument>;

/** Those that were found good: making a formatter takes longer than all else that is checked of a site. */
const known = new Set<string>();

function isTimezone(zone: string): boolean {
  if (known.has(zone)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    known.add(zone);
    return true;
  } catch {
    return false;
  }
}
