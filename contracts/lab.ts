/** `.branchline/lab.json`: what runs on this desk, so that a person or a script finds its way. Written by `npm start`. */
import * as z from 'zod';

const udpAddress = z.object({ host: z.ipv4(), port: z.int().min(1).max(65_535) });
const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/, { error: 'a number such as +8657186001000 (E.164)' });

/** A page's door: the address, and what to sign in with. */
export const labPage = z.object({
  url: z.url(),
  user: z.string().optional(),
  password: z.string().optional(),
});

export const labPhone = z.object({
  /** As the branch document names it. */
  name: z.string(),
  extension: z.string(),
  /** What it registers as at the box. */
  user: z.string(),
  password: z.string(),
  /** The tone it speaks, in hertz. */
  tone: z.int().min(100).max(3_900),
});

/** A line of the public network: it registers at the lab's exchange and is called by its number. */
export const labSubscriber = z.object({
  number: e164,
  user: z.string(),
  password: z.string(),
  tone: z.int().min(100).max(3_900),
});

/** What a gateway of the lab can be told to suffer from, alone or several at once. */
export const LAB_FAULTS = [
  /** The E1: no signal (pulled), no frame, alarm from the far equipment, the far end does not hear us. */
  'los',
  'lof',
  'ais',
  'rai',
  'd-channel',
  /** New calls get 503. */
  'refuse',
  /** Nothing that speaks SIP answers; the line is well. */
  'silent',
  /** The network hears of a call after 4 s. */
  'late',
  /** The box hears nothing of who is called. */
  'one-way',
  'half-blocked',
  'power-off',
  /** The E1 is pulled and put back every 1.5 s. */
  'flap',
  /** OPTIONS is answered as ever, calls are not. */
  'options-only',
  /** Calls go through, OPTIONS gets 503. */
  'options-503',
] as const;
export type LabFault = (typeof LAB_FAULTS)[number];

/** What a UPS of the lab can be told to suffer from. */
export const LAB_UPS_FAULTS = [
  /** The mains fail; `mains off` and `mains on` say the same. */
  'mains-off',
  /** It tells the battery low although it is not. */
  'says-low',
  /** It tells a full battery whatever it has, and is off when that ends. */
  'lies',
  'overload',
  'bad-battery',
  /** Half of each answer, and no end. */
  'half-lines',
  /** Bytes that are no answer, before and instead of one. */
  'junk',
  'silent',
  /** Values that no UPS can measure. */
  'wrong-values',
  /** The serial line is pulled. */
  'unplugged',
] as const;
export type LabUpsFault = (typeof LAB_UPS_FAULTS)[number];

/** What the lab's GPIO can suffer from: the chip is pulled out. */
export const LAB_GPIO_FAULTS = ['missing'] as const;
export type LabGpioFault = (typeof LAB_GPIO_FAULTS)[number];

/** What a telephone of the lab can suffer from: its cable, or the desk switch before it, is out. */
export const LAB_PHONE_FAULTS = ['away'] as const;
export type LabPhoneFault = (typeof LAB_PHONE_FAULTS)[number];

/** What the way to headquarters can suffer from: nothing comes through, and nobody is told. */
export const LAB_UPLINK_FAULTS = ['cut'] as const;
export type LabUplinkFault = (typeof LAB_UPLINK_FAULTS)[number];

/** What the lab's time server can suffer from: it is a minute and a half ahead of the time, or says nothing. */
export const LAB_TIME_FAULTS = ['wrong', 'silent'] as const;
export type LabTimeFault = (typeof LAB_TIME_FAULTS)[number];

/** What a contact or button of the lab can be: `npm run fault -- contact NAME open|closed`, `pressed|released`. */
export const LAB_CONTACT_FAULTS = ['open', 'pressed'] as const;
export type LabContactFault = (typeof LAB_CONTACT_FAULTS)[number];

export const labUps = z.object({ name: z.string(), server: udpAddress });

export const labGateway = z.object({ name: z.string(), sip: udpAddress, channels: z.int().min(1).max(480) });

export const labNumber = z.object({
  number: z.string(),
  /** What happens when it is called, in words. */
  answers: z.string(),
});

export const labFile = z.object({
  version: z.literal(1),
  box: z.object({ id: z.string(), page: labPage, sip: udpAddress }),
  headquarters: labPage,
  /** The box that waits to be claimed: its page, and the document that it may be given. */
  second: z.object({ page: labPage, document: z.string() }).optional(),
  exchange: udpAddress,
  gateways: z.array(labGateway),
  ups: z.array(labUps).default([]),
  /** Names of contacts and buttons that the lab can open and press. */
  contacts: z.array(z.string()).default([]),
  /** The lab's time server, where the branch asks it. */
  time: udpAddress.optional(),
  /** Where faults of the lab are switched: GET /, PUT and DELETE /gateways/NAME/FAULT, /ups/NAME/FAULT, /contacts/NAME/open or pressed, /gpio/bank/FAULT, /phones/NAME/away, /uplinks/headquarters/cut, /time/server/FAULT; DELETE / ends them all. */
  control: z.url().optional(),
  phones: z.array(labPhone),
  subscribers: z.array(labSubscriber),
  numbers: z.object({
    /** The branch's own, by name of the branch document. */
    branch: z.record(z.string(), e164),
    /** Of the lab's public network. */
    network: z.array(labNumber),
  }),
  /** Directories of what runs, for logs and recordings. */
  places: z.record(z.string(), z.string()).default({}),
});

export type LabFile = z.infer<typeof labFile>;
export type LabPhone = z.infer<typeof labPhone>;
export type LabSubscriber = z.infer<typeof labSubscriber>;
export type LabUps = z.infer<typeof labUps>;
export type LabGateway = z.infer<typeof labGateway>;
