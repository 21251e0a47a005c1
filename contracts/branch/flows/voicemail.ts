/** Voicemail boxes and the way out for mail, with every unit settled. */
import type { Branch } from '../model.ts';
import type { BranchDocument } from '../schema.ts';
import { durationMs } from '../values.ts';
import { prompt } from './compile.ts';
import type { MailServer, VoicemailBox } from './model.ts';
import { mailServer } from './values.ts';

export function voicemailOf(document: BranchDocument): Pick<Branch, 'voicemail' | 'mail'> {
  const boxes = Object.entries(document.voicemail).map(([name, box]): [string, VoicemailBox] => [
    name,
    {
      name,
      title: typeof box.name === 'string' ? { zh: box.name, en: box.name } : box.name,
      greeting: prompt(box.greeting),
      people: box.people,
      longestMs: durationMs(box.longest) ?? 0,
      keepMs: durationMs(box.keep) ?? 0,
      mail: box.mail,
    },
  ]);
  const mail = document.mail && mailOf(document.mail);
  return { voicemail: Object.fromEntries(boxes), ...(mail === undefined ? {} : { mail }) };
}

function mailOf(mail: NonNullable<BranchDocument['mail']>): MailServer | undefined {
  const server = mailServer(mail.server);
  const { security, from, user, secret } = mail;
  return (
    server && {
      ...server,
      security,
      from,
      ...(user === undefined ? {} : { user }),
      ...(secret === undefined ? {} : { secret }),
    }
  );
}
