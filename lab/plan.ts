/** What the lab is told: the box it stands around, and what it plays. Every value that reaches an engine file is checked here. */
import * as z from 'zod';
import { labPhone, labSubscriber } from '@branchline/contracts/lab';

const port = z.int().min(1).max(65_535);
const endpoint = z.strictObject({ host: z.ipv4(), port });
const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/, { error: 'a number such as +8657186001000 (E.164)' });
const loopback = z.ipv4().regex(/^127\./, { error: 'an address of loopback, 127.x.x.x' });
const name = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,39}$/, { error: 'a name of a-z, 0-9, dot and dash' });
const password = z
  .string()
  .regex(/^[A-Za-z0-9_.~+/=-]{8,128}$/, { error: '8 to 128 of A-Z, a-z, 0-9 and _.~+/=-' });

const gateway = z.strictObject({
  name,
  /** The gateway's own address: the box knows gateways by it, so no two may share one. */
  address: endpoint,
  /** Of another branch of the lab's: its box. */
  box: endpoint.optional(),
  /** Calls at once; the next is refused with cause 34. */
  channels: z.int().min(1).max(480).default(30),
  /** The branch's numbers that the carrier sends down this line, inclusive. */
  numbers: z.array(z.strictObject({ first: e164, last: e164 })).default([]),
  /** How long the box may be silent to a new call before the gateway answers 503 for it; a gateway nobody has set waits for timer B (RFC 3261 section 17.1.1.2). Only with `behind`. */
  deadAfterMs: z.int().min(100).max(60_000).default(32_000),
  /** The exchange of this line takes star codes for call forwarding, and rings so long before it forwards, s; it takes none when left out. */
  forwardsAfterS: z.int().min(1).max(120).optional(),
  /** How the carrier writes numbers towards the branch. */
  format: z.enum(['e164', 'national']).default('national'),
  /** With it a gateway that can fail stands at `address`; the ports, on the same host, of the network's engine behind it and of the relay towards it. */
  behind: z.strictObject({ engine: port, relay: port }).optional(),
  /** The ways in which the gateway can be looked at; the agent's port is on the gateway's host. */
  snmp: z
    .strictObject({
      port,
      community: z.string().min(1),
      /** Where traps go. */
      traps: endpoint.optional(),
    })
    .optional(),
  console: z
    .strictObject({
      port,
      user: z.string().min(1),
      password: z.string().min(1),
      ports: z.int().min(1).max(128),
    })
    .optional(),
  http: z.strictObject({ port }).optional(),
  /** Where it reports to. */
  syslog: endpoint.optional(),
});

const pem = z
  .string()
  .regex(/^-----BEGIN [A-Z ]+-----[\x20-\x7e\n]+$/, { error: 'a certificate or key, PEM' });

const carrier = z.strictObject({
  name,
  /** Where the box finds it by SIP. */
  address: endpoint,
  /** With it SIP goes over TLS. */
  tls: z.strictObject({ certificate: pem, key: pem }).optional(),
  /** Only calls whose sound is encrypted are taken. */
  srtp: z.boolean().default(false),
  username: name,
  password,
  channels: z.int().min(1).max(480).default(10),
  /** The port, on the carrier's host, of the edge that calls to the account go through; without it a dead account is found by the engine's timer B. Not with TLS. */
  edge: port.optional(),
  /** How long the account may be silent to a new call before it is taken for dead. Only with `edge`. */
  deadAfterMs: z.int().min(100).max(60_000).default(4_000),
});

/** Numbers that go to the first target that is not dead or full; or, when they are routed, to the one that the carrier's API says, first to the first. */
const hunted = z.strictObject({
  first: e164,
  last: e164,
  /** Names of gateways and carriers, the best first. */
  targets: z.array(name).min(1),
  routed: z.boolean().default(false),
});

