/** A mail with one sound attached, as text (RFC 5322, RFC 2045 to 2047, RFC 2231). Pure. */

export interface Letter {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly attachment: { readonly name: string; readonly type: string; readonly bytes: Uint8Array };
  /** Of the whole world's mails this one; the part before the sign. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const LINE = 76;

export function letterText({ from, to, subject, text, attachment, id, at }: Letter): string {
  const edge = `part-${id.replace(/\W/g, '')}`;
  const domain = from.split('@')[1] ?? 'branchline';
  return [
    `From: <${from}>`,
    `To: ${to.map((address) => `<${address}>`).join(',\r\n ')}`,
    `Subject: ${encodedWords(subject)}`,
    `Date: ${mailDate(at)}`,
    `Message-ID: <${id.replace(/[^\w.-]/g, '')}@${domain}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${edge}"`,
    '',
    `--${edge}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    lines(Buffer.from(text, 'utf8')),
    `--${edge}`,
    `Content-Type: ${attachment.type}`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${attachment.name.replace(/[^\w.-]/g, '_')}"`,
    '',
    lines(attachment.bytes),
    `--${edge}--`,
    '',
  ].join('\r\n');
}

const lines = (bytes: Uint8Array): string =>
  (
    Buffer.from(bytes)
      .toString('base64')
      .match(new RegExp(`.{1,${LINE}}`, 'g')) ?? []
  ).join('\r\n');

/** RFC 2047: pieces of at most 75 signs, none of which cuts a character in two. */
function encodedWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.slice(0, 200);
  const words: string[] = [];
  let piece = '';
  for (const sign of text) {
    if (Buffer.byteLength(piece + sign) > 42) {
      words.push(piece);
      piece = '';
    }
    piece += sign;
  }
  return [...words, piece].map((word) => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ');
}

const mailDate = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');
