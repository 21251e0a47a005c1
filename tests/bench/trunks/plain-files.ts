/** SIP and dial plan of an Asterisk without us: the defaults, but for what a line needs to be one. Pure. */
import type { Branch } from '@branchline/contracts/branch/model';

export const PLAIN_PASSWORD = 'plain-bench-secret';
export const plainPhone = (phone: string): string => `phone-${phone}`;

type Entry = readonly [string, string | number];

const section = (name: string, entries: readonly Entry[]): string =>
  [`[${name}]`, ...entries.map(([key, value]) => `${key}=${value}`), ''].join('\n');

const AUDIO: readonly Entry[] = [
  ['disallow', 'all'],
  ['allow', 'alaw'],
  ['direct_media', 'no'],
];

export function plainSip(branch: Branch, sip: { readonly address: string; readonly port: number }): string {
  return [
    section('global', [
      ['type', 'global'],
      ['user_agent', 'plain'],
    ]),
    section('udp', [
      ['type', 'transport'],
      ['protocol', 'udp'],
      ['bind', `${sip.address}:${sip.port}`],
    ]),
    ...Object.keys(branch.phones).map((phone) => phoneSections(plainPhone(phone))),
    ...Object.values(branch.gateways).map(({ name, address }) =>
      lineSections(name, `${address.host}:${address.port}`),
    ),
  ].join('\n');
}

const phoneSections = (name: string): string =>
  [
    section(name, [
      ['type', 'endpoint'],
      ['context', 'from-phone'],
      ['aors', name],
      ['auth', name],
      ...AUDIO,
    ]),
    section(name, [
      ['type', 'auth'],
      ['auth_type', 'userpass'],
      ['username', name],
      ['password', PLAIN_PASSWORD],
    ]),
    section(name, [
      ['type', 'aor'],
      ['max_contacts', 1],
      ['remove_existing', 'yes'],
    ]),
  ].join('\n');

const lineSections = (name: string, at: string): string =>
  [
    section(name, [['type', 'endpoint'], ['context', 'from-line'], ['aors', name], ...AUDIO]),
    section(name, [
      ['type', 'aor'],
      ['contact', `sip:${at}`],
      ['qualify_frequency', 60],
      ['qualify_timeout', '3.0'],
    ]),
  ].join('\n');

/** The number is dialled as telephones of the branch write it: with a 0 before it. */
export function plainDialPlan({ routes }: Branch): string {
  const plans = routes.flatMap(({ numbers = [], via }) =>
    numbers.map((number) => {
      const [first = '', ...more] = via;
      const next = more.flatMap((line) => [
        ' same => n,GotoIf($["${DIALSTATUS}"="CHANUNAVAIL"]?next)',
        ' same => n,GotoIf($["${DIALSTATUS}"="CONGESTION"]?next)',
        ' same => n,Hangup(${HANGUPCAUSE})',
        ` same => n(next),Dial(PJSIP/\${EXTEN}@${line})`,
      ]);
      return [
        `exten => 0${number.slice('+86'.length)},1,Dial(PJSIP/\${EXTEN}@${first})`,
        ...next,
        ' same => n,Hangup(${HANGUPCAUSE})',
      ].join('\n');
    }),
  );
  return ['[general]', 'static=yes', '[from-phone]', ...plans, '[from-line]', ''].join('\n');
}
