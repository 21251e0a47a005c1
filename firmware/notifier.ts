/** Telling people of alarms: from a message to the mail, the webhook or the trap that is sent. */
import { coded, CodedError } from '@branchline/contracts/alarm-detail';
import type { NotifyWay } from '@branchline/contracts/branch/notify';
import type { NewEvent } from '@branchline/contracts/ledger';
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import { secretOf } from './branch/secrets.ts';
import { localTime } from './flows/hours.ts';
import type { Alarms } from './health/alarms.ts';
import { sendMail } from './mail/smtp.ts';
import { Notifier } from './notify/notifier.ts';
import type { Message, NotifyState } from './notify/state.ts';
import { sendTraps } from './notify/trap.ts';
import { sendWebhook } from './notify/webhook.ts';
import { headline, textOf, webhookBodyOf } from './notify/words.ts';

/** Where what is told is kept, beside the ledger. */
export interface Keeper {
  readonly append: (events: readonly NewEvent[]) => void;
  readonly keep: (key: string, value: unknown) => void;
  readonly about: (key: string) => unknown;
}

export function makeNotifier(around: Around, { append, keep, about }: Keeper, alarms: Alarms): Notifier {
  const { clock, log, documents } = around;
  return new Notifier({
    clock,
    log: roomLog(log, 'notify'),
    ways: () => documents.branch.notify,
    minuteOfDay: (now) => localTime(documents.branch.site.timezone, now).minute,
    write: (events, state) => {
      append(events);
      keep('notices', state);
    },
    kept: about('notices') as NotifyState | undefined,
    send: (way, message) => send(around, way, message),
    onWay: (way, detail) => {
      if (detail === null) alarms.clear('notify-failed', way);
      else alarms.raise('notify-failed', way, detail);
    },
  });
}

/** @throws Error in words that hold no secret */
async function send(around: Around, way: NotifyWay, message: Message): Promise<void> {
  const { wall, documents } = around;
  const { site } = documents.branch;
  const { target, language } = way;
  switch (target.kind) {
    case 'mail':
      return mailIt(around, target.to, { ...textOf(message, site, language), message });
    case 'webhook': {
      const secret = mustHave(around, target.secret);
      const body = JSON.stringify(webhookBodyOf(message, site));
      return sendWebhook({ url: target.url, secret }, message.id, body, wall.now());
    }
    case 'snmp': {
      const { address, confirmed } = target;
      const community = mustHave(around, target.secret);
      const notices = message.notices.map((notice) => ({ notice, text: headline(notice, language) }));
      return sendTraps({ address, community, confirmed }, notices, site.id);
    }
  }
}

function mailIt(
  { settings, documents }: Around,
  to: readonly string[],
  { subject, text, message }: { subject: string; text: string; message: Message },
): Promise<void> {
  const { mail } = documents.branch;
  if (!mail) throw new CodedError(coded('no-mail-server'));
  const password = mail.secret === undefined ? undefined : secretOf(settings.dataDir, mail.secret);
  return sendMail(mail, password, { from: mail.from, to, subject, text, id: message.id, at: message.at });
}

function mustHave({ settings }: Around, name: string): string {
  const secret = secretOf(settings.dataDir, name);
  if (secret === undefined) throw new CodedError(coded('no-secret', name));
  return secret;
}
