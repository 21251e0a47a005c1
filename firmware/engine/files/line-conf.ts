/** SIP of lines that are reached directly: a carrier, a cloud line. By registration or by address; TLS and SRTP where the far end can. */
import type { Gateway } from '@branchline/contracts/branch/model';
import type { SipLine } from '@branchline/contracts/branch/lines/model';
import { endpointName } from '../names.ts';
import { INSIDE, type EngineSettings, type EngineSite } from '../settings.ts';
import { checked, portNumber, section, type Entry, type Extension } from './text.ts';

/** The certificates that carriers are trusted by. */
export const LINE_CA_FILE = 'line-ca.pem';
/** Where a carrier sends the calls of a registration: the number itself is then in the To header (RFC 3261 §10, §8.1.1.2). */
export const LINE_USER = 'line';

const REGISTRATION_S = 300;
const RETRY_S = 20;

type Transport = SipLine['transport'];

/** Of the engine's endpoint and transport sections. UDP is the one that everybody shares. */
export const transportOf = (line: SipLine | undefined): Transport => line?.transport ?? 'udp';

const linesOf = ({ branch }: EngineSite): SipLine[] =>
  Object.values(branch.gateways).flatMap(({ line }) => line ?? []);

/** For going out only: nobody is let in by them beside the lines that went out first. */
export function lineTransports(site: EngineSite): string[] {
  const used = new Set(linesOf(site).map(({ transport }) => transport));
  const { sip, lineCa } = site.settings;
  const address = checked('address', 'The SIP address', sip.address);
  const common: Entry[] = [['bind', `${address}:0`]];
  return [
    ...(used.has('tcp')
      ? [section('tcp', [['type', 'transport'], ['protocol', 'tcp'], ...common, ['tos', 'cs3']])]
      : []),
    // Without anybody to vouch for its far end there is no such line.
    ...(used.has('tls') && lineCa !== undefined
      ? [
          section('tls', [
            ['type', 'transport'],
            ['protocol', 'tls'],
            ...common,
            ['ca_list_file', `${INSIDE.etc}/${LINE_CA_FILE}`],
            // A line that anybody could stand in for is no line.
            ['verify_server', true],
            ['method', 'tlsv1_2'],
            ['tos', 'cs3'],
          ]),
        ]
      : []),
  ];
}

/** What stands in the endpoint of a line and in none of a gateway. */
export function lineEntries({ line, name }: Gateway, { settings }: EngineSite): Entry[] {
  if (!line) return [];
  const secret = secretOf(line, settings);
  return [
    ...(line.srtp ? ([['media_encryption', 'sdes']] as const) : []),
    ...(line.username === undefined ? [] : ([['from_user', user(line, name)]] as const)),
    ['from_domain', host(line, name)],
    ...(secret === undefined ? [] : ([['outbound_auth', endpointName({ kind: 'gateway', name })]] as const)),
  ];
}

/** Authentication and registration. A line whose password is not there yet has neither, and is refused by its far end. */
export function lineSections(gateway: Gateway, { settings }: EngineSite): string[] {
  const { line, name } = gateway;
  if (!line) return [];
  const endpoint = endpointName({ kind: 'gateway', name });
  const secret = secretOf(line, settings);
  if (secret === undefined || line.username === undefined) return [];
  const auth = section(endpoint, [
    ['type', 'auth'],
    ['auth_type', 'digest'],
    ['username', user(line, name)],
    ['password', checked('password', `The password of the trunk '${name}'`, secret)],
  ]);
  return line.register ? [auth, registration(line, name, endpoint)] : [auth];
}

function registration(line: SipLine, name: string, endpoint: string): string {
  const server = host(line, name);
  return section(endpoint, [
    ['type', 'registration'],
    ['transport', line.transport],
    ['outbound_auth', endpoint],
    ['server_uri', lineUri(line, name)],
    ['client_uri', `sip:${user(line, name)}@${server}`],
    ['contact_user', LINE_USER],
    ['expiration', REGISTRATION_S],
    ['retry_interval', RETRY_S],
    // A whole branch's calls wait for it: not for as long as the engine would draw by itself, 10 s at most.
    ['max_random_initial_delay', 1],
    // A password that is put right is found without a new start.
    ['forbidden_retry_interval', 300],
    ['fatal_retry_interval', 300],
    ['max_retries', 1_000_000],
    ['auth_rejection_permanent', false],
    // Calls in are known by what the registration gave to the far end, wherever they come from.
    ['line', true],
    ['endpoint', endpoint],
  ]);
}

/** Where the line's calls come from; nowhere but by registration when that is not known. */
export function lineMatches({ line }: Gateway): string[] {
  if (!line) return [];
  const own = /^[\d.]+$/.test(line.server.host) ? [line.server.host] : [];
  const all = [...new Set([...own, ...line.from])];
  return all.map((each) => checked('address', 'An address that calls come from', each));
}

export function lineUri(line: SipLine, name: string): string {
  const transport = line.transport === 'udp' ? '' : `\\;transport=${line.transport}`;
  return `sip:${host(line, name)}:${portNumber(`The port of '${name}'`, line.server.port)}${transport}`;
}

const host = (line: SipLine, name: string): string =>
  checked('host', `The server of the trunk '${name}'`, line.server.host);

const user = (line: SipLine, name: string): string =>
  checked('user', `The user name of the trunk '${name}'`, line.username ?? '');

const secretOf = ({ secret }: SipLine, { lineSecrets }: EngineSettings): string | undefined =>
  secret === undefined ? undefined : lineSecrets?.[secret];

/** Finds the number of a call that came by a registration, and goes on with it as with any other. */
export function lineExtensions(site: EngineSite): Extension[] {
  if (!linesOf(site).some(({ register }) => register)) return [];
  const steps = [
    'Set(BL_TO=${PJSIP_HEADER(read,To)})',
    'Set(BL_TO=${CUT(BL_TO,@,1)})',
    'Set(BL_TO=${CUT(BL_TO,:,2)})',
    'Set(BL_TO=${FILTER(0-9+*#,${BL_TO})})',
    'GotoIf($[${LEN(${BL_TO})} > 0]?${BL_TO},1:s,1)',
  ];
  return [{ match: LINE_USER, steps }];
}

/** A file of its own, as certificates are many lines. */
export function lineCa({ settings }: EngineSite): string {
  const text = settings.lineCa ?? '';
  if (!/^[\x20-\x7e\r\n]*$/.test(text)) throw new Error('The certificates for lines are no PEM text.');
  return text;
}
