/** What spans two fields where alarms are told and kept quiet: mail needs a server, a window names things of the document. */
import type { Report } from './flows/checks.ts';
import { maintained } from './maintenance.ts';
import { entries, texts, type Raw } from './raw.ts';

interface Known {
  readonly gateways: readonly string[];
  readonly trunks: readonly string[];
  readonly phones: readonly string[];
}

export function notifyChecks(raw: Raw, known: Known, report: Report): void {
  for (const [name, way] of entries(raw.notify)) {
    if (way.mail !== undefined && raw.mail === undefined)
      report('missing', 'mail', undefined, `the mail server that notify.${name} sends by`);
  }
  for (const [name, window] of entries(raw.maintenance)) {
    texts(window.what).forEach((written, index) => {
      const [kind, thing] = maintained(written)?.split(' ') ?? [];
      const among = { gateway: known.gateways, trunk: known.trunks, phone: known.phones }[kind ?? ''];
      if (among && thing !== undefined && !among.includes(thing))
        report(
          'unknown-reference',
          `maintenance.${name}.what[${index}]`,
          written,
          among.join(', ') || 'none',
        );
    });
  }
}
