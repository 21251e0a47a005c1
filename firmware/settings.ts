/** Every setting of the box service, declared once. The environment is read here and nowhere else in this service. */
import { join } from 'node:path';
import * as z from 'zod';
import { TOPIC_NAME } from '@branchline/contracts/topics';
import { parseListen } from '@branchline/runtime/web/listen';

const port = z.coerce.number().int().min(1).max(65_535);
const listen = z.string().transform((text, context) => {
  try {
    return parseListen(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});

const DATA_DIR = '/var/lib/branchline';

const schema = z.object({
  dataDir: z.string().min(1).default(DATA_DIR).describe('where everything of the box is kept'),
  document: z
    .string()
    .min(1)
    .optional()
    .describe('the branch document, YAML or JSON; branch.yaml in the data directory by default'),
  engineDir: z
    .string()
    .min(1)
    .optional()
    .describe("the engine instance's directory; engine in the data directory by default"),
  promptsDir: z
    .string()
    .min(1)
    .default(join(import.meta.dirname, 'prompts'))
    .describe('prompts, one folder a language'),
  gatewayModelsDir: z
    .string()
    .min(1)
    .optional()
    .describe('gateway models, a file each; those of this release by default'),
  gpioToolsDir: z
    .string()
    .min(1)
    .optional()
    .describe("where libgpiod's tools lie; found by PATH when left out"),
  lifelineProgram: z
    .string()
    .min(1)
    .default(join(import.meta.dirname, '../systemd/lifeline.sh'))
    .describe('the program that holds the lifeline relay'),
  releasesDir: z
    .string()
    .startsWith('/')
    .default('/opt/branchline-releases')
    .describe('where root keeps releases of the software; a box whose root has no state there takes none'),
  releaseKeysDir: z
    .string()
    .startsWith('/')
    .default('/etc/branchline/release-keys')
    .describe('a folder of public keys, NAME.pub each, of which one must have signed a release'),
  sysDir: z.string().startsWith('/').default('/sys').describe("the kernel's sysfs"),
  uiDir: z
    .string()
    .min(1)
    .default(join(import.meta.dirname, '../web-ui/dist'))
    .describe('the built pages'),
  sipAddress: z.ipv4().default('0.0.0.0').describe('IPv4 address on which SIP is spoken'),
  sipPort: port.default(5060).describe('UDP port for SIP'),
  mediaAddress: z
    .ipv4()
    .optional()
    .describe('IPv4 address that phones and gateways send audio to; needed when SIP is spoken on 0.0.0.0'),
  rtpFirst: port.default(10_000).describe('first UDP port for audio'),
  rtpLast: port.default(10_999).describe('last UDP port for audio; a call needs four'),
  bootWaitS: z.coerce
    .number()
    .int()
    .min(0)
    .max(60)
    .default(15)
    .describe(
      "for so many seconds after the engine's start calls from the network wait for the service rather than ring the telephones of `survival`, 0 to 60",
    ),
  ariPort: port.default(8088).describe("TCP port of the engine's control socket, on loopback"),
  consoleListen: listen
    .prefault('127.0.0.1:8080')
    .describe('address:port of the page; beyond loopback it speaks TLS'),
  role: z
    .enum(['box', 'stand-in'])
    .default('box')
    .describe('box: of a branch, in it; stand-in: in the cloud, for a branch whose box cannot answer'),
  tenant: z.string().regex(TOPIC_NAME).default('main').describe('whose fleet this box belongs to'),
  hqHost: z
    .string()
    .min(1)
    .optional()
    .describe("name or address of headquarters' broker; without it the box works alone"),
  hqPort: port.default(8883).describe("port of headquarters' broker"),
  hqUrl: z
    .url({ protocol: /^https?$/, error: 'write an address as https://hq.example:8480' })
    .optional()
    .describe(
      "address of headquarters' page, as https://hq.example:8480: a box without a certificate asks there until it is claimed",
    ),
  serial: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('serial number of this box, where the machine does not tell it or tells a wrong one'),
  healthEverySeconds: z.coerce
    .number()
    .min(5)
    .max(3600)
    .default(300)
    .describe('seconds between health reports to headquarters while nothing changes, 5 to 3600'),
  safeModeAfter: z.coerce
    .number()
    .int()
    .min(0)
    .max(100)
    .default(5)
    .describe(
      'starts within 5 minutes, none of them ended in order, after which the service leaves calls to the engine for a while; 0 for never, 0 to 100',
    ),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('what is logged'),
});

export type Settings = z.output<typeof schema> & { readonly document: string; readonly engineDir: string };

const PREFIX = 'BRANCHLINE_BOX_';
const variableOf = (key: string): string =>
  PREFIX + key.replace(/[A-Z]/g, (sign) => `_${sign}`).toUpperCase();

/** Where a command on this machine finds the box, without the other settings being right. */
export const dataDirOfBox = (env: Readonly<Record<string, string | undefined>> = process.env): string =>
  schema.shape.dataDir.catch(DATA_DIR).parse(env[variableOf('dataDir')]);

/** For the documentation and for messages. */
export const settingEntries: readonly { variable: string; says: string }[] = Object.entries(schema.shape).map(
  ([key, entry]) => ({
    variable: variableOf(key),
    says: entry.description ?? '',
  }),
);

/** @throws Error that lists every fault at once. */
export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const keys = new Map(Object.keys(schema.shape).map((key) => [variableOf(key), key]));
  const given = Object.entries(env).filter(([name, value]) => name.startsWith(PREFIX) && value !== undefined);
  const unknown = given.flatMap(([name]) =>
    keys.has(name) ? [] : [`${name}: there is no such setting. Known: ${[...keys.keys()].join(', ')}`],
  );
  const parsed = schema.safeParse(
    Object.fromEntries(given.map(([name, value]) => [keys.get(name) ?? name, value])),
  );
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${variableOf(String(issue.path[0]))}: ${issue.message}`);
  if (!parsed.success || unknown.length > 0)
    throw new Error(`The settings cannot be used:\n  ${[...unknown, ...faults].join('\n  ')}`);
  const settings = parsed.data;
  if (settings.sipAddress === '0.0.0.0' && settings.mediaAddress === undefined) {
    throw new Error(
      `The settings cannot be used:\n  ${variableOf('mediaAddress')}: is missing. Give the IPv4 address of this box that phones reach`,
    );
  }
  return {
    ...settings,
    document: settings.document ?? join(settings.dataDir, 'branch.yaml'),
    engineDir: settings.engineDir ?? join(settings.dataDir, 'engine'),
  };
}
