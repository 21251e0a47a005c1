import { describe, expect, test, vi } from 'vitest';
import { Signals, WaitTimeout } from './signals.ts';

describe('a wait', () => {
  const open = () => new Signals<{ number: number }>('thing', () => ' and its story');

  test('ends with the first happening that fits', async () => {
    const thing = open();
    const wait = thing.waitFor('number', { withinMs: 1_000, where: (n) => n > 1 });
    thing.emit('number', 1);
    thing.emit('number', 2);
    expect(await wait).toBe(2);
  });

  test('ends in time, and says who was waited on and what it knows', async () => {
    vi.useFakeTimers();
    const wait = open().waitFor('number', { withinMs: 50 });
    vi.advanceTimersByTime(50);
    vi.useRealTimers();
    await expect(wait).rejects.toThrow(WaitTimeout);
    await expect(wait).rejects.toThrow("thing: no 'number' within 50 ms and its story");
  });

  test('ends with the thing, before or after that', async () => {
    const thing = open();
    const early = thing.waitFor('number', { withinMs: 60_000 });
    thing.end(new Error('gone'));
    thing.end(new Error('a second reason'));
    await expect(early).rejects.toThrow('gone');
    await expect(thing.waitFor('number', { withinMs: 60_000 })).rejects.toThrow('gone');
  });
});

test('a listener that was taken off hears no more', () => {
  const thing = new Signals<{ number: number }>('thing');
  const heard: number[] = [];
  const off = thing.on('number', (n) => heard.push(n));
  thing.emit('number', 1);
  off();
  thing.emit('number', 2);
  expect(heard).toEqual([1]);
});
