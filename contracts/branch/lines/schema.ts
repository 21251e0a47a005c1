/** Lines outside as a person writes them: trunks, routes out, the number shown, who may call what, and limits. */
import * as z from 'zod';
import { duration, extension, name, text } from '../fields.ts';
import { trunkService } from '../trunk-service.ts';
import { numberRange } from '../values.ts';
import { forwarding } from './forwarding.ts';
import { isIpv4, numberPrefix, serverAddress } from './values.ts';

export const CALL_CLASSES = [
  'emergency',
  'internal',
  'local',
  'national',
  'mobile',
  'international',
  'premium',
] as const;
/** What leaves the branch and is paid for. */
export const PAID_CLASSES = ['local', 'national', 'mobile', 'international', 'premium'] as const;
export const CODECS = ['alaw', 'ulaw', 'g722'] as const;
export const DIRECTIONS = ['both', 'in', 'out'] as const;
export const DIAL_FORMS = ['as-dialled', 'e164', 'plain', 'national'] as const;
export const TRANSPORTS = ['udp', 'tcp', 'tls'] as const;

const price = z.number().min(0).max(10_000);
const prefix = text(
  numberPrefix,
  "the beginning of a number in international form such as '+44' or '+86 10'",
);
const paid = z.array(z.enum(PAID_CLASSES));

const sip = z.strictObject({
  server: text(
    (value) => serverAddress(value, 5060),
    "a server such as 'sip.carrier.example' or '203.0.113.7:5061'",
  ),
  transport: z.enum(TRANSPORTS).default('udp'),
  username: z
    .string()
    .regex(/^[A-Za-z0-9_.+-]{1,64}$/, { error: 'a user name of letters, digits and _.+-, up to 64' })
    .optional(),
  secret: name.optional().describe("the password, by its name in the box's secrets.json"),
  'stand-in': z
    .strictObject({
      username: z
        .string()
        .regex(/^[A-Za-z0-9_.+-]{1,64}$/, { error: 'a user name of letters, digits and _.+-, up to 64' }),
      secret: name.describe("its password, by its name in the box's secrets.json"),
    })
    .optional()
    .describe('the account by which the stand-in in the cloud registers; that of the box when left out'),
  register: z.boolean().optional().describe('whether the line registers; it does when it has a username'),
  from: z
    .array(text((value) => (isIpv4(value) ? value : undefined), 'an IPv4 address such as 203.0.113.7'))
    .default([])
    .describe('where its calls come from, beside the server itself'),
  srtp: z
    .boolean()
    .default(false)
    .describe('sound is encrypted (SRTP, keys in SDP); with transport tls only'),
  codecs: z.array(z.enum(CODECS)).min(1).default(['alaw', 'ulaw']),
});

export const trunk = z.strictObject({
  gateway: name.optional().describe('the gateway it is behind; a line without one has sip'),
  sip: sip.optional().describe('a line that is reached directly: a carrier, a cloud line'),
  channels: z.int().min(1).max(480).describe('calls at once, 1 to 480'),
  direction: z
    .enum(DIRECTIONS)
    .default('both')
    .describe('an emergency may leave by a line for calls in, too'),
  numbers: z
    .array(text(numberRange, "a number such as '+86 571 8600 1000', or a block '+86 571 8600 1000..1029'"))
    .default([]),
  dial: z
    .enum(DIAL_FORMS)
    .optional()
    .describe('how numbers are sent: as-dialled behind a gateway, e164 by sip, unless said otherwise'),
  cost: z
    .partialRecord(z.enum(PAID_CLASSES), price)
    .default({})
    .describe('of a minute, by class, in the money of the branch'),
  patience: duration
    .optional()
    .describe('silence after which the next line is tried: 2s behind a gateway, 4s by sip'),
  'most-in': z
    .int()
    .min(0)
    .max(480)
    .optional()
    .describe('calls in at once; one more is refused, so that its network tries elsewhere'),
  forwarding: forwarding
    .optional()
    .describe(
      'kept set at its exchange by star codes: a call that this line does not take goes to the cloud',
    ),
  ...trunkService,
});

const ROUTE_ORDERS = ['listed', 'cheapest'] as const;

export const route = z.strictObject({
  to: z.union([z.enum(CALL_CLASSES), z.array(z.enum(CALL_CLASSES)).min(1)]),
  numbers: z.array(prefix).min(1).optional().describe('only numbers that begin so'),
  during: name.optional().describe('only while these hours are open'),
  via: z.array(name).min(1),
  order: z.enum(ROUTE_ORDERS).default('listed'),
  'caller-id': name.optional().describe('the entry of numbers shown to the called party'),
  allow: z.array(name).optional().describe('groups that may use this route; everybody when left out'),
  preempt: z
    .boolean()
    .default(true)
    .describe('whether an emergency call may end another call when every line is busy'),
});

export const callerIdRule = z.strictObject({
  show: name.describe('the entry of numbers'),
  extensions: z.array(extension).min(1).optional(),
  queues: z.array(name).min(1).optional(),
  numbers: z.array(prefix).min(1).optional().describe('to numbers that begin so'),
  during: name.optional(),
});

/** Without international and premium: who may call these is said. */
export const CALLED_BY_ALL = ['local', 'national', 'mobile'] as const;

export const calling = z.strictObject({
  default: paid.default([...CALLED_BY_ALL]).describe('what everybody may call of whom nothing else is said'),
  groups: z.record(name, paid).default({}).describe('what the people of a group may call instead'),
});

const minutes = z.int().min(1).max(100_000);
const money = z.number().min(0).max(1_000_000);

export const limits = z.strictObject({
  extension: z
    .strictObject({
      calls: z.int().min(1).max(100).default(4).describe('calls out at once'),
      'minutes-a-day': minutes.optional(),
      'international-minutes-a-day': minutes.optional(),
      'cost-a-day': money.optional(),
    })
    .prefault({}),
  trunk: z
    .strictObject({
      'minutes-a-day': minutes.optional(),
      'cost-a-day': money.optional(),
    })
    .prefault({}),
  'off-hours': z
    .strictObject({
      hours: name.describe('outside of these hours'),
      deny: paid.default(['international', 'premium']),
    })
    .optional(),
  burst: z
    .strictObject({
      prefixes: z
        .int()
        .min(1)
        .max(100)
        .default(5)
        .describe('foreign prefixes never called before that stop an extension'),
      within: duration.default('10m'),
    })
    .prefault({}),
  'forward-out': z
    .boolean()
    .default(false)
    .describe('whether a person may transfer a call that came in to a number outside'),
});
