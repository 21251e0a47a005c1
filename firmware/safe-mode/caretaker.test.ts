import { expect, test } from 'vitest';
import type { Snapshot } from '../engine/port.ts';
import { waiting } from './caretaker.ts';

const gateway = { kind: 'gateway', name: 'e1' } as const;
const facts = (channel: string, more: Partial<Snapshot['channels'][number]> = {}) =>
  ({
    ...{ channel, state: 'up', callerNumber: '', callerName: '', dialled: '', createdAt: 0, ours: true },
    ...more,
  }) as Snapshot['channels'][number];

test('who waits is given back; who talks, is alone in a talk, rings or is served by the engine is left', () => {
  const found = waiting({
    birth: 'b',
    channels: [
      facts('waits', { peer: gateway, dialled: '1000' }),
      facts('rings-leg-1', { state: 'ringing' }),
      facts('talks', { peer: gateway, dialled: '1000' }),
      facts('talks-leg-1'),
      facts('alone', { peer: gateway, dialled: '1000' }),
      facts('served-by-engine', { peer: gateway, dialled: '1000', ours: false }),
    ],
    bridges: [
      { bridge: 'one', channels: ['talks', 'talks-leg-1'] },
      { bridge: 'two', channels: ['alone'] },
    ],
  });
  expect(found).toEqual(['waits']);
});
