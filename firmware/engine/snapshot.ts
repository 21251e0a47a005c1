/** How things stand in the engine right now: what a firmware that comes back holds against its own record. */
import type { AriClient } from './ari/client.ts';
import { EngineRefused } from './ari/errors.ts';
import { channelFacts } from './events.ts';
import { peerOfEndpoint } from './names.ts';
import type { ChannelFacts, PeerFacts, Snapshot } from './port.ts';

export async function takeSnapshot(ari: AriClient, birth: string): Promise<Snapshot> {
  const [channels, bridges] = await Promise.all([
    ari.request('GET /channels', {}),
    ari.request('GET /bridges', {}),
  ]);
  const ours = await Promise.all(channels.map(({ id }) => isOurs(ari, id)));
  return {
    birth,
    channels: channels.map((channel, index) => standing(channelFacts(channel), ours[index] === true)),
    bridges: bridges.map((bridge) => ({ bridge: bridge.id, channels: bridge.channels })),
  };
}

/** The engine lists a channel that it has only offered as it lists one that was taken. What it lets us do tells them apart; this does nothing. */
async function isOurs(ari: AriClient, channel: string): Promise<boolean> {
  try {
    await ari.request('DELETE /channels/{channelId}/silence', { path: { channelId: channel } });
    return true;
  } catch (error) {
    if (error instanceof EngineRefused) return false;
    throw error;
  }
}

/** One who has answered and has not entered yet will be told of when he does. */
function standing(facts: ChannelFacts, ours: boolean): Snapshot['channels'][number] {
  return { ...facts, ours, state: facts.state === 'up' && !ours ? 'ringing' : facts.state };
}

export async function listPeers(ari: AriClient): Promise<readonly PeerFacts[]> {
  const endpoints = await ari.request('GET /endpoints/{tech}', { path: { tech: 'PJSIP' } });
  return endpoints.flatMap(({ resource, state, channel_ids: channels }) => {
    const peer = peerOfEndpoint(resource);
    return peer ? [{ peer, reachable: state === 'online', channels }] : [];
  });
}
