/** Hands one mail to the server that the document names: TLS from the start, or STARTTLS (RFC 3207) before anything else is said. */
import { coded, CodedError } from '@branchline/contracts/alarm-detail';
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
  if (user !== undefined && password === undefined) throw new CodedError(coded('no-password', host));
  if (user !== undefined && security === 'none') throw new CodedError(coded('no-tls', host));
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
    if (rejected.length > 0)
      throw new CodedError(coded('not-for-them', host, rejected.map(String).join(', ')));
  } catch (error) {
    throw refusalOf(error);
  } finally {
    transport.close();
  }
}

/** What the server answered is quoted; the library's own words round it are of one language. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('response' in error) || typeof error.response !== 'string') return error;
  const code = 'code' in error ? `${String(error.code)}: ` : '';
  return new CodedError(coded('server-refused', code + error.response), { cause: error });
}
