import { expect, test } from 'vitest';
import { fromOpening, Reachability } from './connect.ts';
import type { PeerFacts } from './port.ts';

const desk = { kind: 'phone', name: 'desk-1' } as const;
const answer = (reachable: boolean): readonly PeerFacts[] => [{ peer: desk, reachable, channels: [] }];

test('what was heard while an answer was under way stands against it', async () => {
  const reachability = new Reachability();
  reachability.changed(desk, false);
  const asked = reachability.ask(async () => {
    reachability.changed(desk, true);
    return Promise.resolve(answer(false));
  });
  expect(await asked).toMatchObject([{ reachable: true }]);
});

test('an answer is what the next change is held against', async () => {
  const reachability = new Reachability();
  reachability.changed(desk, false);
  await reachability.ask(() => Promise.resolve(answer(true)));
  expect(reachability.changed(desk, false)).toBe(true);
});

test('what is heard while the line opens waits until it is there, in order', () => {
  const heard: number[] = [];
  const ears = fromOpening((event: number) => void heard.push(event));
  ears.hear(1);
  ears.hear(2);
  expect(heard).toEqual([]);
  ears.opened();
  ears.hear(3);
  expect(heard).toEqual([1, 2, 3]);
});
