/** What is asked of the engine while calls go on, and changes nothing. */
import type { AriClient } from './ari/client.ts';
import type { Engine, SoundPackets } from './port.ts';

export const questions = (ari: AriClient): Pick<Engine, 'farEndAnswers' | 'soundPackets' | 'version'> => ({
  farEndAnswers: (channel) => farEndAnswers(ari, channel),
  soundPackets: (channel) => soundPackets(ari, channel),
  version: async () => {
    const { system } = await ari.request('GET /asterisk/info', { query: { only: 'system' } });
    return /^\d+(\.\d+)*/.exec(system?.version ?? '')?.[0];
  },
});

/** Every response leaves its cause at the channel, a provisional one too. */
async function farEndAnswers(ari: AriClient, channel: string): Promise<boolean> {
  const { value } = await ari.request('GET /channels/{channelId}/variable', {
    path: { channelId: channel },
    query: { variable: 'HANGUPCAUSE_KEYS()' },
  });
  return value !== '';
}

async function soundPackets(ari: AriClient, channel: string): Promise<SoundPackets> {
  const path = { channelId: channel };
  const { rxcount, txcount } = await ari.request('GET /channels/{channelId}/rtp_statistics', { path });
  return { received: rxcount, sent: txcount };
}
