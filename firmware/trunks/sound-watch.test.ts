import { ManualClock } from '@branchline/runtime/clock';
import { expect, test } from 'vitest';
import type { SoundPackets } from '../engine/port.ts';
import { SoundWatch } from './sound-watch.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function heardOf(packets: SoundPackets | Error, happen: (watch: SoundWatch) => void = () => undefined) {
  const clock = new ManualClock();
  const silent: string[] = [];
  const watch = new SoundWatch({
    clock,
    packets: () => (packets instanceof Error ? Promise.reject(packets) : Promise.resolve(packets)),
    onSilence: (trunk, id) => silent.push(`${trunk} ${id}`),
  });
  watch.answered('pstn', 'c1-leg-1', 'c1-leg-1');
  happen(watch);
  clock.advance(10_000);
  await settled();
  return silent;
}

test('sound that goes out while none comes in is one way', async () => {
  expect(await heardOf({ received: 0, sent: 200 })).toEqual(['pstn c1-leg-1']);
});

test.each([
  ['sound comes', { received: 1, sent: 200 }],
  ['we have sent none either: it may be on hold, or passed on without us', { received: 0, sent: 0 }],
  ['the channel is gone', new Error('gone')],
])('%s: nothing is said', async (_, packets) => {
  expect(await heardOf(packets)).toEqual([]);
});

test('a talk that is over is not looked at', async () => {
  expect(await heardOf({ received: 0, sent: 200 }, (watch) => watch.ended('c1-leg-1'))).toEqual([]);
  expect(await heardOf({ received: 0, sent: 200 }, (watch) => watch.stop())).toEqual([]);
});
