import { expect, test } from 'vitest';
import { acd } from './acd/acd.ts';
import { emptyAcd } from './acd/state.ts';
import { branchOf, Bench, smallBranch } from './calls/bench.ts';
import { acdPlan } from './calls/switchboard.ts';
import { piecesOf } from './acd/stored.ts';
import { restoreSwitchboard } from './restore.ts';
import type { LedgerBatch } from './store/ledger.ts';

const branch = branchOf(smallBranch);
const now = Date.UTC(2026, 0, 5, 2);

/** What a ledger keeps beside its events, in memory. */
function disk(about: Record<string, unknown> = {}, openCalls: Record<string, unknown> = {}) {
  const calls = new Map(Object.entries(openCalls));
  const pieces = new Map(Object.entries(about));
  const batches: LedgerBatch[] = [];
  const put = (map: Map<string, unknown>, [key, value]: [string, unknown]): void => {
    if (value === null) map.delete(key);
    else map.set(key, JSON.parse(JSON.stringify(value)));
  };
  return {
    batches,
    about: (key: string) => pieces.get(key),
    aboutUnder: (start: string) => Object.fromEntries([...pieces].filter(([key]) => key.startsWith(start))),
    openCalls: () => Object.fromEntries(calls),
    write: (batch: LedgerBatch): void => {
      batches.push(batch);
      for (const entry of Object.entries(batch.openCalls)) put(calls, entry);
      for (const entry of Object.entries(batch.about)) put(pieces, entry);
    },
  };
}

/** A call in a flow, and a call in the queue, as this version keeps them. */
function busy(): Bench {
  const bench = new Bench();
  bench.callIn('c1', '+8657186001000');
  bench.callIn('c2');
  return bench;
}

test('a first start has nothing, and says in which form it will write', () => {
  const kept = disk();
  expect(restoreSwitchboard(kept, kept, branch, now)).toEqual({
    callbacks: {},
    calls: {},
    channels: {},
    acd: emptyAcd,
    brake: {},
    places: {},
  });
  expect(kept.about('stateVersion')).toBe(2);
});

test('calls, channels, queues and agents are as they were written, and nothing is written again', () => {
  const { calls, acd: queues, channels } = busy().state;
  const plan = acdPlan(branch);
  const told = acd(emptyAcd, { type: 'plan', plan: plan.id }, now, plan);
  const kept = disk({ stateVersion: 2, ...piecesOf(told.changed) }, calls);
  const state = restoreSwitchboard(kept, kept, branch, now);
  expect(state.calls).toEqual(calls);
  expect(state.channels).toEqual(channels);
  expect(state.acd.plan).toBe(queues.plan);
  expect(
    kept.batches.filter(({ openCalls, about }) => Object.keys({ ...openCalls, ...about }).length > 0),
  ).toEqual([]);
});

test('the channels of a supervisor belong to the call he listens to', () => {
  const bench = new Bench({ ...smallBranch, supervision: { allow: ['managers'] } });
  bench.callIn('c1');
  bench.answer(bench.legAt('c1', bench.ringingAt('c1')[0] ?? ''));
  const order = { do: 'supervise', call: 'c1', extension: '8001', mode: 'listen' } as const;
  bench.happen({ type: 'order', order, by: 'test' });
  bench.happen({ type: 'up', channel: bench.call('c1').watch?.ringing[0] ?? '' });
  const kept = disk({ stateVersion: 2 }, bench.state.calls);
  const { channels } = restoreSwitchboard(kept, kept, bench.branch, now);
  expect(channels).toEqual(bench.state.channels);
  expect(Object.keys(channels)).toHaveLength(4);
});

test('what was written in form 1 is brought up to date once, and all of it in one write', () => {
  const calls = JSON.parse(JSON.stringify(busy().state.calls)) as Record<string, { stage: object }>;
  if (calls.c1) calls.c1.stage = { at: 'flow', run: { flow: 'welcome', steps: [], waiting: 'played' } };
  const agent = {
    signedIn: true,
    ready: true,
    reachable: true,
    busyWith: ['c2'],
    idleSince: now,
    answered: 3,
    since: now,
  };
  const kept = disk({ stateVersion: 1, acd: { waiting: [], agents: { ann: agent }, lastTurn: {} } }, calls);

  const first = restoreSwitchboard(kept, kept, branch, now);
  expect(first.calls.c1?.stage).toMatchObject({
    run: { flow: 'welcome', version: '', context: { language: 'en' } },
  });
  expect(first.acd.agents.ann).toMatchObject({ answered: 3 });
  expect(kept.batches).toHaveLength(1);

  expect(restoreSwitchboard(kept, kept, branch, now)).toEqual(first);
});

test('what a newer version wrote is refused', () => {
  const kept = disk({ stateVersion: 9 });
  expect(() => restoreSwitchboard(kept, kept, branch, now)).toThrow(/form 9.*knows 2/);
});

test('an extension that was stopped stays so', () => {
  const stopped = { at: now, detail: '+44, +49' };
  const use = { day: '2026-01-05', talkMs: 1, internationalMs: 1, cost: 1, stopped };
  const kept = disk({ stateVersion: 2, 'brake/extension/8002': use });
  expect(restoreSwitchboard(kept, kept, branch, now).brake).toEqual({ 'extension/8002': use });
});
