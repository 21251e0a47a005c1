/** `branchline claim`: the code by which headquarters claims this box, or whose it is. */
import { X509Certificate } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { claimLink, codeText, readCode } from '@branchline/contracts/enrolment';
import { hasCode, readIfThere } from '@branchline/runtime/atomic-file';
import { renderUnicodeCompact } from 'uqr';
import { BadArgument } from './bad-argument.ts';
import { parsed } from './box.ts';

export const CLAIM_USAGE = `branchline claim [--data DIR] [--qr | --again]
  shows the code to be typed at headquarters; once the box is claimed, whose it is
  --qr     shows it as a QR code as well, which opens headquarters' page with the code filled in
  --again  gives up key and certificate, so that the box is claimed anew: after the next start of the service`;

const OPTIONS = { data: { type: 'string' }, again: { type: 'boolean' }, qr: { type: 'boolean' } } as const;

/** @throws BadArgument */
export function claim(args: readonly string[], box: { readonly dataDir: () => string }): string {
  const { values } = parsed(args, OPTIONS, CLAIM_USAGE);
  const dir = join(values.data ?? box.dataDir(), 'identity');
  if (values.again) return giveUp(dir);
  const cert = read(join(dir, 'box.crt'));
  if (cert !== undefined) return whoseBox(cert);
  const code = readCode(read(join(dir, 'claim-code')) ?? '');
  if (code) return values.qr ? withQr(dir, codeText(code)) : codeText(code);
  throw new BadArgument(
    `There is no claim code in ${dir}. A box draws one when its service starts with BRANCHLINE_BOX_HQ_URL set; give --data if its data is elsewhere.`,
  );
}

function withQr(dir: string, code: string): string {
  const headquarters = read(join(dir, 'claim-asks'));
  if (headquarters === undefined)
    throw new BadArgument(`The box has not asked headquarters yet: start its service, then type this again.`);
  const link = claimLink(headquarters, code);
  return `${code}\n\n${renderUnicodeCompact(link, { ecc: 'M', border: 2 })}\n\n${link}`;
}

function whoseBox(text: string): string {
  const { subject, validTo } = new X509Certificate(text);
  const name = /^CN=(.*)$/m.exec(subject)?.[1] ?? '';
  const tenant = /^O=(.*)$/m.exec(subject)?.[1] ?? '';
  return `This box is '${name}' of '${tenant}'. Its certificate ends on ${new Date(validTo).toISOString().slice(0, 10)} and is renewed by itself.`;
}

/** The old key is kept beside, for whoever did not mean it. */
function giveUp(dir: string): string {
  for (const name of ['box.key', 'box.crt']) {
    try {
      renameSync(join(dir, name), join(dir, `${name}.given-up`));
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw new BadArgument(`${name}: ${String(error)}`, { cause: error });
    }
  }
  rmSync(join(dir, 'claim-code'), { force: true });
  return 'Key and certificate are given up. Start the service again (systemctl restart branchline-box), then type branchline claim.';
}

function read(path: string): string | undefined {
  try {
    return readIfThere(path);
  } catch (error) {
    throw new BadArgument(`${path} cannot be read: ask as the box's own account, or as root.`, {
      cause: error,
    });
  }
}
