/** What is asked of the engine while calls go on, and changes nothing. */
import type { AriClient } from './ari/client.ts';
import type { RTPstat } from './ari/types.generated.ts';
import type { Engine, SoundFigures } from './port.ts';

export const questions = (ari: AriClient): Pick<Engine, 'farEndAnswers' | 'soundFigures' | 'version'> => ({
  farEndAnswers: (channel) => farEndAnswers(ari, channel),
  soundFigures: async (channel) => soundFigures(await statistics(ari, channel)),
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

const statistics = (ari: AriClient, channelId: string): Promise<RTPstat> =>
  ari.request('GET /channels/{channelId}/rtp_statistics', { path: { channelId } });

/** The engine gives times in seconds. A round trip is known only from a far end's report. */
export function soundFigures(stat: RTPstat): SoundFigures {
  const { rxcount, txcount, rxploss, txploss, rxjitter = 0, txjitter = 0, rtt = 0 } = stat;
  const ms = (seconds: number): number => Math.max(0, seconds * 1000);
  const reported = { lost: count(txploss), jitterMs: ms(txjitter), roundTripMs: ms(rtt) };
  return {
    received: rxcount,
    sent: txcount,
    lost: count(rxploss),
    jitterMs: ms(rxjitter),
    ...(rtt > 0 ? { reported } : {}),
  };
}

/** More came than was expected, as with packets that came twice: a 24-bit signed count (RFC 3550 §6.4.1) in an unsigned one. */
const count = (lost: number): number => (lost < 0 || lost >= 2 ** 23 ? 0 : lost);
