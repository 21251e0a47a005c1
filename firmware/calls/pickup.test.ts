import { beforeEach, describe, expect, test } from 'vitest';
import { Bench, smallBranch } from './bench.ts';

const { boss, ann, bob } = smallBranch.people;
let bench: Bench;

beforeEach(() => {
  bench = new Bench({
    ...smallBranch,
    people: {
      boss,
      ann: { ...ann, groups: ['shop'] },
      bob,
      eve: { name: 'Eve', extension: 8004, phones: ['p4'], groups: ['shop'] },
    },
    phones: { ...smallBranch.phones, p4: {} },
  });
});

describe('what rings at a colleague', () => {
  test('for a queue is taken by another agent of it, who has served it', () => {
    bench.callIn('c1');
    const ringing = bench.legAt('c1', 'p2');
    bench.pass(4_000);
    bench.callOut('c2', 'p3', '*8');
    expect(bench.bodies('call.picked-up')).toMatchObject([{ by: { id: '8003' }, from: [{ id: 'ann' }] }]);
    expect(bench.bodies('call.answered')).toMatchObject([{ queue: 'service', waitedMs: 4_000 }]);
    expect(bench.done('bridge').at(-1)).toMatchObject({ bridge: 'c1-bridge', channels: ['c1', 'c2'] });
    expect(bench.done('hang-up')).toMatchObject([{ channel: ringing }]);
    bench.happen({ type: 'gone', channel: ringing, cause: 16 });
    expect(bench.state.acd.waiting.service ?? []).toEqual([]);
    expect(bench.state.acd.agents.ann).toMatchObject({ work: [], ready: true });
    expect(bench.state.acd.agents.bob?.work).toMatchObject([{ what: 'c1', as: 'served' }]);
    bench.happen({ type: 'gone', channel: 'c2', cause: 16 });
    expect(bench.state.acd.agents.bob?.wrapUpUntil).toBe(bench.now + 5_000);
  });

  test('for a queue is taken by one of the group who is no agent', () => {
    bench.callIn('c1');
    bench.callOut('c2', 'p4', '*88002');
    bench.happen({ type: 'gone', channel: bench.legAt('c1', 'p2'), cause: 16 });
    expect(bench.call('c1').stage.at).toBe('talking');
    expect(bench.state.acd.waiting.service ?? []).toEqual([]);
    expect(bench.state.acd.agents.ann?.work).toEqual([]);
  });

  test('at his extension is taken by one of his group, and he is free', () => {
    bench.callOut('c1', 'p1', '8002');
    const ringing = bench.legAt('c1', 'p2');
    bench.callOut('c2', 'p4', '*88002');
    bench.happen({ type: 'gone', channel: ringing, cause: 16 });
    expect(bench.bodies('call.answered')).toMatchObject([{ by: { id: '8004' } }]);
    expect(bench.state.acd.agents.ann?.work).toEqual([]);
    expect(Object.keys(bench.state.calls)).toEqual(['c1']);
    bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
    bench.happen({ type: 'gone', channel: 'c2', cause: 16 });
    expect(bench.state.calls).toEqual({});
    expect(bench.state.channels).toEqual({});
  });

  test('and answers in the same moment is let go', () => {
    bench.callOut('c1', 'p1', '8002');
    const late = bench.legAt('c1', 'p2');
    bench.callOut('c2', 'p4', '*8');
    bench.happen({ type: 'up', channel: late });
    bench.happen({ type: 'gone', channel: late, cause: 16 });
    expect(bench.bodies('call.answered')).toHaveLength(1);
    expect(bench.call('c1').ending).toBeUndefined();
  });

  test.each([
    ['a stranger to his groups and queues', 'p1', '*88002'],
    ['at an extension where nothing rings', 'p4', '*88003'],
    ['at an extension that is not', 'p4', '*89999'],
  ])('is not taken by %s', (_, phone, dialled) => {
    bench.callIn('c1');
    bench.callOut('c2', phone, dialled);
    expect(bench.done('hang-up').at(-1)).toMatchObject({ channel: 'c2', cause: 1 });
    expect(bench.ringingAt('c1')).toEqual(['p2']);
  });
});
