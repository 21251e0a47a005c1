/** How things stand in the engine right now: what a firmware that comes back holds against its own record. */
import { setTimeout as pause } from 'node:timers/promises';
import type { AriClient } from './ari/client.ts';
import { EngineRefused } from './ari/errors.ts';
import { channelFacts } from './events.ts';
import { peerOfEndpoint } from './names.ts';
import type { ChannelFacts, ChannelId, PeerFacts, Snapshot } from './port.ts';
import { CLAIM_MS } from './settings.ts';

/** By then the engine has gone on alone with whatever nobody has claimed. */
const SETTLED_MS = CLAIM_MS + 300;
const LOOK_AGAIN_MS = 25;

/**
 * How things stand once it is settled for each of the `known` calls whether it is ours: one that was offered and not claimed, or claimed by
 * a firmware that died of a sudden, is claimed now. That takes CLAIM_MS at most, and nothing where there is no such call.
 */
export async function settledSnapshot(
  ari: AriClient,
  birth: string,
  known: ReadonlySet<ChannelId>,
  claim: (channel: ChannelId) => Promise<void>,
): Promise<Snapshot> {
  const until = performance.now() + SETTLED_MS;
  const claimed = new Set<ChannelId>();
  for (;;) {
    const { snapshot, offered } = await takeSnapshot(ari, birth);
    const open = offered.filter((channel) => known.has(channel));
    if (open.length === 0 || performance.now() > until) return snapshot;
    for (const channel of open.filter((each) => !claimed.has(each))) {
      claimed.add(channel);
      // Refused when it is on its way in already, by the word of the one who died.
      claim(channel).catch(() => undefined);
    }
    await pause(LOOK_AGAIN_MS);
  }
}

async function takeSnapshot(
  ari: AriClient,
  birth: string,
): Promise<{ snapshot: Snapshot; offered: ChannelId[] }> {
  const [channels, bridges] = await Promise.all([
    ari.request('GET /channels', {}),
    ari.request('GET /bridges', {}),
  ]);
  const ours = await Promise.all(channels.map(({ id }) => isOurs(ari, id)));
  const offered = channels.flatMap(({ id, dialplan }, index) =>
    ours[index] !== true && dialplan.app_name === 'StasisBroadcast' ? [id] : [],
  );
  const snapshot = {
    birth,
    channels: channels.map((channel, index) => standing(channelFacts(channel), ours[index] === true)),
    bridges: bridges.map((bridge) => ({ bridge: bridge.id, channels: bridge.channels })),
  };
  return { snapshot, offered };
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
