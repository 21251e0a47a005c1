/** The battery of the branch is near its end: no new call is begun but one of an emergency, and what goes on goes on. */
import { describe, expect, it } from 'vitest';
import { Bench } from './bench.ts';

function refusing(): Bench {
  const bench = new Bench();
  bench.happen({ type: 'refuse-new', on: true });
  return bench;
}
const dialled = (bench: Bench): string[] => bench.done('dial').map(({ endpoint }) => endpoint.kind);

describe('while new calls are refused', () => {
  it('a call that comes in goes back to its network, which may know another way, and the ledger says why', () => {
    const bench = refusing();
    bench.callIn('x');
    expect(bench.done('hang-up')).toEqual([{ do: 'hang-up', channel: 'x', cause: 34 }]);
    expect(bench.bodies('call.turned-away')).toEqual([{ trunk: 'pstn', because: 'power', cause: 34 }]);
  });

  it('nobody calls outside, and the ledger says why', () => {
    const bench = refusing();
    bench.callOut('x', 'p2', '013912345678');
    expect(bench.done('hang-up')).toMatchObject([{ channel: 'x', cause: 34 }]);
    expect(bench.bodies('call.denied')).toMatchObject([{ because: 'power', number: '+8613912345678' }]);
    expect(dialled(bench)).toEqual([]);
  });

  it('an emergency call goes out', () => {
    const bench = refusing();
    bench.callOut('x', 'p2', '110');
    expect(dialled(bench)).toEqual(['gateway']);
    expect(bench.bodies('call.denied')).toEqual([]);
  });

  it('colleagues can call each other', () => {
    const bench = refusing();
    bench.callOut('x', 'p2', '8001');
    expect(dialled(bench)).toEqual(['phone']);
  });

  it('a call in progress is not touched', () => {
    const bench = new Bench();
    bench.callIn('x');
    const before = bench.call('x');
    bench.happen({ type: 'refuse-new', on: true });
    expect(bench.call('x')).toEqual(before);
    expect(bench.done('hang-up')).toEqual([]);
  });

  it('all is as before when it is over', () => {
    const bench = refusing();
    bench.happen({ type: 'refuse-new', on: false });
    expect(bench.state.refusing).toBeUndefined();
    bench.callIn('x');
    expect(bench.done('hang-up')).toEqual([]);
  });
});
