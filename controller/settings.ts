/** Every setting of headquarters, declared once. The environment is read here and nowhere else in this service. */
import { join } from 'node:path';
import { TOPIC_NAME } from '@branchline/contracts/topics';
import { parseListen } from '@branchline/runtime/web/listen';
import * as z from 'zod';

const listenAddress = z.string().transform((text, context) => {
  try {
    return parseListen(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** A password that stands in a URL after all is not repeated. */
const shown = (value: string): string => value.replace(/(:\/\/[^:/@]*):.*@/, '$1:…@');

const visitPort = z.coerce.number().int().min(0).max(65_535);
function hasPassword(url: string): boolean {
  return URL.canParse(url) && new URL(url).password !== '';
}

const schema = z.object({
  dataDir: z
    .string()
    .min(1)
    .default('/var/lib/branchline-hq')
    .describe('where everything of headquarters is kept'),
  httpListen: listenAddress
    .prefault('127.0.0.1:8480')
    .describe('address:port of the page and the API; beyond loopback it speaks TLS'),
  mqttListen: listenAddress.prefault('127.0.0.1:8883').describe('address:port for the boxes, MQTT over TLS'),
  tenant: z
    .string()
    .regex(TOPIC_NAME, 'write 1 to 40 of a-z, 0-9 and -, beginning with a letter or digit')
    .default('main')
    .describe('whose fleet this is: the second name of every topic'),
  names: list
    .prefault('')
    .describe(
      'DNS names and addresses under which boxes and browsers reach headquarters, separated by commas',
    ),
  uiDir: z
    .string()
    .min(1)
    .default(join(import.meta.dirname, '../web-ui/dist'))
    .describe('the built pages'),
  pagesListen: listenAddress
    .prefault('127.0.0.1:8884')
    .describe(
      "address:port to which boxes connect while their page is open from here, TLS with the box's certificate",
    ),
  releaseKeys: z
    .string()
    .min(1)
    .optional()
    .describe(
      'a folder of public keys, NAME.pub each, of which one must have signed a release that is kept here for boxes; without it none is taken',
    ),
  releasesListen: listenAddress
    .prefault('127.0.0.1:8886')
    .describe(
      "with RELEASE_KEYS: address:port at which boxes fetch releases, HTTPS with the box's certificate",
    ),
  visitPortFirst: visitPort
    .default(8500)
    .describe("first port, on the address of the page, at which a box's page is seen from here; 0 takes any"),
  visitPortLast: visitPort.default(8519).describe("last port at which a box's page is seen from here"),
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\/[^\s]+$/, 'write postgres://user@host:port/database')
    .refine(
      (text) => !hasPassword(text),
      'the password does not stand here, but in a file: DATABASE_PASSWORD_FILE names it',
    )
    .optional()
    .describe(
      'PostgreSQL in place of the SQLite file under the data directory: postgres://user@host:port/database, with sslmode=verify-full beyond this machine',
    ),
  databasePasswordFile: z
    .string()
    .min(1)
    .optional()
    .describe('a file that holds the password of the user of the database, and nothing else'),
  databaseAnswersWithinMs: z
    .string()
    .regex(/^[1-9]\d{2,5}$/, 'write a whole number of ms from 100 to 999999')
    .transform(Number)
    .prefault('10000')
    .describe(
      'ms after which PostgreSQL that does not answer is given up; what was asked then counts as not stored',
    ),
  brokerUrl: z
    .string()
    .regex(/^mqtts:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\]):\d{1,5}$/i, 'write mqtts://host:port')
    .refine((url) => URL.canParse(url), 'write mqtts://host:port')
    .optional()
    .describe(
      'a broker outside in place of the one inside headquarters, as controllers reach it: mqtts://host:port (docs/external-broker.md)',
    ),
  brokerGroupFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      'with a broker outside: a file that holds the name of the group that controllers share, 32 to 128 signs of 0-9 and a-f drawn at random, and nothing else; a secret',
    ),
  brokerForBoxes: z
    .string()
    .regex(/^([a-z0-9.-]+|\[[0-9a-f:]+\]):\d{1,5}$/i, 'write host:port')
    .refine((place) => URL.canParse(`mqtts://${place}`), 'write host:port')
    .optional()
    .describe(
      'with a broker outside: host:port at which boxes reach it, told to each when it is enrolled; without it, that of BROKER_URL',
    ),
  carriers: z
    .string()
    .min(1)
    .optional()
    .describe(
      'a YAML file with the carriers that bring calls to branches and to their stand-ins (docs/carriers.md)',
    ),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('what is logged'),
  logFile: z.string().min(1).optional().describe('a file for the log in place of the standard output'),
});
export type Settings = z.output<typeof schema>;

const PREFIX = 'BRANCHLINE_HQ_';
const variableOf = (key: string): string =>
  PREFIX + key.replace(/[A-Z]/g, (sign) => `_${sign}`).toUpperCase();

export interface SettingEntry {
  readonly variable: string;
  readonly says: string;
}
/** For the documentation and for messages. */
export const settingEntries: readonly SettingEntry[] = Object.entries(schema.shape).map(([key, entry]) => ({
  variable: variableOf(key),
  says: entry.description ?? '',
}));

/** @throws Error that lists every fault at once. */
export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const given: Record<string, string> = {};
  const faults: string[] = [];
  const keys = new Map(Object.keys(schema.shape).map((key) => [variableOf(key), key]));
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || value === undefined) continue;
    const key = keys.get(variable);
    if (key === undefined) faults.push(`${variable} is no setting; there are ${[...keys.keys()].join(', ')}`);
    else if (value !== '') given[key] = value;
  }
  const result = schema.safeParse(given);
  for (const issue of result.error?.issues ?? []) {
    const key = String(issue.path[0]);
    faults.push(`${variableOf(key)}='${shown(given[key] ?? '')}': ${issue.message}`);
  }
  if (!result.success || faults.length > 0)
    throw new Error(`headquarters cannot start with these settings:\n  ${faults.join('\n  ')}`);
  return result.data;
}
