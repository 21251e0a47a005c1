import { describe, expect, it } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import { Gathered } from './gathered.ts';

function gathered(write?: (newest: ReadonlyMap<string, number>) => Promise<void>) {
  const clock = new ManualClock();
  const written: [string, number][][] = [];
  const failed: unknown[] = [];
  const of = new Gathered<number>({
    clock,
    waitMs: 20,
    write: write ?? ((newest) => Promise.resolve(void written.push([...newest]))),
    failed: (error) => failed.push(error),
  });
  return { clock, of, written, failed };
}

describe('what boxes say of themselves', () => {
  it('is written together, the newest of each, after the first of it has waited', async () => {
    const { clock, of, written } = gathered();
    const kept = [of.put('x', 1), of.put('y', 2)];
    clock.advance(19);
    kept.push(of.put('x', 3));
    expect(written).toEqual([]);
    clock.advance(1);
    expect(await Promise.all(kept)).toEqual([true, true, true]);
    expect(written).toEqual([
      [
        ['x', 3],
        ['y', 2],
      ],
    ]);
  });

  it('is not kept when the write fails, and the next is written all the same', async () => {
    let fails = true;
    const { of, failed } = gathered(() => (fails ? Promise.reject(new Error('full')) : Promise.resolve()));
    const first = of.put('x', 1);
    await of.flush();
    expect(await first).toBe(false);
    expect(failed).toHaveLength(1);
    fails = false;
    const second = of.put('x', 2);
    await of.flush();
    expect(await second).toBe(true);
  });

  it('is written in order: what comes while a write goes on waits for its end', async () => {
    const order: string[] = [];
    const { promise: first, resolve: end } = Promise.withResolvers<void>();
    const { of } = gathered(async (newest) => {
      order.push(`begins ${newest.get('x')}`);
      if (newest.get('x') === 1) await first;
      order.push(`ends ${newest.get('x')}`);
    });
    void of.put('x', 1);
    void of.flush();
    void of.put('x', 2);
    const both = of.flush();
    end();
    await both;
    expect(order).toEqual(['begins 1', 'ends 1', 'begins 2', 'ends 2']);
  });

  it('asks nothing of the database when nothing was said', async () => {
    const { of, written } = gathered();
    await of.flush();
    expect(written).toEqual([]);
  });
});
