/**
 * Carriers of the public network that a branch reaches by SIP itself: it registers, each of its requests is challenged, and with SRTP no
 * call is taken whose sound is in the clear.
 */
import type { CarrierPlan, LabPlan } from '../plan.ts';
import type { EdgePlan } from './edge.ts';
import { INSIDE } from './small-confs.ts';
import { section, type Entry } from './text.ts';

export function carrierSections({ pstn: { carriers } }: LabPlan): string[] {
  return carriers.map((carrier) => {
    const first = firstAt(carrier, carriers);
    const own = first === carrier ? [transport(carrier)] : [];
    return [...own, endpoint(carrier, nameOf(first)), auth(carrier), aor(carrier)].join('\n');
  });
}

/** The certificate's and its key's, by name, for the engine's directory of files. */
export const carrierFiles = ({ pstn: { carriers } }: LabPlan): Readonly<Record<string, string>> =>
  Object.fromEntries(
    carriers.flatMap(({ name, tls }) =>
      tls
        ? [[`carrier-${name}.crt`, tls.certificate] as const, [`carrier-${name}.key`, tls.key] as const]
        : [],
    ),
  );

/** Accounts at one address share what listens there. */
const firstAt = (carrier: CarrierPlan, carriers: readonly CarrierPlan[]): CarrierPlan =>
  carriers.find(
    ({ address }) => address.host === carrier.address.host && address.port === carrier.address.port,
  ) ?? carrier;

const nameOf = ({ name }: CarrierPlan): string => `carrier-${name}`;

function transport(carrier: CarrierPlan): string {
  const { address, tls } = carrier;
  const files = `${INSIDE}/etc/${nameOf(carrier)}`;
  return section(nameOf(carrier), [
    ['type', 'transport'],
    ['protocol', tls ? 'tls' : 'udp'],
    ['bind', `${address.host}:${address.port}`],
    ...(tls
      ? ([
          ['cert_file', `${files}.crt`],
          ['priv_key_file', `${files}.key`],
          ['method', 'tlsv1_2'],
        ] as const)
      : []),
  ]);
}

/** OPTIONS come without a name: who sent them is known by the answer to the challenge. */
function endpoint(carrier: CarrierPlan, transport: string): string {
  const { name, username, address, channels, srtp } = carrier;
  const audio: readonly Entry[] = [
    ['disallow', 'all'],
    ['allow', 'alaw,ulaw'],
    ['media_address', address.host],
    ['bind_rtp_to_media_address', 'yes'],
    ['direct_media', 'no'],
    ['dtmf_mode', 'rfc4733'],
    ...(srtp ? ([['media_encryption', 'sdes']] as const) : []),
  ];
  const edge = edgeOf(carrier);
  return section(username, [
    ['type', 'endpoint'],
    ['context', 'from-box'],
    ['identify_by', 'username,auth_username'],
    ['aors', username],
    ['auth', username],
    ['transport', transport],
    ...(edge ? ([['outbound_proxy', `sip:${edge.at.host}:${edge.at.port}\\;lr`]] as const) : []),
    ['set_var', `GATEWAY=${name}`],
    ['set_var', `CHANNELS=${channels}`],
    ['allow_transfer', 'no'],
    ['allow_subscribe', 'no'],
    ['language', 'en'],
    ...audio,
  ]);
}

/** Where calls to the account go through, and for how long it may be silent. */
export function edgeOf({ address, tls, edge, deadAfterMs }: CarrierPlan): EdgePlan | undefined {
  if (edge === undefined || tls) return undefined;
  return { at: { host: address.host, port: edge }, engine: address, deadAfterMs };
}

const auth = ({ username, password }: CarrierPlan): string =>
  section(username, [
    ['type', 'auth'],
    ['auth_type', 'digest'],
    ['username', username],
    ['password', password],
  ]);

const aor = ({ username }: CarrierPlan): string =>
  section(username, [
    ['type', 'aor'],
    ['max_contacts', 1],
    ['remove_existing', 'yes'],
  ]);
