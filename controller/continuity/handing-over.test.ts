import { expect, test } from 'vitest';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { handedOver } from '@branchline/contracts/stand-in-wire';
import { Handing } from './handing-over.ts';

const LEASE = { n: 3, answers: 'stand-in', acts: null } as const;
const AT = Date.UTC(2026, 0, 5, 9, 0, 0);
const stamp = (s: number): string => new Date(AT + s * 1_000).toISOString();

function folded(...events: readonly [s: number, call: string | undefined, type: string, body: object][]) {
  const handing = new Handing();
  events.forEach(([s, call, type, body], index) =>
    handing.take({
      ...{ seq: index + 1, at: stamp(s), type, body },
      ...(call === undefined ? {} : { call }),
    } as LedgerEvent),
  );
  return handedOver.parse(handing.told('box', LEASE, AT + 60_000));
}
const offered = (number: string, direction = 'in') => ({
  direction,
  from: { kind: 'caller', id: number },
  dialled: '+8657186001001',
});
const queued = (more: object = {}) => ({ queue: 'service', priority: 0, position: 1, ...more });

test('who waits, the longest first; who was answered, sent on or has gone does not', () => {
  const { waiting } = folded(
    [0, 'a', 'call.offered', offered('+1')],
    [1, 'a', 'call.queued', queued()],
    [2, 'b', 'call.offered', offered('+2')],
    [3, 'b', 'call.queued', queued({ keptWaitMs: 10_000 })],
    [4, 'c', 'call.offered', offered('+3')],
    [5, 'c', 'call.queued', queued()],
    [6, 'c', 'call.answered', { leg: 'l', by: { kind: 'agent', id: 'li' }, waitedMs: 1_000 }],
    [7, 'd', 'call.offered', offered('anonymous')],
    [8, 'd', 'call.queued', queued()],
  );
  expect(waiting).toEqual([
    { call: 'b', number: '+2', queue: 'service', since: stamp(-7) },
    { call: 'a', number: '+1', queue: 'service', since: stamp(1) },
  ]);
});

test('who has called again waits once, by his last call', () => {
  const { waiting } = folded(
    [0, 'a', 'call.offered', offered('+1')],
    [1, 'a', 'call.queued', queued()],
    [8, 'b', 'call.offered', offered('+1')],
    [9, 'b', 'call.queued', queued({ keptWaitMs: 8_000 })],
  );
  expect(waiting).toEqual([{ call: 'b', number: '+1', queue: 'service', since: stamp(1) }]);
});

test('open callbacks with their tries, those that have ended by name, and the newest state of each agent', () => {
  const asked = (callback: string, number: string) => ({
    ...{ callback, number, queue: 'service', by: 'digit', again: false },
    since: stamp(0),
  });
  const handed = folded(
    [1, 'a', 'callback.asked', asked('cb-1', '+1')],
    [2, 'b', 'callback.asked', asked('cb-2', '+2')],
    [3, 'c', 'callback.tried', { callback: 'cb-1', queue: 'service', attempt: 2, because: 'busy' }],
    [
      4,
      'd',
      'callback.ended',
      { callback: 'cb-2', queue: 'service', outcome: 'reached', attempts: 1, waitedMs: 1 },
    ],
    [5, undefined, 'agent.state', { agent: 'li', state: 'ready' }],
    [6, undefined, 'agent.state', { agent: 'li', state: 'not-ready', reason: 'lunch' }],
  );
  expect(handed.callbacks).toEqual([
    { id: 'cb-1', number: '+1', queue: 'service', since: stamp(0), askedAt: stamp(1), attempts: 2 },
  ]);
  expect(handed.ended).toEqual(['cb-2']);
  expect(handed.agents).toEqual([{ agent: 'li', state: 'not-ready', reason: 'lunch' }]);
});

test('what is not understood is passed over', () => {
  expect(folded([0, 'a', 'call.queued', { later: true }], [1, 'a', 'of.a.later.release', {}])).toMatchObject({
    waiting: [],
    callbacks: [],
  });
});
