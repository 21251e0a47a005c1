import { describe, expect, test } from 'vitest';
import { Room, T0, smallPlan } from './bench.ts';
import { acd } from './acd.ts';
import { changesAfter, noChanges } from './changes.ts';
import { ACD_FORM, piecesOf, storedAcd } from './stored.ts';
import { agentPhase, emptyAcd, everyWaiting, type AcdEvent } from './state.ts';

const plan = smallPlan({ lastAgent: { withinMs: 3_600_000, waitMs: 1_000 } });

describe('on disk', () => {
  test('what each step changed, put together, is the whole state', () => {
    const events: AcdEvent[] = [
      { type: 'plan', plan: plan.id },
      { type: 'reachable', agent: 'ann', reachable: true },
      { type: 'enter', interaction: 'a', queue: 'q', since: T0, customer: '+1' },
      { type: 'enter', interaction: 'b', queue: 'q', since: T0, customer: '+2' },
      { type: 'enter', interaction: 'c', queue: 'vip', since: T0 },
      { type: 'accepted', interaction: 'a', agent: 'ann' },
      { type: 'free', agent: 'ann', by: 'a', wrapUpMs: 5_000 },
      { type: 'leave', interaction: 'b' },
    ];
    const disk = new Map<string, string>();
    let state = emptyAcd;
    for (const event of events) {
      const step = acd(state, event, T0, plan);
      state = step.state;
      for (const [key, value] of Object.entries(piecesOf(step.changed)))
        if (value === null) disk.delete(key);
        else disk.set(key, JSON.stringify(value));
    }
    const { acd: head, ...pieces } = Object.fromEntries(
      [...disk].map(([key, text]) => [key, JSON.parse(text) as unknown]),
    );
    expect(storedAcd(head, pieces, plan, T0)).toEqual({ state });
  });

  test('a step writes only what it changed', () => {
    const room = new Room(plan);
    room.enter('a');
    const { changed } = acd(room.state, { type: 'leave', interaction: 'a' }, room.now, plan);
    expect(piecesOf(changed)).toEqual({ 'acd/waiting/a': null });
  });

  test('of several steps the last word counts', () => {
    const two = changesAfter(changesAfter(noChanges, { ...noChanges, plan: 'p', waiting: { a: null } }), {
      ...noChanges,
      waiting: { b: null },
    });
    expect(two).toMatchObject({ plan: 'p', waiting: { a: null, b: null } });
  });
});

describe('the form of before', () => {
  const agentThen = {
    signedIn: true,
    ready: true,
    reachable: true,
    busyWith: [] as string[],
    idleSince: T0,
    answered: 4,
    since: T0,
  };
  const then = {
    waiting: [
      {
        interaction: 'a',
        queue: 'q',
        priority: 0,
        since: T0 - 9_000,
        attempts: 1,
        offeredTo: 'ann',
        missedBy: [],
      },
      { interaction: 'b', queue: 'q', priority: 0, since: T0 - 5_000, attempts: 0, missedBy: ['bob'] },
    ],
    agents: {
      ann: { ...agentThen, busyWith: ['a'] },
      bob: { ...agentThen, ready: false, reason: 'no-answer' },
      cid: { ...agentThen, busyWith: ['x'] },
    },
    lastTurn: { q: 'ann' },
  };

  test('is brought up to date: everybody keeps his place and his state', () => {
    const stored = storedAcd(then, {}, plan, T0);
    const state = stored!.state;
    expect(everyWaiting(state).map(({ interaction, offers }) => [interaction, offers])).toEqual([
      ['a', ['ann']],
      ['b', []],
    ]);
    expect(
      Object.entries(state.agents).map(([id, agent]) => [id, agentPhase(agent, T0), agent.answered]),
    ).toEqual([
      ['ann', 'ringing', 4],
      ['bob', 'not-ready', 4],
      ['cid', 'busy', 4],
    ]);
    expect(state.queues.q?.turn).toBe('ann');
    expect(stored!.rewrite).toMatchObject({
      acd: { form: ACD_FORM },
      'acd/agent/ann': {},
      'acd/waiting/b': {},
    });
    const after = acd(state, { type: 'plan', plan: plan.id }, T0, plan);
    const [offer] = acd(after.state, { type: 'free', agent: 'cid', by: 'x', wrapUpMs: 0 }, T0, plan).effects;
    expect(offer).toMatchObject({ interaction: 'b', agent: 'cid' });
  });

  test('of a newer version is not guessed at', () => {
    expect(() => storedAcd({ form: 3 }, {}, plan, T0)).toThrow(/install the version/);
    expect(storedAcd(undefined, {}, plan, T0)).toBeUndefined();
  });
});
