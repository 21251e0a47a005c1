/** SIP: the phones that register here, and the gateways whose address is known. Nobody else is answered with more than a challenge. */
import { createHash } from 'node:crypto';
import type { Codec, Gateway, Phone } from '@branchline/contracts/branch/model';
import { endpointName } from '../names.ts';
import type { EngineSettings, EngineSite } from '../settings.ts';
import { MAILBOX_DOMAIN } from './extensions-conf.ts';
import { toneZone } from './indications-conf.ts';
import { lineEntries, lineMatches, lineSections, lineTransports, lineUri, transportOf } from './line-conf.ts';
import { checked, displayName, file, portNumber, section, type Entry } from './text.ts';

export const SIP_REALM = 'branchline';

/** Whom the health probe calls itself; answered from this machine only. */
export const WATCH_USER = 'branchline-watch';

export function pjsipConf(site: EngineSite): string {
  const { branch, settings } = site;
  return file(
    common(settings),
    ...lineTransports(site),
    ...Object.values(branch.gateways).map((gateway) => gatewaySections(gateway, site)),
    ...Object.values(branch.phones).map((phone) => phoneSections(phone, site)),
    watchSections(settings),
  );
}

function common(settings: EngineSettings): string {
  const bind = `${checked('address', 'The SIP address', settings.sip.address)}:${portNumber('The SIP port', settings.sip.port)}`;
  return [
    section('global', [
      ['type', 'global'],
      ['user_agent', 'Branchline'],
      ['default_realm', SIP_REALM],
      // RFC 8760 §2.5: strongest first; phones that know only MD5 pass over the first.
      ['default_auth_algorithms_uas', 'SHA-256,MD5'],
      // No 'anonymous': a request from nobody we know is challenged, never served.
      ['endpoint_identifier_order', 'username,ip'],
      ['max_initial_qualify_time', 1],
      ['keep_alive_interval', 0],
      ['disable_multi_domain', true],
      ['taskprocessor_overload_trigger', 'pjsip_only'],
      ['mwi_disable_initial_unsolicited', true],
    ]),
    section('system', [
      ['type', 'system'],
      // RFC 3261 §17.1.1.1 allows a smaller T1 on a private network. A dead peer is given up after 6.4 s, not 32 s.
      ['timer_t1', 100],
      ['timer_b', 6_400],
    ]),
    section('udp', [
      ['type', 'transport'],
      ['protocol', 'udp'],
      ['bind', bind],
      ['tos', 'cs3'],
    ]),
  ].join('\n');
}

/** What every endpoint shares: audio alone, always through the engine, and nothing that lets a stranger's packet take the call over. */
function mediaEntries(
  codecs: readonly Codec[],
  { branch, settings }: EngineSite,
  transport: string = 'udp',
): Entry[] {
  return [
    ['transport', transport],
    ['disallow', 'all'],
    ['allow', codecs.join(',')],
    ['media_address', checked('address', 'The media address', settings.mediaAddress)],
    ['bind_rtp_to_media_address', true],
    ['direct_media', false],
    // With it audio would go to whoever speaks first.
    ['rtp_symmetric', false],
    ['dtmf_mode', 'rfc4733'],
    ['max_video_streams', 0],
    ['tos_audio', 'ef'],
    ['language', branch.site.language],
    ['tone_zone', toneZone(branch.site.country)],
    ['sdp_session', 'Branchline'],
    ['allow_overlap', false],
    ['allow_subscribe', false],
    ['send_diversion', false],
    ['send_connected_line', false],
  ];
}

function phoneSections(phone: Phone, site: EngineSite): string {
  const name = endpointName({ kind: 'phone', name: checked('name', 'The phone', phone.name) });
  const secret = site.settings.phoneSecrets[phone.name];
  if (secret === undefined) throw new Error(`The phone '${phone.name}' has no password yet.`);
  return [
    section(name, [
      ['type', 'endpoint'],
      ['context', 'from-phone'],
      ['identify_by', 'username'],
      ['aors', name],
      ['auth', name],
      ['callerid', callerId(phone, site)],
      ['device_state_busy_at', 2],
      // A transfer is a decision of the firmware's: the engine reports REFER and waits to be told.
      ['set_var', 'PJSIP_TRANSFER_HANDLING()=ari-only'],
      ...lampEntries(phone, site),
      ...mediaEntries(phone.codecs, site),
    ]),
    section(name, [
      ['type', 'auth'],
      ['auth_type', 'digest'],
      ['username', name],
      ['realm', SIP_REALM],
      ...passwordDigests(name, checked('secret', `The password of '${phone.name}'`, secret)),
    ]),
    section(name, [
      ['type', 'aor'],
      ['max_contacts', 1],
      // A phone that came back with another port or address replaces itself.
      ['remove_existing', true],
      ['minimum_expiration', 30],
      ['default_expiration', 300],
      ['maximum_expiration', 600],
      ['qualify_frequency', 15],
      ['qualify_timeout', '2.0'],
    ]),
  ].join('\n');
}

