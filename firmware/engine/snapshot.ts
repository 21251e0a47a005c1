/** How things stand in the engine right now: what a firmware that comes back holds against its own record. */
import type { AriClient } from './ari/client.ts';
import { channelFacts } from './events.ts';
import { peerOfEndpoint } from './names.ts';
import type { PeerFacts, Snapshot } from './port.ts';

export async function takeSnapshot(ari: AriClient, app: string, birth: string): Promise<Snapshot> {
  const [channels, bridges, application] = await Promise.all([
    ari.request('GET /channels', {}),
    ari.request('GET /bridges', {}),
    ari.request('GET /applications/{applicationName}', { path: { applicationName: app } }),
  ]);
  const ours = new Set(application.channel_ids);
  return {
    birth,
    channels: channels.map((channel) => ({ ...channelFacts(channel), ours: ours.has(channel.id) })),
    bridges: bridges.map((bridge) => ({ bridge: bridge.id, channels: bridge.channels })),
  };
}

export async function listPeers(ari: AriClient): Promise<readonly PeerFacts[]> {
  const endpoints = await ari.request('GET /endpoints/{tech}', { path: { tech: 'PJSIP' } });
  return endpoints.flatMap(({ resource, state, channel_ids: channels }) => {
    const peer = peerOfEndpoint(resource);
    return peer ? [{ peer, reachable: state === 'online', channels }] : [];
  });
}
