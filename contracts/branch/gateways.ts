/** How a gateway's own lines are watched: as a person writes it, and as the services use it. What a model can tell stands in the model's file. */
import * as z from 'zod';
import { duration, name } from './fields.ts';
import { durationMs, socketAddress } from './values.ts';

export const SNMP_VERSIONS = ['2c', 3] as const;
export const SNMP_AUTH = ['sha256', 'sha512', 'sha384', 'sha224', 'sha', 'md5'] as const;
export const SNMP_PRIVACY = ['aes', 'aes256b', 'aes256r', 'des'] as const;

/** Two sources asked more often than this cost a small gateway more than they tell. */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 3_600_000;

const port = z.int().min(1).max(65_535);

const every = duration.refine((value) => {
  const ms = durationMs(value) ?? 0;
  return ms >= SHORTEST_MS && ms <= LONGEST_MS;
}, 'a duration of 1s to 1h');

const CONSOLE_PORT = "a serial port such as /dev/ttyUSB0, or a serial server such as 'tcp:10.20.0.9:4001'";

const snmp = z
  .strictObject({
    version: z.literal(SNMP_VERSIONS).default('2c'),
    port: port.default(161),
    secret: name.describe(
      'the secret of this box that holds the community (version 2c) or the authentication key (version 3)',
    ),
    user: z.string().min(1).max(32).optional().describe('version 3: whom the gateway knows the box as'),
    auth: z.enum(SNMP_AUTH).default('sha256').describe('version 3'),
    privacy: z.enum(SNMP_PRIVACY).default('aes').describe('version 3, with `privacy-secret`'),
    'privacy-secret': name
      .optional()
      .describe('version 3: the secret that holds the key of encryption; nothing is encrypted when left out'),
    every: every.default('4s'),
    within: every.default('2s').describe('how long the gateway may take to answer, 1s to 1h'),
  })
  .superRefine(({ version, user }, context) => {
    if (version !== 3 || user !== undefined) return;
    const message = 'the user that the gateway knows the box as, since version is 3';
    context.addIssue({ code: 'custom', path: ['user'], message });
  });

const console = z.strictObject({
  port: z
    .string({ error: () => CONSOLE_PORT })
    .refine((value) => consolePort(value) !== undefined, { error: CONSOLE_PORT })
    .describe(CONSOLE_PORT),
  baud: z.int().min(300).max(921_600).default(115_200).describe('bits a second, of a serial port'),
  user: z.string().max(64).optional().describe('what is said at login'),
  secret: name.optional().describe('the secret of this box that holds the password'),
  every: every.default('30s'),
});

const FINGERPRINT =
  'the SHA-256 of its certificate: 64 hex digits, colons between them allowed, as a browser shows it';

const http = z.strictObject({
  port: port.optional().describe('80, and 443 with `certificate`'),
  certificate: z
    .string()
    .regex(/^[0-9a-f]{2}(?::?[0-9a-f]{2}){31}$/i, { error: FINGERPRINT })
    .optional()
    .describe(`${FINGERPRINT}; with it HTTPS is spoken, and no other certificate is trusted`),
  user: z.string().max(64).optional(),
  secret: name.optional().describe('the secret of this box that holds the password (basic authentication)'),
  every: every.default('15s'),
});

/** Under `gateways.NAME.watch`. */
export const gatewayWatch = z.strictObject({
  snmp: snmp.optional().describe('asked by SNMP; its traps are heard too'),
  console: console.optional().describe('asked at its console'),
  http: http.optional().describe('its status page is read'),
  syslog: z.boolean().default(false).describe('what it reports by syslog is read'),
});

/** What the box listens on for its gateways; nothing is opened that no gateway needs. */
export const gatewayEvents = z.strictObject({
  traps: port.default(1162).describe('UDP port for SNMP traps and informs'),
  syslog: port.default(1514).describe('UDP port for syslog'),
});

