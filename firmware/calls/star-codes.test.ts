import { describe, expect, test } from 'vitest';
import { Bench, smallBranch } from './bench.ts';
import { WRAP_UP_MORE_MS } from './star-codes.ts';

const document = { ...smallBranch, 'not-ready-reasons': { 1: 'lunch', 2: 'training' } };
const dialled = (bench: Bench, code: string, phone = 'p2'): Bench => {
  bench.callOut(`x${code}`, phone, code);
  return bench;
};
const wasRefused = (bench: Bench): boolean => bench.done('hang-up').some(({ cause }) => cause === 1);

/** Ann is in wrap-up of 5 s. */
function wrappingUp(): Bench {
  const bench = new Bench(document);
  bench.callIn('c1');
  const leg = bench.legAt('c1', 'p2');
  bench.answer(leg);
  bench.pass(10_000);
  bench.happen({ type: 'gone', channel: leg, cause: 16 });
  bench.happen({ type: 'gone', channel: 'c1', cause: 16 });
  expect(bench.bodies('call.leg-ended')).toMatchObject([{ talkMs: 10_000, wrapUpMs: 5_000 }]);
  return bench;
}
const at = (ms: number): string => new Date(ms).toISOString();

describe('not ready with a reason', () => {
  test('a digit after *51 is a reason of the document', () => {
    const bench = dialled(new Bench(document), '*512');
    expect(bench.state.acd.agents.ann).toMatchObject({ ready: false, reason: 'training' });
    expect(bench.bodies('agent.state').at(-1)).toEqual({
      agent: 'ann',
      state: 'not-ready',
      reason: 'training',
    });
    expect(wasRefused(bench)).toBe(false);
  });

  test('without a digit it is as before', () => {
    expect(dialled(new Bench(document), '*51').state.acd.agents.ann).toMatchObject({
      ready: false,
      reason: 'dialled *51',
    });
  });

  test.each(['*513', '*5111', '*501', '*5'])('%s is refused, and changes nothing', (code) => {
    const bench = dialled(new Bench(document), code);
    expect(wasRefused(bench)).toBe(true);
    expect(bench.state.acd.agents.ann?.ready).toBe(true);
  });

  test('who is no agent is refused', () => {
    expect(wasRefused(dialled(new Bench(document), '*512', 'p1'))).toBe(true);
  });
});

describe('wrap-up', () => {
  test('*53 makes it longer, each time, and the ledger says until when', () => {
    const bench = wrappingUp();
    const until = bench.now + 5_000;
    dialled(bench, '*53');
    expect(bench.state.acd.agents.ann?.wrapUpUntil).toBe(until + WRAP_UP_MORE_MS);
    expect(bench.bodies('agent.wrap-up')).toEqual([{ agent: 'ann', endsAt: at(until + WRAP_UP_MORE_MS) }]);
  });

  test('*54 ends it', () => {
    const bench = dialled(wrappingUp(), '*54');
    expect(bench.state.acd.agents.ann?.wrapUpUntil).toBeUndefined();
    expect(bench.bodies('agent.wrap-up')).toEqual([{ agent: 'ann', endsAt: at(bench.now) }]);
  });

  test('*50 ends it too, and the ledger says so; one that ends by itself needs no word', () => {
    expect(dialled(wrappingUp(), '*50').bodies('agent.wrap-up')).toHaveLength(1);
    const bench = wrappingUp();
    bench.pass(6_000);
    expect(bench.bodies('agent.wrap-up')).toEqual([]);
  });

  test.each(['*53', '*54'])('%s outside of it is refused', (code) => {
    expect(wasRefused(dialled(new Bench(document), code))).toBe(true);
  });
});
