/** How the engine's endpoints are named, in its files and in the channel names it reports. */

export type Peer =
  { readonly kind: 'phone'; readonly name: string } | { readonly kind: 'gateway'; readonly name: string };

const PREFIX = { phone: 'phone-', gateway: 'gw-' } as const;

/** 'phone-yealink-01' or 'gw-e1-main': also the user name a phone registers with. */
export const endpointName = (peer: Peer): string => PREFIX[peer.kind] + peer.name;

export function peerOfEndpoint(endpoint: string): Peer | undefined {
  for (const kind of ['phone', 'gateway'] as const) {
    if (endpoint.startsWith(PREFIX[kind])) return { kind, name: endpoint.slice(PREFIX[kind].length) };
  }
  return undefined;
}

/** The peer behind a channel named like 'PJSIP/phone-yealink-01-0000002a'. */
export function peerOfChannel(channelName: string): Peer | undefined {
  const match = /^PJSIP\/(.+)-[0-9a-f]{8}$/.exec(channelName);
  return match ? peerOfEndpoint(match[1] ?? '') : undefined;
}
