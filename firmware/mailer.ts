/** Voicemail by mail: from a message to the letter that is sent. */
import { join } from 'node:path';
import { coded, CodedError } from '@branchline/contracts/alarm-detail';
import type { Part } from '@branchline/runtime/lifecycle';
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import { secretOf } from './branch/secrets.ts';
import type { Keeping } from './keeping.ts';
import { Outbox } from './mail/outbox.ts';
import { OutgoingMail } from './mail/outgoing.ts';
import { sendMail } from './mail/smtp.ts';
import type { VoicemailDeps } from './voicemail/voicemail.ts';

/** Beneath the box's data directory. */
const OUTBOX = 'mail-outbox';

export interface Mailer {
  readonly onMessage: VoicemailDeps['onMessage'];
  readonly part: Part;
}

export function mailer({ settings, clock, log, documents }: Around, { alarms }: Keeping): Mailer {
  const outgoing = new OutgoingMail({
    clock,
    log: roomLog(log, 'mail'),
    outbox: new Outbox(join(settings.dataDir, OUTBOX)),
    send: (letter) => {
      const { mail } = documents.branch;
      if (!mail) return Promise.reject(new CodedError(coded('no-mail-server')));
      const password = mail.secret === undefined ? undefined : secretOf(settings.dataDir, mail.secret);
      return sendMail(mail, password, letter);
    },
    onServer: (state, detail) => {
      if (state === 'takes') alarms.clear('mail-refused', 'mail');
      else alarms.raise('mail-refused', 'mail', detail);
    },
  });
  const onMessage: Mailer['onMessage'] = (message, path, box) => {
    const { site, mail } = documents.branch;
    if (!mail || box.mail.length === 0) return;
    const seconds = Math.round(message.durationMs / 1000);
    const when = new Date(message.at).toLocaleString(site.language, { timeZone: site.timezone });
    const [subject, text] =
      site.language === 'zh'
        ? [
            `${site.name.zh} 新留言：${message.from}`,
            `信箱：${box.title.zh}\n来电：${message.from}\n时间：${when}\n时长：${seconds} 秒\n`,
          ]
        : [
            `${site.name.en}: message from ${message.from}`,
            `Box: ${box.title.en}\nFrom: ${message.from}\nWhen: ${when}\nLength: ${seconds} s\n`,
          ];
    outgoing.post({
      from: mail.from,
      to: [...box.mail],
      subject,
      text,
      attachment: { name: `${message.message}.wav`, type: 'audio/wav', path },
      id: message.message,
      at: message.at,
    });
  };
  return {
    onMessage,
    part: { name: 'mail', start: () => outgoing.start(), stop: () => outgoing.stop() },
  };
}
