/** What the box knows of its contacts, lamps and relay: in the health report, in the ledger. Drawn in docs/contacts.md. */
import * as z from 'zod';

const time = z.iso.datetime();
const name = z.string().min(1).max(80);

/** `load-relay`: energised, it switches a load off that the power policy names. */
export const CONTACT_ROLES = [
  'lifeline-relay',
  'load-relay',
  'lamp',
  'buzzer',
  'tamper',
  'door',
  'button',
] as const;
export type ContactRole = (typeof CONTACT_ROLES)[number];

/** What a lamp stands for. */
export const LAMP_SHOWS = ['serving', 'alarm', 'uplink', 'power'] as const;
export type LampShows = (typeof LAMP_SHOWS)[number];

/** What a lamp or a buzzer does: `slow` once in a second, `fast` four times, `double` two flashes and a pause, `beeps` three and a long pause. */
export const LAMP_PATTERNS = ['off', 'on', 'slow', 'fast', 'double', 'beeps'] as const;
export type LampPattern = (typeof LAMP_PATTERNS)[number];

/** Of a relay, of a contact; a lamp's is its pattern. `unknown`: it cannot be reached. */
export const LINE_STATES = [
  'unknown',
  'energised',
  'released',
  'open',
  'closed',
  'pressed',
  'at-rest',
  ...LAMP_PATTERNS,
] as const;
export type LineState = (typeof LINE_STATES)[number];

/** What a press of the button has come to. `reset-left`: it was not confirmed in time. */
export const BUTTON_PRESSES = ['identify', 'reset-asked', 'reset-confirmed', 'reset-left'] as const;
export type ButtonPress = (typeof BUTTON_PRESSES)[number];

export const contactHealth = z.looseObject({
  name,
  role: z.enum(CONTACT_ROLES),
  state: z.enum(LINE_STATES),
  since: time,
  /** Of a lamp. */
  shows: z.enum(LAMP_SHOWS).optional(),
  /** Why it cannot be reached, or why the relay is as it is. */
  because: z.string().optional(),
});
export type ContactHealth = z.infer<typeof contactHealth>;

export const contactsHealth = z.looseObject({
  lines: z.array(contactHealth),
  /** The button asks for a reset, until then: a second press confirms it. */
  resetAskedUntil: time.optional(),
});
export type ContactsHealth = z.infer<typeof contactsHealth>;

export const contactBodies = {
  'contact.changed': z.object({
    contact: name,
    role: z.enum(['tamper', 'door']),
    state: z.enum(['open', 'closed']),
    /** How long it was the other; absent for the first that is known of it. */
    lastedMs: z.number().min(0).optional(),
  }),
  'lifeline.changed': z.object({
    contact: name,
    state: z.enum(['energised', 'released']),
    because: z.string().optional(),
  }),
  'button.pressed': z.object({
    contact: name,
    press: z.enum(BUTTON_PRESSES),
    /** Of an 'identify': where the page of this box is found. */
    addresses: z.array(z.string()).optional(),
  }),
  /** The address was said on a telephone of the front desk. `cannot`: there is no voice, or no engine to ring with. */
  'button.announced': z.object({
    contact: name,
    result: z.enum(['heard', 'nobody', 'cannot']),
    /** Where it was heard. */
    phone: name.optional(),
  }),
} as const;