/** Boxes whose messages light the lamp (RFC 3842), and what its key dials. */
function lampEntries({ owner }: Phone, { branch }: EngineSite): Entry[] {
  const boxes = Object.values(branch.voicemail).filter(({ people }) => people.includes(owner?.person ?? ''));
  if (boxes.length === 0) return [];
  const names = boxes.map(({ name }) => `${checked('name', 'The voicemail box', name)}@${MAILBOX_DOMAIN}`);
  return [
    ['mailboxes', names.join(',')],
    ['voicemail_extension', '*97'],
  ];
}

/** RFC 7616 §3.4.2, A1 hashed beforehand: the password itself is in no engine file. */
function passwordDigests(user: string, password: string): Entry[] {
  const a1 = `${user}:${SIP_REALM}:${password}`;
  const hash = (algorithm: string): string => createHash(algorithm).update(a1).digest('hex');
  return [
    ['password_digest', `SHA-256:${hash('sha256')}`],
    ['password_digest', `MD5:${hash('md5')}`],
  ];
}

function callerId(phone: Phone, { branch }: EngineSite): string {
  const owner = phone.owner && branch.people[phone.owner.person];
  if (!phone.owner || !owner) return displayName(phone.name);
  const extension = checked('digits', `The extension of '${phone.owner.person}'`, phone.owner.extension);
  return `"${displayName(owner.name[branch.site.language])}" <${extension}>`;
}

function gatewaySections(gateway: Gateway, site: EngineSite): string {
  const { line } = gateway;
  const name = endpointName({ kind: 'gateway', name: checked('name', 'The gateway', gateway.name) });
  const matches = line ? lineMatches(gateway) : [gatewayAddress(gateway).host];
  return [
    section(name, [
      ['type', 'endpoint'],
      ['context', 'from-gateway'],
      // By address alone: a From header that names a gateway proves nothing.
      ['identify_by', 'ip'],
      ['aors', name],
      ['trust_id_inbound', true],
      ['send_pai', true],
      // A REFER from outside could send our calls anywhere.
      ['allow_transfer', false],
      ...lineEntries(gateway, site),
      ...mediaEntries(gateway.codecs, site, transportOf(line)),
    ]),
    section(name, [
      ['type', 'aor'],
      ['contact', line ? lineUri(line, gateway.name) : gatewayUri(gateway)],
      // One that falls silent is known to be after the two together, 3.5 s at most; a lost packet is repeated five times within them.
      ['qualify_frequency', line ? 5 : 2],
      ['qualify_timeout', line ? '2.0' : '1.5'],
      // A gateway that answers OPTIONS with 503 is up, and cannot take a call.
      ['qualify_2xx_only', true],
      // A carrier that wants to know who asks has its answer.
      ...(line?.secret === undefined ? [] : ([['authenticate_qualify', true]] as const)),
    ]),
    ...(matches.length === 0
      ? []
      : [
          section(name, [
            ['type', 'identify'],
            ['endpoint', name],
            // Each gateway has an address of its own: the document sees to that.
            ['match', matches.join(',')],
            ['srv_lookups', false],
          ]),
        ]),
    ...lineSections(gateway, site),
  ].join('\n');
}

function gatewayAddress({ name, address }: Gateway): { host: string; port: string } {
  return {
    host: checked('address', `The address of '${name}'`, address.host),
    port: portNumber(`The port of '${name}'`, address.port),
  };
}

function gatewayUri(gateway: Gateway): string {
  const { host, port } = gatewayAddress(gateway);
  return `sip:${host}:${port}`;
}

function watchSections({ sip }: EngineSettings): string {
  return section(WATCH_USER, [
    ['type', 'endpoint'],
    ['context', 'nowhere'],
    ['identify_by', 'username'],
    ['allow_unauthenticated_options', true],
    ['deny', '0.0.0.0/0.0.0.0'],
    ['permit', '127.0.0.0/255.0.0.0'],
    ...(sip.address === '0.0.0.0' ? [] : [['permit', `${sip.address}/255.255.255.255`] as const]),
    ['disallow', 'all'],
    ['allow', 'ulaw'],
    ['allow_subscribe', false],
    ['allow_transfer', false],
  ]);
}
