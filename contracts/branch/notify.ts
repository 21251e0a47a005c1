/** Who is told of alarms, and how, in the branch document. */
import * as z from 'zod';
import { SEVERITIES, type Severity } from '../alarms.ts';
import { duration, LANGUAGES, name, text } from './fields.ts';
import { durationMs, socketAddress, type SocketAddress } from './values.ts';

const TRAP_PORT = 162;

const mail = z
  .array(z.email())
  .min(1)
  .max(20)
  .describe('sent by the server that `mail` of the document names');

const webhook = z.strictObject({
  url: text(webhookUrl, 'an address such as https://alarms.example/branchline, without a user in it'),
  secret: name.describe('the secret of this box that every message is signed with (HMAC-SHA256)'),
});

const snmp = z.strictObject({
  address: text(
    (value) => socketAddress(value, TRAP_PORT),
    'an IPv4 address such as 10.20.0.5 or 10.20.0.5:162',
  ),
  secret: name.describe('the secret of this box that holds the community'),
  confirmed: z
    .boolean()
    .default(true)
    .describe('sent as an inform, which the receiver confirms, and again until it does; a trap when false'),
});

const quiet = z.strictObject({
  hours: text(quietHours, "hours such as '22:00-07:00'").describe('in the time zone of the branch'),
  except: z.enum(SEVERITIES).default('critical').describe('so grave, and graver, is told all the same'),
});

const most = z.strictObject({
  notices: z.int().min(1).max(100).default(10),
  within: duration.default('10m'),
});

/** Under `notify.NAME`. */
export const notifyWay = z
  .strictObject({
    mail: mail.optional(),
    webhook: webhook.optional(),
    snmp: snmp.optional(),
    from: z.enum(SEVERITIES).default('warning').describe('the least grave that is told'),
    language: z.enum(LANGUAGES).optional().describe("that of the site's prompts when left out"),
    quiet: quiet.optional().describe('when what can wait is gathered, and told together afterwards'),
    most: most.prefault({}).describe('when there are more, they are told together'),
  })
  .superRefine((way, context) => {
    if (WAY_KINDS.filter((kind) => way[kind] !== undefined).length === 1) return;
    context.addIssue({ code: 'custom', message: 'one of mail, webhook or snmp' });
  });

export const WAY_KINDS = ['mail', 'webhook', 'snmp'] as const;

export type WayTarget =
  | { readonly kind: 'mail'; readonly to: readonly string[] }
  | { readonly kind: 'webhook'; readonly url: string; readonly secret: string }
  | {
      readonly kind: 'snmp';
      readonly address: SocketAddress;
      readonly secret: string;
      readonly confirmed: boolean;
    };

export interface NotifyWay {
  readonly name: string;
  readonly target: WayTarget;
  readonly from: Severity;
  readonly language: (typeof LANGUAGES)[number];
  /** Minutes of the day; `to` before `from` is on the next day. */
  readonly quiet?: { readonly from: number; readonly to: number; readonly except: Severity };
  readonly most: { readonly notices: number; readonly withinMs: number };
}

/** '22:00-07:00' as minutes of the day; unlike opening hours it may pass midnight. */
function quietHours(written: string): { from: number; to: number } | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(written.trim());
  if (!match) return undefined;
  const from = Number(match[1]) * 60 + Number(match[2]);
  const to = Number(match[3]) * 60 + Number(match[4]);
  return from === to ? undefined : { from, to };
}

function webhookUrl(written: string): URL | undefined {
  if (!URL.canParse(written)) return undefined;
  const url = new URL(written);
  const plain = url.username === '' && url.password === '';
  return plain && (url.protocol === 'https:' || url.protocol === 'http:') ? url : undefined;
}

/** Only what the schema has let through. */
export function resolveWay(
  wayName: string,
  way: z.output<typeof notifyWay>,
  language: NotifyWay['language'],
): NotifyWay {
  const hours = way.quiet && quietHours(way.quiet.hours);
  return {
    name: wayName,
    target: targetOf(way),
    from: way.from,
    language: way.language ?? language,
    ...(way.quiet && hours && { quiet: { ...hours, except: way.quiet.except } }),
    most: { notices: way.most.notices, withinMs: durationMs(way.most.within) ?? 0 },
  };
}

function targetOf({ mail: to, webhook: hook, snmp: trap }: z.output<typeof notifyWay>): WayTarget {
  if (hook) return { kind: 'webhook', ...hook };
  if (!trap) return { kind: 'mail', to: to ?? [] };
  const address = socketAddress(trap.address, TRAP_PORT) ?? { host: '', port: TRAP_PORT };
  return { kind: 'snmp', address, secret: trap.secret, confirmed: trap.confirmed };
}
