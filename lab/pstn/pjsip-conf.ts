/** SIP of the public network: one side for subscribers, and one for each gateway that faces the box. */
import type { GatewayPlan, LabPlan, SubscriberPlan } from '../plan.ts';
import { carrierSections } from './carrier-conf.ts';
import { section, type Entry } from './text.ts';

export const gatewayEndpoint = (gateway: GatewayPlan): string => `box-via-${gateway.name}`;

export function pjsipConf(plan: LabPlan): string {
  const { exchange } = plan.pstn;
  return [
    section('global', [
      ['type', 'global'],
      ['user_agent', 'Lab PSTN'],
      ['default_realm', 'lab-pstn'],
      ['default_auth_algorithms_uas', 'SHA-256,MD5'],
      ['endpoint_identifier_order', 'header,username,auth_username'],
      ['keep_alive_interval', 0],
      ['disable_multi_domain', 'yes'],
      ['mwi_disable_initial_unsolicited', 'yes'],
    ]),
    section('system', [
      ['type', 'system'],
      ['timer_t1', 100],
      ['timer_b', 6_400],
    ]),
    transport('exchange', `${exchange.host}:${exchange.port}`),
    ...plan.gateways.map((gateway) => gatewaySections(gateway, plan)),
    ...carrierSections(plan),
    ...plan.subscribers.map((subscriber) => subscriberSections(subscriber, exchange.host)),
  ].join('\n');
}

const transport = (name: string, bind: string): string =>
  section(name, [
    ['type', 'transport'],
    ['protocol', 'udp'],
    ['bind', bind],
  ]);

const media = (address: string): readonly Entry[] => [
  ['disallow', 'all'],
  ['allow', 'alaw,ulaw'],
  ['media_address', address],
  ['bind_rtp_to_media_address', 'yes'],
  ['direct_media', 'no'],
  ['dtmf_mode', 'rfc4733'],
  ['max_video_streams', 0],
  ['allow_subscribe', 'no'],
  ['language', 'en'],
];

/** What the box sends is known by the gateway address it is for; the box's own address is the only one let in. */
function gatewaySections(gateway: GatewayPlan, plan: LabPlan): string {
  const name = gatewayEndpoint(gateway);
  const { behind, box = plan.box } = gateway;
  const { host, port } = gateway.address;
  return [
    transport(`gateway-${gateway.name}`, `${host}:${behind?.engine ?? port}`),
    section(name, [
      ['type', 'endpoint'],
      ['context', 'from-box'],
      ['identify_by', 'header'],
      ['aors', name],
      ['transport', `gateway-${gateway.name}`],
      ['deny', '0.0.0.0/0.0.0.0'],
      ['permit', `${behind ? host : box.host}/255.255.255.255`],
      ['trust_id_inbound', 'yes'],
      ['trust_id_outbound', 'yes'],
      ['send_pai', 'yes'],
      ['from_domain', host],
      ['set_var', `GATEWAY=${gateway.name}`],
      ['set_var', `CHANNELS=${gateway.channels}`],
      ...(gateway.forwardsAfterS === undefined ? [] : [['set_var', 'FORWARDS=1'] as const]),
      ['allow_transfer', 'no'],
      ...media(host),
    ]),
    section(name, [
      ['type', 'aor'],
      ['contact', behind ? `sip:${host}:${behind.relay}` : `sip:${box.host}:${box.port}`],
    ]),
    section(name, [
      ['type', 'identify'],
      ['endpoint', name],
      ['match_header', `To: /[@:]${host.replaceAll('.', '\\.')}(:${port})?([^0-9:.]|$)/`],
    ]),
  ].join('\n');
}

/** The line's own number is its caller id, whatever the telephone says. */
function subscriberSections({ user, number, password }: SubscriberPlan, address: string): string {
  return [
    section(user, [
      ['type', 'endpoint'],
      ['context', 'from-subscriber'],
      ['identify_by', 'username'],
      ['aors', user],
      ['auth', user],
      ['transport', 'exchange'],
      ['callerid', `<${number}>`],
      ['trust_id_inbound', 'no'],
      ['allow_transfer', 'no'],
      ...media(address),
    ]),
    section(user, [
      ['type', 'auth'],
      ['auth_type', 'digest'],
      ['username', user],
      ['password', password],
    ]),
    section(user, [
      ['type', 'aor'],
      ['max_contacts', 1],
      ['remove_existing', 'yes'],
      ['maximum_expiration', 3_600],
    ]),
  ].join('\n');
}
