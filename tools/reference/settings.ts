/** The page of settings: each service's own declarations, with the value that holds when nobody says otherwise. */
import * as headquarters from '@branchline/controller/settings';
import * as box from '@branchline/firmware/settings';
import * as standIn from '../../stand-in/settings.ts';
import { repository } from '../processes.ts';
import { table } from './shape.ts';

type Page = (title: string, madeFrom: string, ...parts: readonly string[]) => string;
type Entries = readonly { readonly variable: string; readonly says: string }[];

export function settingsPage(page: Page): string {
  const prefix = { box: 'BRANCHLINE_BOX_', headquarters: 'BRANCHLINE_HQ_', standIn: 'BRANCHLINE_STANDIN_' };
  // The one setting that cannot be left out when SIP is spoken on every address.
  const usual = box.readSettings({ [`${prefix.box}MEDIA_ADDRESS`]: ASKED });
  const { name: _, ...usualStandIn } = standIn.readSettings({
    [`${prefix.standIn}NAME`]: 'cloud-1',
    ...Object.fromEntries(
      ['HQ_HOST', 'ADDRESSES', 'ENGINE_ROOT'].map((given) => [`${prefix.standIn}${given}`, ASKED]),
    ),
  });
  return page(
    'Settings',
    '`firmware/settings.ts`, `controller/settings.ts` and `stand-in/settings.ts`',
    'Environment variables, read once at the start. A service that is given a setting it does not know, or a value that it cannot use, does not start, and names all of them at once.',
    `## The box\n\n${tableOf(box.settingEntries, prefix.box, usual)}`,
    'When SIP is spoken on `0.0.0.0`, the media address must be given.',
    `## Headquarters\n\n${tableOf(headquarters.settingEntries, prefix.headquarters, headquarters.readSettings({}))}`,
    `## A host of stand-ins\n\n${tableOf(standIn.settingEntries, prefix.standIn, usualStandIn)}`,
    'Its name, the broker, the addresses and the engine’s root have to be given.',
  );
}

/** Of the block that is reserved for documentation (RFC 5737). */
const ASKED = '192.0.2.1';

function tableOf(entries: Entries, prefix: string, usual: Readonly<Record<string, unknown>>): string {
  return table(
    ['variable', 'says', 'when left out'],
    entries.map(({ variable, says }) => {
      const key = variable
        .slice(prefix.length)
        .toLowerCase()
        .replace(/_[a-z]/g, (sign) => sign.charAt(1).toUpperCase());
      return [`\`${variable}\``, says, shown(usual[key])];
    }),
  );
}

function shown(value: unknown): string {
  if (typeof value === 'number') return `\`${value}\``;
  if (typeof value === 'object' && value !== null && 'host' in value && 'port' in value)
    return `\`${String(value.host)}:${String(value.port)}\``;
  if (typeof value !== 'string' || value === ASKED) return '';
  return value.startsWith(repository)
    ? `\`${value.slice(repository.length)}\` of the program`
    : `\`${value}\``;
}
