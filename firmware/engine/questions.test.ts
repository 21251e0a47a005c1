import { expect, test } from 'vitest';
import type { RTPstat } from './ari/types.generated.ts';
import { soundFigures } from './questions.ts';

const stat: RTPstat = {
  txcount: 500,
  rxcount: 490,
  txploss: 5,
  rxploss: 10,
  txjitter: 0.004,
  rxjitter: 0.002,
  rtt: 0.03,
  local_ssrc: 1,
  remote_ssrc: 2,
  txoctetcount: 1,
  rxoctetcount: 1,
  channel_uniqueid: 'c1',
};

test('the engine counts in seconds, the figures in milliseconds', () => {
  expect(soundFigures(stat)).toEqual({
    received: 490,
    sent: 500,
    lost: 10,
    jitterMs: 2,
    reported: { lost: 5, jitterMs: 4, roundTripMs: 30 },
  });
});

test('a far end that has reported nothing is not said to have lost nothing', () => {
  expect(soundFigures({ ...stat, rtt: 0 })).not.toHaveProperty('reported');
});

test('packets that came twice are no loss', () => {
  expect(soundFigures({ ...stat, rxploss: 2 ** 32 - 3 }).lost).toBe(0);
  expect(soundFigures({ ...stat, rxploss: -3 }).lost).toBe(0);
});
