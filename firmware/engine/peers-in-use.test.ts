import { expect, test, vi } from 'vitest';
import { PeersInUse } from './peers-in-use.ts';
import type { PeerFacts } from './port.ts';

const e1 = { kind: 'gateway', name: 'e1' } as const;
const desk = { kind: 'phone', name: 'desk-1' } as const;
const facts = (reachable: boolean): readonly PeerFacts[] => [
  { peer: e1, reachable, channels: ['a'] },
  { peer: desk, reachable, channels: [] },
];

test('a gateway that dies beneath a call is found by its endpoint, and others are not asked after', async () => {
  const found: PeerFacts[] = [];
  await new Promise<void>((resolve) => {
    const peers = new PeersInUse({
      everyMs: 1,
      ask: () => Promise.resolve(facts(false)),
      found: (each) => {
        found.push(...each);
        peers.close();
        resolve();
      },
    });
    peers.inUse(e1);
  });
  expect(found).toEqual([{ peer: e1, reachable: false, channels: ['a'] }]);
});

test('nobody is asked while nothing is in use, nor after the end', async () => {
  vi.useFakeTimers();
  try {
    const ask = vi.fn(() => Promise.resolve(facts(true)));
    const peers = new PeersInUse({ everyMs: 5_000, ask, found: () => undefined });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).not.toHaveBeenCalled();
    peers.inUse(e1);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(ask).toHaveBeenCalledTimes(2);
    peers.free(e1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(3);
    peers.inUse(e1);
    peers.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(3);
  } finally {
    vi.useRealTimers();
  }
});

test('an engine that does not answer is asked again', async () => {
  vi.useFakeTimers();
  try {
    const ask = vi.fn(() => Promise.reject(new Error('gone')));
    new PeersInUse({ everyMs: 5_000, ask, found: () => undefined }).inUse(e1);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(ask).toHaveBeenCalledTimes(2);
  } finally {
    vi.useRealTimers();
  }
});