export type ConsolePort =
  | { readonly kind: 'serial'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** '/dev/ttyUSB0' or 'tcp:10.20.0.9:4001'; undefined for anything else. */
export function consolePort(text: string): ConsolePort | undefined {
  if (text.startsWith('tcp:')) {
    const address = socketAddress(text.slice('tcp:'.length), 0);
    return address && { kind: 'tcp', ...address };
  }
  return /^\/dev\/[\w./-]{1,100}$/.test(text) && !text.includes('..')
    ? { kind: 'serial', path: text }
    : undefined;
}

export interface SnmpAccess {
  readonly version: (typeof SNMP_VERSIONS)[number];
  readonly port: number;
  readonly secret: string;
  readonly user?: string;
  readonly auth: (typeof SNMP_AUTH)[number];
  readonly privacy: (typeof SNMP_PRIVACY)[number];
  readonly privacySecret?: string;
  readonly everyMs: number;
  readonly withinMs: number;
}

export interface ConsoleAccess {
  readonly port: ConsolePort;
  readonly baud: number;
  readonly user?: string;
  readonly secret?: string;
  readonly everyMs: number;
}

export interface HttpAccess {
  readonly port: number;
  /** SHA-256 of the certificate that HTTPS is spoken with, 64 hex digits in lower case; HTTP without it. */
  readonly certificate?: string;
  readonly user?: string;
  readonly secret?: string;
  readonly everyMs: number;
}

export interface GatewayWatching {
  readonly snmp?: SnmpAccess;
  readonly console?: ConsoleAccess;
  readonly http?: HttpAccess;
  readonly syslog: boolean;
}

export type GatewayEvents = Readonly<z.output<typeof gatewayEvents>>;

export const WATCH_SOURCES = ['snmp', 'console', 'http', 'syslog'] as const;
export type WatchSource = (typeof WATCH_SOURCES)[number];

/** The sources that a gateway is watched by. */
export const sourcesOf = (watching: GatewayWatching): readonly WatchSource[] =>
  WATCH_SOURCES.filter((source) => watching[source] !== undefined && watching[source] !== false);

/** Only what the schema has let through. */
export function resolveWatching(watch: z.output<typeof gatewayWatch>): GatewayWatching {
  return {
    syslog: watch.syslog,
    ...(watch.snmp && { snmp: snmpOf(watch.snmp) }),
    ...(watch.console && {
      console: {
        ...access(watch.console),
        port: must(consolePort(watch.console.port)),
        baud: watch.console.baud,
      },
    }),
    ...(watch.http && { http: httpOf(watch.http) }),
  };
}

function httpOf(http: NonNullable<z.output<typeof gatewayWatch>['http']>): HttpAccess {
  const { port: named, certificate } = http;
  if (certificate === undefined) return { ...access(http), port: named ?? 80 };
  const plain = certificate.replaceAll(':', '').toLowerCase();
  return { ...access(http), port: named ?? 443, certificate: plain };
}

function snmpOf(snmp: NonNullable<z.output<typeof gatewayWatch>['snmp']>): SnmpAccess {
  const { version, port, secret, user, auth, privacy } = snmp;
  const privacySecret = snmp['privacy-secret'];
  return {
    version,
    port,
    secret,
    auth,
    privacy,
    ...(user === undefined ? {} : { user }),
    ...(privacySecret === undefined ? {} : { privacySecret }),
    everyMs: must(durationMs(snmp.every)),
    withinMs: must(durationMs(snmp.within)),
  };
}

interface AccessInput {
  readonly user?: string | undefined;
  readonly secret?: string | undefined;
  readonly every: string;
}

function access({
  user,
  secret,
  every: rhythm,
}: AccessInput): Pick<HttpAccess, 'user' | 'secret' | 'everyMs'> {
  return {
    ...(user === undefined ? {} : { user }),
    ...(secret === undefined ? {} : { secret }),
    everyMs: must(durationMs(rhythm)),
  };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value that the schema let through could not be read');
  return value;
}