const traffic = z.strictObject({
  /** Calls from outside, on average; 0 for none. */
  callsPerMinute: z.number().min(0).max(600).default(6),
  /** Of the branch, E.164. */
  numbers: z.array(e164).default([]),
  /** What a caller may press once the menu speaks. */
  digits: z.array(z.string().regex(/^[0-9*#]$/)).default(['1', '2']),
  talkMs: z
    .strictObject({ mean: z.int().min(100), least: z.int().min(0) })
    .default({ mean: 15_000, least: 3_000 }),
  /** How long a caller waits for an answer before giving up, at most. */
  patienceMs: z.int().min(1_000).default(60_000),
  /** The part of callers who hang up early, 0 to 1. */
  impatient: z.number().min(0).max(1).default(0.12),
  /** Calls placed by the phones, on average. */
  outgoingPerMinute: z.number().min(0).max(600).default(1),
  internalPerMinute: z.number().min(0).max(600).default(0.5),
});

export const labPlan = z.strictObject({
  /** The box's SIP. */
  box: endpoint,
  pstn: z.strictObject({
    /** A Debian tree with the engine in it. */
    engineRoot: z.string().startsWith('/'),
    /** Of the PSTN's own instance; made when missing. */
    instance: z.string().startsWith('/'),
    /** Where subscribers register. Its address must differ from the gateways' and the box's. */
    exchange: endpoint,
    rtp: z.strictObject({ first: z.int().min(1_024), last: z.int().max(65_535) }),
    country: z.strictObject({ code: z.string().regex(/^\d{1,3}$/), area: z.string().regex(/^\d{1,4}$/) }),
    /** Whom a branch reaches by SIP without a gateway, each at an address of its own. */
    carriers: z.array(carrier).default([]),
    /** Beside those of gateways. */
    numbers: z.array(hunted).default([]),
    /** Where the carrier's API of docs/carrier-api.md moves routed numbers; loopback only. */
    api: z.strictObject({ host: loopback, port, token: z.string().min(8) }).optional(),
    emergency: z.array(z.string().regex(/^\d{2,6}$/)).default(['110', '119', '120']),
  }),
  gateways: z.array(gateway).default([]),
  phones: z
    .array(
      labPhone.extend({
        password,
        /** Of another branch of the lab's: its box. */
        box: endpoint.optional(),
        /** Another exchange where it is registered at the same time: the branch's stand-in. */
        second: endpoint.optional(),
        /** How long the person takes to pick up; undefined lets it ring. */
        answerAfterMs: z.strictObject({ least: z.int().min(0), most: z.int().min(0) }).optional(),
      }),
    )
    .default([]),
  subscribers: z
    .array(labSubscriber.extend({ password, user: z.string().regex(/^\d{7,15}$/, { error: 'digits' }) }))
    .default([]),
  /** The address the subscribers' telephones have. */
  subscriberHost: z.ipv4().default('127.0.0.20'),
  traffic: traffic.optional(),
  /** Each behind a serial server of its own. */
  ups: z
    .array(
      z.strictObject({
        name,
        server: endpoint,
        family: z.enum(['megatec', 'voltronic-qs']).default('megatec'),
      }),
    )
    .default([]),
  /** A GPIO bank behind executables that stand for libgpiod's tools, and what is wired to its lines. */
  gpio: z
    .strictObject({
      tools: z.string().startsWith('/'),
      contacts: z.array(
        z.strictObject({ name, line: z.int().min(0).max(63), role: name, activeLow: z.boolean() }),
      ),
    })
    .optional(),
  /** The way from the box to headquarters' broker, with the program of `uplinks/relay-process.ts` in between. */
  uplink: z.strictObject({ at: endpoint, to: endpoint, relay: z.string().startsWith('/') }).optional(),
  /** Where a time server tells this machine's time. */
  time: endpoint.optional(),
  /** Where faults are switched by HTTP; loopback only. */
  control: z.strictObject({ host: loopback, port }).optional(),
});

export type LabPlan = z.infer<typeof labPlan>;
export type LabPlanInput = z.input<typeof labPlan>;
export type PstnPlan = LabPlan['pstn'];
export type GatewayPlan = LabPlan['gateways'][number];
export type CarrierPlan = PstnPlan['carriers'][number];
export type PhonePlan = LabPlan['phones'][number];
export type HuntedPlan = PstnPlan['numbers'][number];
export type SubscriberPlan = LabPlan['subscribers'][number];
export type TrafficPlan = z.infer<typeof traffic>;

export class BadPlan extends Error {
  override readonly name = 'BadPlan';
}

/** Throws BadPlan with every fault: path, value's trouble, remedy. */
export function readPlan(value: unknown): LabPlan {
  const parsed = labPlan.safeParse(value);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
    throw new BadPlan(`The lab's plan cannot be used:\n${faults.join('\n')}`);
  }
  ownAddresses(parsed.data);
  knownTargets(parsed.data);
  return parsed.data;
}

/** Accounts may be at one address of one carrier. */
function ownAddresses({ box, gateways, pstn: { exchange, carriers } }: LabPlan): void {
  const accounts = new Map(
    carriers.map(({ address, tls }) => [
      `${address.host}:${address.port} ${tls?.certificate ?? ''}`,
      address,
    ]),
  );
  const parties = [...gateways.map(({ address }) => address), ...accounts.values()];
  const shared = repeated([box, exchange, ...parties].map(({ host }) => host));
  if (shared === undefined) return;
  throw new BadPlan(
    `The address ${shared} is used twice. Give box, exchange, each gateway and each carrier one of their own; accounts at one carrier have its port and its certificate in common.`,
  );
}

function knownTargets({ gateways, pstn: { carriers, numbers } }: LabPlan): void {
  const known = [...gateways, ...carriers].map((each) => each.name);
  const shared = repeated(known);
  if (shared !== undefined)
    throw new BadPlan(
      `The name '${shared}' is used twice. Give each gateway and each carrier one of its own.`,
    );
  const account = repeated(carriers.map(({ username }) => username));
  if (account !== undefined)
    throw new BadPlan(
      `The username '${account}' is used twice. Give each account of a carrier one of its own.`,
    );
  numbers.forEach(({ targets }, at) => {
    const unknown = targets.find((target) => !known.includes(target));
    if (unknown === undefined) return;
    throw new BadPlan(
      `pstn.numbers.${at}.targets: '${unknown}' is no gateway and no carrier. Known: ${known.join(', ')}.`,
    );
  });
  const lines = gateways.flatMap((each) => each.numbers);
  numbers.forEach((block, at) => {
    const other = [...lines, ...numbers.slice(0, at)].find((each) => overlap(each, block));
    if (!other) return;
    throw new BadPlan(
      `pstn.numbers.${at}: '${block.first}' to '${block.last}' overlaps with '${other.first}' to '${other.last}'. Give each number to one block.`,
    );
  });
}

type Block = Pick<HuntedPlan, 'first' | 'last'>;

const overlap = (a: Block, b: Block): boolean =>
  BigInt(a.first) <= BigInt(b.last) && BigInt(b.first) <= BigInt(a.last);

const repeated = (names: readonly string[]): string | undefined =>
  names.find((one, at) => names.indexOf(one) !== at);
