/** Hands one mail to the server that the document names: TLS from the start, or STARTTLS (RFC 3207) before anything else is said. */
import type { MailServer } from '@branchline/contracts/branch/flows/model';
import type { Letter } from './letter.ts';

/** For each of connecting, greeting and a silence on the line, ms. */
const LONGEST_MS = 30_000;

/** @throws Error that says what the server refused, and how. The password is in no message. */
export async function sendMail(
  server: MailServer,
  password: string | undefined,
  letter: Letter,
  trusted?: string,
): Promise<void> {
  const { host, port, security, user } = server;
  if (user !== undefined && password === undefined)
    throw new Error(`the password for ${host} is not on this box`);
  if (user !== undefined && security === 'none')
    throw new Error(`a password is not sent to ${host} without TLS`);
  // A box that sends no mail need not hold it in memory.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port,
    name: 'branchline',
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    ...(trusted === undefined ? {} : { tls: { ca: trusted } }),
    connectionTimeout: LONGEST_MS,
    greetingTimeout: LONGEST_MS,
    socketTimeout: LONGEST_MS,
    // What stands in a letter is never taken for a path or an address to read from.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const { from, to, subject, text, attachment, id, at } = letter;
  try {
    const { rejected } = await transport.sendMail({
      from,
      to: [...to],
      subject,
      text,
      attachments: attachment
        ? [
            {
              filename: attachment.name,
              contentType: attachment.type,
              content: Buffer.from(attachment.bytes),
            },
          ]
        : [],
      messageId: `<${id.replace(/[^\w.-]/g, '')}@${from.split('@')[1] ?? 'branchline'}>`,
      date: new Date(at),
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    if (rejected.length > 0) throw new Error(`${host} takes no mail for ${rejected.map(String).join(', ')}`);
  } finally {
    transport.close();
  }
}
