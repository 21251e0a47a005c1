/** Every setting of a host of stand-ins, declared once. The environment is read here and nowhere else in this service. */
import { join } from 'node:path';
import { TOPIC_NAME } from '@branchline/contracts/topic-name';
import * as z from 'zod';

const port = z.coerce.number().int().min(1).max(65_535);
const name = z
  .string()
  .regex(TOPIC_NAME, 'write 1 to 40 of a-z, 0-9 and -, beginning with a letter or digit');
const programs = join(import.meta.dirname, '../firmware');

const schema = z.object({
  dataDir: z
    .string()
    .min(1)
    .default('/var/lib/branchline-standin')
    .describe('where everything of the host and of its stand-ins is kept'),
  name: name.describe("this host's name, as it is enrolled at headquarters and as documents name it"),
  tenant: name.default('main').describe('whose fleet it serves'),
  hqHost: z.string().min(1).describe("name or address of headquarters' broker"),
  hqPort: port.default(8883).describe("port of headquarters' broker"),
  most: z.coerce.number().int().min(1).max(1_000).default(10).describe('stand-ins that may run at once'),
  addresses: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(z.ipv4()).min(1))
    .describe(
      'IPv4 addresses on which stand-ins speak SIP, separated by commas; shared by ports when there are more stand-ins',
    ),
  sipPort: port.default(5060).describe('first UDP port for SIP; the next ones where an address is shared'),
  rtpFirst: port.default(30_000).describe('first UDP port for audio; each stand-in has 400'),
  ariFirst: port.default(18_200).describe("first TCP port of the engines' control sockets, on loopback"),
  consoleFirst: port.default(18_600).describe('first TCP port of the pages of stand-ins, on loopback'),
  engineRoot: z.string().min(1).describe('the Debian tree with the call engine'),
  service: z.string().min(1).default(join(programs, 'main.ts')).describe('the program of a stand-in'),
  engine: z
    .string()
    .min(1)
    .default(join(programs, 'engine/instance/main.ts'))
    .describe('the program that becomes its engine'),
  promptsDir: z.string().min(1).default(join(programs, 'prompts')).describe('prompts, one folder a language'),
  uiDir: z.string().min(1).default(join(programs, '../web-ui/dist')).describe('the built pages'),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('what is logged'),
});
export type Settings = z.output<typeof schema>;

const PREFIX = 'BRANCHLINE_STANDIN_';
const variableOf = (key: string): string =>
  PREFIX + key.replace(/[A-Z]/g, (sign) => `_${sign}`).toUpperCase();

/** For the documentation and for messages. */
export const settingEntries: readonly { variable: string; says: string }[] = Object.entries(schema.shape).map(
  ([key, entry]) => ({ variable: variableOf(key), says: entry.description ?? '' }),
);

/** @throws Error that lists every fault at once */
export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const keys = new Map(Object.keys(schema.shape).map((key) => [variableOf(key), key]));
  const given = Object.entries(env).filter(([variable, value]) => variable.startsWith(PREFIX) && value);
  const unknown = given.flatMap(([variable]) =>
    keys.has(variable)
      ? []
      : [`${variable}: there is no such setting. Known: ${[...keys.keys()].join(', ')}`],
  );
  const parsed = schema.safeParse(
    Object.fromEntries(given.map(([variable, value]) => [keys.get(variable) ?? variable, value])),
  );
  const faults = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${variableOf(String(path[0]))}: ${message}`);
  if (!parsed.success || unknown.length > 0)
    throw new Error(`The settings cannot be used:\n  ${[...unknown, ...faults].join('\n  ')}`);
  return parsed.data;
}
