import { describe, expect, test } from 'vitest';
import { ManualClock } from './clock.ts';
import { Waits, type WaitEnded } from './wait.ts';

function bench() {
  const clock = new ManualClock();
  const waits = new Waits<number>(clock);
  return { clock, waits };
}
const ended = (why: WaitEnded['why']): Error => expect.objectContaining({ name: 'WaitEnded', why }) as Error;

describe('a wait', () => {
  test('gives the first that matches, and is over', async () => {
    const { waits } = bench();
    const even = waits.until('an even number', (n) => n % 2 === 0, 1_000);
    for (const n of [1, 3, 4, 6]) waits.offer(n);
    expect(await even).toBe(4);
    expect(waits.size).toBe(0);
  });

  test('hears only what comes after it was armed', async () => {
    const { waits } = bench();
    waits.offer(1);
    const any = waits.until('any number', () => true, 1_000);
    waits.offer(2);
    expect(await any).toBe(2);
  });

  test('each of several has its own', async () => {
    const { waits } = bench();
    const both = [1, 2].map((wanted) => waits.until('it', (n) => n === wanted, 1_000));
    const same = waits.until('it as well', (n) => n === 2, 1_000);
    waits.offer(2);
    expect(waits.size).toBe(1);
    waits.offer(1);
    expect(await Promise.all([...both, same])).toEqual([1, 2, 2]);
  });

  test('ends by time, names what it waited for, and hears nothing later', async () => {
    const { clock, waits } = bench();
    const never = waits.until('the answer', () => true, 1_000);
    clock.advance(999);
    expect(waits.size).toBe(1);
    clock.advance(1);
    waits.offer(1);
    await expect(never).rejects.toThrow(ended('timeout'));
    await expect(never).rejects.toThrow('waiting for the answer ended: timeout');
    expect(waits.size).toBe(0);
  });

  test('ends by abort, also when it was aborted before', async () => {
    const { waits } = bench();
    const abort = new AbortController();
    const before = waits.until('it', () => true, 1_000, abort.signal);
    abort.abort();
    const after = waits.until('it', () => true, 1_000, abort.signal);
    await expect(before).rejects.toThrow(ended('aborted'));
    await expect(after).rejects.toThrow(ended('aborted'));
    expect(waits.size).toBe(0);
  });

  test('ends with its peer, with all the others', async () => {
    const { waits } = bench();
    const all = [1, 2].map((n) => waits.until('it', (m) => m === n, 1_000));
    waits.endAll();
    for (const wait of all) await expect(wait).rejects.toThrow(ended('peer-gone'));
    expect(waits.size).toBe(0);
  });

  test('that was fulfilled is not ended any more', async () => {
    const { clock, waits } = bench();
    const abort = new AbortController();
    const done = waits.until('it', () => true, 1_000, abort.signal);
    waits.offer(7);
    abort.abort();
    waits.endAll();
    clock.advance(10_000);
    expect(await done).toBe(7);
  });
});
