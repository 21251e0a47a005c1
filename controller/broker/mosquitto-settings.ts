/** A mosquitto.conf(5) for a broker outside headquarters that does what the contract asks of one. Pure. */

export interface MosquittoPlace {
  /** An address of the machine, or '' for every one. */
  readonly address: string;
  readonly port: number;
}

export interface MosquittoWanted {
  /** Where the files are: acl, ca.crt, broker.crt, broker.key, revoked.crl. */
  readonly dir: string;
  readonly boxes: MosquittoPlace;
  /** For controllers alone: reachable from their machines and from nowhere else. */
  readonly controllers: MosquittoPlace;
  /** The user it is to run as, once it has read its key. */
  readonly user: string;
}

/** A frame of 256 KiB with room for its topic; above it the connection is cut. */
const LARGEST_PACKET_BYTES = 512 * 1024;
const LONGEST_KEEPALIVE_S = 300;
const MOST_CONNECTIONS = 20_000;
/** What a controller is told when it comes: presence, health and document of every box there may be, and as much again. */
const MOST_QUEUED = 6 * MOST_CONNECTIONS;

export function mosquittoSettings({ dir, boxes, controllers, user }: MosquittoWanted): string {
  const tls = [
    `cafile ${dir}/ca.crt`,
    `certfile ${dir}/broker.crt`,
    `keyfile ${dir}/broker.key`,
    `crlfile ${dir}/revoked.crl`,
    'tls_version tlsv1.2',
    'require_certificate true',
    'use_identity_as_username true',
    `max_connections ${MOST_CONNECTIONS}`,
  ];
  return [
    '# Boxes. Each is known by the name in its certificate, whatever client id it asks for.',
    listener(boxes),
    ...tls,
    'use_username_as_clientid true',
    '',
    '# Controllers: they come by several names at once, and end the session of a box by coming with its name.',
    listener(controllers),
    ...tls,
    '',
    `acl_file ${dir}/acl`,
    `user ${user}`,
    '# What is retained is said again by every box when it comes back: kept over a restart it would only be out of date.',
    'persistence false',
    `max_packet_size ${LARGEST_PACKET_BYTES}`,
    `max_keepalive ${LONGEST_KEEPALIVE_S}`,
    `max_queued_messages ${MOST_QUEUED}`,
    'set_tcp_nodelay true',
    'log_dest stderr',
    'log_type error',
    'log_type warning',
    'log_type notice',
    '',
  ].join('\n');
}

const listener = ({ address, port }: MosquittoPlace): string => `listener ${port} ${address}`.trimEnd();
